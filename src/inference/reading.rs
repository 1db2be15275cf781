//! Uploads through their child, and recordings through the speech model.

use std::fs::File;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::timeout;

use super::document::{Document, Format, Span};
use super::engine::ready;
use super::link::Link;
use super::protocol::{
    Ending, FailureCode, Finish, Reply, Request, Sandbox, Start, VERSION, WorkerConfig,
};
use super::sheet::{self, Sheet};
use super::{DocumentFailure, Inference, process, worker};
use crate::error::Result;

/// Address space of a document child, in bytes.
const MEMORY: u64 = 768 << 20;
/// Wall-clock limit of a document child.
const DEADLINE: Duration = Duration::from_secs(180);

/// What a fresh child is sent with.
pub(super) struct Errand {
    /// The document, which the child inherits.
    pub file: File,
    /// What it is.
    pub format: Format,
    /// Address space, in bytes.
    pub memory: u64,
    /// Wall-clock limit.
    pub deadline: Duration,
}

impl Errand {
    /// Reading a document or recording.
    fn read(file: File, format: Format) -> Self {
        Self {
            file,
            format,
            memory: MEMORY,
            deadline: DEADLINE,
        }
    }
}

/// What was heard in a stretch of sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Heard {
    /// What was said, in order; times count from the beginning of the stretch.
    pub said: Vec<Said>,
    /// ISO 639-1 code of the language, where there was one.
    pub language: Option<String>,
}

/// A sentence or so of speech.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Said {
    /// When.
    pub time: Span,
    /// What.
    pub text: String,
    /// When each of its words begins, or nothing where that is not known.
    #[serde(default)]
    pub starts_ms: Vec<u32>,
    /// Mean probability of its words as the model sees it, 0..1.
    pub confidence: f32,
}

impl Inference {
    /// Parses a document in a fresh child, which gets the descriptor, never a path.
    #[tracing::instrument(name = "engine", level = "debug", skip_all, fields(engine = "extract"))]
    pub async fn read_document(
        &self,
        file: File,
        format: Format,
    ) -> Result<std::result::Result<Document, DocumentFailure>> {
        let read = |reply| match reply {
            Reply::Document { document, .. } => ControlFlow::Break(checked(document)),
            _ => ControlFlow::Continue(()),
        };
        let _permit = self.documents.acquire().await?;
        let errand = Errand::read(file, format);
        self.ask_child(errand, |id| Request::Extract { id }, read)
            .await
    }

    /// Reads a list of people in a fresh child, as one or more tables.
    #[tracing::instrument(name = "engine", level = "debug", skip_all, fields(engine = "extract"))]
    pub async fn read_sheets(
        &self,
        file: File,
    ) -> Result<std::result::Result<Vec<Sheet>, DocumentFailure>> {
        let read = |reply| match reply {
            Reply::Sheets { sheets, .. } => {
                let promise = sheet::check(&sheets);
                ControlFlow::Break(promise.map(|()| sheets).map_err(broken))
            }
            _ => ControlFlow::Continue(()),
        };
        let _permit = self.documents.acquire().await?;
        // The bytes tell the format.
        let errand = Errand::read(file, Format::Csv);
        self.ask_child(errand, |id| Request::Tabulate { id }, read)
            .await
    }

