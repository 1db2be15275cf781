//! When those who wait get their first word. Pure.
//!
//! The engine's steps are played through with what they usually cost: prompts
//! are read one after the other, the shortest first, and everybody who asks
//! about the same lesson is done when it was read once; meanwhile the others
//! write, and where all places or cells are taken, the next comes in when an
//! answer ends.

use super::lengths::Lengths;
use super::pace::Pace;
use super::pressure::most_tokens;
use super::tree::{Scope, Token};

/// What of a request decides how long it takes.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Whose prompts it may share.
    pub scope: Scope,
    /// Its prompt.
    pub prompt: &'a [Token],
    /// Tokens of the prompt that are not in memory; none once it writes.
    pub unread: usize,
    /// Tokens it has written.
    pub written: usize,
    /// Most tokens to write, while many wait and when nobody does.
    pub tokens: (u32, u32),
    /// Milliseconds since it came.
    pub age_ms: f64,
}

/// What the engine has room for.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Answers written side by side.
    pub rows: usize,
    /// Requests admitted at once.
    pub places: usize,
    /// Cells of the context.
    pub cells: usize,
}

/// Whose prompt is read next: the smallest. The one with least to read, but the
/// longer one waits the sooner it comes.
pub fn urgency(pace: &Pace, unread: usize, age_ms: f64) -> f64 {
    pace.reading_ms(unread) - age_ms
}

/// Milliseconds until each request has its first word, 0 for those that have it.
/// The first `active` are admitted, the others wait in this order.
pub fn first_word_ms(
    asks: &[Ask<'_>],
    active: usize,
    room: Room,
    pace: &Pace,
    lengths: &Lengths,
) -> Vec<f64> {
    let mut play = Play {
        asks,
        pace,
        lengths,
        room,
        common: common(asks),
        unread: asks.iter().map(|ask| ask.unread).collect(),
        most: asks.iter().map(|ask| ask.tokens.1).collect(),
        left: vec![0.0; asks.len()],
        open: Vec::new(),
        used: 0,
        now: 0.0,
        begins: vec![0.0; asks.len()],
    };
    (0..active).for_each(|at| play.admit(at));
    let mut next = active;
    loop {
        while next < asks.len() && play.fits(next) {
            play.most[next] = {
                let (least, most) = asks[next].tokens;
                most_tokens(least, most, asks.len() - next - 1)
            };
            play.admit(next);
            next += 1;
        }
        if next == asks.len() && play.reader().is_none() {
            return play.begins;
        }
        play.step();
    }
}

struct Play<'a> {
    asks: &'a [Ask<'a>],
    pace: &'a Pace,
    lengths: &'a Lengths,
    room: Room,
    /// Tokens at the beginning that each two prompts share.
    common: Vec<Vec<usize>>,
    unread: Vec<usize>,
    most: Vec<u32>,
    /// Tokens to write.
    left: Vec<f64>,
    /// Admitted and not ended, in this order.
    open: Vec<usize>,
    /// Cells promised to them.
    used: usize,
    now: f64,
    begins: Vec<f64>,
}

