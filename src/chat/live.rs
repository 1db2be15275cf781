//! An answer while it is being written, and cursors that follow it.
//!
//! The answer belongs to the message, not to a socket: listeners come and go,
//! each with a cursor that knows what it has sent. What a cursor sends next is
//! computed from the state alone, so a phone that slept and one that watched
//! see the same.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::wire::{MessageBody, ServerEvent};
use super::{AnswerStatus, Message};
use crate::error::Code;
use crate::lessons::PassageBody;
use crate::text;
use crate::types::{MessageId, UserId};

/// An answer being written.
pub struct Live {
    /// The message it is for.
    pub message: MessageId,
    /// Who asked.
    pub user: UserId,
    /// Stops the writing.
    pub cancel: CancellationToken,
    state: Mutex<State>,
    changed: watch::Sender<()>,
    listeners: AtomicUsize,
}

/// What is known of the answer so far.
#[derive(Default)]
pub struct State {
    /// What the tutor will answer from.
    pub passages: Option<Vec<PassageBody>>,
    /// Place in the queue and seconds to wait, until the writing starts.
    pub queue: Option<(u32, u32)>,
    /// Whether the model is reading or writing.
    pub started: bool,
    /// What was written.
    pub text: String,
    /// The finished message.
    pub done: Option<Box<MessageBody>>,
}

impl Live {
    /// An answer of which nothing is known yet; `cancel` stops it.
    pub fn new(message: MessageId, user: UserId, cancel: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            message,
            user,
            cancel,
            state: Mutex::default(),
            changed: watch::channel(()).0,
            listeners: AtomicUsize::new(0),
        })
    }

    /// Changes the state and wakes the listeners.
    pub fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.send_replace(());
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.listeners.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// The answers being written.
pub type LiveAnswers = Arc<Mutex<HashMap<MessageId, Arc<Live>>>>;

/// Looks at the answers being written.
pub fn lock(list: &LiveAnswers) -> MutexGuard<'_, HashMap<MessageId, Arc<Live>>> {
    list.lock().unwrap_or_else(|e| e.into_inner())
}

/// Keeps an answer among those being written. However its task ends, the
/// answer leaves the list, so that its person may ask again, and then whoever
/// listens hears how it ended.
pub struct Listed {
    /// What listeners are told at the end.
    answer: Message,
    live: Arc<Live>,
    list: LiveAnswers,
}

impl Listed {
    /// Lists an answer that is about to be written.
    pub fn new(list: &LiveAnswers, live: Arc<Live>, mut answer: Message) -> Self {
        lock(list).insert(live.message, live.clone());
        answer.status = AnswerStatus::Failed;
        answer.code = Some(Code::Internal.as_str().into());
        Self {
            answer,
            live,
            list: list.clone(),
        }
    }

    /// Ends with this answer instead of a failure.
    pub fn end(mut self, answer: Message) {
        self.answer = answer;
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        lock(&self.list).remove(&self.live.message);
        let done = Box::new(MessageBody::from(self.answer.clone()));
        self.live.update(|state| state.done = Some(done));
    }
}

/// One listener's view of an answer.
pub struct Follower {
    live: Arc<Live>,
    changed: watch::Receiver<()>,
    cursor: Cursor,
}

impl Follower {
    /// Follows from a UTF-16 offset of the text; what comes before it is
    /// already on the listener's screen.
    pub fn new(live: Arc<Live>, offset: usize) -> Self {
        live.listeners.fetch_add(1, Ordering::Relaxed);
        let mut changed = live.changed.subscribe();
        changed.mark_changed();
        Self {
            cursor: Cursor::new(live.message, offset),
            live,
            changed,
        }
    }

    /// The next events; `None` after the finished message was handed out.
    pub async fn next(&mut self) -> Option<Vec<ServerEvent>> {
        loop {
            if self.cursor.done || self.changed.changed().await.is_err() {
                return None;
            }
            let events = self.cursor.advance(&self.live.lock());
            if !events.is_empty() {
                return Some(events);
            }
        }
    }

