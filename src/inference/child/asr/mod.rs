//! The speech child: whisper.cpp with one ggml file.
//!
//! Transcriptions run one after the other, at the lowest priority the system
//! has. `whisper_rs` offers hooks for logs that would reach llama.cpp's ggml
//! instead of whisper's hidden one, and a cancel callback that casts to the
//! wrong type; neither is used.

mod cancel;
mod guards;
mod words;

use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_uint, c_void};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperSegment,
    WhisperState,
};

use super::pipe::{self, Replies};
use super::{Session, simd};
use crate::inference::protocol::{FailureCode, Finish, Reply, Request, Usage};
pub use cancel::CancelFlag;
use guards::{Guards, is_silence};

/// Samples per second.
pub const RATE: usize = 16_000;

/// Shorter sounds hold no word, and whisper.cpp refuses them.
const SHORTEST: usize = RATE / 5;
/// What is listened to around a stretch, to tell speech from silence.
const NEAR_MS: u64 = 500;
/// Sentences the decoder follows side by side.
const BEAMS: i32 = 5;

/// Loads the model, greets the server and transcribes until it hangs up.
pub fn serve(model: &str, threads: u32, session: &Session) -> Result<()> {
    let speech = Speech::load(model, threads)?;
    session.model_loaded()?;
    let simd = simd::features(whisper_rs::print_system_info());
    session.ready(simd, speech.facts(), 0)?;
    let flag = Arc::new(CancelFlag::new());
    let reader = Arc::clone(&flag);
    let requests = pipe::requests_with(move |request| {
        if let Request::Cancel { id } = request {
            reader.cancel(*id);
        }
    })?;
    Work {
        speech,
        flag,
        replies: session.replies.clone(),
        waiting: VecDeque::new(),
    }
    .run(&requests)
}

/// A loaded model with the memory to run it once at a time.
pub struct Speech {
    context: WhisperContext,
    state: WhisperState,
    /// Made once, while files may be opened: whisper.cpp counts processors for it.
    params: FullParams<'static, 'static>,
}

impl Speech {
    /// Loads a ggml file.
    pub fn load(model: &str, threads: u32) -> Result<Self> {
        // SAFETY: the callback neither unwinds nor keeps its arguments. This sets
        // the log of whisper's own, hidden ggml.
        unsafe { whisper_rs::set_log_callback(Some(log), std::ptr::null_mut()) };
        let context = WhisperContext::new_with_params(model, WhisperContextParameters::default())
            .with_context(|| format!("can not load {model}"))?;
        let state = context.create_state().context("no memory for the state")?;
        let mut params = FullParams::new(SamplingStrategy::BeamSearch {
            beam_size: BEAMS,
            patience: -1.0,
        });
        params.set_n_threads(i32::try_from(threads.clamp(1, 64))?);
        params.set_print_progress(false);
        params.set_print_realtime(false);
        // Guards against invented text: no memory of the window before, no
        // sounds, and two tries at most with more randomness when a window
        // looks improbable or repetitive.
        params.set_no_context(true);
        params.set_suppress_blank(true);
        params.set_suppress_nst(true);
        params.set_temperature_inc(0.4);
        params.set_entropy_thold(2.4);
        params.set_logprob_thold(-1.0);
        params.set_no_speech_thold(0.6);
        params.set_token_timestamps(true);
        Ok(Self {
            context,
            state,
            params,
        })
    }

    /// Transcribes samples; `on_progress` (in percent) is called on the way. None
    /// when it was cancelled.
    pub fn transcribe(
        &mut self,
        language: Option<&str>,
        samples: &[f32],
        flag: &Arc<CancelFlag>,
        on_progress: impl FnMut(i32) + 'static,
    ) -> Result<Option<Vec<Stretch>>> {
        let mut params = self.params.clone();
        params.set_language(Some(self.language(language)));
        params.set_audio_ctx(short_window(samples.len()));
        params.set_progress_callback_safe(on_progress);
        // SAFETY: the flag outlives the call below, which is when it is asked.
        unsafe {
            params.set_abort_callback(Some(CancelFlag::asked));
            params.set_abort_callback_user_data(Arc::as_ptr(flag).cast_mut().cast());
        }
        match self.state.full(params, samples) {
            _ if flag.is_set() => Ok(None),
            Ok(()) => self
                .state
                .as_iter()
                .map(|segment| Stretch::of(segment, self.context.token_eot()))
                .collect::<Result<_>>()
                .map(Some),
            Err(error) => Err(error.into()),
        }
    }