impl Play<'_> {
    /// Cells it takes beside those of `open`, with which it may share.
    fn cells(&self, at: usize) -> usize {
        let shared = self.open.iter().map(|&other| self.common[at][other]);
        self.asks[at].prompt.len() + self.most[at] as usize - shared.max().unwrap_or(0)
    }

    fn fits(&self, at: usize) -> bool {
        let places = self.open.len() < self.room.places;
        // One alone gets what there is.
        self.open.is_empty() || (places && self.used + self.cells(at) <= self.room.cells)
    }

    fn admit(&mut self, at: usize) {
        let written = self.asks[at].written;
        let most = (self.most[at] as usize).saturating_sub(written);
        self.left[at] = self.lengths.left(written, most);
        self.used += self.cells(at);
        self.open.push(at);
    }

    fn reader(&self) -> Option<usize> {
        let reading = self.open.iter().copied().filter(|&at| self.unread[at] > 0);
        let urgency = |at: usize| urgency(self.pace, self.unread[at], self.asks[at].age_ms);
        reading.min_by(|&a, &b| urgency(a).total_cmp(&urgency(b)))
    }

    fn step(&mut self) {
        let reader = self.reader();
        let writers = self.open.iter().copied().filter(|&at| self.unread[at] == 0);
        let writers: Vec<usize> = writers.take(self.room.rows).collect();
        let mut words = 1.0;
        match reader {
            Some(at) => {
                let chunk = self.pace.prompt_rows(writers.len(), self.unread[at]);
                self.now += self.pace.step_ms(writers.len(), chunk);
                self.unread[at] -= chunk;
                if self.unread[at] == 0 {
                    self.begin(at);
                }
            }
            None => {
                // Until the first of them ends.
                let left = writers.iter().map(|&at| self.left[at]);
                words = left.fold(f64::INFINITY, f64::min).ceil().max(1.0);
                self.now += words * self.pace.step_ms(writers.len(), 0);
            }
        }
        for at in writers {
            self.left[at] -= words;
        }
        let (unread, left) = (&self.unread, &self.left);
        let ended = |at: &usize| unread[*at] == 0 && left[*at] <= 0.0;
        for at in self.open.extract_if(.., |at| ended(at)).collect::<Vec<_>>() {
            self.used = self.used.saturating_sub(self.cells(at));
        }
    }

    /// The prompt is read: the first word comes of it, and others have less to read.
    fn begin(&mut self, at: usize) {
        self.begins[at] = self.now;
        self.left[at] -= 1.0;
        for (other, ask) in self.asks.iter().enumerate() {
            if self.unread[other] > 0 {
                let rest = ask.prompt.len() - self.common[at][other];
                self.unread[other] = self.unread[other].min(rest.max(1));
            }
        }
    }
}

