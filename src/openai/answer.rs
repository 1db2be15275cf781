//! The answer to a program, piece by piece: what the model writes, or what a
//! tutor says with its passages and checked sentences at the end.

use super::keys::Key;
use super::request::TutorRequest;
use super::wire::Grounds;
use super::writing::{Wanted, Writing, Written};
use super::{OpenAi, Refused};
use crate::answers::{Kept, Known, Origin};
use crate::chat::{self, AnswerStatus, MOST_TOKENS, Sources, Step, Unmarked, refers_back};
use crate::error::Code;
use crate::inference::protocol::{Finish, Prompt, Usage};
use crate::lessons::PassageBody;
use crate::personas::Persona;

/// An answer in progress.
pub struct Answer {
    from: From,
    tutor: Option<Tutor>,
}

enum From {
    /// The model writes it.
    Model(Box<Writing>),
    /// It is there already.
    Words(String),
    /// Only its end is left.
    Ended(Finish, Usage),
}

/// What a tutor adds.
struct Tutor {
    status: AnswerStatus,
    origin: Origin,
    passages: Vec<PassageBody>,
    unmarked: Unmarked,
    /// What was passed on so far.
    said: String,
}

/// More of an answer, or its end.
pub enum Piece {
    Text(String),
    End(Ending),
}

/// How an answer ended.
pub struct Ending {
    /// OpenAI's word.
    pub finish: &'static str,
    pub usage: Usage,
    pub grounds: Option<Grounds>,
}

impl Answer {
    /// The model's own answer.
    pub async fn of_model(openai: &OpenAi, key: &Key, wanted: Wanted) -> Result<Self, Refused> {
        let writing = Writing::begin(openai, key, wanted).await?;
        Ok(Self {
            from: From::Model(Box::new(writing)),
            tutor: None,
        })
    }

    /// A tutor's answer: from the lessons learners may read, a refusal when
    /// they do not answer the question, their own words when no model writes.
    ///
    /// # Errors
    /// `queue_full` carries the passages.
    pub async fn of_tutor(
        openai: &OpenAi,
        key: &Key,
        persona: &Persona,
        request: TutorRequest,
    ) -> Result<Self, Refused> {
        let TutorRequest {
            question,
            earlier,
            mut wanted,
        } = request;
        let earlier = earlier.filter(|_| refers_back(&question));
        let (lessons, reader) = (&openai.lessons, key.reader());
        let sources = Sources::find(lessons, &reader, persona, None, question, earlier).await?;
        let known = match sources.asked(persona, &openai.app.inference) {
            Some(asked) => openai.answers.look_up(&asked, &sources.readable).await?,
            None => Known::Nothing,
        };
        match known {
            Known::Approved(kept) => return Ok(given(kept, Origin::Approved, sources)),
            // What a teacher decided holds however a program asks; what the tutor
            // wrote before is given to those who ask for what it would write.
            Known::Class(kept) if wanted.is_as_tutors_write(MOST_TOKENS) => {
                return Ok(given(kept, Origin::Class, sources));
            }
            Known::Rejected => return Ok(quoted(sources)),
            Known::Class(_) | Known::Nothing => {}
        }
        let messages = match sources.step(persona, &openai.app.inference) {
            Step::Refuse(words) => return Ok(said(AnswerStatus::Refused, words, sources)),
            Step::Quote => return Ok(quoted(sources)),
            Step::Write(messages) => messages,
        };
        wanted.prompt = Prompt::Chat(messages);
        match Writing::begin(openai, key, wanted).await {
            Ok(writing) => Ok(Self {
                from: From::Model(Box::new(writing)),
                tutor: Some(Tutor::new(AnswerStatus::Complete, sources.passages)),
            }),
            Err(refused) => match refused.error.code() {
                Code::Unavailable if !openai.closing.is_cancelled() => Ok(quoted(sources)),
                Code::QueueFull => Err(Refused {
                    passages: sources.passages,
                    ..refused
                }),
                _ => Err(refused),
            },
        }
    }

    /// What comes next; after the end, nothing may be asked.
    pub async fn next(&mut self) -> Result<Piece, Refused> {
        loop {
            let (text, end) = match &mut self.from {
                From::Model(writing) => match writing.next().await? {
                    Written::Text(text) => (text, None),
                    Written::End(finish, usage) => (String::new(), Some((finish, usage))),
                },
                From::Words(words) => {
                    let words = std::mem::take(words);
                    (words, Some((Finish::Stop, Usage::default())))
                }
                From::Ended(finish, usage) => {
                    let (finish, usage) = (*finish, *usage);
                    return Ok(Piece::End(self.ending(finish, usage)));
                }
            };
            let text = match &mut self.tutor {
                Some(tutor) => tutor.pass_on(text, end.is_some()),
                None => text,
            };
            if let Some((finish, usage)) = end {
                self.from = From::Ended(finish, usage);
            }
            if !text.is_empty() {
                return Ok(Piece::Text(text));
            }
        }
    }

    fn ending(&mut self, finish: Finish, usage: Usage) -> Ending {
        Ending {
            finish: match finish {
                Finish::Length => "length",
                Finish::Stop | Finish::Cancelled => "stop",
            },
            usage,
            grounds: self.tutor.take().map(Tutor::grounds),
        }
    }
}

impl Tutor {
    fn new(status: AnswerStatus, passages: Vec<PassageBody>) -> Self {
        Self {
            status,
            origin: Origin::Model,
            passages,
            unmarked: Unmarked::default(),
            said: String::new(),
        }
    }

    /// The text without citation marks of the model's own.
    fn pass_on(&mut self, text: String, last: bool) -> String {
        let mut clean = self.unmarked.push(&text);
        if last {
            clean.push_str(&self.unmarked.rest());
        }
        self.said.push_str(&clean);
        clean
    }

    fn grounds(self) -> Grounds {
        let sentences = match self.status {
            AnswerStatus::Refused => Vec::new(),
            _ => chat::sentences(&self.said, &self.passages),
        };
        Grounds {
            status: self.status,
            origin: self.origin,
            passages: self.passages,
            sentences,
        }
    }
}

fn quoted(sources: Sources) -> Answer {
    match sources.quote() {
        Ok(words) => said(AnswerStatus::Quoted, &words, sources),
        Err(words) => said(AnswerStatus::Refused, words, sources),
    }
}

fn given(kept: Kept, origin: Origin, sources: Sources) -> Answer {
    let tutor = Tutor {
        origin,
        ..Tutor::new(AnswerStatus::Complete, sources.passages)
    };
    Answer {
        from: From::Words(kept.text),
        tutor: Some(tutor),
    }
}

fn said(status: AnswerStatus, words: &str, sources: Sources) -> Answer {
    Answer {
        from: From::Words(words.to_owned()),
        tutor: Some(Tutor::new(status, sources.passages)),
    }
}
