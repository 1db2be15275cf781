//! The loop of one chat socket.
//!
//! It runs over any stream and sink of WebSocket messages, so tests need no
//! network. Each answer the browser follows is a task that feeds one outgoing
//! channel; closing the socket ends them, and nothing else.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{interval, timeout};

use super::service::Chats;
use super::wire::{ClientEvent, ServerEvent};
use crate::accounts::{Accounts, Actor};
use crate::error::{Code, Error};
use crate::types::MessageId;

/// Between pings; a phone that answers none of three is gone.
const PING: Duration = Duration::from_secs(20);
/// At most 20 text events a second for one browser.
const BREATH: Duration = Duration::from_millis(50);
/// Close code for an ended session, from the range for applications.
const SESSION_ENDED: u16 = 4401;
/// Close code of a server that stops (RFC 6455, 7.4.1); browsers come back.
const GOING_AWAY: u16 = 1001;
/// For the last events when the box stops.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// The answers one browser follows, each by one task.
#[derive(Default)]
struct Followers {
    tasks: JoinSet<()>,
    by_answer: HashMap<MessageId, AbortHandle>,
}

impl Followers {
    /// Follows an answer in place of the task that followed it so far.
    fn begin(&mut self, id: MessageId, task: impl Future<Output = ()> + Send + 'static) {
        self.by_answer.retain(|_, task| !task.is_finished());
        let task = self.tasks.spawn(task);
        if let Some(before) = self.by_answer.insert(id, task) {
            before.abort();
        }
    }
}

/// Serves one browser until it leaves, its session ends or the box stops.
pub async fn run<E>(
    mut incoming: impl Stream<Item = Result<Message, E>> + Unpin,
    mut outgoing: impl Sink<Message> + Unpin,
    chats: Chats,
    accounts: Accounts,
    actor: Actor,
) {
    let (events, mut queue) = mpsc::channel::<ServerEvent>(64);
    let mut followers = Followers::default();
    let mut over = pin!(accounts.session_over(actor.session));
    let mut ping = interval(PING);
    let mut unanswered = 0;
    if send(&mut outgoing, &ServerEvent::Hello).await.is_err() {
        return;
    }
    let close = loop {
        tokio::select! {
            message = incoming.next() => {
                unanswered = 0;
                let text = match message {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => continue,
                };
                for event in handle(&text, &chats, &actor, &events, &mut followers).await {
                    if send(&mut outgoing, &event).await.is_err() {
                        return;
                    }
                }
            }
            Some(event) = queue.recv() => {
                if send(&mut outgoing, &event).await.is_err() {
                    return;
                }
            }
            _ = ping.tick() => {
                unanswered += 1;
                if unanswered > 3 || outgoing.send(Message::Ping(Default::default())).await.is_err() {
                    return;
                }
            }
            () = &mut over => break frame(SESSION_ENDED, "session_ended"),
            Some(_) = followers.tasks.join_next(), if !followers.tasks.is_empty() => {}
            () = chats.closed() => {
                let told = last_words(&mut queue, &mut followers, &mut outgoing);
                // A browser that does not read has had its chance.
                let _ = timeout(LAST_WORDS, told).await;
                break frame(GOING_AWAY, "stopping");
            }
        }
    };
    // The browser may be gone already.
    let _ = outgoing.send(Message::Close(Some(close))).await;
}

/// Passes on how the followed answers end.
async fn last_words<S: Sink<Message> + Unpin>(
    queue: &mut mpsc::Receiver<ServerEvent>,
    followers: &mut Followers,
    outgoing: &mut S,
) -> Result<(), ()> {
    loop {
        tokio::select! {
            biased;
            Some(event) = queue.recv() => send(outgoing, &event).await?,
            ended = followers.tasks.join_next() => if ended.is_none() {
                break;
            },
        }
    }
    while let Ok(event) = queue.try_recv() {
        send(outgoing, &event).await?;
    }
    Ok(())
}

fn frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame {
        code,
        reason: Utf8Bytes::from_static(reason),
    }
}

/// Does what the browser says; returns what to tell it right away,
/// before anything of the answers it follows.
async fn handle(
    text: &str,
    chats: &Chats,
    actor: &Actor,
    events: &mpsc::Sender<ServerEvent>,
    followers: &mut Followers,
) -> Vec<ServerEvent> {
    let Ok(event) = serde_json::from_str::<ClientEvent>(text) else {
        return vec![refusal(&Error::new(Code::BadRequest, ""), None, None)];
    };
    match event {
        ClientEvent::Ask(ask) => {
            let client_id = ask.client_id.clone();
            match chats.ask(actor, ask).await {
                Ok((accepted, id)) => {
                    // A repeated question may have been answered long ago.
                    let done = follow(chats, actor, id, 0, events, followers).await;
                    std::iter::once(accepted).chain(done).collect()
                }
                Err(error) => vec![refusal(&error, Some(client_id), None)],
            }
        }
        ClientEvent::Resume { message_id, offset } => {
            let offset = offset as usize;
            let done = follow(chats, actor, message_id, offset, events, followers).await;
            done.into_iter().collect()
        }
        ClientEvent::Cancel { message_id } => {
            chats.cancel(actor, message_id);
            Vec::new()
        }
    }
}

/// Begins to follow an answer; returns the last word on one that is finished.
async fn follow(
    chats: &Chats,
    actor: &Actor,
    id: MessageId,
    offset: usize,
    events: &mpsc::Sender<ServerEvent>,
    followers: &mut Followers,
) -> Option<ServerEvent> {
    let mut follower = match chats.follow(actor, id, offset).await {
        Ok(Ok(follower)) => follower,
        Ok(Err(done)) => return Some(done),
        Err(error) => return Some(refusal(&error, None, Some(id))),
    };
    let events = events.clone();
    followers.begin(id, async move {
        while let Some(news) = follower.next().await {
            let is_text = news.iter().any(|e| matches!(e, ServerEvent::Text { .. }));
            for event in news {
                if events.send(event).await.is_err() {
                    return;
                }
            }
            if is_text {
                follower.breathe(BREATH).await;
            }
        }
    });
    None
}

fn refusal(error: &Error, client_id: Option<String>, message_id: Option<MessageId>) -> ServerEvent {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "chat.socket_failed");
    }
    let retry_after_s = match error {
        Error::Refused(refusal) => refusal.retry_after_s,
        Error::Internal(_) => None,
    };
    ServerEvent::Error {
        code: error.code(),
        retry_after_s,
        client_id,
        message_id,
    }
}

async fn send<S: Sink<Message> + Unpin>(to: &mut S, event: &ServerEvent) -> Result<(), ()> {
    let json = serde_json::to_string(event).map_err(|_| ())?;
    to.send(Message::Text(json.into())).await.map_err(|_| ())
}
