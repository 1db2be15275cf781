//! Sixty pupils at one real model, five of them greedy: everybody gets as much.

use std::collections::HashMap;

use bwenge::inference::protocol::{Generate, Reply, Request};

use super::client::Worker;
use super::llm::{question, start};

const PUPILS: u64 = 60;
const GREEDY: u64 = 5;
/// Requests a greedy pupil always has open; the others have one.
const AT_ONCE: u64 = 6;
/// Answers after which is counted.
const ANSWERS: u64 = 3 * PUPILS;

/// Jain's index: 1 when all have the same, 1/n when one has all.
fn jain(shares: &[f64]) -> f64 {
    let sum: f64 = shares.iter().sum();
    let squares: f64 = shares.iter().map(|share| share * share).sum();
    sum * sum / (shares.len() as f64 * squares)
}

/// A class at a worker, and whose each request is.
struct Class {
    worker: Worker,
    whose: HashMap<u64, u64>,
}

impl Class {
    fn ask(&mut self, person: u64) {
        let id = self.whose.len() as u64 + 1;
        self.whose.insert(id, person);
        let request = Generate {
            person,
            ..question(id, &format!("Why {id}?"), 6)
        };
        self.worker.send(&Request::Generate(request));
    }
}

#[test]
fn five_greedy_pupils_of_sixty_get_no_more_than_the_others() {
    let mut class = Class {
        worker: start(8, 8192),
        whose: HashMap::new(),
    };
    // The lesson is read once, before anybody counts.
    class.ask(PUPILS);
    class.worker.finish(1);
    // The greedy come first, with everything they have.
    for person in 0..PUPILS {
        let requests = if person < GREEDY { AT_ONCE } else { 1 };
        (0..requests).for_each(|_| class.ask(person));
    }
    // Who is answered asks again at once, so everybody always waits.
    let mut tokens = vec![0.0; PUPILS as usize];
    let mut answers = vec![0; PUPILS as usize];
    for _ in 0..ANSWERS {
        let (id, usage) = loop {
            match class.worker.next() {
                Reply::Done { id, usage, .. } => break (id, usage),
                Reply::Failed { code, detail, .. } => panic!("{code:?}: {detail}"),
                _ => {}
            }
        };
        let person = class.whose[&id];
        let computed = usage.prompt_tokens - usage.reused_tokens + usage.answer_tokens;
        tokens[person as usize] += f64::from(computed);
        answers[person as usize] += 1;
        class.ask(person);
    }
    let fair = jain(&tokens);
    eprintln!("Jain's index {fair:.3}; answers {answers:?}");
    assert!(fair >= 0.95, "{fair}: {tokens:?}");
}
