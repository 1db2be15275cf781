//! The asr child over real pipes with Whisper tiny (English) and base.

use bwenge::inference::protocol::{Finish, Reply, Request, WorkerConfig};

use super::client::Worker;
use super::{model, speech};

fn start(id: &str) -> Worker {
    Worker::start(
        "asr",
        WorkerConfig::Asr {
            model: model(id, "model.bin"),
            threads: 2,
        },
    )
}

fn transcribe(id: u64, language: Option<&str>, samples: Vec<f32>) -> Request {
    Request::Transcribe {
        id,
        language: language.map(str::to_owned),
        samples,
    }
}

/// Lower-case words.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// What is said in the recording.
pub const SAID: &str = "and so my fellow Americans ask not what your country can do for you";

#[test]
fn tiny_model_hears_every_word() {
    let mut worker = start("whisper-tiny-en");
    let feature = if cfg!(target_arch = "x86_64") {
        "AVX2"
    } else {
        "DOTPROD"
    };
    assert!(
        worker.hello.simd.iter().any(|f| f == feature),
        "{:?}",
        worker.hello.simd
    );
    assert!(worker.hello.sandbox.seccomp);

    let outcome = worker.ask(&transcribe(1, Some("en"), speech()), 1);
    assert_eq!(words(&outcome.text), words(SAID));
    assert_eq!(outcome.finish(), Finish::Stop);
    let progress = |frame: &Reply| matches!(frame, Reply::Progress { total: 100, .. });
    assert!(outcome.frames.iter().any(progress), "{:?}", outcome.frames);

    // Longer than one window of 30 s: the speech, a pause, the speech again.
    let mut long = speech();
    long.extend(std::iter::repeat_n(0.0, 24 * 16_000));
    long.extend(speech());
    worker.send(&transcribe(2, None, long));
    let mut segments = Vec::new();
    loop {
        match worker.next() {
            Reply::Segment {
                start_ms,
                end_ms,
                text,
                ..
            } => segments.push((start_ms, end_ms, text)),
            Reply::Done { .. } => break,
            _ => {}
        }
    }
    assert!(
        segments.windows(2).all(|pair| pair[0].0 <= pair[1].0),
        "{segments:?}"
    );
    assert!(
        segments
            .iter()
            .all(|(start, end, _)| start <= end && *end <= 41_000)
    );
    let second = segments.iter().filter(|(start, ..)| *start >= 28_000);
    let second: String = second.map(|(.., text)| text.as_str()).collect();
    assert!(second.contains("Americans"), "{segments:?}");
}

#[test]
fn silence_and_snippets_say_nothing() {
    let mut worker = start("whisper-tiny-en");
    for (id, samples) in [
        (1, Vec::new()),
        (2, vec![0.0; 800]),
        (3, vec![0.0; 16_000 * 5]),
    ] {
        let outcome = worker.ask(&transcribe(id, None, samples), id);
        assert_eq!(outcome.text, "");
    }
    assert!(worker.hang_up());
}

#[test]
fn base_model_detects_the_language() {
    let mut worker = start("whisper-base");
    assert!(
        worker
            .hello
            .facts
            .contains(&("multilingual".into(), "true".into()))
    );
    // No language, and one Whisper does not know, mean that it listens.
    for (id, language) in [(1, None), (2, Some("rw"))] {
        let outcome = worker.ask(&transcribe(id, language, speech()), id);
        assert_eq!(words(&outcome.text), words(SAID));
    }
}

#[test]
fn cancel_stops_a_transcription_and_the_queue() {
    let mut worker = start("whisper-tiny-en");
    // Some minutes; how far it is comes every few seconds of work.
    let long: Vec<f32> = std::iter::repeat_n(speech(), 20).flatten().collect();
    worker.send(&transcribe(1, None, long.clone()));
    worker.send(&transcribe(2, None, long));
    while !matches!(worker.next(), Reply::Progress { id: 1, .. }) {}
    worker.send(&Request::Cancel { id: 2 });
    worker.send(&Request::Cancel { id: 1 });
    let mut ended = Vec::new();
    while ended.len() < 2 {
        match worker.next() {
            Reply::Done { id, finish, .. } => {
                assert_eq!(finish, Finish::Cancelled);
                ended.push(id);
            }
            Reply::Segment { .. } => panic!("it did not stop"),
            _ => {}
        }
    }
    let outcome = worker.ask(&transcribe(3, None, speech()), 3);
    assert_eq!(words(&outcome.text), words(SAID));
}
