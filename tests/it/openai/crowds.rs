//! Programs at a full box, programs that hang up, and requests that kill workers.

use std::time::Duration;

use bwenge::inference::fake::FakeEngine;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::streams::{events, stopped};
use super::{MODEL, Office, Program, refused};
use crate::support::crowd;
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_engine_says_when_to_come_back() {
    let office = Office::with_pause(Duration::from_millis(50)).await;
    let crowd = crowd::fill(&office.app.core.inference).await;
    for stream in [true, false] {
        let answer = office.chat(json!({"stream": stream})).await;
        refused(&answer, 429, "requests", "queue_full");
        assert_eq!(answer.headers["retry-after"], "30");
        assert_eq!(answer.body["retry_after_s"], 30);
        assert!(answer.body.get("passages").is_none());
        let body = json!({"model": MODEL, "prompt": "Once", "stream": stream});
        let text = office
            .app
            .send(office.program.post("/completions", body))
            .await;
        refused(&text, 429, "requests", "queue_full");
        assert_eq!(text.headers["retry-after"], "30");
    }
    drop(crowd);
    stopped(&office, bwenge::inference::MAX_ANSWERS).await;
    office.chat(json!({})).await.expect(200);
    office.app.end().await;
}

/// Asks over a connection of its own, which can be cut.
async fn connect(office: &Office, fields: Value) -> TcpStream {
    let (head, body) = office.program.chat(fields).into_parts();
    let key = head.headers["authorization"].to_str().unwrap().to_owned();
    let address = office.app.address();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        body.len(),
        String::from_utf8(body).unwrap()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_hangs_up_stops_its_answer_in_every_state() {
    let engine = |reading: u64| FakeEngine {
        rows: 1,
        word_pause: Duration::from_millis(50),
        reading: Duration::from_secs(reading),
        ..FakeEngine::default()
    };
    let long = json!([{"role": "user", "content": "word ".repeat(2000)}]);
    for stream in [true, false] {
        let fields = json!({"stream": stream, "max_tokens": 2000, "messages": long});
        // One is read or written, the other waits. The one that waits hangs up first.
        for reading in [3600, 0] {
            let office = Office::with_engine(engine(reading)).await;
            let first = connect(&office, fields.clone()).await;
            sleep(Duration::from_millis(300)).await;
            let second = connect(&office, fields.clone()).await;
            sleep(Duration::from_millis(300)).await;
            stopped(&office, 0).await;
            drop(second);
            stopped(&office, 1).await;
            drop(first);
            stopped(&office, 2).await;
            office.app.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_kills_two_workers_is_refused_and_the_others_are_answered() {
    let engine = FakeEngine {
        rows: 1,
        reading: Duration::from_millis(100),
        ..FakeEngine::default()
    };
    let office = Office::with_engine(engine).await;
    let bomb = json!([{"role": "user", "content": "A bomb in a prompt."}]);
    let deadly = |times: usize| {
        let mut deadly = office.engine.deadly.lock().unwrap();
        deadly.extend(std::iter::repeat_n("bomb", times));
    };
    // Once is bad luck.
    deadly(1);
    let answer = office.chat(json!({"messages": bomb})).await.expect(200);
    let text = &answer.body["choices"][0]["message"]["content"];
    assert_eq!(text, "A bomb in a prompt.");
    deadly(1);
    let stream = json!({"messages": bomb, "stream": true});
    let streamed = events(&office.chat(stream.clone()).await.expect(200).bytes);
    assert_eq!(
        streamed.len(),
        7,
        "an opening, five words, an end: {streamed:?}"
    );

    // Twice is a reason. Others only waited, and are answered.
    deadly(2);
    let (killer, innocent) = tokio::join!(office.chat(json!({"messages": bomb})), async {
        sleep(Duration::from_millis(50)).await;
        office.chat(json!({})).await
    });
    refused(
        &killer,
        400,
        "invalid_request_error",
        "answer_killed_worker",
    );
    innocent.expect(200);
    deadly(2);
    let answer = office.chat(stream).await;
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    assert!(
        text.contains("answer_killed_worker") && !text.contains("[DONE]"),
        "{text}"
    );
    office.chat(json!({})).await.expect(200);
    assert!(office.engine.deadly.lock().unwrap().is_empty());
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_of_a_full_box_get_the_passages_of_a_tutor() {
    let office = Office::with_pause(Duration::from_millis(50)).await;
    let tutor = office.app.tutor(&office.admin, json!({})).await;
    let lesson = crate::support::upload::Upload::fixture("photosynthesis.pdf");
    office.app.lesson(&office.admin, &lesson).await;
    let crowd = crowd::fill(&office.app.core.inference).await;
    let question = "Which light does chlorophyll absorb in the cells of the leaf?";
    for stream in [true, false] {
        let (program, _) = Program::new(&office.app, &office.admin, json!({})).await;
        let fields = json!({"model": format!("persona:{tutor}"), "stream": stream,
            "messages": [{"role": "user", "content": question}]});
        let answer = office.app.send(program.chat(fields)).await;
        refused(&answer, 429, "requests", "queue_full");
        assert_eq!(answer.headers["retry-after"], "30");
        let passage = &answer.body["passages"][0];
        assert_eq!(passage["lesson_title"], "Photosynthesis", "{}", answer.body);
    }
    drop(crowd);
    office.app.end().await;
}