    /// The language of what was transcribed last.
    fn heard(&self) -> Option<&'static str> {
        if !self.context.is_multilingual() {
            return Some("en");
        }
        whisper_rs::get_lang_str(self.state.full_lang_id_from_state())
    }

    /// What whisper.cpp is told: a language it knows, or that it should listen.
    fn language<'l>(&self, wanted: Option<&'l str>) -> &'l str {
        if !self.context.is_multilingual() {
            return "en";
        }
        let known = |language: &&str| {
            language.bytes().all(|byte| byte.is_ascii_lowercase())
                && whisper_rs::get_lang_id(language).is_some()
        };
        wanted.filter(known).unwrap_or("auto")
    }

    fn facts(&self) -> Vec<(String, String)> {
        let kind = self.context.model_type_readable_str_lossy();
        vec![
            ("architecture".to_owned(), "whisper".to_owned()),
            (
                "size".to_owned(),
                kind.map_or_else(|_| String::new(), Into::into),
            ),
            (
                "multilingual".to_owned(),
                self.context.is_multilingual().to_string(),
            ),
        ]
    }
}

/// A stretch of speech as whisper.cpp tells it.
pub struct Stretch {
    /// Milliseconds until it begins.
    pub start_ms: u64,
    /// Milliseconds until it ends.
    pub end_ms: u64,
    /// What was said.
    pub text: String,
    /// Mean probability of its tokens, 0..1.
    pub confidence: f32,
    /// The bytes of its tokens and the milliseconds until each begins.
    tokens: Vec<(Vec<u8>, u64)>,
}

impl Stretch {
    /// Tokens from `markers` on are no text.
    fn of(segment: WhisperSegment<'_>, markers: i32) -> Result<Self> {
        let tokens = (0..segment.n_tokens()).filter_map(|at| segment.get_token(at));
        let (sum, count) = tokens.fold((0.0, 0.0_f32), |(sum, count), token| {
            (sum + token.token_probability(), count + 1.0)
        });
        let tokens = (0..segment.n_tokens()).filter_map(|at| segment.get_token(at));
        let text = tokens.filter(|token| token.token_id() < markers);
        let tokens = text.map(|token| {
            let bytes = token.to_bytes()?.to_vec();
            Ok((bytes, millis(token.token_data().t0)))
        });
        Ok(Self {
            tokens: tokens.collect::<Result<_>>()?,
            start_ms: millis(segment.start_timestamp()),
            end_ms: millis(segment.end_timestamp()),
            text: segment.to_str_lossy()?.into_owned(),
            confidence: sum / count.max(1.0),
        })
    }
}

/// Positions of the encoder's window for a clip: its length and a margin. 18 s take
/// half the time of a whole window so, and are understood as well.
fn short_window(samples: usize) -> i32 {
    let whole = 1500;
    let window = samples * whole / (30 * RATE) + 128;
    i32::try_from(window.min(whole)).unwrap_or(0)
}

/// Forwards warnings of whisper.cpp to the log.
unsafe extern "C" fn log(level: c_uint, text: *const c_char, _: *mut c_void) {
    // ggml's levels: 3 is a warning, 4 an error, 5 continues the line before.
    if !matches!(level, 3 | 4) || text.is_null() {
        return;
    }
    // SAFETY: whisper.cpp passes a string that ends with NUL.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    tracing::warn!(engine = "whisper", "{}", text.trim_end());
}

/// A transcription that waits for its turn.
struct Waiting {
    id: u64,
    language: Option<String>,
    samples: Vec<f32>,
}

struct Work {
    speech: Speech,
    flag: Arc<CancelFlag>,
    replies: Replies,
    waiting: VecDeque<Waiting>,
}

impl Work {
    fn run(mut self, requests: &Receiver<Request>) -> Result<()> {
        loop {
            if self.waiting.is_empty() {
                match requests.recv() {
                    Ok(request) => self.accept(request)?,
                    Err(_) => return Ok(()),
                }
            }
            // From here on the reading thread can stop this request; a cancel that
            // came before lies in the channel and is taken now.
            let next = self.waiting.front().map(|waiting| waiting.id);
            self.flag.begin(next.unwrap_or_default());
            loop {
                match requests.try_recv() {
                    Ok(request) => self.accept(request)?,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return Ok(()),
                }
            }
            if self.waiting.front().map(|waiting| waiting.id) == next
                && let Some(waiting) = self.waiting.pop_front()
            {
                self.transcribe(waiting)?;
            }
        }
    }

    fn accept(&mut self, request: Request) -> Result<()> {
        match request {
            Request::Restore(_) | Request::Forget { .. } => Ok(()),
            Request::Transcribe {
                id,
                language,
                samples,
            } => {
                if samples.iter().any(|sample| !sample.is_finite()) {
                    return self.refuse(id, "a sample is no number");
                }
                let waiting = Waiting {
                    id,
                    language,
                    samples,
                };
                self.waiting.push_back(waiting);
                let position = u32::try_from(self.waiting.len())? - 1;
                if position > 0 {
                    let wait_ms = 0;
                    self.replies.send(&Reply::Queued {
                        id,
                        position,
                        wait_ms,
                    })?;
                }
                Ok(())
            }
            Request::Cancel { id } => {
                let Some(at) = self.waiting.iter().position(|waiting| waiting.id == id) else {
                    return Ok(());
                };
                self.waiting.remove(at);
                self.done(id, Finish::Cancelled, Usage::default())
            }
            Request::Generate(generate) => self.refuse(generate.id, "this child only listens"),
            Request::Embed { id, .. }
            | Request::Extract { id }
            | Request::Tabulate { id }
            | Request::Draw { id, .. } => self.refuse(id, "this child only listens"),
        }
    }

