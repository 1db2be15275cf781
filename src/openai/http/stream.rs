//! An answer as server-sent events, ending with `[DONE]`. Dropping the stream
//! drops the answer, and with it the work in the engine.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use serde_json::json;

use super::super::answer::{Answer, Piece};
use super::super::wire::Frame;

/// Comments that keep a waiting program and the ways to it awake.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

struct Speech {
    frame: Frame,
    /// Gone once it ended.
    answer: Option<Answer>,
    include_usage: bool,
    /// Events to send before the answer is asked for more.
    ready: VecDeque<Event>,
}

/// The events of an answer.
pub fn events(frame: Frame, answer: Answer, include_usage: bool) -> Response {
    let mut speech = Speech {
        ready: VecDeque::new(),
        answer: Some(answer),
        include_usage,
        frame,
    };
    if let Some(opening) = speech.frame.opening() {
        speech.say(&opening);
    }
    let events = stream::unfold(speech, async |mut speech| {
        let event = speech.next().await?;
        Some((Ok::<_, Infallible>(event), speech))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

impl Speech {
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.ready.pop_front() {
            return Some(event);
        }
        match self.answer.as_mut()?.next().await {
            Ok(Piece::Text(text)) => self.say(&self.frame.more(text)),
            Ok(Piece::End(ending)) => {
                self.answer = None;
                let usage = ending.usage;
                self.say(&self.frame.ending(ending));
                if self.include_usage {
                    self.say(&self.frame.usage(usage));
                }
                self.ready.push_back(Event::default().data("[DONE]"));
            }
            Err(refused) => {
                self.answer = None;
                self.say(&json!({"error": refused.body()}));
            }
        }
        self.ready.pop_front()
    }

    fn say(&mut self, event: &impl Serialize) {
        match Event::default().json_data(event) {
            Ok(event) => self.ready.push_back(event),
            Err(error) => tracing::error!(%error, "openai.event_not_sent"),
        }
    }
}
