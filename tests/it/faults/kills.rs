//! The language worker is killed at random moments under load: it comes back
//! each time, nothing hangs, and who had heard nothing yet notices nothing.
//!
//! `make kill-test` kills it 200 times; BWENGE_KILLS says how often otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::{Dice, times, with_models};
use crate::support::browser::Browser;
use crate::support::chat::Socket;
use crate::support::door::{Door, PATIENCE};
use crate::support::figure;
use crate::support::server::{Server, signal};
use crate::support::upload::Upload;

/// Kills unless the environment names a number.
const FEW: usize = 6;
/// From the death of a worker until the next one is ready.
const BACK: Duration = Duration::from_secs(20);
/// No request may take longer on a quiet machine, however often its worker dies.
const LONGEST: Duration = Duration::from_secs(55);
const MODEL: &str = "smollm2-135m-instruct-q4_1";
const LESSON: &str = "Photosynthesis is how green plants make sugar. They take in carbon dioxide \
    from the air and water from the soil, and the light of the sun gives the energy.";

/// How often requests ended how, and the longest any took.
#[derive(Debug, Default)]
struct Ends {
    times: BTreeMap<&'static str, usize>,
    longest: Duration,
}

impl Ends {
    fn add(&mut self, end: &'static str, began: Instant) {
        *self.times.entry(end).or_default() += 1;
        self.longest = self.longest.max(began.elapsed());
    }
}

/// Asks as a program until told to stop.
async fn program(server: Arc<Server>, key: String, mut dice: Dice, stop: Arc<AtomicBool>) -> Ends {
    let program = Browser {
        bearer: Some(key),
        ..server.anon()
    };
    let mut ends = Ends::default();
    while !stop.load(Ordering::Relaxed) {
        let body = json!({"model": MODEL, "stream": true, "max_tokens": 1 + dice.below(50),
            "seed": dice.below(1000), "messages": [{"role": "system", "content": LESSON},
                {"role": "user", "content": format!("Tell me about number {}.", dice.below(1000))}]});
        let kind = Some("application/json");
        let body = body.to_string().into_bytes();
        let request = program.send_bytes("POST", "/v1/chat/completions", kind, body);
        let began = Instant::now();
        let answer = timeout(PATIENCE, server.send(request)).await;
        let answer = answer.expect("a program hangs");
        ends.add(how_it_ended(answer.status, &answer.bytes), began);
    }
    ends
}

/// In a word how a stream ended; only one that had said something may break off.
fn how_it_ended(status: u16, bytes: &[u8]) -> &'static str {
    let text = std::str::from_utf8(bytes).unwrap();
    if status != 200 {
        let body: Value = serde_json::from_str(text).unwrap();
        return refused(&body["error"]);
    }
    let events = text
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "));
    let events: Vec<&str> = events.collect();
    if events.last() == Some(&"[DONE]") {
        return "complete";
    }
    let events: Vec<Value> = events
        .iter()
        .map(|e| serde_json::from_str(e).unwrap())
        .collect();
    let said = |event: &Value| {
        let text = &event["choices"][0]["delta"]["content"];
        text.as_str().is_some_and(|text| !text.is_empty())
    };
    let error = &events.last().unwrap()["error"];
    match events.iter().any(said) {
        true => {
            assert_eq!(error["code"], "unavailable", "{text}");
            "broken off"
        }
        false => refused(error),
    }
}

/// Why a program heard no word.
fn refused(error: &Value) -> &'static str {
    match (error["code"].as_str(), error["message"].as_str()) {
        (Some("answer_killed_worker"), _) => "killed twice",
        (Some("unavailable"), Some(told)) if told.contains("keeps dying") => "given up",
        _ => panic!("{error}"),
    }
}

