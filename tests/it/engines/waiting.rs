//! A class of thirty at a real model: what each is told about the wait, and what
//! came true of it.

use std::time::{Duration, Instant};

use bwenge::inference::protocol::{Generate, Reply, Request};

use super::client::Worker;
use super::llm::{now, question, start};
use crate::support::{are_measured, figure};

const PUPILS: usize = 30;
/// Whose first word came sooner than this waited for nothing.
const WAITED: Duration = Duration::from_secs(2);
/// Nobody who waits is left without news for longer, on a busy machine.
const NEWS: Duration = Duration::from_secs(6);

/// What one pupil was told: when, which place, and milliseconds to the first word.
#[derive(Default)]
struct Told {
    asked: Option<Instant>,
    places: Vec<(Instant, u32, u32)>,
    first_word: Option<Instant>,
}

impl Told {
    /// How wrong each estimate was, as a part of the true wait, for those told
    /// early enough to matter.
    fn errors(&self) -> Vec<f64> {
        let first_word = self.first_word.expect("it was answered");
        let told = self.places.iter().filter_map(|&(at, _, told_ms)| {
            let truth = first_word.duration_since(at);
            let error = (f64::from(told_ms) / 1000.0 - truth.as_secs_f64()).abs();
            (truth >= WAITED).then(|| error / truth.as_secs_f64())
        });
        told.collect()
    }
}

/// A question answered with one sentence.
fn sentence_about(id: u64, lesson: &str) -> Generate {
    let asked = format!("{lesson} Pupil {id} asks: what is the {id}th thing that a leaf does?");
    Generate {
        stop: vec![".".to_owned()],
        ..question(id, &asked, 120)
    }
}

/// Asks for the answers of a class, which end at their limit or after a sentence;
/// returns what each pupil was told.
fn burst(worker: &mut Worker, lesson: &str, sentence: bool) -> Vec<Told> {
    let mut class: Vec<Told> = (0..PUPILS).map(|_| Told::default()).collect();
    for (id, told) in (1..).zip(&mut class) {
        let asked = sentence_about(id, lesson);
        worker.send(&Request::Generate(match sentence {
            true => asked,
            false => Generate {
                max_tokens: 20 + (id as u32 * 7) % 40,
                stop: Vec::new(),
                ..asked
            },
        }));
        told.asked = Some(now());
    }
    let mut open = PUPILS;
    while open > 0 {
        let reply = worker.next();
        let at = now();
        let Some(told) = reply.id().checked_sub(1) else {
            continue;
        };
        let told = &mut class[told as usize];
        match reply {
            Reply::Queued {
                position, wait_ms, ..
            } => {
                assert!(told.first_word.is_none(), "who has words waits no more");
                told.places.push((at, position, wait_ms));
            }
            Reply::Token { .. } => _ = told.first_word.get_or_insert(at),
            Reply::Done { .. } => {
                told.first_word.get_or_insert(at);
                open -= 1;
            }
            Reply::Failed { code, detail, .. } => panic!("{code:?}: {detail}"),
            _ => {}
        }
    }
    class
}

fn median(mut figures: Vec<f64>) -> f64 {
    assert!(!figures.is_empty(), "somebody waited");
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Has a class ask a new worker, and looks at what it was told.
fn check(cells: u32, sentence: bool) {
    let mut worker = start(8, cells);
    if sentence {
        // How long such answers are is learned from them.
        for id in 1000..1005 {
            let asked = sentence_about(id, "The red leaf falls.");
            worker.ask(&Request::Generate(asked), id);
        }
    }
    // A thousand tokens that all share.
    let lesson = "The green leaf drinks the light of the sun. ".repeat(90);
    let class = burst(&mut worker, &lesson, sentence);
    let (mut first, mut later, mut waits) = (Vec::new(), Vec::new(), Vec::new());
    let mut longest = Duration::ZERO;
    for told in &class {
        let asked = told.asked.expect("it asked");
        let first_word = told.first_word.expect("it was answered");
        let places: Vec<u32> = told.places.iter().map(|told| told.1).collect();
        assert!(places.is_sorted_by(|a, b| a >= b), "{places:?}");
        // From the question to the first word there is no long silence.
        let times = told.places.iter().map(|told| told.0);
        let times = [asked].into_iter().chain(times).chain([first_word]);
        let times: Vec<Instant> = times.collect();
        for pair in times.windows(2) {
            let silence = pair[1].duration_since(pair[0]);
            longest = longest.max(silence);
        }
        waits.push(first_word.duration_since(asked).as_secs_f64());
        let errors = told.errors();
        first.extend(errors.first());
        later.extend(errors.iter().skip(1));
    }
    figure("the longest silence", longest, NEWS);
    let told: usize = class.iter().map(|told| told.places.len()).sum();
    let (waited, n) = (median(waits), first.len());
    let (first, later) = (median(first), median(later));
    eprintln!(
        "{cells} cells: first words after {waited:.1} s; told {told} times; \
         error of {n} first estimates {first:.2}, of later ones {later:.2}"
    );
    // A tenth in quiet; other work on the machine comes and goes.
    let right = first <= 0.5 && later <= 0.6;
    assert!(right || !are_measured(), "{first:.2}, {later:.2}");
}

#[test]
fn a_class_is_told_its_wait_and_it_comes_true() {
    check(8192, false);
}

/// An answer must end before another gets in, and nothing says when it will.
#[test]
fn so_is_a_class_on_a_small_box() {
    check(2048, true);
}
