//! Tutors: what a school's personas are called, how they speak, which lessons
//! they answer from, and who may ask them.
//!
//! A tutor is for the school, for some classes or for its staff. Membership is asked
//! for with every question (`sql/may_ask.sql`), as it is for lessons.

mod http;
mod noted;
pub mod prompt;
mod store;

pub use http::routes;
pub(crate) use store::hand_over;

use std::collections::{HashMap, HashSet};

use crate::accounts::Actor;
use crate::audit::{self, By};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{ClassId, Language, LessonId, OrgId, PersonaId, Timestamp, UserId};
use crate::word_enum;

word_enum! {
    /// The language a tutor answers in.
    Speaks {
        /// The language of the question.
        Auto = "auto",
        /// Kinyarwanda.
        Kinyarwanda = "rw",
        /// English.
        English = "en",
        /// French.
        French = "fr",
        /// Swahili.
        Swahili = "sw",
    }
}

impl Speaks {
    /// The language to answer in: the tutor's own, or the one the question is in.
    pub fn language(self, of_question: Language) -> Language {
        match self {
            Self::Auto => of_question,
            Self::Kinyarwanda => Language::Kinyarwanda,
            Self::English => Language::English,
            Self::French => Language::French,
            Self::Swahili => Language::Swahili,
        }
    }
}

word_enum! {
    /// How a tutor sounds.
    Tone {
        /// Warm and encouraging.
        Friendly = "friendly",
        /// Even and patient.
        Calm = "calm",
        /// Short and exact.
        Strict = "strict",
        /// Light, with small comparisons.
        Playful = "playful",
    }
}

/// The lessons a tutor may answer from, of those the pupil may read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Allowed {
    /// Every lesson.
    All,
    /// These lessons only.
    Only {
        /// Their ids.
        ids: Vec<LessonId>,
    },
}

/// How a tutor behaves; what `PUT /personas/{id}/settings` replaces.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"language": "auto", "tone": "friendly", "lessons": {"mode": "all"},
    "only_from_lessons": true, "suggestions": ["What do leaves need?"], "greeting": null}))]
pub struct Settings {
    /// Language of the answers.
    pub language: Speaks,
    /// How it sounds.
    pub tone: Tone,
    /// Lessons it answers from.
    pub lessons: Allowed,
    /// Refuse what the lessons do not answer.
    pub only_from_lessons: bool,
    /// Questions offered to begin with; at most 6 of 200 characters.
    #[serde(default)]
    pub suggestions: Vec<String>,
    /// What it says first; at most 500 characters.
    #[serde(default)]
    pub greeting: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Speaks::Auto,
            tone: Tone::Friendly,
            lessons: Allowed::All,
            only_from_lessons: true,
            suggestions: Vec::new(),
            greeting: None,
        }
    }
}

/// Whom a tutor is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Whether learners may ask it; staff always may.
    pub shared: bool,
    /// The classes whose learners may, when not all of the school.
    pub classes: Option<Vec<ClassId>>,
}

impl Default for Audience {
    fn default() -> Self {
        Self {
            shared: true,
            classes: None,
        }
    }
}

/// A tutor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Persona {
    /// Its id.
    pub id: PersonaId,
    /// Whose it is.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What it teaches.
    pub subject: Option<String>,
    /// How it behaves.
    pub settings: Settings,
    /// Whether learners may ask it; off while it is paused.
    pub active: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The tutors of a box. Cheap to clone.
#[derive(Clone)]
pub struct Personas {
    app: App,
}

