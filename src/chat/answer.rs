//! Making one answer: search, then refuse, quote or generate.
//!
//! The ladder: passages to everyone at once; a refusal when no passage bears
//! on the question; the passage itself when no model can write in the pupil's
//! language; a generated answer otherwise, each sentence checked against the
//! passages. Whatever happens, the task ends with a finished message on disk.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, interval};

use super::live::Live;
use super::service::Chats;
use super::wire::Sentence;
use super::{AnswerStatus, Message, store, support, texts};
use crate::accounts::Actor;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::link::Replies;
use crate::inference::protocol::{
    ChatMessage, FailureCode, Finish, Generate, Lane, Prompt, Reply, Usage,
};
use crate::lessons::PassageBody;
use crate::personas::prompt::{self, Exchange};
use crate::personas::{Allowed, Persona};
use crate::retrieval::Found;
use crate::text;
use crate::types::{Language, LessonId};

/// Passages shown with an answer.
const SHOWN: usize = 4;
/// Longest answer, in tokens.
const MOST_TOKENS: u32 = 200;
/// An answer nobody watches is stopped after this.
const GRACE: Duration = Duration::from_secs(15);
/// Between tries to put an answer on disk.
const SAVE_AGAIN: Duration = Duration::from_secs(1);

/// An answer to make.
pub struct Task {
    pub chats: Chats,
    pub actor: Actor,
    pub persona: Persona,
    /// Answer from this lesson only.
    pub lesson: Option<LessonId>,
    pub question: Message,
    pub answer: Message,
    pub live: Arc<Live>,
}

/// How an answer ended.
struct Outcome {
    status: AnswerStatus,
    code: Option<&'static str>,
    text: String,
    usage: Usage,
}

impl Outcome {
    fn new(status: AnswerStatus, text: impl Into<String>) -> Self {
        Self {
            status,
            code: None,
            text: text.into(),
            usage: Usage::default(),
        }
    }

