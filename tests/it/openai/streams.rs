//! Answers as events: their order, their end, and a program that hangs up.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{MODEL, Office, Program, refused};
use crate::support::door::{Door, PATIENCE};

/// The events of a stream, which must end with `[DONE]` and nothing after.
pub fn events(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut events: Vec<&str> = text
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "))
        .collect();
    assert_eq!(events.pop(), Some("[DONE]"), "{text}");
    let read = |event: &str| serde_json::from_str(event).unwrap();
    events.into_iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_streams_word_by_word() {
    let office = Office::open().await;
    let fields = json!({"stream": true, "stream_options": {"include_usage": true}});
    let answer = office.chat(fields).await.expect(200);
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let events = events(&answer.bytes);
    let [opening, words @ .., ending, usage] = events.as_slice() else {
        panic!("{events:?}");
    };
    let delta = |event: &Value| event["choices"][0]["delta"].clone();
    assert_eq!(delta(opening), json!({"role": "assistant", "content": ""}));
    let text: String = words
        .iter()
        .map(|word| delta(word)["content"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((words.len(), text.as_str()), (4, "Say these five words."));
    assert_eq!(delta(ending), json!({}));
    assert_eq!(ending["choices"][0]["finish_reason"], "stop");
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"]["total_tokens"], 8);
    for event in &events {
        assert_eq!(event["id"], events[0]["id"]);
        assert_eq!(event["object"], "chat.completion.chunk");
        assert_eq!(event["model"], MODEL);
        let early = event != usage;
        assert!(!early || event.get("usage").is_none(), "{event}");
        let last = event == ending || event == usage;
        assert!(last || event["choices"][0]["finish_reason"].is_null());
    }

    let fields = json!({"stream": true, "max_tokens": 1});
    let cut = self::events(&office.chat(fields).await.expect(200).bytes);
    let last = cut.last().unwrap();
    assert_eq!(
        last["choices"][0]["finish_reason"], "length",
        "no usage unless asked for"
    );
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_streams_too() {
    let office = Office::open().await;
    let body = json!({"model": MODEL, "prompt": "Once upon a time", "stream": true});
    let request = office.program.post("/completions", body);
    let events = events(&office.app.send(request).await.expect(200).bytes);
    let text: String = events
        .iter()
        .map(|event| event["choices"][0]["text"].as_str().unwrap())
        .collect();
    assert_eq!(text, "Once upon a time");
    let last = events.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
    assert!(
        events
            .iter()
            .all(|event| event["object"] == "text_completion")
    );
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_hangs_up_stops_its_answer() {
    let office = Office::with_pause(Duration::from_millis(50)).await;
    let long = "word ".repeat(2000);
    let messages = json!([{"role": "user", "content": long}]);
    let fields = json!({"stream": true, "max_tokens": 2000, "messages": messages});
    let mut stream = office.app.stream(office.program.chat(fields)).await;
    for _ in 0..3 {
        stream.next().await.unwrap().unwrap();
    }
    assert_eq!(office.engine.stopped.load(Ordering::Relaxed), 0);
    drop(stream);
    stopped(&office, 1).await;
    office.app.end().await;
}

/// Waits until the engine has stopped so many answers, and no more.
pub async fn stopped(office: &Office, answers: usize) {
    let deadline = Instant::now() + PATIENCE;
    while office.engine.stopped.load(Ordering::Relaxed) < answers {
        assert!(Instant::now() < deadline, "the engine still writes");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(office.engine.stopped.load(Ordering::Relaxed), answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_box_says_when_to_come_back() {
    let office = Office::with_pause(Duration::from_millis(50)).await;
    let fields = json!({"requests_per_minute": 1000});
    let (program, _) = Program::new(&office.app, &office.admin, fields).await;
    let long = "word ".repeat(2000);
    let body = json!({"stream": true, "max_tokens": 2000,
        "messages": [{"role": "user", "content": long}]});
    let mut open = Vec::new();
    for _ in 0..32 {
        open.push(office.app.stream(program.chat(body.clone())).await);
    }
    let answer = office.app.send(program.chat(body.clone())).await;
    refused(&answer, 429, "requests", "queue_full");
    assert_eq!(answer.headers["retry-after"], "30");
    drop(open);
    stopped(&office, 32).await;
    let answer = office.chat(json!({})).await;
    answer.expect(200);
    office.app.end().await;
}
