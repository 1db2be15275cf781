//! What the llm child keeps of conversations: parked in RAM, and handed to the
//! server for the next child. With SmolLM2.

use bwenge::inference::protocol::{
    Beginning, Finish, Generate, Lane, LlmConfig, Prompt, Reply, Request, WorkerConfig,
};

use super::client::Worker;
use super::llm::start;
use super::smollm2;

const LESSON: &str = "Water rises from the sea and from lakes when the sun warms it. High up it \
    cools, and small drops make clouds. When the drops are heavy enough they fall as rain on the \
    hills, run into rivers and come back to the sea. This is the way of water, and it never ends. \
    Trees hold the soil when rain is strong, and their roots take water deep from the ground. ";

fn text(id: u64, person: u64, prompt: &str, max_tokens: u32) -> Request {
    Request::Generate(Generate {
        id,
        scope: 1,
        person,
        lane: Lane::Pupil,
        prompt: Prompt::Text(prompt.into()),
        max_tokens,
        least_tokens: max_tokens,
        temperature: 0.0,
        top_p: 1.0,
        seed: 1,
        stop: Vec::new(),
        schema: None,
        guesses: true,
    })
}

/// A text nobody else has, of about 250 tokens.
fn own_story(person: u64) -> String {
    let words = [
        "river", "stone", "goat", "bridge", "market", "cloud", "drum",
    ];
    let word = |n: u64| words[(n * (person + 3) % 7) as usize];
    let sentence = |n| format!("On day {n} pupil {person} saw a {}. ", word(n));
    (1..26).map(sentence).collect()
}

#[test]
fn a_conversation_that_left_the_context_comes_back() {
    // Two stories fit, not three.
    let mut worker = start(1, 768);
    let first = worker.ask(&text(1, 1, &own_story(1), 16), 1);
    for person in 2..6 {
        worker.ask(&text(person, person, &own_story(person), 4), person);
    }
    let on = format!("{}{} And then", own_story(1), first.text);
    let parked = worker.ask(&text(7, 1, &on, 16), 7);
    let usage = parked.usage();
    assert!(
        usage.reused_tokens * 10 > usage.prompt_tokens * 8,
        "it came back from RAM: {usage:?}"
    );
    // A child that never forgot says the same.
    let mut other = start(1, 4096);
    let fresh = other.ask(&text(1, 1, &on, 16), 1);
    assert_eq!(fresh.usage().reused_tokens, 0);
    assert_eq!(parked.text, fresh.text);
    // What belongs to lessons that changed is kept nowhere.
    worker.send(&Request::Forget { scope: 1 });
    let forgotten = worker.ask(&text(8, 1, &on, 1), 8);
    assert_eq!(forgotten.usage().reused_tokens, 0);
}

#[test]
fn nothing_is_forgotten_for_one_who_has_to_wait() {
    let mut worker = Worker::start(
        "llm",
        WorkerConfig::Llm(LlmConfig {
            model: smollm2(),
            threads: 2,
            decode_threads: 2,
            context: 768,
            rows: 2,
            // What is forgotten does not come back.
            parked_bytes: 0,
        }),
    );
    let first = worker.ask(&text(1, 1, &own_story(1), 16), 1);
    // The third does not fit beside what the second might write, even alone.
    worker.send(&text(2, 2, "Once upon a time", 420));
    worker.send(&text(3, 3, &own_story(3), 130));
    let mut words = 0;
    while words < 8 {
        match worker.next() {
            Reply::Token { id: 2, .. } => words += 1,
            reply => assert!(!matches!(reply, Reply::Started { id: 3, .. }), "it fits"),
        }
    }
    worker.send(&Request::Cancel { id: 2 });
    assert_eq!(worker.finish(2).finish(), Finish::Cancelled);
    assert!(worker.finish(3).usage().answer_tokens > 0);
    let on = format!("{}{} And then", own_story(1), first.text);
    let usage = worker.ask(&text(4, 1, &on, 4), 4).usage();
    assert!(
        usage.reused_tokens * 10 > usage.prompt_tokens * 8,
        "it was not read again: {usage:?}"
    );
}

