//! A greedy answer is the same however it was computed: alone, beside others,
//! from a prompt that was read before or not, with guesses or without.
//!
//! The same to a tolerance. Rows that are computed together are summed in
//! another order than alone, and the state of a prompt was rounded in the chunks
//! it was read in; so where two words are as good as equally likely, another
//! one may win, and the texts part from there. What must hold is that texts part
//! nowhere else.

use bwenge::inference::child::probe_differences;
use bwenge::inference::protocol::{Generate, Prompt, Reply, Request};

use super::client::{Outcome, Worker};
use super::llm::{question, start};
use super::smollm2;

/// Logits that count as a tie: the likeliest of 49,152 words is then at most
/// 1.35 times as likely as the other. The largest seen was 0.24.
const TIE: f32 = 0.3;

const QUESTIONS: [&str; 6] = [
    "What do plants make?",
    "Repeat the lesson word for word.",
    "Where does the energy come from?",
    "Explain chlorophyll.",
    "Name what plants take in, as a list.",
    "Write a poem about the sun.",
];

/// Questions answered wrongly on purpose.
const CONTROLS: usize = 2;

/// The requests for all questions; `scope` says whose memory each may share.
fn requests(first: u64, scope: impl Fn(u64) -> u64) -> Vec<Generate> {
    let asked = QUESTIONS.iter().zip(first..);
    asked
        .map(|(text, id)| Generate {
            scope: scope(id),
            ..question(id, text, 24)
        })
        .collect()
}

/// The conversation a question is the end of.
fn prompt(text: &str) -> Prompt {
    question(0, text, 1).prompt
}

/// One after the other.
fn alone(worker: &mut Worker, requests: Vec<Generate>) -> Vec<String> {
    let ask = |request: Generate| {
        let id = request.id;
        worker.ask(&Request::Generate(request), id).text
    };
    requests.into_iter().map(ask).collect()
}

/// All at once.
fn together(worker: &mut Worker, requests: Vec<Generate>) -> Vec<String> {
    let first = requests[0].id;
    let mut outcomes: Vec<Outcome> = requests.iter().map(|_| Outcome::default()).collect();
    for request in requests {
        worker.send(&Request::Generate(request));
    }
    while outcomes.iter().any(|outcome| outcome.end.is_none()) {
        let reply: Reply = worker.next();
        // Some frames are about the worker itself.
        if let Some(at) = reply.id().checked_sub(first) {
            outcomes[at as usize].add(reply);
        }
    }
    outcomes.into_iter().map(|outcome| outcome.text).collect()
}

#[test]
fn greedy_answers_part_only_where_two_words_tie() {
    let mut worker = start(8, 8192);
    // Alone, with guesses and nothing to share: the reference.
    let reference = alone(&mut worker, requests(100, |id| id));
    // With guesses, all of the prompt but its last token known.
    let again = alone(&mut worker, requests(200, |id| id - 100));
    // The lesson known; eight rows leave no room for guesses.
    let class = together(&mut worker, requests(300, |_| 1));
    // Nothing known, no guesses.
    let strangers = together(&mut worker, requests(400, |id| id));
    // Alone, nothing known, no guesses.
    let mut plain = requests(600, |id| id);
    for request in &mut plain {
        request.guesses = false;
    }
    let plain = alone(&mut worker, plain);
    // Another question altogether, to see that it would show.
    let mut turned = requests(500, |id| id);
    turned.truncate(CONTROLS);
    for (request, other) in turned.iter_mut().zip(&QUESTIONS[1..]) {
        request.prompt = prompt(other);
    }
    let wrong = alone(&mut worker, turned);
    drop(worker);

    let mut pairs = Vec::new();
    for (way, texts) in [
        ("again", again),
        ("class", class),
        ("strangers", strangers),
        ("plain", plain),
        ("wrong", wrong),
    ] {
        for (at, text) in texts.into_iter().enumerate() {
            pairs.push((way, (prompt(QUESTIONS[at]), reference[at].clone(), text)));
        }
    }
    let (ways, answers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let found = probe_differences(&smollm2(), &answers).expect("the model loads");
    let (mut same, mut ties, mut seen) = (0, 0, 0);
    for ((way, found), (_, one, other)) in ways.iter().zip(&found).zip(&answers) {
        eprintln!("{way}: {found:?}");
        match found {
            Some(parted) if *way == "wrong" => seen += usize::from(parted.gap > TIE),
            None => same += 1,
            Some(parted) => {
                let told = format!("{way}: {parted:?}\n{one:?}\n{other:?}");
                assert!(parted.gap <= TIE, "{told}");
                ties += 1;
            }
        }
    }
    eprintln!("{same} texts are the same, {ties} part at a tie, {seen} wrong ones seen");
    assert!(same > 0 && seen == CONTROLS, "{found:?}");
}
