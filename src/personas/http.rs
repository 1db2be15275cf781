//! `/api/v1/personas`: tutors over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{Allowed, Audience, Persona, Personas, Settings, Speaks, Tone};
use crate::accounts::{Anyone, Staff};
use crate::error::Result;
use crate::http::extract::{Json, Path, present};
use crate::types::{ClassId, PersonaId, Timestamp};

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Personas> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_personas, create_persona))
        .routes(utoipa_axum::routes!(
            get_persona,
            change_persona,
            delete_persona
        ))
        .routes(utoipa_axum::routes!(persona_settings))
}

impl Personas {
    /// The routes with these tutors.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// A tutor.
#[derive(Serialize, ToSchema)]
#[schema(as = Persona)]
struct PersonaBody {
    id: PersonaId,
    name: String,
    subject: Option<String>,
    #[serde(flatten)]
    settings: Settings,
    /// Whether learners may ask it; off while it is paused.
    active: bool,
    /// Whether it is for learners; staff may always ask it.
    shared: bool,
    /// The classes whose learners may, when not all of the school; for staff.
    classes: Option<Vec<ClassId>>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Persona> for PersonaBody {
    fn from(persona: Persona) -> Self {
        Self {
            id: persona.id,
            name: persona.name,
            subject: persona.subject,
            settings: persona.settings,
            active: persona.active,
            shared: persona.audience.shared,
            classes: persona.audience.classes,
            created_at: persona.created_at,
            updated_at: persona.updated_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct PersonaList {
    personas: Vec<PersonaBody>,
}

/// The tutors this person may ask.
#[utoipa::path(get, path = "/personas", tag = "personas", responses((status = 200, body = PersonaList)))]
async fn list_personas(
    State(personas): State<Personas>,
    Anyone(actor): Anyone,
) -> Result<Json<PersonaList>> {
    let personas = personas.list(&actor).await?;
    Ok(Json(PersonaList {
        personas: personas.into_iter().map(Into::into).collect(),
    }))
}

/// A tutor to make or the fields of one to change; absent fields stay or take
/// their defaults.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Mwarimu", "subject": "Biology", "tone": "calm"}))]
struct PersonaFields {
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    subject: Option<Option<String>>,
    language: Option<Speaks>,
    tone: Option<Tone>,
    lessons: Option<Allowed>,
    only_from_lessons: Option<bool>,
    suggestions: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    greeting: Option<Option<String>>,
    active: Option<bool>,
    /// Whether it is for learners.
    shared: Option<bool>,
    /// The classes whose learners may ask it; `null` for the whole school.
    #[serde(default, deserialize_with = "present")]
    classes: Option<Option<Vec<ClassId>>>,
}

impl PersonaFields {
    fn audience(&self, before: Audience) -> Audience {
        Audience {
            shared: self.shared.unwrap_or(before.shared),
            classes: self.classes.clone().unwrap_or(before.classes),
        }
    }

    fn settings(&self, before: Settings) -> Settings {
        Settings {
            language: self.language.unwrap_or(before.language),
            tone: self.tone.unwrap_or(before.tone),
            lessons: self.lessons.clone().unwrap_or(before.lessons),
            only_from_lessons: self.only_from_lessons.unwrap_or(before.only_from_lessons),
            suggestions: self.suggestions.clone().unwrap_or(before.suggestions),
            greeting: self.greeting.clone().unwrap_or(before.greeting),
        }
    }
}

/// Makes a tutor.
#[utoipa::path(post, path = "/personas", tag = "personas", request_body = PersonaFields,
    responses((status = 201, body = PersonaBody)))]
async fn create_persona(
    State(personas): State<Personas>,
    Staff(actor): Staff,
    Json(fields): Json<PersonaFields>,
) -> Result<(StatusCode, Json<PersonaBody>)> {
    let settings = fields.settings(Settings::default());
    let audience = fields.audience(Audience::default());
    let name = fields.name.unwrap_or_default();
    let subject = fields.subject.flatten();
    let made = personas.create(actor.into(), name, subject, settings, audience);
    Ok((StatusCode::CREATED, Json(made.await?.into())))
}

/// One tutor.
#[utoipa::path(get, path = "/personas/{id}", tag = "personas", params(("id" = PersonaId, Path)),
    responses((status = 200, body = PersonaBody)))]
async fn get_persona(
    State(personas): State<Personas>,
    Anyone(actor): Anyone,
    Path(id): Path<PersonaId>,
) -> Result<Json<PersonaBody>> {
    Ok(Json(personas.get(&actor, id).await?.into()))
}

/// Changes a tutor.
#[utoipa::path(patch, path = "/personas/{id}", tag = "personas", params(("id" = PersonaId, Path)),
    request_body = PersonaFields, responses((status = 200, body = PersonaBody)))]
async fn change_persona(
    State(personas): State<Personas>,
    Staff(actor): Staff,
    Path(id): Path<PersonaId>,
    Json(fields): Json<PersonaFields>,
) -> Result<Json<PersonaBody>> {
    let edit = move |persona: &mut Persona| {
        persona.settings = fields.settings(persona.settings.clone());
        persona.audience = fields.audience(persona.audience.clone());
        if let Some(name) = fields.name {
            persona.name = name;
        }
        if let Some(subject) = fields.subject {
            persona.subject = subject;
        }
        if let Some(active) = fields.active {
            persona.active = active;
        }
    };
    Ok(Json(personas.change(actor.into(), id, edit).await?.into()))
}

/// Replaces how a tutor behaves.
#[utoipa::path(put, path = "/personas/{id}/settings", tag = "personas", params(("id" = PersonaId, Path)),
    request_body = Settings, responses((status = 200, body = PersonaBody)))]
async fn persona_settings(
    State(personas): State<Personas>,
    Staff(actor): Staff,
    Path(id): Path<PersonaId>,
    Json(settings): Json<Settings>,
) -> Result<Json<PersonaBody>> {
    let edit = move |persona: &mut Persona| persona.settings = settings;
    Ok(Json(personas.change(actor.into(), id, edit).await?.into()))
}

/// Deletes a tutor; chats with it stay readable.
#[utoipa::path(delete, path = "/personas/{id}", tag = "personas", params(("id" = PersonaId, Path)),
    responses((status = 204)))]
async fn delete_persona(
    State(personas): State<Personas>,
    Staff(actor): Staff,
    Path(id): Path<PersonaId>,
) -> Result<StatusCode> {
    personas.delete(actor.into(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
