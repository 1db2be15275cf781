//! The whole way of a recording through the real program and a real speech model.

use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

use super::{FILES, fixture};
use crate::engines::{models_dir, speech_path};
use crate::faults::{database, number};
use crate::support::browser::Browser;
use crate::support::door::Door;
use crate::support::server::Server;
use crate::support::upload::Upload;

const MODELS: [&str; 4] = ["--asr", "whisper-tiny-en", "--embed", "all-minilm-l6-v2"];

async fn start(data: &TempDir) -> Server {
    Server::start(data.path(), &models_dir(), &MODELS).await
}

/// The speech of 1961 and a sentence in turn, so many times, with pauses; the file says
/// that it has so many seconds more.
fn long_speech(times: usize, missing_s: usize) -> Upload {
    let bytes = std::fs::read(speech_path()).unwrap();
    let mut wav = bytes[..44].to_vec();
    let sentence = fixture("plants.wav");
    for _ in 0..times {
        for sound in [&bytes[44..], &sentence[100..]] {
            wav.extend(sound);
            wav.extend(std::iter::repeat_n(0, 32_000 * 2));
        }
    }
    let length = u32::try_from(wav.len() + missing_s * 32_000).unwrap();
    wav[4..8].copy_from_slice(&(length - 8).to_le_bytes());
    wav[40..44].copy_from_slice(&(length - 44).to_le_bytes());
    Upload::new("address.wav", wav)
}

/// How often the teacher is told that a recording breaks off.
fn told_of_the_cut(lesson: &Value) -> usize {
    let warnings = lesson["warnings"].as_array().unwrap().iter();
    warnings.filter(|one| one["code"] == "sound_cut").count()
}