    fn transcribe(&mut self, waiting: Waiting) -> Result<()> {
        let Waiting {
            id,
            language,
            samples,
        } = waiting;
        #[expect(clippy::disallowed_methods, reason = "measures what a request costs")]
        let since = Instant::now();
        let usage = |since: Instant| Usage {
            answer_ms: u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX),
            ..Usage::default()
        };
        if samples.len() < SHORTEST || is_silence(&samples) {
            return self.done(id, Finish::Stop, usage(since));
        }
        // whisper.cpp can not be told from a callback that the server is gone;
        // the failure is kept and reported afterwards.
        let broken = Arc::new(Mutex::new(None));
        let progress = Sender {
            replies: self.replies.clone(),
            flag: Arc::clone(&self.flag),
            broken: Arc::clone(&broken),
        };
        let on_progress = move |percent: i32| {
            let done = u32::try_from(percent.clamp(0, 100)).unwrap_or(0);
            progress.send(&Reply::Progress {
                id,
                done,
                total: 100,
            });
        };
        let language = language.as_deref();
        let heard = self
            .speech
            .transcribe(language, &samples, &self.flag, on_progress);
        if let Some(error) = broken.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error).context("the server is gone");
        }
        let Some(stretches) = heard? else {
            return self.done(id, Finish::Cancelled, usage(since));
        };
        let mut guards = Guards::default();
        let mut earliest = 0;
        for stretch in stretches {
            let (start_ms, end_ms) = (stretch.start_ms, stretch.end_ms);
            if is_silence(around(&samples, start_ms, end_ms)) {
                continue;
            }
            if let Some(text) = guards.pass(&stretch.text) {
                let mut starts_ms = words::starts(&text, &stretch.tokens);
                words::settle(&text, &mut starts_ms, &samples, earliest);
                earliest = starts_ms.first().copied().unwrap_or(start_ms).max(earliest);
                self.replies.send(&Reply::Segment {
                    id,
                    start_ms: earliest,
                    end_ms: end_ms.max(earliest),
                    text,
                    starts_ms,
                    confidence: stretch.confidence,
                })?;
            }
        }
        if let Some(language) = self.speech.heard() {
            let language = language.to_owned();
            self.replies.send(&Reply::Heard { id, language })?;
        }
        self.done(id, Finish::Stop, usage(since))
    }

    fn done(&self, id: u64, finish: Finish, usage: Usage) -> Result<()> {
        Ok(self.replies.send(&Reply::Done { id, finish, usage })?)
    }

    fn refuse(&self, id: u64, detail: &str) -> Result<()> {
        Ok(self.replies.send(&Reply::Failed {
            id,
            code: FailureCode::BadRequest,
            detail: detail.to_owned(),
        })?)
    }
}

/// Sends from inside whisper.cpp's callbacks, and stops it if that fails.
#[derive(Clone)]
struct Sender {
    replies: Replies,
    flag: Arc<CancelFlag>,
    broken: Arc<Mutex<Option<std::io::Error>>>,
}

impl Sender {
    fn send(&self, reply: &Reply) {
        if let Err(error) = self.replies.send(reply) {
            self.flag.stop();
            *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    }
}

/// whisper.cpp counts hundredths of a second.
fn millis(hundredths: i64) -> u64 {
    u64::try_from(hundredths.max(0)).unwrap_or(0) * 10
}

/// The samples of a stretch of time and half a second around it, as Whisper's times
/// are rough: some stretches have no length, or lie past the end.
fn around(samples: &[f32], start_ms: u64, end_ms: u64) -> &[f32] {
    let length_ms = samples.len() as u64 * 1000 / RATE as u64;
    let (start_ms, end_ms) = (start_ms.min(length_ms), end_ms.max(start_ms) + NEAR_MS);
    let at = |ms: u64| {
        let index = usize::try_from(ms)
            .unwrap_or(usize::MAX)
            .saturating_mul(RATE / 1000);
        index.min(samples.len())
    };
    let from = at(start_ms.saturating_sub(NEAR_MS));
    samples.get(from..at(end_ms)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{around, short_window};

    #[test]
    fn stretches_without_length_are_looked_at_too() {
        let samples = [1.0; 32_000];
        assert_eq!(around(&samples, 600, 700).len(), 1100 * 16);
        assert_eq!(around(&samples, 0, 0).len(), 500 * 16);
        assert_eq!(around(&samples, 1900, 9000).len(), 600 * 16);
        assert_eq!(around(&samples, 9000, 9000).len(), 500 * 16);
        assert_eq!(around(&samples, 1000, 10).len(), 1000 * 16);
        assert!(around(&[], 5, 900).is_empty());
    }

    #[test]
    fn windows_fit_their_clips() {
        assert_eq!(short_window(0), 128);
        assert_eq!(short_window(6 * super::RATE), 428);
        assert_eq!(short_window(600 * super::RATE), 1500);
    }
}
