//! Having one answer written by the model, for all who wait for it.
//!
//! It knows no pupil: it tells what it knows to the flight, from which every
//! pupil's task takes it. What came to its end is kept before the flight
//! leaves the list, so that whoever asks next finds one of the two.

use super::answer::unless_panic;
use super::support;
use crate::answers::{Answers, Asked, End, Flight, Landing};
use crate::error::{Code, Result};
use crate::inference::generation::Generation;
use crate::inference::protocol::{Finish, Generate, Reply, Usage};
use crate::state::App;

/// Writes the answer and, when it was `asked` in a way others may ask too,
/// keeps it.
pub async fn run(
    app: App,
    answers: Answers,
    landing: Landing,
    asked: Option<Asked>,
    request: Generate,
) {
    let flight = landing.flight();
    let end = unless_panic(write(&app, flight, request)).await;
    let end = end.unwrap_or_else(|error| {
        if error.code() == Code::Internal {
            tracing::error!(%error, "chat.writing_failed");
        }
        End::Refused(error.code())
    });
    let is_whole = matches!(end, End::Written(Finish::Stop, _));
    flight.update(|known| known.end = Some(end));
    if let (Some(asked), true) = (asked, is_whole) {
        let text = flight.look(|known| support::tidy(&known.text, false));
        if let Err(error) = answers.keep(asked, text).await {
            tracing::warn!(%error, "chat.answer_not_kept");
        }
    }
}

async fn write(app: &App, flight: &Flight, request: Generate) -> Result<End> {
    let cancelled = End::Written(Finish::Cancelled, Usage::default());
    let replies = tokio::select! {
        replies = app.inference.generate(request) => replies?,
        () = flight.cancel.cancelled() => return Ok(cancelled),
    };
    Ok(pass_on(flight, replies).await.unwrap_or(cancelled))
}

/// Passes the model's words on, to the end.
async fn pass_on(flight: &Flight, mut replies: Generation) -> Option<End> {
    loop {
        let reply = tokio::select! {
            reply = replies.next() => reply?,
            () = flight.cancel.cancelled() => {
                // Dropping the replies tells the engine.
                return Some(End::Written(Finish::Cancelled, Usage::default()));
            }
        };
        match reply {
            Reply::Queued {
                position, wait_ms, ..
            } => {
                let estimate = wait_ms.div_ceil(1000);
                flight.update(|known| known.queue = Some((position, estimate)));
            }
            Reply::Started { .. } => flight.update(|known| known.started = true),
            Reply::Token { text, .. } => flight.update(|known| {
                known.started = true;
                known.text.push_str(&text);
            }),
            Reply::Done { finish, usage, .. } => {
                tracing::info!(
                    prompt.tokens = usage.prompt_tokens,
                    prompt.reused = usage.reused_tokens,
                    prompt.ms = usage.prompt_ms,
                    answer.tokens = usage.answer_tokens,
                    answer.ms = usage.answer_ms,
                    "chat.answered"
                );
                return Some(End::Written(finish, usage));
            }
            Reply::Failed { code, detail, .. } => {
                tracing::warn!(code = code.as_str(), detail, "chat.worker_failed");
                return Some(End::Broken(code));
            }
            _ => {}
        }
    }
}
