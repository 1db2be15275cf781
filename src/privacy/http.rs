//! The routes of what is known of a person, and of erasing it.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::erasing::Wish;
use super::{Counts, OwnLesson, Preview, Privacy, Tombstone};
use crate::accounts::{Actor, Admin, Auth, Role};
use crate::error::Result;
use crate::http::{Json, Path};
use crate::types::{LessonId, UserId};

/// Days after which no copy of core.db on the box holds somebody who was erased.
const COPIES_GO_AFTER_DAYS: u32 = 30;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Privacy> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(export_me))
        .routes(utoipa_axum::routes!(export_person))
        .routes(utoipa_axum::routes!(preview_erasure))
        .routes(utoipa_axum::routes!(erase_person))
        .routes(utoipa_axum::routes!(list_erasures))
}

impl Privacy {
    /// The routes with this data.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// All that is kept about oneself, as an archive of tables, files and an explanation.
#[utoipa::path(get, path = "/auth/me/export", tag = "auth",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
async fn export_me(State(privacy): State<Privacy>, Auth(actor): Auth) -> Result<Response> {
    archive(&privacy, actor, actor.user).await
}

/// The same about somebody of the school, in the trash or not. Who saved it is in the log.
#[utoipa::path(get, path = "/users/{id}/export", tag = "users", params(("id" = UserId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip")))]
async fn export_person(
    State(privacy): State<Privacy>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
) -> Result<Response> {
    archive(&privacy, actor, id).await
}

async fn archive(privacy: &Privacy, actor: Actor, user: UserId) -> Result<Response> {
    let pieces = privacy.archive(actor, user).await?;
    // The name of a file stays in lists of downloads; a person's is not for these.
    let disposition = "attachment; filename=\"my-data.zip\"";
    let heads = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    let heads = heads.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((heads, Body::from_stream(pieces)).into_response())
}

/// What would go with somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasurePreview)]
struct PreviewBody {
    id: UserId,
    name: String,
    role: Role,
    counts: Counts,
    /// Lessons the person brought in; those that are not chosen stay with the school.
    lessons: Vec<OwnLesson>,
    /// Days until the last copy of the database with the person in it is gone.
    copies_go_after_days: u32,
}

impl From<Preview> for PreviewBody {
    fn from(preview: Preview) -> Self {
        Self {
            id: preview.person.id,
            name: preview.person.name,
            role: preview.person.role,
            counts: preview.counts,
            lessons: preview.lessons,
            copies_go_after_days: COPIES_GO_AFTER_DAYS,
        }
    }
}

/// What erasing somebody, in the trash or not, would take along; nothing is done yet.
#[utoipa::path(get, path = "/users/{id}/erasure", tag = "users", params(("id" = UserId, Path)),
    responses(
        (status = 200, body = PreviewBody),
        (status = 409, description = "Oneself, or the last administrator"),
    ))]
async fn preview_erasure(
    State(privacy): State<Privacy>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
) -> Result<Json<PreviewBody>> {
    Ok(Json(privacy.preview(actor, id).await?.into()))
}

/// Who is to be erased, and what goes along.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EraseUser, example = json!({"name": "Uwase Keza"}))]
struct EraseBody {
    /// The person's name once more, so that nobody is erased by a slip.
    name: String,
    /// Lessons of the person that are deleted too.
    #[serde(default)]
    lessons: Vec<LessonId>,
    /// Who of the staff takes over the others; whoever asks unless said.
    heir: Option<UserId>,
}

/// Erases somebody, in the trash or not, for good. There is no way back.
#[utoipa::path(post, path = "/users/{id}/erase", tag = "users", params(("id" = UserId, Path)),
    request_body = EraseBody, responses(
        (status = 200, body = Tombstone, description = "The rows are gone; files follow"),
        (status = 409, description = "Oneself, the last administrator, or a list is being \
                                      carried out"),
        (status = 507, description = "The disk is full"),
    ))]
async fn erase_person(
    State(privacy): State<Privacy>,
    Admin(actor): Admin,
    Path(id): Path<UserId>,
    Json(body): Json<EraseBody>,
) -> Result<Json<Tombstone>> {
    let wish = Wish {
        name: body.name,
        lessons: body.lessons,
        heir: body.heir,
    };
    Ok(Json(privacy.erase(actor, id, wish).await?))
}

#[derive(Serialize, ToSchema)]
struct ErasureList {
    /// The last one first, 500 at most.
    erasures: Vec<Tombstone>,
}

/// Who was erased, without names, and whether files and indexes are clean already.
#[utoipa::path(get, path = "/erasures", tag = "users",
    responses((status = 200, body = ErasureList)))]
async fn list_erasures(
    State(privacy): State<Privacy>,
    Admin(actor): Admin,
) -> Result<Json<ErasureList>> {
    let erasures = privacy.erasures(actor).await?;
    Ok(Json(ErasureList { erasures }))
}