/// How many tokens each two prompts begin with alike. In the order of a
/// dictionary, two have in common what all neighbours between them have.
fn common(asks: &[Ask<'_>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..asks.len()).collect();
    order.sort_by_key(|&at| (asks[at].scope, asks[at].prompt));
    let with_next: Vec<usize> = order
        .windows(2)
        .map(|pair| {
            let (a, b) = (&asks[pair[0]], &asks[pair[1]]);
            let both = a.prompt.iter().zip(b.prompt).take_while(|(a, b)| a == b);
            if a.scope == b.scope { both.count() } else { 0 }
        })
        .collect();
    let mut common = vec![vec![0; asks.len()]; asks.len()];
    for (place, &a) in order.iter().enumerate() {
        let mut least = usize::MAX;
        for (&b, &shared) in order[place + 1..].iter().zip(&with_next[place..]) {
            least = least.min(shared);
            (common[a][b], common[b][a]) = (least, least);
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A token of a prompt in 10 ms, a step of up to 8 answers in 40 ms.
    fn pace() -> Pace {
        let mut pace = Pace::new(1, 10.0);
        pace.learn(8, 0, 40.0);
        pace
    }

    const ROOM: Room = Room {
        rows: 2,
        places: 3,
        cells: 10_000,
    };

    fn ask(prompt: &[Token]) -> Ask<'_> {
        Ask {
            scope: 1,
            prompt,
            unread: prompt.len(),
            written: 0,
            tokens: (50, 50),
            age_ms: 0.0,
        }
    }

    fn waits(asks: &[Ask<'_>], active: usize, room: Room) -> Vec<f64> {
        first_word_ms(asks, active, room, &pace(), &Lengths::default())
    }

    /// A lesson of 1,000 tokens and 20 of one's own.
    fn prompts(n: Token) -> Vec<Vec<Token>> {
        let prompt = |own| (0..1000).chain(std::iter::repeat_n(2000 + own, 20));
        (0..n).map(|own| prompt(own).collect()).collect()
    }

    #[test]
    fn a_class_waits_for_its_lesson_once() {
        let prompts = prompts(3);
        let asks: Vec<Ask<'_>> = prompts.iter().map(|prompt| ask(prompt)).collect();
        let waits = waits(&asks, 3, ROOM);
        assert_eq!(waits[0], 10_200.0);
        // The others read 20 tokens each, beside one answer and two.
        assert!(waits[1] > 10_400.0 && waits[1] < 10_500.0, "{waits:?}");
        assert!(waits[2] > waits[1] && waits[2] < 10_800.0, "{waits:?}");
        // What is in memory is not read, whoever holds it.
        let mut asks = asks;
        for ask in &mut asks {
            ask.unread = 20;
        }
        assert_eq!(self::waits(&asks, 0, ROOM)[0], 200.0);
        // Another school's lesson is.
        asks[2].scope = 2;
        asks[2].unread = 1020;
        assert!(self::waits(&asks, 0, ROOM)[2] > 10_000.0);
    }

    #[test]
    fn a_full_engine_is_left_by_those_who_end() {
        let prompts = prompts(4);
        let mut asks: Vec<Ask<'_>> = prompts.iter().map(|prompt| ask(prompt)).collect();
        for ask in &mut asks[..3] {
            (ask.unread, ask.written) = (0, 40);
        }
        asks[3].unread = 20;
        // Two write and one has its place for later; two end after 10 words more.
        let full = waits(&asks, 3, ROOM);
        assert_eq!(full[..3], [0.0; 3]);
        assert!(full[3] > 400.0 + 200.0 && full[3] < 700.0, "{full:?}");
        let one_place_more = Room { places: 4, ..ROOM };
        let waits_less = waits(&asks, 3, one_place_more)[3];
        assert!((200.0..300.0).contains(&waits_less), "{waits_less}");
        let no_cells = Room {
            cells: 1000 + 3 * 70 + 69,
            ..one_place_more
        };
        assert_eq!(waits(&asks, 3, no_cells), full);
        let just_enough = Room {
            cells: 1000 + 4 * 70,
            ..one_place_more
        };
        assert_eq!(waits(&asks, 3, just_enough)[3], waits_less);
    }

    #[test]
    fn the_short_overtake_the_long_but_not_for_ever() {
        let (long, short): (Vec<Token>, Vec<Token>) = ((0..500).collect(), (900..920).collect());
        let mut asks = [ask(&long), ask(&short)];
        let begins = waits(&asks, 2, ROOM);
        assert!(begins[1] == 200.0 && begins[0] > 5_000.0, "{begins:?}");
        asks[0].age_ms = 5_000.0;
        let begins = waits(&asks, 2, ROOM);
        assert!(begins[0] == 5_000.0 && begins[1] > 5_000.0, "{begins:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_two_have_in_common_is_counted(
            prompts in prop::collection::vec((0..2_u64, prop::collection::vec(0..3, 0..6)), 0..12),
        ) {
            let asks: Vec<Ask<'_>> = prompts
                .iter()
                .map(|(scope, prompt)| Ask { scope: *scope, ..ask(prompt) })
                .collect();
            let common = common(&asks);
            for (a, first) in asks.iter().enumerate() {
                for (b, second) in asks.iter().enumerate().filter(|(b, _)| *b != a) {
                    let both = first.prompt.iter().zip(second.prompt);
                    let same = both.take_while(|(a, b)| a == b).count();
                    let same = if first.scope == second.scope { same } else { 0 };
                    prop_assert_eq!(common[a][b], same);
                }
            }
        }

        /// Everybody gets a word, one a step, and no later than if all were read and
        /// written one by one.
        #[test]
        fn everybody_has_a_time(
            prompts in prop::collection::vec((1..60_i32, 0..3_i32, 0..2_usize), 1..40),
            active in 0..10_usize,
            rows in 1..12_usize,
            cells in 10..2000_usize,
        ) {
            let texts: Vec<Vec<Token>> = prompts
                .iter()
                .map(|&(length, lesson, _)| (0..length).map(|at| at * 3 + lesson).collect())
                .collect();
            let asks: Vec<Ask<'_>> = texts
                .iter()
                .zip(&prompts)
                .map(|(text, &(_, _, written))| Ask {
                    unread: if written > 0 { 0 } else { text.len() },
                    written,
                    ..ask(text)
                })
                .collect();
            // Those that write are admitted, and they come first.
            let (mut asks, waiting): (Vec<_>, Vec<_>) = asks.into_iter().partition(|a| a.unread == 0);
            let active = asks.len() + active.min(waiting.len());
            asks.extend(waiting);
            let room = Room { rows, places: rows + 2, cells };
            let waits = waits(&asks, active, room);
            let most = asks.len() as f64 * (60.0 * 10.0 + 60.0 * 40.0 + 60.0 * 40.0);
            for (ask, ms) in asks.iter().zip(&waits) {
                prop_assert_eq!(*ms > 0.0, ask.unread > 0);
                prop_assert!(*ms <= most);
            }
        }
    }
}
