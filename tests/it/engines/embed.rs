//! The embed child over real pipes with e5 and MiniLM.

use bwenge::inference::protocol::{EmbedPurpose, FailureCode, Reply, Request, WorkerConfig};

use super::client::Worker;
use super::{fixture, model};

pub const E5: &str = "multilingual-e5-small-q4";
const MINILM: &str = "all-minilm-l6-v2";
const DIMENSIONS: usize = 384;

pub fn start(id: &str) -> Worker {
    let tokenizer = model(id, "tokenizer.json");
    let folder = tokenizer
        .strip_suffix("/tokenizer.json")
        .expect("it is in a folder");
    let config = WorkerConfig::Embed {
        model: folder.to_owned(),
        threads: 2,
    };
    let worker = Worker::start("embed", config);
    assert_eq!(worker.hello.dimensions as usize, DIMENSIONS);
    assert!(worker.hello.sandbox.seccomp);
    worker
}

fn request(id: u64, purpose: EmbedPurpose, texts: &[&str]) -> Request {
    Request::Embed {
        id,
        purpose,
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
    }
}

pub fn embed(worker: &mut Worker, purpose: EmbedPurpose, texts: &[&str]) -> Vec<Vec<f32>> {
    let outcome = worker.ask(&request(1, purpose, texts), 1);
    assert_eq!(outcome.vectors.len(), texts.len() * DIMENSIONS);
    outcome
        .vectors
        .chunks(DIMENSIONS)
        .map(<[f32]>::to_vec)
        .collect()
}

pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The fixture's sentences with their purposes.
fn sentences() -> Vec<(EmbedPurpose, String)> {
    let text = String::from_utf8(fixture("embeddings/sentences.txt")).expect("it is text");
    text.lines()
        .map(|line| match line.split_once('\t').expect("a tab") {
            ("query", sentence) => (EmbedPurpose::Query, sentence.to_owned()),
            (_, sentence) => (EmbedPurpose::Passage, sentence.to_owned()),
        })
        .collect()
}

/// Checks the vectors of the first sentences against a file of reference vectors.
fn check_against(id: &str, file: &str, count: usize, least: f32) {
    let bytes = fixture(file);
    let floats: Vec<f32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|b| f32::from_le_bytes(*b))
        .collect();
    assert_eq!(floats.len(), count * DIMENSIONS);
    let mut worker = start(id);
    for ((purpose, text), expect) in sentences().iter().zip(floats.chunks(DIMENSIONS)) {
        let vector = embed(&mut worker, *purpose, &[text]).remove(0);
        assert!(
            (dot(&vector, &vector) - 1.0).abs() < 1e-4,
            "{text} has no unit vector"
        );
        let cosine = dot(&vector, expect);
        assert!(cosine >= least, "{text}: {cosine}");
    }
}

#[test]
fn e5_agrees_with_its_reference_in_four_languages() {
    check_against(E5, "embeddings/e5.f32", 20, 0.99);
}

#[test]
fn minilm_agrees_with_an_exact_computation() {
    // Matrices rounded to bytes differ in the third digit.
    check_against(MINILM, "embeddings/minilm.f32", 5, 0.998);
}

#[track_caller]
fn finds(worker: &mut Worker, question: &str, passages: &[&str], best: usize) {
    let question = embed(worker, EmbedPurpose::Query, &[question]).remove(0);
    let passages = embed(worker, EmbedPurpose::Passage, passages);
    let scores: Vec<f32> = passages
        .iter()
        .map(|passage| dot(&question, passage))
        .collect();
    let top = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    assert_eq!(top, Some(best), "{scores:?}");
}

const PASSAGES: [&str; 3] = [
    "Plants use the light of the sun to make sugar from water and carbon dioxide.",
    "The heart pumps blood through the arteries and veins of the whole body.",
    "Kigali is the capital of Rwanda.",
];

#[test]
fn related_texts_score_higher() {
    for id in [E5, MINILM] {
        let mut worker = start(id);
        finds(&mut worker, "How do plants make their food?", &PASSAGES, 0);
        finds(&mut worker, "Which organ pumps blood?", &PASSAGES, 1);
        finds(
            &mut worker,
            "Where does the government of Rwanda sit?",
            &PASSAGES,
            2,
        );
    }
    // Across languages, which is what e5 is for.
    let mut worker = start(E5);
    finds(&mut worker, "À quoi sert le cœur ?", &PASSAGES, 1);
    finds(
        &mut worker,
        "Mimea hutengenezaje chakula chake?",
        &PASSAGES,
        0,
    );
}

/// A text's vector must not depend on what it was packed with.
#[test]
fn neighbours_in_a_batch_do_not_matter() {
    let mut worker = start(MINILM);
    let long = "The lake is deep and full of fish. ".repeat(60);
    let mut texts = vec![PASSAGES[0], long.as_str(), "", "fish"];
    texts.extend(PASSAGES);
    let together = embed(&mut worker, EmbedPurpose::Passage, &texts);
    for (text, vector) in texts.iter().zip(&together) {
        let alone = embed(&mut worker, EmbedPurpose::Passage, &[text]).remove(0);
        assert!(dot(&alone, vector) > 0.999, "{text:?}");
    }
}

#[test]
fn questions_overtake_lessons_and_lessons_can_be_cancelled() {
    let mut worker = start(MINILM);
    let passage = "The lake is deep and full of fish. ".repeat(12);
    let lesson = vec![passage.as_str(); 120];
    worker.send(&request(1, EmbedPurpose::Passage, &lesson));
    worker.send(&request(2, EmbedPurpose::Passage, &lesson));
    while !matches!(worker.next(), Reply::Progress { id: 1, .. }) {}
    worker.send(&request(3, EmbedPurpose::Query, &["How deep is the lake?"]));
    worker.send(&Request::Cancel { id: 2 });
    let mut ended = Vec::new();
    while ended.len() < 3 {
        if let Reply::Done { id, .. } = worker.next() {
            ended.push(id);
        }
    }
    assert_eq!(ended.last(), Some(&1), "the lesson ends last: {ended:?}");
}

#[test]
fn refuses_nonsense() {
    let mut worker = start(MINILM);
    worker.send(&request(1, EmbedPurpose::Passage, &[]));
    let reply = worker.next();
    assert!(
        matches!(
            reply,
            Reply::Failed {
                id: 1,
                code: FailureCode::BadRequest,
                ..
            }
        ),
        "{reply:?}"
    );
    let config = WorkerConfig::Embed {
        model: "/nowhere".into(),
        threads: 1,
    };
    let refused = Worker::try_start("embed", bwenge::inference::protocol::VERSION, config);
    assert!(refused.err().expect("it refuses").contains("/nowhere"));
}
