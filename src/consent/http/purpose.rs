//! The purpose text, for everybody who wants to read it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::consent::{Consents, Form, Purpose, Section, VERSION};
use crate::error::{Error, Result};
use crate::http::{Json, Query};
use crate::types::Language;

pub(super) fn routes() -> OpenApiRouter<Consents> {
    OpenApiRouter::new().routes(utoipa_axum::routes!(show_purpose))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// In which language; Kinyarwanda unless said.
    #[param(inline)]
    language: Option<Language>,
    /// Which text; the newest unless said.
    version: Option<u32>,
}

/// What the box keeps about children, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Purpose)]
struct PurposeBody {
    version: u32,
    /// The version of the newest text.
    newest: u32,
    language: Language,
    title: &'static str,
    /// Paragraphs before the first section.
    #[schema(value_type = Vec<String>)]
    intro: Vec<&'static str>,
    sections: Vec<SectionBody>,
    form: Form,
}

/// A part of the text.
#[derive(Serialize, ToSchema)]
#[schema(as = PurposeSection)]
struct SectionBody {
    title: &'static str,
    /// Its paragraphs.
    #[schema(value_type = Vec<String>)]
    text: Vec<&'static str>,
    /// Its list, after them.
    #[schema(value_type = Vec<String>)]
    points: Vec<&'static str>,
}

impl From<Section> for SectionBody {
    fn from(section: Section) -> Self {
        Self {
            title: section.title,
            text: section.text,
            points: section.points,
        }
    }
}

/// What the box keeps about children, why, and what parents may ask for.
#[utoipa::path(get, path = "/purpose", tag = "consent", security(()), params(Which),
    responses(
        (status = 200, body = PurposeBody),
        (status = 404, description = "There is no such text"),
    ))]
async fn show_purpose(Query(which): Query<Which>) -> Result<Json<PurposeBody>> {
    let language = which.language.unwrap_or(Language::Kinyarwanda);
    let version = which.version.unwrap_or(VERSION);
    let purpose = Purpose::find(version, language).ok_or_else(|| Error::not_found("text"))?;
    Ok(Json(PurposeBody {
        version,
        newest: VERSION,
        language,
        title: purpose.title,
        intro: purpose.intro,
        form: purpose.form,
        sections: purpose
            .sections
            .into_iter()
            .map(SectionBody::from)
            .collect(),
    }))
}