impl Personas {
    /// The tutors in the app's database.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// The tutors a person may ask; staff see inactive ones too.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Persona>> {
        let (org, learner) = (actor.org, learner(actor));
        let core = &self.app.db.core;
        let mut personas = core
            .read(move |conn| store::list(conn, org, learner))
            .await?;
        if learner.is_some() {
            personas.iter_mut().for_each(hide_classes);
        }
        Ok(personas)
    }

    /// One tutor, if this person may ask it.
    pub async fn get(&self, actor: &Actor, id: PersonaId) -> Result<Persona> {
        let (org, learner) = (actor.org, learner(actor));
        let core = &self.app.db.core;
        let mut persona = core
            .read(move |conn| store::for_asker(conn, org, id, learner))
            .await?;
        if learner.is_some() {
            hide_classes(&mut persona);
        }
        Ok(persona)
    }

    /// The names of all tutors of a school, also of those somebody may not ask any
    /// more: chats with them stay readable.
    pub async fn names(&self, org: OrgId) -> Result<HashMap<PersonaId, String>> {
        let core = &self.app.db.core;
        core.read(move |conn| store::names(conn, org)).await
    }

    /// Makes a tutor.
    pub async fn create(
        &self,
        by: By,
        name: String,
        subject: Option<String>,
        settings: Settings,
        audience: Audience,
    ) -> Result<Persona> {
        let (org, now) = (by.org, self.app.clock.now());
        let mut persona = Persona {
            id: PersonaId::new(),
            org,
            name,
            subject,
            settings,
            active: true,
            audience,
            created_at: now,
            updated_at: now,
        };
        tidy(&mut persona)?;
        let core = &self.app.db.core;
        let write = move |conn: &_| {
            store::save(conn, &persona, true)?;
            store::set_classes(conn, &persona)?;
            audit::record(conn, by, noted::made(&persona), now)?;
            store::get(conn, org, persona.id)
        };
        core.write(write).await
    }

    /// Changes a tutor. `edit` gets it as it is at that moment, so two people
    /// who change different things both keep their change.
    pub async fn change(
        &self,
        by: By,
        id: PersonaId,
        edit: impl FnOnce(&mut Persona) + Send + 'static,
    ) -> Result<Persona> {
        let (org, now) = (by.org, self.app.clock.now());
        let core = &self.app.db.core;
        core.write(move |conn| {
            let mut persona = store::get(conn, org, id)?;
            let before = persona.clone();
            edit(&mut persona);
            persona.updated_at = now;
            tidy(&mut persona)?;
            store::save(conn, &persona, false)?;
            // A class in the trash is not among them and keeps its tutors.
            if persona.audience.classes != before.audience.classes {
                store::set_classes(conn, &persona)?;
            }
            for note in noted::changes(&before, &persona) {
                audit::record(conn, by, note, now)?;
            }
            store::get(conn, org, id)
        })
        .await
    }

    /// Deletes a tutor; chats with it stay readable.
    pub async fn delete(&self, by: By, id: PersonaId) -> Result<()> {
        let (org, now) = (by.org, self.app.clock.now());
        self.app
            .db
            .core
            .write(move |conn| {
                let persona = store::get(conn, org, id)?;
                store::delete(conn, org, id)?;
                events::append(conn, org, &Event::PersonaRemoved { persona: id }, now)?;
                audit::record(conn, by, noted::deleted(&persona), now)
            })
            .await
    }
}

/// The person, if it is a learner or a guest, who may ask only some tutors.
fn learner(actor: &Actor) -> Option<UserId> {
    (!actor.is_staff()).then_some(actor.user)
}

/// Which other classes a tutor is kept for is not a learner's business.
fn hide_classes(persona: &mut Persona) {
    persona.audience.classes = None;
}

/// Trims a tutor's texts, checks their lengths and counts each lesson once.
fn tidy(persona: &mut Persona) -> Result<()> {
    let within = |field, text: &str, least: usize, most: usize| {
        let length = text.chars().count();
        if length < least || length > most {
            let detail = format!("Give {least} to {most} characters.");
            return Err(Error::invalid(field, detail));
        }
        Ok(())
    };
    let trimmed = |text: &mut Option<String>| {
        *text = text
            .take()
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty());
    };
    persona.name = persona.name.trim().to_owned();
    within("name", &persona.name, 1, 80)?;
    trimmed(&mut persona.subject);
    within(
        "subject",
        persona.subject.as_deref().unwrap_or_default(),
        0,
        80,
    )?;
    let settings = &mut persona.settings;
    if let Allowed::Only { ids } = &mut settings.lessons {
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
    }
    trimmed(&mut settings.greeting);
    within(
        "greeting",
        settings.greeting.as_deref().unwrap_or_default(),
        0,
        500,
    )?;
    settings.suggestions = settings
        .suggestions
        .iter()
        .map(|s| s.trim().to_owned())
        .filter(|s| !s.is_empty())
        .collect();
    if settings.suggestions.len() > 6 {
        return Err(Error::invalid("suggestions", "Give at most 6 questions."));
    }
    for suggestion in &settings.suggestions {
        within("suggestions", suggestion, 1, 200)?;
    }
    Ok(())
}
