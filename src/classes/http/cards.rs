//! Cards to print for a class over HTTP.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::accounts::{Origin, Staff, Way};
use crate::classes::Classes;
use crate::classes::cards::{BadgeCard, SecretCard};
use crate::error::Result;
use crate::http::extract::{Json, Path};
use crate::types::{ClassId, UserId};

pub(super) fn routes() -> OpenApiRouter<Classes> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(give_secrets))
        .routes(utoipa_axum::routes!(give_badges))
}

/// What the learners of a class are to sign in with from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"way": "pictures"}))]
struct NewClassSecrets {
    /// `pin` or `pictures`.
    way: Way,
}

/// A learner's new secret.
#[derive(Serialize, ToSchema)]
struct SecretCardBody {
    user: UserId,
    name: String,
    /// Its parts in order: digits, or what the pictures show.
    parts: Vec<String>,
}

/// New secrets of a class, shown this once.
#[derive(Serialize, ToSchema)]
struct SecretCards {
    way: Way,
    /// By name.
    cards: Vec<SecretCardBody>,
}

/// Where badges lead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"origin": "http://192.168.1.5:8080"}))]
struct NewBadges {
    /// The beginning of the box's addresses, as learners' phones reach it.
    #[schema(example = "http://192.168.1.5:8080")]
    origin: String,
}

/// A learner's new badge.
#[derive(Serialize, ToSchema)]
struct BadgeCardBody {
    user: UserId,
    name: String,
    /// What to type where the picture can not be scanned.
    code: String,
    /// The picture to scan, as an SVG path over squares of one unit.
    path: String,
    /// Squares in a row of it.
    width: usize,
}

/// New badges of a class, shown this once.
#[derive(Serialize, ToSchema)]
struct BadgeCards {
    /// By name.
    cards: Vec<BadgeCardBody>,
}

/// Gives all learners of a class new digits or pictures; ends their sessions.
#[utoipa::path(post, path = "/classes/{id}/secrets", tag = "classes",
    params(("id" = ClassId, Path)), request_body = NewClassSecrets,
    responses((status = 200, body = SecretCards)))]
async fn give_secrets(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
    Json(body): Json<NewClassSecrets>,
) -> Result<Json<SecretCards>> {
    let cards = classes.give_secrets(&actor, id, body.way).await?;
    let card = |SecretCard { user, name, parts }| SecretCardBody { user, name, parts };
    Ok(Json(SecretCards {
        way: body.way,
        cards: cards.into_iter().map(card).collect(),
    }))
}

/// Gives all learners of a class new badges in place of those they have.
#[utoipa::path(post, path = "/classes/{id}/badges", tag = "classes",
    params(("id" = ClassId, Path)), request_body = NewBadges,
    responses((status = 200, body = BadgeCards)))]
async fn give_badges(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
    Json(body): Json<NewBadges>,
) -> Result<Json<BadgeCards>> {
    let origin = Origin::read(&body.origin)?;
    let cards = classes.give_badges(&actor, id).await?;
    let card = |BadgeCard { user, name, code }: BadgeCard| {
        let scan = origin.scan("/signin/badge", &code)?;
        Ok(BadgeCardBody {
            user,
            name,
            code,
            path: scan.path,
            width: scan.width,
        })
    };
    Ok(Json(BadgeCards {
        cards: cards.into_iter().map(card).collect::<Result<_>>()?,
    }))
}