/// Asks as a pupil until told to stop.
async fn pupil(server: Arc<Server>, who: Browser, tutor: String, stop: Arc<AtomicBool>) -> Ends {
    let questions = [
        "Why do leaves look green to us and which light does chlorophyll absorb?",
        "What do stomata let in and out of a leaf?",
        "Where does the oxygen come from that plants set free?",
        "What do plants make out of carbon dioxide and water?",
    ];
    let mut ends = Ends::default();
    let mut socket = Socket::open(&*server, &who).await;
    for question in questions.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let answer = timeout(PATIENCE, socket.answer(&tutor, question));
        let (_, told) = answer.await.expect("a pupil hangs");
        let (status, code) = (&told.message["status"], &told.message["code"]);
        let end = match (status.as_str().unwrap(), code.as_str()) {
            ("complete", _) => "complete",
            ("failed", Some("interrupted")) => {
                assert!(
                    !told.message["text"].as_str().unwrap().is_empty(),
                    "{}",
                    told.message
                );
                "broken off"
            }
            ("failed", Some("answer_killed_worker")) => "killed twice",
            // Then the lesson's own words are the answer.
            ("quoted", Some("model_unavailable")) => "given up",
            other => panic!("{other:?}: {}", told.message),
        };
        ends.add(end, began);
        // An answer that is known comes at once.
        sleep(Duration::from_millis(200)).await;
    }
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_random_moments_comes_back_each_time() {
    let data = tempfile::tempdir().unwrap();
    let server = Arc::new(with_models(&data).await);
    let admin = server.set_up().await;
    let tutor = server.tutor(&admin, json!({"language": "en"})).await;
    server
        .lesson(&admin, &Upload::fixture("photosynthesis.pdf"))
        .await;
    let fields = json!({"name": "Load", "scopes": ["chat"], "requests_per_minute": 10_000});
    let key = server.post("/keys", &admin, fields).await.expect(201).body["secret"].clone();
    let key = key.as_str().unwrap().to_owned();

    let seed = uuid::Uuid::new_v4().as_u64_pair().1;
    let mut dice = Dice(seed);
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = Vec::new();
    for number in 0..10 {
        let dice = Dice(seed ^ number);
        load.push(tokio::spawn(program(
            server.clone(),
            key.clone(),
            dice,
            stop.clone(),
        )));
    }
    for name in ["aline", "bosco", "claire"] {
        let who = server.add(&admin, name, "learner").await;
        let task = pupil(server.clone(), who, tutor.clone(), stop.clone());
        load.push(tokio::spawn(task));
    }

    let mut away = Vec::new();
    for _ in 0..times("BWENGE_KILLS", FEW) {
        let pid = server.worker("llm").await;
        sleep(Duration::from_millis(dice.below(4000))).await;
        assert!(
            !load.iter().any(|task| task.is_finished()),
            "a request failed"
        );
        signal(pid, Signal::KILL);
        let died = Instant::now();
        while server.worker("llm").await == pid {
            sleep(Duration::from_millis(20)).await;
        }
        away.push(died.elapsed());
        figure("the next worker", died.elapsed(), BACK);
    }
    stop.store(true, Ordering::Relaxed);
    let mut ends = Ends::default();
    for task in load {
        let more = task.await.unwrap();
        ends.longest = ends.longest.max(more.longest);
        for (end, times) in more.times {
            *ends.times.entry(end).or_default() += times;
        }
    }
    let replays = server.log().matches("inference.answer_replayed").count();
    away.sort();
    eprintln!(
        "{} kills (seed {seed}): away {:.2?} at the median, {:.2?} at most; {replays} replays; {ends:?}",
        away.len(),
        away[away.len() / 2],
        away[away.len() - 1],
    );
    figure("the slowest request", ends.longest, LONGEST);
    assert!(
        replays > 0 && ends.times.contains_key("complete"),
        "{ends:?}"
    );

    // Afterwards all is as before.
    let mut socket = Socket::open(&*server, &admin).await;
    let (_, told) = socket.answer(&tutor, "What is chlorophyll?").await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
}