    fn because(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

impl Task {
    /// Makes the answer and puts it on disk; the finished message.
    pub async fn run(mut self) -> Message {
        let mut passages = Vec::new();
        let made = unless_panic(self.make(&mut passages)).await;
        let outcome = made.unwrap_or_else(|error| {
            tracing::error!(%error, "chat.answer_failed");
            Outcome::new(AnswerStatus::Failed, "").because("internal")
        });
        let answer = &mut self.answer;
        answer.status = outcome.status;
        answer.code = outcome.code.map(Into::into);
        answer.text = outcome.text;
        answer.sentences = match outcome.status {
            AnswerStatus::Refused => Vec::new(),
            _ => sentences(&answer.text, &passages),
        };
        answer.passages = passages;
        self.save(outcome.usage).await;
        self.answer
    }

    async fn make(&self, passages: &mut Vec<PassageBody>) -> Result<Outcome> {
        let (shown, found, earlier) = self.find().await?;
        passages.clone_from(&shown);
        self.live
            .update(|state| state.passages = Some(shown.clone()));
        self.answer(&shown, &found, earlier).await
    }

    /// The passages for the question, and the exchange it may refer to.
    async fn find(&self) -> Result<(Vec<PassageBody>, Found, Option<Exchange>)> {
        // "And why?" can only be searched together with what came before.
        let earlier = match text::topic_words(&self.question.text).len() {
            0 | 1 => self.exchange_before().await?,
            _ => None,
        };
        let query = match &earlier {
            Some(earlier) => format!("{} {}", earlier.question, self.question.text),
            None => self.question.text.clone(),
        };
        let wanted = match (&self.persona.settings.lessons, self.lesson) {
            (Allowed::All, None) => None,
            (Allowed::All, Some(lesson)) => Some(vec![lesson]),
            (Allowed::Only { ids }, None) => Some(ids.clone()),
            (Allowed::Only { ids }, Some(lesson)) => {
                Some(ids.iter().copied().filter(|id| *id == lesson).collect())
            }
        };
        let lessons = &self.chats.lessons;
        let scope = lessons.scope(&self.actor, wanted.as_deref()).await?;
        let found = lessons.search(scope, &query, SHOWN).await?;
        let titles = lessons.titles(&self.actor).await?;
        let passages = found
            .hits
            .iter()
            .zip(1..)
            .map(|(hit, n)| {
                let title = titles.get(&hit.passage.lesson).cloned();
                PassageBody::new(n, hit, title.unwrap_or_default())
            })
            .collect();
        Ok((passages, found, earlier))
    }

    async fn exchange_before(&self) -> Result<Option<Exchange>> {
        let (conversation, before) = (self.question.conversation, self.question.id);
        let core = &self.chats.app.db.core;
        let found = core
            .read(move |conn| store::last_exchange(conn, conversation, before))
            .await?;
        Ok(found.map(|(question, answer)| Exchange { question, answer }))
    }

    async fn answer(
        &self,
        passages: &[PassageBody],
        found: &Found,
        earlier: Option<Exchange>,
    ) -> Result<Outcome> {
        let asked_in = text::language_of(&self.question.text).unwrap_or(self.actor.language);
        let language = self.persona.settings.language.language(asked_in);
        if !found.relevant && self.persona.settings.only_from_lessons {
            return Ok(Outcome::new(
                AnswerStatus::Refused,
                texts::not_in_lessons(language),
            ));
        }
        if !self.chats.app.inference.llm_speaks(language) {
            return Ok(self.quote(passages, language, "model_language"));
        }
        let given: Vec<&str> = match found.relevant {
            true => passages.iter().map(|p| p.text.as_str()).collect(),
            false => Vec::new(),
        };
        let messages = prompt::messages(
            &self.persona,
            language,
            &given,
            earlier.as_ref(),
            &self.question.text,
        );
        match self.generate(messages).await {
            Ok(outcome) => Ok(outcome),
            Err(error) => match error.code() {
                Code::QueueFull => {
                    let quoted = self.quote(passages, language, "queue_full");
                    Ok(Outcome {
                        status: AnswerStatus::Busy,
                        ..quoted
                    })
                }
                Code::Unavailable => Ok(self.quote(passages, language, "model_unavailable")),
                _ => Err(error),
            },
        }
    }

    /// The lessons' own words as the answer.
    fn quote(&self, passages: &[PassageBody], language: Language, why: &'static str) -> Outcome {
        let texts: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
        let quote = support::quote(&self.question.text, &texts);
        if quote.is_empty() {
            return Outcome::new(AnswerStatus::Refused, texts::not_in_lessons(language))
                .because(why);
        }
        Outcome::new(AnswerStatus::Quoted, quote).because(why)
    }

    /// Lets the model write. A worker that dies before the first word is asked
    /// once more; after that the answer ends where it is.
    async fn generate(&self, messages: Vec<ChatMessage>) -> Result<Outcome> {
        for again in [true, false] {
            let build = |id| Generate {
                id,
                scope: self.actor.org.number(),
                person: self.actor.user.number(),
                lane: match self.actor.is_staff() {
                    true => Lane::Teacher,
                    false => Lane::Pupil,
                },
                prompt: Prompt::Chat(messages.clone()),
                max_tokens: MOST_TOKENS,
                temperature: 0.0,
                top_p: 1.0,
                seed: 0,
                stop: Vec::new(),
                schema: None,
            };
            let replies = tokio::select! {
                replies = self.chats.app.inference.generate(build) => replies?,
                () = self.live.cancel.cancelled() => return Ok(Outcome::new(AnswerStatus::Cancelled, "")),
            };
            match self.write(replies).await? {
                Some(outcome) => return Ok(outcome),
                None if again => tracing::warn!("chat.answer_replayed"),
                None => break,
            }
        }
        Err(Error::new(
            Code::Unavailable,
            "The language worker died twice.",
        ))
    }

    /// Passes the model's words on; `None` when it died before the first.
    async fn write(&self, mut replies: Replies) -> Result<Option<Outcome>> {
        let mut written = String::new();
        let mut watched = Instant::now();
        let mut tick = interval(Duration::from_secs(1));
        let mut cancelling = false;
        loop {
            let reply = tokio::select! {
                reply = replies.next() => reply,
                () = self.live.cancel.cancelled(), if !cancelling => {
                    cancelling = true;
                    replies.cancel();
                    continue;
                }
                _ = tick.tick() => {
                    if self.live.listeners() > 0 {
                        watched = Instant::now();
                    } else if watched.elapsed() > GRACE {
                        self.live.cancel.cancel();
                    }
                    continue;
                }
            };
            match reply {
                Some(Reply::Queued {
                    position, wait_ms, ..
                }) => {
                    let estimate = wait_ms.div_ceil(1000);
                    self.live
                        .update(|state| state.queue = Some((position, estimate)));
                }
                Some(Reply::Started { .. }) => self.live.update(|state| state.started = true),
                Some(Reply::Token { text, .. }) => {
                    written.push_str(&text);
                    self.live.update(|state| {
                        state.started = true;
                        state.text.push_str(&text);
                    });
                }
                Some(Reply::Done { finish, usage, .. }) => {
                    tracing::info!(
                        prompt.tokens = usage.prompt_tokens,
                        prompt.reused = usage.reused_tokens,
                        prompt.ms = usage.prompt_ms,
                        answer.tokens = usage.answer_tokens,
                        answer.ms = usage.answer_ms,
                        "chat.answered"
                    );
                    return Ok(Some(ended(finish, &written, usage)));
                }
                Some(Reply::Failed { code, detail, .. }) => {
                    tracing::warn!(code = code.as_str(), detail, "chat.worker_failed");
                    return Ok(match code {
                        FailureCode::Crashed if written.is_empty() => None,
                        FailureCode::PromptTooLong => Some(
                            Outcome::new(AnswerStatus::Failed, written).because("prompt_too_long"),
                        ),
                        _ => {
                            Some(Outcome::new(AnswerStatus::Failed, written).because("interrupted"))
                        }
                    });
                }
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// Puts the answer on disk. A disk that is full now may have room later,
    /// so this is tried until the box stops.
    async fn save(&mut self, usage: Usage) {
        let mut complained = false;
        while let Err(error) = self.write_down(usage).await {
            if !complained {
                tracing::error!(%error, "chat.answer_not_saved");
                complained = true;
            }
            if self.chats.is_closing() {
                self.answer.status = AnswerStatus::Failed;
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(SAVE_AGAIN) => {}
                () = self.chats.closed() => {}
            }
        }
    }

    async fn write_down(&self, usage: Usage) -> Result<()> {
        let now = self.chats.app.clock.now();
        let org = self.actor.org;
        let (tokens, ms) = (usage.answer_tokens, usage.answer_ms.into());
        let saved = self.answer.clone();
        self.chats
            .app
            .db
            .core
            .write(move |conn| {
                store::finish(conn, &saved, now)?;
                let event = Event::AnswerFinished {
                    message: saved.id,
                    outcome: saved.status.as_str().into(),
                    tokens,
                    ms,
                };
                events::append(conn, org, &event, now)?;
                Ok(())
            })
            .await
    }
}

/// A panic as an error: a bug in one answer must not leave it unfinished.
async fn unless_panic<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // What the work shares with others is behind locks that outlive a panic.
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    ended.unwrap_or_else(|_| Err(anyhow::anyhow!("making the answer panicked").into()))
}

fn ended(finish: Finish, written: &str, usage: Usage) -> Outcome {
    let (status, cut_off) = match finish {
        Finish::Stop => (AnswerStatus::Complete, false),
        Finish::Length => (AnswerStatus::Complete, true),
        Finish::Cancelled => (AnswerStatus::Cancelled, true),
    };
    Outcome {
        usage,
        ..Outcome::new(status, support::tidy(written, cut_off))
    }
}

/// The checked sentences with the numbers and offsets the browser uses.
fn sentences(answer: &str, passages: &[PassageBody]) -> Vec<Sentence> {
    let texts: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
    support::check(answer, &texts)
        .into_iter()
        .map(|checked| Sentence {
            start: text::utf16_offset(answer, checked.range.start) as u32,
            end: text::utf16_offset(answer, checked.range.end) as u32,
            supported: checked.supported,
            citations: checked
                .citations
                .into_iter()
                .map(|i| passages[i].n)
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error() {
        assert!(matches!(unless_panic(async { Ok(7) }).await, Ok(7)));
        let lost: Result<()> = unless_panic(async { panic!("on purpose") }).await;
        assert_eq!(lost.unwrap_err().code(), Code::Internal);
    }
}
