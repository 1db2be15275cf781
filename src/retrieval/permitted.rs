//! Which passages a search may find, by id, in memory.
//!
//! A lesson's passages are written together, so their ids are one range or a few.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use crate::types::LessonId;

type Ranges = Arc<[RangeInclusive<i64>]>;

/// The ids of all lessons searched so far. Cheap to clone.
#[derive(Clone, Default)]
pub struct Ids {
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// Counts the changes of all lessons.
    changes: u64,
    lessons: HashMap<LessonId, Entry>,
}

#[derive(Default)]
struct Entry {
    /// Which change was the lesson's last: what was read before it is old.
    changed: u64,
    ranges: Option<Ranges>,
}

impl Ids {
    /// Drops what is known of a lesson; to be called after its passages changed.
    pub fn forget(&self, lesson: LessonId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.changes += 1;
        let changed = known.changes;
        let ranges = None;
        known.lessons.insert(lesson, Entry { changed, ranges });
    }

    /// How many changes there were. To be asked before a read begins, whose
    /// snapshot may be older than what is changed meanwhile.
    pub fn changes(&self) -> u64 {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.changes
    }

    /// The passages of lessons; `load` reads the ids of one that is not here, from
    /// a snapshot made after [`Self::changes`] were `since`.
    pub fn of<E>(
        &self,
        since: u64,
        lessons: &[LessonId],
        load: impl Fn(LessonId) -> Result<Vec<i64>, E>,
    ) -> Result<Permitted, E> {
        let mut all = Vec::new();
        for lesson in lessons {
            all.extend(self.lesson(since, *lesson, &load)?.iter().cloned());
        }
        all.sort_unstable_by_key(|range| *range.start());
        Ok(Permitted(all))
    }

    fn lesson<E>(
        &self,
        since: u64,
        lesson: LessonId,
        load: &impl Fn(LessonId) -> Result<Vec<i64>, E>,
    ) -> Result<Ranges, E> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().lessons.get(&lesson).and_then(|e| e.ranges.clone());
        if let Some(ranges) = known {
            return Ok(ranges);
        }
        let ranges: Ranges = ranges(load(lesson)?).into();
        let mut known = lock();
        let entry = known.lessons.entry(lesson).or_default();
        if entry.changed <= since {
            entry.ranges = Some(ranges.clone());
        }
        Ok(ranges)
    }
}

/// Passages a search may find.
pub struct Permitted(Vec<RangeInclusive<i64>>);

impl Permitted {
    /// Whether a passage is one of them.
    pub fn has(&self, id: i64) -> bool {
        let after = self.0.partition_point(|range| *range.start() <= id);
        after > 0 && *self.0[after - 1].end() >= id
    }
}

fn ranges(mut ids: Vec<i64>) -> Vec<RangeInclusive<i64>> {
    ids.sort_unstable();
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some(last) if *last.end() == id - 1 => *last = *last.start()..=id,
            _ => ranges.push(id..=id),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn only_the_lessons_asked_for_are_permitted() {
        let (one, two, other) = (LessonId::new(), LessonId::new(), LessonId::new());
        let ids = Ids::default();
        let load = |lesson| {
            let ids = match lesson {
                _ if lesson == one => vec![10, 11, 12, 20],
                _ if lesson == two => vec![13, 1],
                _ => vec![2, 15],
            };
            Ok::<_, Infallible>(ids)
        };
        let permitted = ids.of(0, &[one, two], load).unwrap();
        let found: Vec<i64> = (0..30).filter(|id| permitted.has(*id)).collect();
        assert_eq!(found, [1, 10, 11, 12, 13, 20]);
        assert!(ids.of(0, &[other], load).unwrap().has(15));
        let changed = |_| Ok::<_, Infallible>(vec![5]);
        assert!(!ids.of(0, &[one], changed).unwrap().has(5));
        ids.forget(one);
        assert!(ids.of(ids.changes(), &[one], changed).unwrap().has(5));
    }

    #[test]
    fn what_an_older_snapshot_held_is_not_kept() {
        let (ids, lesson) = (Ids::default(), LessonId::new());
        let reads = |id| move |_| Ok::<_, Infallible>(vec![id]);
        let since = ids.changes();
        // Its passages are written while a search reads something else first.
        ids.forget(lesson);
        assert!(ids.of(since, &[lesson], reads(1)).unwrap().has(1));
        let permitted = ids.of(ids.changes(), &[lesson], reads(2)).unwrap();
        assert!(permitted.has(2));
    }
}
