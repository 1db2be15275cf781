//! The use cases of chats: asking, following, stopping, reading back.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::live::{Follower, Listed, Live, LiveAnswers};
use super::wire::{Ask, MessageBody, ServerEvent};
use super::{AnswerStatus, Conversation, Feedback, Message, Speaker, answer, live, store};
use crate::accounts::Actor;
use crate::answers::{Answers, Origin};
use crate::config::RequestKind;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::http::places::Places;
use crate::lessons::Lessons;
use crate::personas::{Persona, Personas};
use crate::state::App;
use crate::types::{ConversationId, MessageId, UserId};

/// Longest question, in characters.
pub const LONGEST_QUESTION: usize = 1000;
/// Longest title of a chat, in characters.
const LONGEST_TITLE: usize = 80;
/// Messages read back at once.
const PAGE: usize = 100;
/// Sockets that one person may have open.
const MOST_SOCKETS: usize = 8;
/// Between two looks whether answers have stopped, and how many of them.
const STOPPED_EVERY: Duration = Duration::from_millis(50);
const STOPPING: u32 = 200;
/// Locks that people share while asking; enough that two rarely meet.
const ASKING: usize = 64;

/// The chats of a box. Cheap to clone.
#[derive(Clone)]
pub struct Chats {
    pub(super) app: App,
    pub(super) lessons: Lessons,
    pub(super) personas: Personas,
    pub(super) answers: Answers,
    /// Who holds how many sockets.
    pub(super) sockets: Arc<Places>,
    live: LiveAnswers,
    /// Looking for the same question, counting those being answered and
    /// writing this one are one step for each person.
    asking: Arc<[AsyncMutex<()>; ASKING]>,
    writing: TaskTracker,
    closing: CancellationToken,
}

impl Chats {
    /// Chats over the app's database, lessons, tutors and kept answers.
    pub fn new(app: App, lessons: Lessons, personas: Personas, answers: Answers) -> Self {
        Self {
            app,
            lessons,
            personas,
            answers,
            sockets: Places::new(MOST_SOCKETS),
            live: Arc::default(),
            asking: Arc::new(std::array::from_fn(|_| AsyncMutex::default())),
            writing: TaskTracker::new(),
            closing: CancellationToken::new(),
        }
    }

    /// Ends answers that an earlier run left unfinished; called once at start.
    pub async fn mend(&self) -> Result<usize> {
        let now = self.app.clock.now();
        let core = &self.app.db.core;
        core.write(move |conn| store::fail_unfinished(conn, now))
            .await
    }

    /// Gets search ready, if this person has lessons to ask about.
    pub(super) async fn expect_questions(&self, actor: &Actor) {
        let lessons = self.lessons.titles(actor).await;
        // Whatever is wrong with the database, asking will tell.
        if lessons.is_ok_and(|lessons| !lessons.is_empty()) {
            self.app.inference.warm_up_search();
        }
    }

    /// Takes no more questions, stops every answer being written, lets sockets
    /// close, and waits until all answers are on disk.
    pub async fn close(&self) {
        self.closing.cancel();
        self.writing.close();
        self.writing.wait().await;
    }

