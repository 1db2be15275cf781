//! Making one answer: search, then refuse, quote or generate.
//!
//! The ladder: passages to everyone at once; what a teacher approved or the
//! class was told before; a refusal when no passage bears on the question; the
//! passage itself when no model can write in the pupil's language; a generated
//! answer otherwise, which others who ask the same may follow too. Each
//! sentence is checked against the pupil's own passages. Whatever happens, the
//! task ends with a finished message on disk.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, interval};

use super::live::Live;
use super::service::Chats;
use super::sources::{LEAST_TOKENS, MOST_TOKENS, Sources, Step, refers_back};
use super::wire::Sentence;
use super::{AnswerStatus, Message, store, support, writing};
use crate::accounts::{Actor, Role};
use crate::answers::{Asked, Boarding, End, Kept, Known, Origin, Progress, Seat};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::inference::protocol::{ChatMessage, FailureCode, Finish, Generate, Lane, Prompt, Usage};
use crate::lessons::PassageBody;
use crate::personas::Persona;
use crate::personas::prompt::Exchange;
use crate::text;
use crate::types::{AnswerId, LessonId};

/// An answer nobody watches is stopped after this.
const GRACE: Duration = Duration::from_secs(15);
/// A question is not kept waiting for longer: its passages are there, and who
/// asks again later is answered sooner than who waits.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
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
    origin: Origin,
    /// The kept answer that was given.
    kept: Option<AnswerId>,
}

impl Outcome {
    fn new(status: AnswerStatus, text: impl Into<String>) -> Self {
        Self {
            status,
            code: None,
            text: text.into(),
            usage: Usage::default(),
            origin: Origin::Model,
            kept: None,
        }
    }