#[test]
fn after_a_busy_day_every_cell_and_sequence_is_free_again() {
    // More requests than there are sequences, and little room: what is kept is
    // shared, parked, put back and forgotten all the time.
    let mut worker = start(3, 768);
    let mut chance = 7_u64;
    let mut below = |end: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % end
    };
    let mut open: Vec<u64> = Vec::new();
    for id in 1..=120 {
        let (scope, person) = (below(3), below(9));
        let words: String = own_story(below(4))
            .chars()
            .take(100 + 90 * below(6) as usize)
            .collect();
        let Request::Generate(request) = text(id, person, &words, 1 + below(5) as u32) else {
            unreachable!("it generates");
        };
        worker.send(&Request::Generate(Generate { scope, ..request }));
        open.push(id);
        match below(12) {
            0 => worker.send(&Request::Cancel {
                id: open[below(open.len() as u64) as usize],
            }),
            1 => worker.send(&Request::Forget { scope: below(3) }),
            _ => {}
        }
        while open.len() > 5 {
            let reply = worker.next();
            assert!(!matches!(reply, Reply::Failed { .. }), "{reply:?}");
            if reply.is_last() {
                open.retain(|id| *id != reply.id());
            }
        }
    }
    while !open.is_empty() {
        let reply = worker.next();
        if reply.is_last() {
            open.retain(|id| *id != reply.id());
        }
    }
    (0..3).for_each(|scope| worker.send(&Request::Forget { scope }));
    // All of the context, to its last cell but ten.
    let long: String = (1..).map(|n| format!(" {n}")).take(212).collect();
    let asked = worker.ask(&text(900, 1, &long, 1), 900).usage();
    assert_eq!(asked.reused_tokens, 0);
    assert!((700..768).contains(&asked.prompt_tokens), "{asked:?}");
}

#[test]
fn a_beginning_that_two_share_serves_the_next_child() {
    let mut worker = start(2, 4096);
    let ask = |id, person, question: &str| text(id, person, &format!("{LESSON}{question}"), 12);
    worker.ask(&ask(1, 1, "What makes clouds?"), 1);
    worker.send(&ask(2, 1, "Where does rain fall?"));
    assert!(handed_over(&worker).is_none(), "one person's own");
    worker.send(&ask(3, 2, "Why do trees matter?"));
    let saved = handed_over(&worker).expect("two share it");
    assert_eq!(saved.scope, 1);
    assert!(saved.tokens.len() >= 64, "{} tokens", saved.tokens.len());
    // Told to forget it, a child hands it over anew.
    worker.send(&ask(5, 1, "Where does rain fall?"));
    assert!(handed_over(&worker).is_none(), "it is known");
    worker.send(&Request::Forget { scope: 1 });
    worker.ask(&ask(6, 1, "What makes clouds?"), 6);
    worker.send(&ask(7, 2, "Why do trees matter?"));
    assert!(handed_over(&worker).is_some(), "it was forgotten");
    drop(worker);

    let mut next = start(2, 4096);
    let broken = Beginning {
        tokens: saved.tokens[1..].to_vec(),
        ..saved.clone()
    };
    next.send(&Request::Restore(broken));
    next.send(&Request::Restore(saved.clone()));
    let theirs = next.ask(&ask(4, 4, "What never ends?"), 4);
    let usage = theirs.usage();
    assert_eq!(usage.reused_tokens as usize, saved.tokens.len());
    let mut fresh = start(2, 4096);
    assert_eq!(
        theirs.text,
        fresh.ask(&ask(1, 1, "What never ends?"), 1).text
    );
}

/// What the child hands over until the answer in progress ends.
fn handed_over(worker: &Worker) -> Option<Beginning> {
    let mut found = None;
    loop {
        match worker.next() {
            Reply::Beginning(beginning) => found = Some(beginning),
            reply if reply.is_last() => return found,
            _ => {}
        }
    }
}