    /// Takes a breath of at most `longest` between events; none before the
    /// end, which should not wait.
    pub async fn breathe(&self, longest: Duration) {
        let mut changed = self.live.changed.subscribe();
        let ended =
            async { while self.live.lock().done.is_none() && changed.changed().await.is_ok() {} };
        // Either is the end of the breath.
        let _ = timeout(longest, ended).await;
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.live.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a listener has been sent.
struct Cursor {
    message: MessageId,
    passages: bool,
    queue: Option<(u32, u32)>,
    started: bool,
    utf16: usize,
    done: bool,
}

impl Cursor {
    fn new(message: MessageId, utf16: usize) -> Self {
        Self {
            message,
            passages: false,
            queue: None,
            started: false,
            utf16,
            done: false,
        }
    }

    fn advance(&mut self, state: &State) -> Vec<ServerEvent> {
        let message_id = self.message;
        let mut events = Vec::new();
        if let (Some(passages), false) = (&state.passages, self.passages) {
            self.passages = true;
            events.push(ServerEvent::Passages {
                message_id,
                passages: passages.clone(),
            });
        }
        if let Some(done) = &state.done {
            self.done = true;
            events.push(ServerEvent::Done {
                message: done.clone(),
            });
            return events;
        }
        if let (Some((position, estimate_s)), false) = (state.queue, state.queue == self.queue) {
            self.queue = state.queue;
            if state.text.is_empty() {
                events.push(ServerEvent::Queued {
                    message_id,
                    position,
                    estimate_s,
                });
            }
        }
        if state.started && !self.started {
            self.started = true;
            events.push(ServerEvent::Started { message_id });
        }
        let from = text::byte_offset(&state.text, self.utf16);
        let new = &state.text[from..];
        if !new.is_empty() {
            events.push(ServerEvent::Text {
                message_id,
                offset: self.utf16 as u32,
                text: new.to_owned(),
            });
            self.utf16 = text::utf16_offset(&state.text, state.text.len());
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Origin;
    use crate::chat::Speaker;
    use crate::types::{ConversationId, Timestamp};

    fn live() -> Arc<Live> {
        Live::new(MessageId::new(), UserId::new(), CancellationToken::new())
    }

    fn texts(events: &[ServerEvent]) -> Vec<(u32, &str)> {
        events
            .iter()
            .filter_map(|e| match e {
                ServerEvent::Text { offset, text, .. } => Some((*offset, text.as_str())),
                _ => None,
            })
            .collect()
    }

    #[tokio::test]
    async fn a_late_listener_gets_what_it_lacks_and_no_more() {
        let live = live();
        live.update(|s| {
            s.started = true;
            s.text.push_str("Amazi 💧 ");
        });
        let mut early = Follower::new(live.clone(), 0);
        assert_eq!(texts(&early.next().await.unwrap()), [(0, "Amazi 💧 ")]);
        live.update(|s| s.text.push_str("ni ubuzima"));
        assert_eq!(texts(&early.next().await.unwrap()), [(9, "ni ubuzima")]);
        let mut late = Follower::new(live.clone(), 6);
        assert_eq!(texts(&late.next().await.unwrap()), [(6, "💧 ni ubuzima")]);
        assert_eq!(live.listeners(), 2);
        drop(early);
        assert_eq!(live.listeners(), 1);
    }

    #[tokio::test]
    async fn an_answer_whose_task_breaks_off_has_failed() {
        let (list, live) = (LiveAnswers::default(), live());
        let answer = Message {
            id: live.message,
            conversation: ConversationId::new(),
            role: Speaker::Assistant,
            text: String::new(),
            status: AnswerStatus::Queued,
            code: None,
            passages: Vec::new(),
            origin: Origin::Model,
            sentences: Vec::new(),
            feedback: None,
            created_at: Timestamp(0),
        };
        let listed = Listed::new(&list, live.clone(), answer);
        assert_eq!(lock(&list).len(), 1);
        let mut follower = Follower::new(live, 0);
        let task = tokio::spawn(async move {
            let _listed = listed;
            panic!("on purpose");
        });
        assert!(task.await.is_err());
        let events = follower.next().await.unwrap();
        let done = serde_json::to_value(&events[0]).unwrap();
        assert_eq!(done["message"]["status"], "failed");
        assert_eq!(done["message"]["code"], "internal");
        assert!(follower.next().await.is_none());
        assert!(lock(&list).is_empty());
    }

    #[tokio::test]
    async fn the_queue_is_told_once_per_change() {
        let live = live();
        let mut follower = Follower::new(live.clone(), 0);
        live.update(|s| s.queue = Some((3, 20)));
        let events = follower.next().await.unwrap();
        assert!(matches!(
            events[..],
            [ServerEvent::Queued { position: 3, .. }]
        ));
        live.update(|s| s.queue = Some((3, 20)));
        live.update(|s| s.queue = Some((2, 12)));
        let events = follower.next().await.unwrap();
        assert!(matches!(
            events[..],
            [ServerEvent::Queued { position: 2, .. }]
        ));
        // Also while it is read, but not beside the first words.
        live.update(|s| (s.started, s.queue) = (true, Some((1, 3))));
        let events = follower.next().await.unwrap();
        assert!(matches!(
            events[..],
            [
                ServerEvent::Queued { position: 1, .. },
                ServerEvent::Started { .. }
            ]
        ));
        live.update(|s| {
            s.queue = Some((1, 1));
            s.text.push_str("Amazi");
        });
        let events = follower.next().await.unwrap();
        assert!(matches!(events[..], [ServerEvent::Text { .. }]));
    }
}
