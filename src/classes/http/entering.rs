//! Signing in by one's class over HTTP.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::ClassBody;
use crate::accounts::{Browser, Me, Staff, Way, refused, with_cookies};
use crate::classes::Classes;
use crate::classes::entering::Door;
use crate::config::Secret;
use crate::error::Result;
use crate::http::extract::{Json, Path};
use crate::types::{ClassId, UserId};

pub(super) fn routes() -> OpenApiRouter<Classes> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(open_class))
        .routes(utoipa_axum::routes!(show_door))
        .routes(utoipa_axum::routes!(enter))
}

/// How long a class is held open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"minutes": 60, "renew": false}))]
struct Opening {
    /// Minutes from now; 0 closes it, absent it stays. A term at most.
    minutes: Option<u32>,
    /// Whether it gets another code.
    #[serde(default)]
    renew: bool,
}

/// A class's code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "K7MP2AXW"}))]
struct ClassCode {
    /// As it was typed.
    #[schema(example = "K7MP2AXW")]
    code: String,
}

/// A class as those see it who have its code.
#[derive(Serialize, ToSchema)]
struct ClassDoor {
    school: String,
    class: String,
    /// By name.
    names: Vec<ClassName>,
}

/// Somebody one can sign in as.
#[derive(Serialize, ToSchema)]
struct ClassName {
    id: UserId,
    name: String,
    /// What the learner signs in with.
    way: Way,
}

impl From<Door> for ClassDoor {
    fn from(door: Door) -> Self {
        let names = door.names.into_iter().map(|name| ClassName {
            id: name.id,
            name: name.name,
            way: name.way,
        });
        Self {
            school: door.school,
            class: door.class,
            names: names.collect(),
        }
    }
}

/// A learner of a class who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "K7MP2AXW", "user": "01900000-0000-7000-8000-000000000000",
    "secret": "4821"}))]
struct Entering {
    /// The class's code.
    code: String,
    /// Who it is, of the names of the class.
    user: UserId,
    /// Digits as `4821`, pictures as `rabbit-sun-fish-key`, or a password.
    #[schema(value_type = String, format = Password)]
    secret: Secret<String>,
    /// Whether the device is the learner's own, to stay signed in on it.
    #[serde(default)]
    own_device: bool,
}

/// Holds a class open for signing in, or closes it.
#[utoipa::path(put, path = "/classes/{id}/door", tag = "classes", params(("id" = ClassId, Path)),
    request_body = Opening, responses(
        (status = 200, body = ClassBody),
        (status = 409, description = "The class is over"),
    ))]
async fn open_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
    Json(body): Json<Opening>,
) -> Result<Json<ClassBody>> {
    let opened = classes.open(&actor, id, body.minutes, body.renew).await?;
    Ok(Json(classes.body(&actor, opened)))
}

/// The names of an open class, for whoever has its code.
#[utoipa::path(post, path = "/auth/class", tag = "auth", security(()), request_body = ClassCode,
    responses((status = 200, body = ClassDoor)))]
async fn show_door(
    State(classes): State<Classes>,
    Json(body): Json<ClassCode>,
) -> Result<Json<ClassDoor>> {
    Ok(Json(classes.door(&body.code).await?.into()))
}

/// Signs in a learner of an open class.
#[utoipa::path(post, path = "/auth/class/login", tag = "auth", security(()),
    request_body = Entering,
    responses(
        (status = 200, body = Me, description = "Cookies are set"),
        (status = 401, description = "Wrong digits, pictures or password"),
    ))]
async fn enter(
    State(classes): State<Classes>,
    browser: Browser,
    Json(body): Json<Entering>,
) -> Response {
    let browser = browser.shared(!body.own_device);
    let entered = classes.enter(&body.code, body.user, body.secret, browser.clone());
    match entered.await {
        Ok(entered) => with_cookies(entered),
        Err(error) => refused(error, &browser),
    }
}
