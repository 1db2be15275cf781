//! What an answer is made of: passages first, then text, then citations; or a
//! refusal, or the lesson's own words.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Class, QUESTION, whole};
use crate::support::chat::Socket;
use crate::support::door::Door;
use crate::support::upload::Upload;

/// The part of a text that UTF-16 offsets name, as a browser cuts it.
fn cut(text: &Value, from: &Value, to: &Value) -> String {
    let units: Vec<u16> = text.as_str().unwrap().encode_utf16().collect();
    let at = |offset: &Value| offset.as_u64().unwrap() as usize;
    String::from_utf16(&units[at(from)..at(to)]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn passages_come_first_and_citations_open_the_right_page() {
    let class = Class::with_pause(Duration::from_millis(20)).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, told) = socket.answer(&class.tutor, QUESTION).await;
    for field in ["conversation_id", "question_id", "message_id"] {
        assert!(accepted[field].is_string(), "{accepted}");
    }
    let at = |kind: &str| told.order.iter().position(|k| k == kind);
    assert_eq!(at("passages"), Some(0), "{:?}", told.order);
    assert!(at("started") < at("text"), "{:?}", told.order);
    assert_eq!(at("done"), Some(told.order.len() - 1));
    let pieces = told.order.iter().filter(|kind| *kind == "text").count();
    assert!(pieces > 3, "streamed in {pieces} pieces");

    let message = &told.message;
    assert_eq!(message["id"], accepted["message_id"]);
    assert_eq!(message["role"], "assistant");
    assert_eq!(message["status"], "complete");
    assert_eq!(message["code"], Value::Null);
    assert_eq!(message["passages"], json!(told.passages));
    // The last piece may come with the finished message.
    let text = message["text"].as_str().unwrap();
    assert_eq!(text, whole(&told.passages));
    assert_eq!(told.from, 0);
    assert!(text.starts_with(told.text.trim_end()), "{}", told.text);

    let best = &told.passages[0];
    assert_eq!(best["n"], 1);
    assert_eq!(best["lesson_title"], "Photosynthesis");
    assert_eq!(best["anchor"]["kind"], "page");
    assert_eq!(best["anchor"]["number"], 2);
    let sentences = message["sentences"].as_array().unwrap();
    assert!(sentences.len() > 1, "{message}");
    for sentence in sentences {
        assert_eq!(sentence["supported"], true, "{sentence}");
        assert_eq!(sentence["citations"][0], 1, "{sentence}");
    }
    // The page a citation opens holds the sentence.
    let path = format!("/knowledge/{}/text", best["lesson_id"].as_str().unwrap());
    let read = class.app.get(&path, &class.learner).await.expect(200).body;
    let page = &read["sections"][1];
    assert_eq!(page["anchor"], best["anchor"]);
    let first = cut(
        &message["text"],
        &sentences[0]["start"],
        &sentences[0]["end"],
    );
    let blocks = page["blocks"].as_array().unwrap().iter();
    let page: Vec<_> = blocks
        .map(|block| block["text"].as_str().unwrap())
        .collect();
    let last_words: Vec<_> = first.split_whitespace().rev().take(5).collect();
    assert!(
        last_words.iter().all(|word| page.join(" ").contains(word)),
        "{first}"
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offsets_count_as_browsers_do() {
    let class = Class::with_pause(Duration::from_millis(10)).await;
    let text = "💧 Amazi ajya mu kirere. 💧 Water vapour 🌧 condenses into droplets of rain.";
    class
        .app
        .lesson(&class.admin, &Upload::text("amazi.txt", text))
        .await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (_, told) = socket
        .answer(&class.tutor, "What condenses into droplets of rain?")
        .await;
    let message = &told.message;
    assert_eq!(message["text"], text);
    let cut_all: Vec<_> = message["sentences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| cut(&message["text"], &s["start"], &s["end"]))
        .collect();
    assert!(
        cut_all.iter().any(|s| s.ends_with("droplets of rain.")),
        "{cut_all:?}"
    );
    assert!(
        cut_all.iter().any(|s| s.ends_with("ajya mu kirere.")),
        "{cut_all:?}"
    );
    let marks = told.passages[0]["marks"].as_array().unwrap();
    let marked: Vec<_> = marks
        .iter()
        .map(|m| cut(&told.passages[0]["text"], &m[0], &m[1]))
        .collect();
    assert_eq!(marked, ["condenses", "droplets", "rain"]);
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_lessons_do_not_hold_is_refused_before_anything_is_written() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    for (question, begins) in [
        (
            "Who won the football world championship in Argentina?",
            "I did not find",
        ),
        (
            "Ni nde watwaye igikombe cy'isi cy'umupira w'amaguru?",
            "Nta gisubizo",
        ),
        (
            "Qui est le président de la république du Brésil ?",
            "Je n'ai pas trouvé",
        ),
        (
            "Ni nani alishinda kombe la dunia la mpira wa miguu?",
            "Sikupata jibu",
        ),
    ] {
        let (_, told) = socket.answer(&class.tutor, question).await;
        let message = &told.message;
        assert_eq!(message["status"], "refused", "{question}: {message}");
        assert!(
            message["text"].as_str().unwrap().starts_with(begins),
            "{question}: {message}"
        );
        assert_eq!(message["sentences"], json!([]));
        assert!(
            !told
                .order
                .iter()
                .any(|kind| kind == "started" || kind == "text"),
            "{:?}",
            told.order
        );
    }
    // A tutor of French refuses in French.
    let french = class
        .app
        .tutor(&class.admin, json!({"language": "fr"}))
        .await;
    let (_, told) = socket
        .answer(&french, "Who won the football championship?")
        .await;
    assert!(
        told.message["text"]
            .as_str()
            .unwrap()
            .starts_with("Je n'ai pas")
    );
    // One that may talk of other things does.
    let free = class
        .app
        .tutor(&class.admin, json!({"only_from_lessons": false}))
        .await;
    let (_, told) = socket
        .answer(&free, "Who won the football championship?")
        .await;
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_the_model_does_not_write_is_answered_with_the_lesson() {
    let class = Class::with_pause(Duration::ZERO).await;
    let lesson = Upload::fixture("systeme-solaire.pdf");
    class.app.lesson(&class.admin, &lesson).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let question = "Quelle est la planète la plus grande du système solaire ?";
    let (_, told) = socket.answer(&class.tutor, question).await;
    let message = &told.message;
    assert_eq!(
        (&message["status"], &message["code"]),
        (&json!("quoted"), &json!("model_language"))
    );
    let quote = message["text"].as_str().unwrap();
    let words: Vec<_> = quote.split_whitespace().collect();
    let lesson = told
        .passages
        .iter()
        .map(|p| p["text"].as_str().unwrap())
        .collect::<String>();
    assert!(
        words.len() > 3 && words.iter().all(|word| lesson.contains(word)),
        "{message}"
    );
    for sentence in message["sentences"].as_array().unwrap() {
        assert_eq!(sentence["supported"], true, "{message}");
    }
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_can_not_be_asked_say_why() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let ask = |text: &str| json!({"persona_id": class.tutor, "text": text});
    let mut with_bad_id = ask("Why?");
    with_bad_id["client_id"] = json!("x".repeat(65));
    for fields in [ask("  "), ask(&"x".repeat(1001)), with_bad_id] {
        let refused = socket.ask_with(fields).await;
        assert_eq!(
            (&refused["type"], &refused["code"]),
            (&json!("error"), &json!("invalid_field"))
        );
    }
    let nobody = json!({"persona_id": uuid::Uuid::new_v4(), "text": "Why?"});
    assert_eq!(socket.ask_with(nobody).await["code"], "not_found");
    let nowhere = json!({"persona_id": class.tutor, "text": "Why?",
        "conversation_id": uuid::Uuid::new_v4()});
    assert_eq!(socket.ask_with(nowhere).await["code"], "not_found");
    for event in [
        json!({"type": "shout"}),
        json!([]),
        json!({"type": "ask"}),
        json!({"type": "resume"}),
    ] {
        socket.say(event).await;
        assert_eq!(
            socket.next().await,
            json!({"type": "error", "code": "bad_request"})
        );
    }
    // Nothing of it was kept, and the socket still works.
    let chats = class
        .app
        .get("/chats", &class.learner)
        .await
        .expect(200)
        .body;
    assert_eq!(chats, json!({"conversations": []}));
    let (_, told) = socket.answer(&class.tutor, QUESTION).await;
    assert_eq!(told.message["status"], "complete");
    class.app.end().await;
}
