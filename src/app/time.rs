//! `/api/v1/box/time`: the time the box goes by, and an administrator's word for it.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::status::Status;
use crate::accounts::{Admin, BoxAdmin};
use crate::audit::{self, Action, Note};
use crate::clock::{self, Mark};
use crate::error::Result;
use crate::events::{self, Event};
use crate::http::extract::Json;
use crate::types::Timestamp;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Status> {
    OpenApiRouter::new().routes(utoipa_axum::routes!(show_time, move_time))
}

/// The time the box goes by.
#[derive(Serialize, ToSchema)]
struct BoxTime {
    now: Timestamp,
    /// What the clock of its machine says.
    wall: Timestamp,
    /// Whether that is so far ahead that an administrator must confirm it.
    held_back: bool,
    /// Whether a time server or an administrator stands by `now`, to half a minute. Only
    /// then do codes of phones count.
    known: bool,
}

impl BoxTime {
    fn of(status: &Status) -> Self {
        let view = status.time.view();
        Self {
            now: view.now,
            wall: view.wall,
            held_back: view.held_back,
            known: view.is_known,
        }
    }
}

/// What an administrator's own device says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"time": 1790000000000_i64}))]
struct NewTime {
    /// Not before the time of the box, but for half a minute, and at most five years after.
    time: Timestamp,
}

/// The time the box goes by.
#[utoipa::path(get, path = "/box/time", tag = "box", responses((status = 200, body = BoxTime)))]
async fn show_time(State(status): State<Status>, _: Admin) -> Json<BoxTime> {
    Json(BoxTime::of(&status))
}

/// Stands by a time, which moves that of the box forward; it can not be moved back.
#[utoipa::path(post, path = "/box/time", tag = "box", request_body = NewTime,
    responses((status = 200, body = BoxTime)))]
async fn move_time(
    State(status): State<Status>,
    BoxAdmin(actor): BoxAdmin,
    Json(body): Json<NewTime>,
) -> Result<Json<BoxTime>> {
    let (time, to) = (Arc::clone(&status.time), body.time);
    time.check(to)?;
    let before = time.mark();
    let from = before.now;
    let moved = Event::TimeMoved {
        by: actor.user,
        from,
        to,
    };
    let note = Note::new(Action::TimeMoved);
    let note = note.was(&from.0.to_string()).is(&to.0.to_string());
    let write = move |conn: &_| {
        clock::keep(
            conn,
            &Mark {
                now: to.max(from),
                ..before
            },
        )?;
        events::append(conn, actor.org, &moved, to)?;
        audit::record(conn, actor, note, to)
    };
    // Kept first: a time that was moved and is not kept would be taken back by a restart.
    let core = &status.app.db.core;
    core.write_then(write, move |()| time.advance_to(to))
        .await?;
    tracing::info!(from_ms = from.0, to_ms = to.0, "clock.moved");
    Ok(Json(BoxTime::of(&status)))
}