    fn because(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

impl Task {
    /// Makes the answer and puts it on disk; the finished message, and the kept
    /// answer that was given, if it was one.
    pub async fn run(mut self) -> (Message, Option<AnswerId>) {
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
        answer.origin = outcome.origin;
        answer.sentences = match outcome.status {
            AnswerStatus::Refused => Vec::new(),
            _ => sentences(&answer.text, &passages),
        };
        answer.passages = passages;
        self.save(outcome.usage).await;
        (self.answer, outcome.kept)
    }

    async fn make(&self, passages: &mut Vec<PassageBody>) -> Result<Outcome> {
        let sources = self.find().await?;
        passages.clone_from(&sources.passages);
        self.live
            .update(|state| state.passages = Some(sources.passages.clone()));
        self.answer(&sources).await
    }

    /// The passages for the question, and the exchange it may refer to.
    async fn find(&self) -> Result<Sources> {
        let question = self.question.text.clone();
        let earlier = match refers_back(&question) {
            true => self.exchange_before().await?,
            false => None,
        };
        let (lessons, persona) = (&self.chats.lessons, &self.persona);
        Sources::find(
            lessons,
            &self.actor,
            persona,
            self.lesson,
            question,
            earlier,
        )
        .await
    }

    async fn exchange_before(&self) -> Result<Option<Exchange>> {
        let (conversation, before) = (self.question.conversation, self.question.id);
        let core = &self.chats.app.db.core;
        let found = core
            .read(move |conn| store::last_exchange(conn, conversation, before))
            .await?;
        Ok(found.map(|(question, answer)| Exchange { question, answer }))
    }

    async fn answer(&self, sources: &Sources) -> Result<Outcome> {
        let inference = &self.chats.app.inference;
        let asked = sources.asked(&self.persona, inference);
        let known = match &asked {
            Some(asked) => self.chats.answers.look_up(asked, &sources.readable).await?,
            None => Known::Nothing,
        };
        match &known {
            Known::Approved(kept) => return Ok(self.give(kept, Origin::Approved)),
            Known::Class(kept) => return Ok(self.give(kept, Origin::Class)),
            Known::Rejected | Known::Nothing => {}
        }
        let messages = match sources.step(&self.persona, inference) {
            Step::Refuse(words) => return Ok(Outcome::new(AnswerStatus::Refused, words)),
            Step::Quote => return Ok(quote(sources, "model_language")),
            // The model would only say the same again.
            Step::Write(_) if matches!(known, Known::Rejected) => {
                return Ok(quote(sources, "rejected"));
            }
            Step::Write(messages) => messages,
        };
        let seat = self.board(asked, messages).await;
        match self.follow(seat).await {
            Ok(outcome) => Ok(outcome),
            Err(error) => match error.code() {
                Code::QueueFull => Ok(Outcome {
                    status: AnswerStatus::Busy,
                    ..quote(sources, "queue_full")
                }),
                Code::Unavailable => Ok(quote(sources, "model_unavailable")),
                _ => Err(error),
            },
        }
    }

    /// Shows a kept answer like one that was written just now.
    fn give(&self, kept: &Kept, origin: Origin) -> Outcome {
        self.live.update(|state| {
            state.started = true;
            state.text.clone_from(&kept.text);
        });
        Outcome {
            origin,
            kept: Some(kept.id),
            ..Outcome::new(AnswerStatus::Complete, kept.text.clone())
        }
    }

    /// A seat on the answer: one that is being written for somebody who asked
    /// the same, or a new one. Answers without passages are shared by nobody.
    async fn board(&self, asked: Option<Asked>, messages: Vec<ChatMessage>) -> (Seat, bool) {
        let chats = &self.chats;
        let asked = asked.filter(|asked| !asked.passages.is_empty());
        let (seat, landing) = match &asked {
            Some(asked) => match chats.answers.board(asked, chats.closing()).await {
                Boarding::Joined(seat) => return (seat, false),
                Boarding::Began(seat, landing) => (seat, landing),
            },
            None => chats.answers.alone(chats.closing()),
        };
        let (org, user, staff) = (self.actor.org, self.actor.user, self.actor.is_staff());
        let request = Generate {
            id: 0,
            scope: org.number(),
            person: user.number(),
            lane: match staff {
                true => Lane::Teacher,
                false => Lane::Pupil,
            },
            prompt: Prompt::Chat(messages),
            max_tokens: MOST_TOKENS,
            least_tokens: LEAST_TOKENS,
            temperature: 0.0,
            top_p: 1.0,
            seed: 0,
            stop: Vec::new(),
            schema: None,
            guesses: true,
        };
        // Guests are told that what they ask goes with them.
        let kept_for = asked.filter(|_| self.actor.role != Role::Guest);
        let (app, answers) = (chats.app.clone(), chats.answers.clone());
        chats.spawn(writing::run(app, answers, landing, kept_for, request));
        (seat, true)
    }

    /// Shows what is known of the answer until it ends, is stopped, or nobody
    /// watches any more. What it cost is counted once, for who `began` it.
    async fn follow(&self, (mut seat, began): (Seat, bool)) -> Result<Outcome> {
        let asked = Instant::now();
        let mut watched = asked;
        let mut tick = interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                () = seat.changed() => {}
                () = self.live.cancel.cancelled() => {
                    let written = seat.look(|known| support::tidy(&known.text, true));
                    return Ok(Outcome::new(AnswerStatus::Cancelled, written));
                }
                _ = tick.tick() => {
                    if self.live.listeners() > 0 {
                        watched = Instant::now();
                    } else if watched.elapsed() > GRACE {
                        self.live.cancel.cancel();
                    }
                    continue;
                }
            }
            let end = seat.look(|known| {
                self.live.update(|state| {
                    state.queue = known.queue;
                    state.started = known.started;
                    // What is shown already is the beginning of what is known.
                    let more = known.text.get(state.text.len()..);
                    state.text.push_str(more.unwrap_or_default());
                });
                known.end.clone().map(|end| (end, known.text.clone()))
            });
            if let Some((end, written)) = end {
                return ended(end, written, began);
            }
            if let Some(wait) = seat.look(wait_behind_others)
                && asked.elapsed() + wait > LONGEST_WAIT
            {
                return Err(Error::new(Code::QueueFull, "Too many ask before."));
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

/// How long an answer that is not begun still waits, if others come first: a
/// slow box may take its time to read a question that nobody holds up.
fn wait_behind_others(known: &Progress) -> Option<Duration> {
    let (place, wait_s) = known.queue.filter(|_| !known.started)?;
    (place > 1).then(|| Duration::from_secs(wait_s.into()))
}

/// The lessons' own words as the answer.
fn quote(sources: &Sources, why: &'static str) -> Outcome {
    match sources.quote() {
        Ok(words) => Outcome::new(AnswerStatus::Quoted, words).because(why),
        Err(words) => Outcome::new(AnswerStatus::Refused, words).because(why),
    }
}

/// A panic as an error: a bug in one answer must not leave it unfinished.
pub async fn unless_panic<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // What the work shares with others is behind locks that outlive a panic.
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    ended.unwrap_or_else(|_| Err(anyhow::anyhow!("making the answer panicked").into()))
}

/// An answer that others wrote to this end.
fn ended(end: End, written: String, began: bool) -> Result<Outcome> {
    let (finish, usage) = match end {
        End::Written(finish, usage) => (finish, usage),
        End::Broken(code) => {
            let why = match code {
                FailureCode::Unavailable => {
                    return Err(Error::new(Code::Unavailable, "No worker came back."));
                }
                FailureCode::KilledWorker => code.as_str(),
                FailureCode::PromptTooLong => "prompt_too_long",
                _ => "interrupted",
            };
            return Ok(Outcome::new(AnswerStatus::Failed, written).because(why));
        }
        End::Refused(code) => return Err(Error::new(code, "Nothing could be written.")),
    };
    let (status, cut_off) = match finish {
        Finish::Stop => (AnswerStatus::Complete, false),
        Finish::Length => (AnswerStatus::Complete, true),
        Finish::Cancelled => (AnswerStatus::Cancelled, true),
    };
    let mut text = support::tidy(&written, cut_off);
    // There was no whole sentence to end with.
    if finish == Finish::Length && !text.is_empty() && !support::is_whole(&text) {
        text.push('…');
    }
    Ok(Outcome {
        usage: if began { usage } else { Usage::default() },
        ..Outcome::new(status, text)
    })
}

/// The checked sentences with the numbers and offsets the browser uses.
pub fn sentences(answer: &str, passages: &[PassageBody]) -> Vec<Sentence> {
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