    /// Runs what must end before the box does.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.writing.spawn(work);
    }

    /// Stops everything that is being written, when the box stops.
    pub(super) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// Whether the box stops.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Resolves when the box stops.
    pub(super) async fn closed(&self) {
        self.closing.cancelled().await;
    }

    /// Puts a question on disk and begins its answer; the same `client_id`
    /// again finds the first. Returns what the browser is told.
    ///
    /// # Errors
    /// `queue_full` while this person's last answer is still being written;
    /// `rate_limited` for somebody who asks without end;
    /// `not_found` for a tutor or chat this person has not; `tutor_closed` for a chat
    /// with a tutor this person has not any more; `consent_missing` for a learner whose
    /// parents have not agreed.
    pub async fn ask(&self, actor: &Actor, ask: Ask) -> Result<(ServerEvent, MessageId)> {
        let text = ask.text.trim().to_owned();
        if text.is_empty() || text.chars().count() > LONGEST_QUESTION {
            let detail = format!("Ask in 1 to {LONGEST_QUESTION} characters.");
            return Err(Error::invalid("text", detail));
        }
        if ask.client_id.is_empty() || ask.client_id.len() > 64 {
            return Err(Error::invalid("client_id", "Give 1 to 64 characters."));
        }
        if self.closing.is_cancelled() {
            return Err(Error::new(Code::Unavailable, "The box is stopping.").retry_after(30));
        }
        let (user, client) = (actor.user, ask.client_id.clone());
        let _alone = self.asking[place_of(user)].lock().await;
        let core = &self.app.db.core;
        let earlier = core
            .read(move |conn| store::find_by_client(conn, user, &client))
            .await?;
        if let Some((conversation, question, answer)) = earlier {
            return Ok((
                accepted(ask.client_id, conversation, question, answer),
                answer,
            ));
        }
        self.app.rates.check(RequestKind::Ask, user)?;
        let persona = self.tutor_of(actor, &ask).await?;
        if live::lock(&self.live)
            .values()
            .any(|live| live.user == user)
        {
            let detail = "Wait until your last question is answered.";
            return Err(Error::new(Code::QueueFull, detail).retry_after(5));
        }
        let (question, answer) = self.write_question(actor, &ask, &persona, text).await?;
        let event = accepted(
            ask.client_id.clone(),
            question.conversation,
            question.id,
            answer.id,
        );
        let id = answer.id;
        self.begin(actor, ask, persona, question, answer);
        Ok((event, id))
    }

    /// The tutor a question goes to.
    async fn tutor_of(&self, actor: &Actor, ask: &Ask) -> Result<Persona> {
        let found = self.tutor_for(actor, ask).await;
        let Err(error) = &found else {
            return found;
        };
        // Who may ask nobody is told why.
        let hidden = matches!(error.code(), Code::NotFound | Code::TutorClosed);
        if hidden && self.personas.lacks_consent(actor).await? {
            let detail = "The parents' consent is missing. Lessons stay readable.";
            return Err(Error::new(Code::ConsentMissing, detail));
        }
        found
    }

    async fn tutor_for(&self, actor: &Actor, ask: &Ask) -> Result<Persona> {
        if let Some(chat) = ask.conversation_id {
            let (org, user) = (actor.org, actor.user);
            let find = move |conn: &_| store::get_conversation(conn, org, user, chat);
            let chat = self.app.db.core.read(find).await?;
            match self.personas.get(actor, chat.persona).await {
                Err(error) if error.code() == Code::NotFound => {
                    let detail = "This tutor takes no more questions of yours. What it said stays.";
                    return Err(Error::new(Code::TutorClosed, detail));
                }
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        self.personas.get(actor, ask.persona_id).await
    }

    async fn write_question(
        &self,
        actor: &Actor,
        ask: &Ask,
        persona: &Persona,
        text: String,
    ) -> Result<(Message, Message)> {
        let now = self.app.clock.now();
        let (org, user) = (actor.org, actor.user);
        let conversation = Conversation {
            id: ask.conversation_id.unwrap_or_else(ConversationId::new),
            org,
            user,
            persona: persona.id,
            title: text.chars().take(LONGEST_TITLE).collect(),
            created_at: now,
            updated_at: now,
        };
        let is_new = ask.conversation_id.is_none();
        let client_id = ask.client_id.clone();
        let say = |role, status, text| Message {
            id: MessageId::new(),
            conversation: conversation.id,
            role,
            text,
            status,
            code: None,
            passages: Vec::new(),
            origin: Origin::Model,
            sentences: Vec::new(),
            feedback: None,
            created_at: now,
        };
        let question = say(Speaker::User, AnswerStatus::Complete, text);
        let answer = say(Speaker::Assistant, AnswerStatus::Queued, String::new());
        let both = (question.clone(), answer.clone());
        self.app
            .db
            .core
            .write(move |conn| {
                if is_new {
                    store::insert_conversation(conn, &conversation)?;
                } else {
                    store::get_conversation(conn, org, user, conversation.id)?;
                    store::touch_conversation(conn, conversation.id, now)?;
                }
                store::insert_message(conn, org, user, &question, Some(&client_id))?;
                store::insert_message(conn, org, user, &answer, None)?;
                let event = Event::QuestionAsked {
                    conversation: conversation.id,
                    message: question.id,
                    persona: conversation.persona,
                };
                events::append(conn, org, &event, now)?;
                Ok(())
            })
            .await?;
        Ok(both)
    }

    fn begin(&self, actor: &Actor, ask: Ask, persona: Persona, question: Message, answer: Message) {
        let live = Live::new(answer.id, actor.user, self.closing.child_token());
        let listed = Listed::new(&self.live, live.clone(), answer.clone());
        let task = answer::Task {
            chats: self.clone(),
            actor: *actor,
            persona,
            lesson: ask.lesson_id,
            question,
            answer,
            live,
        };
        let answers = self.answers.clone();
        self.writing.spawn(async move {
            let (answer, kept) = task.run().await;
            let origin = answer.origin;
            listed.end(answer);
            // Counted when nobody waits for it any more.
            if let Some(id) = kept
                && let Err(error) = answers.given(id, origin).await
            {
                tracing::warn!(%error, "chat.use_not_counted");
            }
        });
    }

    /// Follows an answer from a UTF-16 offset: a follower while it is being
    /// written, the finished message otherwise.
    pub async fn follow(
        &self,
        actor: &Actor,
        id: MessageId,
        offset: usize,
    ) -> Result<std::result::Result<Follower, ServerEvent>> {
        if let Some(live) = self.own_live(actor, id) {
            return Ok(Ok(Follower::new(live, offset)));
        }
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        let message = core
            .read(move |conn| store::get_message(conn, org, user, id))
            .await?;
        let mut messages = [message];
        self.withhold(actor, &mut messages).await?;
        let [message] = messages;
        Ok(Err(ServerEvent::Done {
            message: Box::new(MessageBody::from(message)),
        }))
    }

    /// Stops an answer; one that is finished stays as it is.
    pub fn cancel(&self, actor: &Actor, id: MessageId) {
        if let Some(live) = self.own_live(actor, id) {
            live.cancel.cancel();
        }
    }

    /// Stops every answer to somebody who is gone, and waits until none is written.
    ///
    /// # Errors
    /// `unavailable` when that takes too long.
    pub(crate) async fn stop_all_of(&self, user: UserId) -> Result<()> {
        for _ in 0..STOPPING {
            let mut any = false;
            for live in live::lock(&self.live).values().filter(|l| l.user == user) {
                live.cancel.cancel();
                any = true;
            }
            if !any {
                return Ok(());
            }
            tokio::time::sleep(STOPPED_EVERY).await;
        }
        let detail = "An answer is still being stopped.";
        Err(Error::new(Code::Unavailable, detail).retry_after(10))
    }

    /// A person's chats, last used first.
    pub async fn conversations(&self, actor: &Actor) -> Result<Vec<Conversation>> {
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        core.read(move |conn| store::conversations(conn, org, user))
            .await
    }

    /// One of a person's chats with its newest messages, or the newest before
    /// one of them, and whether there are earlier ones.
    pub async fn conversation(
        &self,
        actor: &Actor,
        id: ConversationId,
        before: Option<MessageId>,
    ) -> Result<(Conversation, Vec<Message>, bool)> {
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        let (conversation, mut messages) = core
            .read(move |conn| {
                let conversation = store::get_conversation(conn, org, user, id)?;
                // One more tells whether there are earlier ones.
                Ok((conversation, store::messages(conn, id, before, PAGE + 1)?))
            })
            .await?;
        let more = messages.len() > PAGE;
        if more {
            messages.remove(0);
        }
        self.withhold(actor, &mut messages).await?;
        Ok((conversation, messages, more))
    }

    /// Takes the words out of passages whose lesson was deleted or is no
    /// longer for this person. What the tutor said stays: it was said.
    async fn withhold(&self, actor: &Actor, messages: &mut [Message]) -> Result<()> {
        let readable = self.lessons.titles(actor).await?;
        for passage in messages.iter_mut().flat_map(|m| &mut m.passages) {
            if !readable.contains_key(&passage.lesson_id) {
                passage.withhold();
            }
        }
        Ok(())
    }

    /// Deletes a chat.
    pub async fn delete(&self, actor: &Actor, id: ConversationId) -> Result<()> {
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        core.write(move |conn| store::delete_conversation(conn, org, user, id))
            .await
    }

    /// Notes what a person thinks of an answer.
    pub async fn feedback(
        &self,
        actor: &Actor,
        id: MessageId,
        feedback: Option<Feedback>,
    ) -> Result<()> {
        let (org, user) = (actor.org, actor.user);
        let core = &self.app.db.core;
        core.write(move |conn| store::set_feedback(conn, org, user, id, feedback))
            .await
    }

    fn own_live(&self, actor: &Actor, id: MessageId) -> Option<Arc<Live>> {
        let live = live::lock(&self.live).get(&id)?.clone();
        (live.user == actor.user).then_some(live)
    }
}

/// Which of the locks for asking is this person's.
fn place_of(user: UserId) -> usize {
    let mut hasher = DefaultHasher::new();
    user.hash(&mut hasher);
    hasher.finish() as usize % ASKING
}

fn accepted(
    client_id: String,
    conversation_id: ConversationId,
    question_id: MessageId,
    message_id: MessageId,
) -> ServerEvent {
    ServerEvent::Accepted {
        client_id,
        conversation_id,
        question_id,
        message_id,
    }
}
