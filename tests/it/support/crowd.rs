//! As many answers as a box takes.

use bwenge::inference::generation::Generation;
use bwenge::inference::protocol::{Generate, Lane, Prompt};
use bwenge::inference::{Inference, MAX_ANSWERS};

/// A request by somebody else, which takes long.
pub fn request(person: u64) -> Generate {
    Generate {
        id: 0,
        scope: 7,
        person,
        lane: Lane::Pupil,
        prompt: Prompt::Text("word ".repeat(2000)),
        max_tokens: 2000,
        least_tokens: 2000,
        temperature: 0.0,
        top_p: 1.0,
        seed: 0,
        stop: Vec::new(),
        schema: None,
        guesses: true,
    }
}

/// Fills the box until it refuses; dropping the answers empties it.
pub async fn fill(inference: &Inference) -> Vec<Generation> {
    let mut crowd = Vec::new();
    for person in 0..MAX_ANSWERS as u64 {
        crowd.push(inference.generate(request(person)).await.unwrap());
    }
    assert!(
        inference.generate(request(999)).await.is_err(),
        "it is full"
    );
    crowd
}