async fn text(server: &Server, who: &Browser, id: &str) -> Vec<Value> {
    let path = format!("/knowledge/{id}/text");
    let text = server.get(&path, who).await.expect(200).body;
    text["sections"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_recording_is_found_by_what_is_said() {
    let data = tempfile::tempdir().unwrap();
    let server = start(&data).await;
    let admin = server.set_up().await;
    let mut ids = Vec::new();
    for (name, _) in FILES {
        let upload = Upload::new(name, fixture(name));
        ids.push(server.upload(&admin, &upload).await.expect(202).id());
    }
    for ((name, word), id) in FILES.iter().zip(&ids) {
        let lesson = server.ready(&admin, id).await;
        assert_eq!(lesson["page_kind"], "moment", "{name}");
        assert_eq!(told_of_the_cut(&lesson), 0, "{name}");
        let duration = lesson["duration_ms"].as_u64().unwrap();
        assert!((2600..3600).contains(&duration), "{name}: {duration}");
        let sections = text(&server, &admin, id).await;
        let said = sections[0]["blocks"][0]["text"].as_str().unwrap();
        let said = said.to_lowercase();
        // The smallest model makes something of a computer's voice, not always the same.
        let heard = word.split('|').any(|word| said.contains(word));
        assert!(heard, "{name}: {said}");
        let time = &sections[0]["anchor"]["time"];
        assert!(
            time["start_ms"].as_u64() < time["end_ms"].as_u64(),
            "{name}: {time}"
        );
    }
    let id = &ids[0];
    let found = server.search(&admin, "What do plants make?").await;
    assert!(
        found[0]["anchor"]["time"]["end_ms"].as_u64() > Some(1000),
        "{found:?}"
    );
    let path = format!("/knowledge/{id}/captions.vtt");
    let captions = server.get(&path, &admin).await.expect(200);
    let captions = String::from_utf8(captions.bytes).unwrap();
    assert!(captions.starts_with("WEBVTT\n\n1\n00:00:0"), "{captions}");
    let path = format!("/knowledge/{id}/loudness");
    let loudness = server.get(&path, &admin).await.expect(200).body;
    let bars = loudness["bars"].as_array().unwrap();
    assert!((50..=400).contains(&bars.len()) && bars.iter().any(|bar| bar.as_u64() > Some(150)));
    // A player seeks in the original.
    let path = format!("/api/v1/knowledge/{id}/original?inline=1");
    let mut request = admin.send_bytes("GET", &path, None, Vec::new());
    request
        .headers_mut()
        .insert("range", "bytes=0-1".parse().unwrap());
    let part = server.send(request).await.expect(206);
    assert_eq!(part.bytes, b"RI");
    assert_eq!(part.headers["content-type"], "audio/wav");

    for (name, bytes, code) in [
        ("silent.mp4", fixture("silent.mp4"), "no_sound"),
        ("damaged.mp3", vec![0xFF; 5000], "damaged"),
        ("quiet.wav", quiet(), "no_speech"),
    ] {
        let id = server
            .upload(&admin, &Upload::new(name, bytes))
            .await
            .expect(202)
            .id();
        let lesson = server.settled(&admin, &id).await;
        assert_eq!(lesson["failure"]["code"], code, "{lesson}");
    }
}

/// Ten seconds in which nobody speaks.
fn quiet() -> Vec<u8> {
    let mut wav = fixture("plants.wav")[..44].to_vec();
    wav.resize(44 + 320_000, 0);
    wav[4..8].copy_from_slice(&320_036_u32.to_le_bytes());
    wav[36..40].copy_from_slice(b"data");
    wav[40..44].copy_from_slice(&320_000_u32.to_le_bytes());
    wav
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_costs_one_window() {
    let data = tempfile::tempdir().unwrap();
    let server = start(&data).await;
    let admin = server.set_up().await;
    let id = server
        .upload(&admin, &long_speech(6, 30))
        .await
        .expect(202)
        .id();
    // The speech child gives way to every other test, so nothing is said about when; it
    // is at the second window once the first is kept.
    let path = format!("/knowledge/{id}");
    let kept = |lesson: &Value| {
        let status = &lesson["status"];
        assert!(status != "failed" && status != "ready", "{lesson}");
        let progress = &lesson["progress"];
        progress["stage"] == "transcribe" && progress["done"].as_u64() > Some(5)
    };
    server.until(&admin, &path, kept).await;
    server.cut_power().await;
    let kept = number(&data, "core.db", "SELECT count(*) FROM lesson_windows");
    assert!(kept > 0, "nothing was kept");
    // Marked, to be found again unless it is heard anew.
    let mark = "UPDATE lesson_windows SET said = json_set(said, '$[0].text', 'Herons fly.')
        WHERE start_ms = (SELECT min(start_ms) FROM lesson_windows)";
    assert_eq!(database(&data, "core.db").execute(mark, []).unwrap(), 1);

    let server = start(&data).await;
    let lesson = server.ready(&admin, &id).await;
    assert_eq!(told_of_the_cut(&lesson), 1, "{lesson}");
    let sections = text(&server, &admin, &id).await;
    let all = json!(sections).to_string();
    assert!(all.contains("Herons fly."), "a window was heard again");
    assert!(all.matches("Americans").count() >= 4, "{all}");
    let starts: Vec<u64> = sections
        .iter()
        .map(|s| s["anchor"]["time"]["start_ms"].as_u64().unwrap())
        .collect();
    assert!(
        starts.is_sorted() && *starts.last().unwrap() > 60_000,
        "{starts:?}"
    );
    server.cut_power().await;
    assert_eq!(
        number(&data, "core.db", "SELECT count(*) FROM lesson_windows"),
        0
    );
    assert_eq!(number(&data, "core.db", "SELECT count(*) FROM jobs"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn listening_can_be_stopped_and_taken_up_again() {
    let data = tempfile::tempdir().unwrap();
    let server = start(&data).await;
    let admin = server.set_up().await;
    let id = server
        .upload(&admin, &long_speech(8, 0))
        .await
        .expect(202)
        .id();
    let path = format!("/knowledge/{id}");
    let listening = |lesson: &Value| lesson["progress"]["stage"] == "transcribe";
    server.until(&admin, &path, listening).await;
    let stop = format!("{path}/cancel");
    server.post(&stop, &admin, json!({})).await.expect(200);
    sleep(Duration::from_millis(300)).await;
    let lesson = server.get(&path, &admin).await.body;
    assert_eq!(lesson["failure"]["code"], "cancelled", "{lesson}");
    let again = format!("{path}/retry");
    server.post(&again, &admin, json!({})).await.expect(202);
    let lesson = server.ready(&admin, &id).await;
    assert_eq!(told_of_the_cut(&lesson), 0, "{lesson}");
}
