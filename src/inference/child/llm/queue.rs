//! Who is answered next: fair in tokens, not in turns. Pure.
//!
//! Start-time fair queueing (Goyal, Vin and Cheng, 1996). Every request gets a
//! start tag: where its person's earlier requests end, or the tag being served
//! now if that is later. The smallest tag is served first. It divides tokens as
//! deficit round robin does, remembers who had much even when each person may
//! have only one request waiting, and a place in the queue is a place in the
//! order of tags.

use std::collections::HashMap;

use crate::inference::protocol::Lane;

/// Whose turn it is counted as; a pupil, a teacher, an API key.
pub type Person = u64;

/// What a token counts for in a lane; four times less for those who stand
/// before a class.
fn weight(lane: Lane) -> u64 {
    match lane {
        Lane::Teacher => 1,
        Lane::Pupil | Lane::Batch => 4,
    }
}

struct Entry<T> {
    person: Person,
    lane: Lane,
    start: u64,
    /// The largest start tag served when it came: its own can not be smaller.
    earliest: u64,
    /// Order of arrival, among equal tags.
    arrival: u64,
    tokens: u32,
    item: T,
}

impl<T> Entry<T> {
    fn key(&self) -> (bool, u64, u64) {
        (self.lane == Lane::Batch, self.start, self.arrival)
    }
}

/// Requests that wait.
pub struct Queue<T> {
    waiting: Vec<Entry<T>>,
    /// The largest start tag served so far.
    now: u64,
    /// Where each person's requests end, if that is later than `now`.
    ends: HashMap<Person, u64>,
    arrivals: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            now: 0,
            ends: HashMap::new(),
            arrivals: 0,
        }
    }
}

impl<T> Queue<T> {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a request that may cost so many tokens, read and written.
    pub fn push(&mut self, person: Person, lane: Lane, tokens: u32, item: T) {
        let start = self.now.max(self.ends.get(&person).copied().unwrap_or(0));
        let cost = u64::from(tokens.max(1)) * weight(lane);
        self.ends.insert(person, start + cost);
        self.arrivals += 1;
        self.waiting.push(Entry {
            person,
            lane,
            start,
            earliest: self.now,
            arrival: self.arrivals,
            tokens,
            item,
        });
        self.waiting.sort_by_key(Entry::key);
    }

    /// The request to serve next.
    pub fn first(&self) -> Option<&T> {
        self.waiting.first().map(|entry| &entry.item)
    }

    /// Takes the request to serve next.
    pub fn pop(&mut self) -> Option<T> {
        if self.waiting.is_empty() {
            return None;
        }
        let entry = self.waiting.remove(0);
        self.now = self.now.max(entry.start);
        self.ends.retain(|_, end| *end > self.now);
        Some(entry.item)
    }

    /// Takes out a request that is no longer wanted; it costs nothing.
    pub fn take(&mut self, wanted: impl Fn(&T) -> bool) -> Option<T> {
        let at = self.waiting.iter().position(|entry| wanted(&entry.item))?;
        let entry = self.waiting.remove(at);
        self.give_back(entry.person, entry.lane, entry.tokens, entry.start);
        Some(entry.item)
    }

    /// Gives back tokens that were expected and not used by a request that waits
    /// no more: what its person still waits for comes sooner.
    pub fn refund(&mut self, person: Person, lane: Lane, tokens: u32) {
        self.give_back(person, lane, tokens, 0);
    }

    /// Gives back what was expected from the request with the start tag `from`.
    fn give_back(&mut self, person: Person, lane: Lane, tokens: u32, from: u64) {
        let unused = u64::from(tokens) * weight(lane);
        if let Some(end) = self.ends.get_mut(&person) {
            *end = end.saturating_sub(unused);
        }
        let later = |entry: &&mut Entry<T>| entry.person == person && entry.start >= from;
        for entry in self.waiting.iter_mut().filter(later) {
            entry.start = entry.start.saturating_sub(unused).max(entry.earliest);
        }
        self.waiting.sort_by_key(Entry::key);
    }