    /// Decodes a recording in a fresh child; `take` gets its samples (16 kHz, one
    /// channel) as they come and may end the work with an error. Tells whether all of
    /// it came.
    ///
    /// # Errors
    /// That of `take`, and those of a child that can not be started.
    pub async fn read_sound(
        &self,
        file: File,
        format: Format,
        mut take: impl FnMut(&[i16]) -> Result<()>,
    ) -> Result<std::result::Result<Ending, DocumentFailure>> {
        let read = |reply| match reply {
            Reply::Sound { samples, .. } => match take(&samples) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(Ok(Err(error))),
            },
            Reply::Ending { ending, .. } => ControlFlow::Break(Ok(Ok(ending))),
            _ => ControlFlow::Continue(()),
        };
        let _permit = self.documents.acquire().await?;
        let errand = Errand::read(file, format);
        let request = |id| Request::Extract { id };
        match self.ask_child(errand, request, read).await? {
            Ok(taken) => taken.map(Ok),
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// Has a stretch of sound (16 kHz, one channel) transcribed; `language` is what
    /// is spoken, where that is known. Dropped, it stops the work.
    ///
    /// # Errors
    /// `unavailable` without a speech model.
    #[tracing::instrument(name = "engine", level = "debug", skip_all, fields(engine = "asr"))]
    pub async fn transcribe(&self, samples: &[i16], language: Option<String>) -> Result<Heard> {
        let link = ready(self.asr.as_ref(), "speech").await?;
        let samples = samples.iter().map(|s| f32::from(*s) / 32768.0).collect();
        let mut replies = link.request(|id| Request::Transcribe {
            id,
            language,
            samples,
        });
        let mut heard = Heard::default();
        while let Some(reply) = replies.next().await {
            match reply {
                Reply::Segment {
                    start_ms,
                    end_ms,
                    text,
                    starts_ms,
                    confidence,
                    ..
                } => heard.said.push(Said {
                    time: Span {
                        start_ms: millis(start_ms),
                        end_ms: millis(end_ms.max(start_ms)),
                    },
                    text,
                    starts_ms: starts_ms.into_iter().map(millis).collect(),
                    confidence,
                }),
                Reply::Heard { language, .. } => heard.language = Some(language),
                Reply::Done {
                    finish: Finish::Stop,
                    ..
                } => return Ok(heard),
                // Not "unavailable": sound that kills the worker must not be tried for ever.
                Reply::Failed { code, detail, .. } => {
                    let code = code.as_str();
                    return Err(anyhow::anyhow!("transcribing failed ({code}): {detail}").into());
                }
                _ => {}
            }
        }
        Err(anyhow::anyhow!("transcribing ended early").into())
    }

    /// Catalogue id of the speech model, if the box has one.
    pub fn speech_model(&self) -> Option<&str> {
        self.asr.as_ref().map(|engine| engine.plan.id.as_str())
    }

    /// Hands a file to a fresh child and its replies to `read` until that has what
    /// it wants.
    pub(super) async fn ask_child<T>(
        &self,
        errand: Errand,
        request: impl FnOnce(u64) -> Request,
        mut read: impl FnMut(Reply) -> ControlFlow<std::result::Result<T, DocumentFailure>>,
    ) -> Result<std::result::Result<T, DocumentFailure>> {
        let Errand {
            file,
            format,
            memory,
            deadline,
        } = errand;
        let start = Start {
            version: VERSION,
            config: WorkerConfig::Extract {
                fd: process::descriptor_number(&file),
                format,
            },
            memory_bytes: memory,
        };
        let launched = self
            .documents_launcher
            .launch("extract", Some(file))
            .await?;
        let mut process = launched.process;
        let hello_in = Duration::from_secs(20);
        // Later than the limit, so that it is the limit that is told.
        let stall = deadline + Duration::from_secs(5);
        let (link, hello, _) =
            Link::open(launched.to, launched.from, &start, hello_in, stall).await?;
        sandbox_level_once(&hello.sandbox);
        let mut replies = link.request(request);
        let outcome = timeout(deadline, async {
            loop {
                match replies.next().await {
                    Some(Reply::Failed { code, detail, .. }) => {
                        break Err(DocumentFailure { code, detail });
                    }
                    Some(reply) => {
                        if let ControlFlow::Break(outcome) = read(reply) {
                            break outcome;
                        }
                    }
                    None => {
                        break Err(DocumentFailure {
                            code: FailureCode::Crashed,
                            detail: "nothing came".into(),
                        });
                    }
                }
            }
        })
        .await
        .unwrap_or_else(|_| {
            Err(DocumentFailure {
                code: FailureCode::TimedOut,
                detail: "over the time limit".into(),
            })
        });
        if let Some(child) = &mut process {
            if matches!(&outcome, Err(f) if f.code == FailureCode::Crashed) {
                let how = worker::how_it_ended(process).await;
                return Ok(Err(name_the_death(&how)));
            }
            // It has nothing more to say; a fresh one serves the next upload.
            let _ = child.kill().await;
        }
        Ok(outcome)
    }
}

fn millis(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

/// A document as the parser promises it, and no other.
fn checked(document: Document) -> std::result::Result<Document, DocumentFailure> {
    let promise = document.check();
    promise.map(|()| document).map_err(broken)
}

fn broken(promise: &str) -> DocumentFailure {
    DocumentFailure {
        code: FailureCode::Damaged,
        detail: format!("the parser broke a promise: {promise}"),
    }
}

/// Tells apart the ways a document child dies: SIGXCPU is the CPU limit, an
/// abort under the address-space limit is nearly always a failed allocation.
fn name_the_death(how: &str) -> DocumentFailure {
    let code = if how.contains("SIGXCPU") || how.contains("signal: 24") {
        FailureCode::TimedOut
    } else if how.contains("signal: 6") {
        FailureCode::OutOfMemory
    } else {
        FailureCode::Crashed
    };
    DocumentFailure {
        code,
        detail: how.to_owned(),
    }
}

fn sandbox_level_once(sandbox: &Sandbox) {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| tracing::info!(?sandbox, "documents.sandbox"));
}
