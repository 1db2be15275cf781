//! Models, whole answers, embeddings, and what is refused.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{MODEL, Office, refused};
use crate::support::door::Door;

#[tokio::test(flavor = "multi_thread")]
async fn models_are_the_engines_and_the_active_tutors() {
    let office = Office::open().await;
    let (app, admin) = (&office.app, &office.admin);
    let tutor = app.tutor(admin, json!({"name": "Keza"})).await;
    let hidden = app.tutor(admin, json!({})).await;
    let path = format!("/personas/{hidden}");
    let change = app.patch(&path, admin, json!({"active": false})).await;
    change.expect(200);
    let other = app.other_school(admin).await;
    app.tutor(&other, json!({})).await;
    let models = app.send(office.program.models()).await.expect(200).body;
    assert_eq!(models["object"], "list");
    let data = models["data"].as_array().unwrap();
    let ids: Vec<&str> = data.iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [MODEL, "fake-embed", &format!("persona:{tutor}")]);
    assert_eq!(data[2]["name"], "Keza");
    assert!(
        data.iter()
            .all(|m| m["object"] == "model" && m["created"].is_i64())
    );
    assert!(!models.to_string().contains(&hidden));
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_answered_whole() {
    let office = Office::open().await;
    let answer = office.chat(json!({"user": "ignored", "tools": []})).await;
    let body = answer.expect(200).body;
    assert_eq!(body["object"], "chat.completion");
    assert_eq!(body["model"], MODEL);
    assert_eq!(body["created"], 1_790_000_000);
    assert!(body["id"].as_str().unwrap().starts_with("chatcmpl-"));
    let choice = &body["choices"][0];
    let message = json!({"role": "assistant", "content": "Say these five words."});
    assert_eq!(choice["message"], message);
    assert_eq!(choice["finish_reason"], "stop");
    assert_eq!(choice["index"], 0);
    let usage = json!({"prompt_tokens": 4, "completion_tokens": 4, "total_tokens": 8,
        "prompt_tokens_details": {"cached_tokens": 0}});
    assert_eq!(body["usage"], usage);

    for limit in ["max_tokens", "max_completion_tokens"] {
        let cut = office.chat(json!({limit: 2})).await.expect(200).body;
        assert_eq!(cut["choices"][0]["finish_reason"], "length");
        assert_eq!(cut["choices"][0]["message"]["content"], "Say these ");
    }
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_continued() {
    let office = Office::open().await;
    for prompt in [json!("Once upon a time"), json!(["Once upon a time"])] {
        let body = json!({"model": MODEL, "prompt": prompt});
        let request = office.program.post("/completions", body);
        let body = office.app.send(request).await.expect(200).body;
        assert_eq!(body["object"], "text_completion");
        assert_eq!(body["choices"][0]["text"], "Once upon a time");
        assert_eq!(body["choices"][0]["finish_reason"], "stop");
        assert_eq!(body["usage"]["total_tokens"], 8);
    }
    let two = json!({"model": MODEL, "prompt": ["one", "two"]});
    let answer = office
        .app
        .send(office.program.post("/completions", two))
        .await;
    refused(&answer, 400, "invalid_request_error", "invalid_field");
    assert_eq!(answer.body["error"]["param"], "prompt");
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_become_vectors_in_both_encodings() {
    let office = Office::open().await;
    let ask = async |fields: Value| {
        let mut body = json!({"model": "fake-embed", "input": ["green leaf", "blue sea"]});
        body.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        office
            .app
            .send(office.program.post("/embeddings", body))
            .await
    };
    let floats = ask(json!({})).await.expect(200).body;
    assert_eq!(floats["object"], "list");
    assert_eq!(
        floats["usage"],
        json!({"prompt_tokens": 4, "total_tokens": 4})
    );
    let base64 = ask(json!({"encoding_format": "base64", "dimensions": 64}));
    let base64 = base64.await.expect(200).body;
    for at in [0, 1] {
        assert_eq!(floats["data"][at]["index"], at);
        let vector: Vec<f32> =
            serde_json::from_value(floats["data"][at]["embedding"].clone()).unwrap();
        let length: f32 = vector.iter().map(|x| x * x).sum();
        assert!(
            vector.len() == 64 && (length - 1.0).abs() < 1e-5,
            "{length}"
        );
        let text = base64["data"][at]["embedding"].as_str().unwrap();
        let bytes = BASE64_STANDARD.decode(text).unwrap();
        let decoded: Vec<f32> = bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
            .collect();
        assert_eq!(decoded, vector);
    }
    // More than one batch, in order.
    let many: Vec<String> = (0..40).map(|n| format!("word{n}")).collect();
    let many = ask(json!({"input": many})).await.expect(200).body;
    let one = ask(json!({"input": "word33"})).await.expect(200).body;
    assert_eq!(many["data"].as_array().unwrap().len(), 40);
    assert_eq!(many["data"][33]["embedding"], one["data"][0]["embedding"]);

    for (fields, param) in [
        (json!({"input": []}), "input"),
        (json!({"input": ""}), "input"),
        (json!({"encoding_format": "hex"}), "encoding_format"),
        (json!({"dimensions": 7}), "dimensions"),
    ] {
        let answer = ask(fields).await;
        refused(&answer, 400, "invalid_request_error", "invalid_field");
        assert_eq!(answer.body["error"]["param"], param);
    }
    let wrong = ask(json!({"model": MODEL})).await;
    refused(&wrong, 404, "invalid_request_error", "model_not_found");
    office.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_openai_s_shape() {
    let office = Office::open().await;
    for model in [
        "gpt-4",
        "fake-embed",
        "persona:x",
        "persona:01900000-0000-7000-8000-000000000000",
    ] {
        let answer = office.chat(json!({"model": model})).await;
        refused(&answer, 404, "invalid_request_error", "model_not_found");
        assert_eq!(answer.body["error"]["param"], "model");
    }
    let two = office.chat(json!({"n": 2, "stream": true})).await;
    refused(&two, 400, "invalid_request_error", "invalid_field");
    assert_eq!(two.body["error"]["param"], "n");
    let number = office.chat(json!({"messages": 7})).await;
    refused(&number, 400, "invalid_request_error", "invalid_field");
    let program = &office.program.0;
    let path = "/v1/chat/completions";
    let broken = program.send_bytes("POST", path, Some("application/json"), b"{".to_vec());
    let broken = office.app.send(broken).await;
    refused(&broken, 400, "invalid_request_error", "bad_request");
    let nothing = office
        .app
        .send(office.program.request("GET", "/nothing", None));
    nothing.await.refused(404, "not_found");
    office.app.end().await;
}
