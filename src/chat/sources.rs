//! What a tutor has before any model writes: the passages for a question, and
//! whether to refuse, to quote them or to let the model write from them. Chats
//! and programs that address a tutor as a model share it.

use super::{support, texts};
use crate::accounts::Actor;
use crate::answers::{Asked, Question, fingerprint};
use crate::error::Result;
use crate::inference::Inference;
use crate::inference::protocol::ChatMessage;
use crate::lessons::{Lessons, PassageBody, Readable};
use crate::personas::prompt::{self, Exchange};
use crate::personas::{Allowed, Persona};
use crate::text;
use crate::types::{Language, LessonId};

/// Passages shown with an answer.
const SHOWN: usize = 4;
/// Longest answer of a tutor, in tokens, unless somebody asks for another.
pub const MOST_TOKENS: u32 = 220;
/// The same while a whole class waits: three or four sentences.
pub const LEAST_TOKENS: u32 = 96;

/// A question to a tutor and what the lessons say about it.
pub struct Sources {
    /// The question.
    pub question: String,
    /// The exchange it refers to.
    pub earlier: Option<Exchange>,
    /// The language to answer in.
    pub language: Language,
    /// Best first.
    pub passages: Vec<PassageBody>,
    /// Whether they bear on the question.
    pub relevant: bool,
    /// The lessons that were searched.
    pub readable: Vec<Readable>,
    /// The one lesson to answer from.
    lesson: Option<LessonId>,
}

/// What to do about a question.
pub enum Step {
    /// Say this: the lessons do not answer it.
    Refuse(&'static str),
    /// No model writes the language; the lessons' own words are the answer.
    Quote,
    /// Let the model write.
    Write(Vec<ChatMessage>),
}

/// Whether a question is too short to be searched alone, like "And why?".
pub fn refers_back(question: &str) -> bool {
    text::topic_words(question).len() < 2
}

impl Sources {
    /// Searches what `actor` may read and `persona` may answer from, in one
    /// `lesson` only if it is given. Give the `earlier` exchange to a question
    /// that [`refers_back`].
    pub async fn find(
        lessons: &Lessons,
        actor: &Actor,
        persona: &Persona,
        lesson: Option<LessonId>,
        question: String,
        earlier: Option<Exchange>,
    ) -> Result<Self> {
        let query = match &earlier {
            Some(earlier) => format!("{} {question}", earlier.question),
            None => question.clone(),
        };
        let wanted = match (&persona.settings.lessons, lesson) {
            (Allowed::All, None) => None,
            (Allowed::All, Some(lesson)) => Some(vec![lesson]),
            (Allowed::Only { ids }, None) => Some(ids.clone()),
            (Allowed::Only { ids }, Some(lesson)) => {
                Some(ids.iter().copied().filter(|id| *id == lesson).collect())
            }
        };
        let readable = lessons.readable(actor, wanted.as_deref()).await?;
        let scope = Readable::scope(&readable, actor.org);
        let found = lessons.search(scope, &query, SHOWN).await?;
        let passages = found
            .hits
            .iter()
            .zip(1..)
            .map(|(hit, n)| {
                let lesson = readable.iter().find(|l| l.id == hit.passage.lesson);
                let title = lesson.map(|l| l.title.clone());
                PassageBody::new(n, hit, title.unwrap_or_default())
            })
            .collect();
        let asked_in = text::language_of(&question).unwrap_or(actor.language);
        Ok(Self {
            question,
            earlier,
            language: persona.settings.language.language(asked_in),
            passages,
            relevant: found.relevant,
            readable,
            lesson,
        })
    }

    /// What to do about the question.
    pub fn step(&self, persona: &Persona, inference: &Inference) -> Step {
        if !self.relevant && persona.settings.only_from_lessons {
            return Step::Refuse(texts::not_in_lessons(self.language));
        }
        if !inference.llm_speaks(self.language) {
            return Step::Quote;
        }
        let given = self.to_give();
        let earlier = self.earlier.as_ref();
        let messages = prompt::messages(persona, self.language, &given, earlier, &self.question);
        Step::Write(messages)
    }

    /// The question as kept answers know it; none when it refers to an exchange
    /// of its own or says nothing by itself.
    pub fn asked(&self, persona: &Persona, inference: &Inference) -> Option<Asked> {
        if self.earlier.is_some() {
            return None;
        }
        let given = prompt::given(&self.to_give());
        let passages = &self.passages[..given];
        let model = inference.llm_model().unwrap_or_default();
        let (org, language) = (persona.org, self.language);
        Some(Asked {
            org,
            persona: persona.id,
            language,
            question: Question::new(&self.question)?,
            made_from: fingerprint(org, persona, language, &model, self.lesson, passages),
            passages: passages.to_vec(),
        })
    }

    /// The lessons' own words as the answer, or else the words of a refusal.
    pub fn quote(&self) -> std::result::Result<String, &'static str> {
        let quote = support::quote(&self.question, &self.texts());
        match quote.is_empty() {
            true => Err(texts::not_in_lessons(self.language)),
            false => Ok(quote),
        }
    }

    /// The passages a model may be given; none when they do not bear on the question.
    fn to_give(&self) -> Vec<&str> {
        match self.relevant {
            true => self.texts(),
            false => Vec::new(),
        }
    }

    fn texts(&self) -> Vec<&str> {
        self.passages.iter().map(|p| p.text.as_str()).collect()
    }
}
