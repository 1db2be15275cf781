//! One text the language model writes for a program.
//!
//! Dropping it cancels the work in the engine, so a program that hangs up
//! costs nothing more.

use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::keys::Key;
use super::{OpenAi, Refused};
use crate::error::{Code, Error};
use crate::inference::TRY_AGAIN_S;
use crate::inference::generation::Generation;
use crate::inference::protocol::{FailureCode, Finish, Generate, Prompt, Reply, Usage};

/// What the model is to write, and how.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub prompt: Prompt,
    pub max_tokens: u32,
    /// The same while many wait.
    pub least_tokens: u32,
    pub temperature: f32,
    pub top_p: f32,
    pub seed: u32,
    pub stop: Vec<String>,
    pub schema: Option<String>,
    pub guesses: bool,
}

impl Wanted {
    /// Whether this asks for what a tutor, who writes `most` tokens, says by
    /// itself: the most likely words, to their end.
    pub fn is_as_tutors_write(&self, most: u32) -> bool {
        let unlimited = self.stop.is_empty() && self.schema.is_none() && self.max_tokens >= most;
        unlimited && self.temperature == 0.0
    }
}

/// A text being written.
pub struct Writing {
    replies: Generation,
    /// The frame that showed that the engine took the request.
    first: Option<Reply>,
    closing: CancellationToken,
    /// Its place among the answers programs have open.
    _place: OwnedSemaphorePermit,
}

/// More of a text, or its end.
pub enum Written {
    Text(String),
    End(Finish, Usage),
}

impl Writing {
    /// Begins a text; returns once the engine took the request, so that what
    /// it refuses is refused with a status of its own.
    ///
    /// # Errors
    /// `queue_full`, `unavailable`, or `bad_request` for a prompt that is too
    /// long or a schema that can not be followed.
    pub async fn begin(openai: &OpenAi, key: &Key, wanted: Wanted) -> Result<Self, Refused> {
        let place = openai.places.clone().try_acquire_owned().map_err(|_| {
            let detail = "Too many answers of programs are waiting.";
            Error::new(Code::QueueFull, detail).retry_after(TRY_AGAIN_S)
        })?;
        let request = Generate {
            id: 0,
            scope: key.org.number(),
            person: key.id.number(),
            lane: key.lane(),
            prompt: wanted.prompt,
            max_tokens: wanted.max_tokens,
            least_tokens: wanted.least_tokens,
            temperature: wanted.temperature,
            top_p: wanted.top_p,
            seed: wanted.seed,
            stop: wanted.stop,
            schema: wanted.schema,
            guesses: wanted.guesses,
        };
        let mut writing = Self {
            replies: openai.app.inference.generate(request).await?,
            first: None,
            closing: openai.closing.clone(),
            _place: place,
        };
        writing.first = Some(writing.frame().await?);
        Ok(writing)
    }

    /// What comes next; after the end, nothing may be asked.
    pub async fn next(&mut self) -> Result<Written, Refused> {
        loop {
            let reply = match self.first.take() {
                Some(reply) => reply,
                None => self.frame().await?,
            };
            match reply {
                Reply::Token { text, .. } => return Ok(Written::Text(text)),
                Reply::Done { finish, usage, .. } => return Ok(Written::End(finish, usage)),
                _ => {}
            }
        }
    }

    async fn frame(&mut self) -> Result<Reply, Refused> {
        let reply = tokio::select! {
            reply = self.replies.next() => reply,
            () = self.closing.cancelled() => {
                return Err(Error::new(Code::Unavailable, "The box is stopping.").into());
            }
        };
        match reply {
            Some(Reply::Failed { code, detail, .. }) => Err(failed(code, detail)),
            Some(reply) => Ok(reply),
            None => Err(failed(FailureCode::Crashed, String::new())),
        }
    }
}

fn failed(code: FailureCode, detail: String) -> Refused {
    match code {
        FailureCode::PromptTooLong => {
            let detail = format!("The prompt is too long: {detail}.");
            Refused::new(Code::BadRequest, "context_length_exceeded", detail)
        }
        FailureCode::BadRequest => Error::new(Code::BadRequest, detail).into(),
        FailureCode::Unavailable => {
            let detail = format!("The language worker can not answer: {detail}.");
            Error::new(Code::Unavailable, detail)
                .retry_after(TRY_AGAIN_S)
                .into()
        }
        // Not a fault of the server: clients send those again by themselves.
        FailureCode::KilledWorker => {
            let detail = "The language worker died more than once over this request.";
            Refused::new(Code::BadRequest, code.as_str(), detail)
        }
        _ => {
            tracing::warn!(code = code.as_str(), detail, "openai.worker_failed");
            let detail = "The language worker broke off. Try again.";
            Error::new(Code::Unavailable, detail).retry_after(5).into()
        }
    }
}