    /// The requests in the order they will be served if nobody else comes.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.waiting.iter().map(|entry| &entry.item)
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.waiting.iter_mut().map(|entry| &mut entry.item)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drain(queue: &mut Queue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn one_who_asks_much_waits_for_the_others() {
        let mut queue = Queue::default();
        for item in ["greedy 1", "greedy 2", "greedy 3"] {
            queue.push(1, Lane::Pupil, 200, item);
        }
        queue.push(2, Lane::Pupil, 200, "second");
        queue.push(3, Lane::Pupil, 200, "third");
        let order = ["greedy 1", "second", "third", "greedy 2", "greedy 3"];
        assert_eq!(drain(&mut queue), order);
    }

    #[test]
    fn teachers_overtake_and_batches_come_last() {
        let mut queue = Queue::default();
        queue.push(9, Lane::Batch, 10, "batch");
        queue.push(1, Lane::Pupil, 200, "pupil 1");
        queue.pop();
        queue.push(1, Lane::Pupil, 200, "pupil 2");
        queue.push(2, Lane::Teacher, 400, "teacher 1");
        queue.push(2, Lane::Teacher, 400, "teacher 2");
        queue.push(3, Lane::Pupil, 200, "other");
        let order = ["teacher 1", "other", "teacher 2", "pupil 2", "batch"];
        assert_eq!(drain(&mut queue), order);
    }

    #[test]
    fn what_was_not_used_is_given_back() {
        let mut queue = Queue::default();
        queue.push(1, Lane::Pupil, 500, "unwanted");
        assert!(queue.take(|item| *item == "unwanted").is_some());
        queue.push(1, Lane::Pupil, 10, "first");
        queue.push(2, Lane::Pupil, 10, "second");
        assert_eq!(drain(&mut queue), ["first", "second"]);
        assert!(queue.take(|_| true).is_none() && queue.is_empty());
    }

    #[test]
    fn one_with_many_requests_is_not_punished_for_what_they_might_have_cost() {
        let mut queue = Queue::default();
        for item in ["many 1", "many 2", "many 3"] {
            queue.push(1, Lane::Pupil, 100, item);
        }
        queue.push(2, Lane::Pupil, 30, "one 1");
        assert_eq!(queue.pop(), Some("many 1"));
        // It cost 20 of the 100 that were expected.
        queue.refund(1, Lane::Pupil, 80);
        assert_eq!(queue.pop(), Some("one 1"));
        queue.push(2, Lane::Pupil, 30, "one 2");
        assert_eq!(drain(&mut queue), ["many 2", "one 2", "many 3"]);
    }

    /// Jain's index: 1 when all have the same, 1/n when one has all.
    fn jain(shares: &[f64]) -> f64 {
        let sum: f64 = shares.iter().sum();
        let squares: f64 = shares.iter().map(|share| share * share).sum();
        sum * sum / (shares.len() as f64 * squares)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Everyone asks again as soon as an answer ends; some ask for ten
        /// times as much. Tokens come out even all the same.
        #[test]
        fn tokens_are_shared_fairly(costs in prop::collection::vec(20..400_u32, 60)) {
            let mut queue = Queue::default();
            let mut served = [0.0; 60];
            for (person, &cost) in costs.iter().enumerate() {
                let cost = if person < 5 { cost * 10 } else { cost };
                queue.push(person as u64, Lane::Pupil, cost, (person, cost));
            }
            for _ in 0..20_000 {
                let (person, cost) = queue.pop().unwrap();
                served[person] += f64::from(cost);
                queue.push(person as u64, Lane::Pupil, cost, (person, cost));
            }
            prop_assert!(jain(&served) >= 0.95, "{}", jain(&served));
        }

        /// Whatever comes and goes, nobody is lost and nobody waits for ever.
        #[test]
        fn everyone_is_served(requests in prop::collection::vec((0..8_u64, 0..3_u8, 1..2000_u32), 1..80)) {
            let mut queue = Queue::default();
            for (n, &(person, lane, cost)) in requests.iter().enumerate() {
                let lane = [Lane::Teacher, Lane::Pupil, Lane::Batch][lane as usize];
                queue.push(person, lane, cost, n);
            }
            let mut served: Vec<usize> = std::iter::from_fn(|| queue.pop()).collect();
            served.sort_unstable();
            prop_assert_eq!(served, (0..requests.len()).collect::<Vec<_>>());
            prop_assert!(queue.ends.len() <= 8);
        }
    }
}
