//! The trash over HTTP: classes and people that were deleted, and the way back.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::ClassBody;
use crate::accounts::{Role, Staff, gone_at};
use crate::classes::Classes;
use crate::error::Result;
use crate::http::extract::{Json, Path};
use crate::types::{ClassId, Timestamp, UserId};

pub(super) fn routes() -> OpenApiRouter<Classes> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(show_trash))
        .routes(utoipa_axum::routes!(restore_class))
}

/// What was deleted and can be brought back; the last first.
#[derive(Serialize, ToSchema)]
struct Trash {
    /// For teachers, those they are members of.
    classes: Vec<TrashedClassBody>,
    /// For administrators.
    people: Vec<TrashedPersonBody>,
}

/// A class in the trash.
#[derive(Serialize, ToSchema)]
#[schema(as = TrashedClass)]
struct TrashedClassBody {
    id: ClassId,
    name: String,
    trashed_at: Timestamp,
    /// When it is deleted for good.
    until: Timestamp,
}

/// A person in the trash.
#[derive(Serialize, ToSchema)]
#[schema(as = TrashedPerson)]
struct TrashedPersonBody {
    id: UserId,
    name: String,
    /// The name the person signed in with; somebody else may have it by now.
    username: String,
    role: Role,
    trashed_at: Timestamp,
    /// When the account is deleted for good.
    until: Timestamp,
}

/// What was deleted in the last 30 days, for those who may bring it back.
#[utoipa::path(get, path = "/trash", tag = "classes", responses((status = 200, body = Trash)))]
async fn show_trash(State(classes): State<Classes>, Staff(actor): Staff) -> Result<Json<Trash>> {
    let found = classes.trashed(&actor).await?.into_iter();
    let at = classes.app.clock.moment();
    let people = match actor.role {
        Role::Admin => classes.accounts.trashed_people(actor).await?,
        _ => Vec::new(),
    };
    Ok(Json(Trash {
        classes: found
            .map(|class| TrashedClassBody {
                id: class.id,
                name: class.name,
                trashed_at: class.trashed_at,
                until: gone_at(class.trashed_lived, at),
            })
            .collect(),
        people: people
            .into_iter()
            .map(|person| TrashedPersonBody {
                id: person.id,
                name: person.name,
                username: person.username,
                role: person.role,
                trashed_at: person.trashed_at,
                until: gone_at(person.trashed_lived, at),
            })
            .collect(),
    }))
}

/// Brings a class back from the trash.
#[utoipa::path(post, path = "/classes/{id}/restore", tag = "classes",
    params(("id" = ClassId, Path)), responses(
        (status = 200, body = ClassBody),
        (status = 409, description = "The name is taken by now"),
    ))]
async fn restore_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
) -> Result<Json<ClassBody>> {
    let restored = classes.restore(&actor, id).await?;
    Ok(Json(classes.body(&actor, restored)))
}
