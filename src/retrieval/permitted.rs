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
    lessons: Arc<Mutex<HashMap<LessonId, Entry>>>,
}

#[derive(Default)]
struct Entry {
    /// Counts the changes of the lesson: what was read before one is old.
    changes: u64,
    ranges: Option<Ranges>,
}

impl Ids {
    /// Drops what is known of a lesson; to be called after its passages changed.
    pub fn forget(&self, lesson: LessonId) {
        let mut lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = lessons.entry(lesson).or_default();
        entry.changes += 1;
        entry.ranges = None;
    }

    /// The passages of lessons; `load` reads the ids of one that is not here.
    pub fn of<E>(
        &self,
        lessons: &[LessonId],
        load: impl Fn(LessonId) -> Result<Vec<i64>, E>,
    ) -> Result<Permitted, E> {
        let mut all = Vec::new();
        for lesson in lessons {
            all.extend(self.lesson(*lesson, &load)?.iter().cloned());
        }
        all.sort_unstable_by_key(|range| *range.start());
        Ok(Permitted(all))
    }

    fn lesson<E>(
        &self,
        lesson: LessonId,
        load: &impl Fn(LessonId) -> Result<Vec<i64>, E>,
    ) -> Result<Ranges, E> {
        let entry = |work: &mut dyn FnMut(&mut Entry)| {
            let mut lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
            work(lessons.entry(lesson).or_default());
        };
        let (mut known, mut changes) = (None, 0);
        entry(&mut |entry| (known, changes) = (entry.ranges.clone(), entry.changes));
        if let Some(ranges) = known {
            return Ok(ranges);
        }
        let ranges: Ranges = ranges(load(lesson)?).into();
        entry(&mut |entry| {
            if entry.changes == changes {
                entry.ranges = Some(ranges.clone());
            }
        });
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
        let permitted = ids.of(&[one, two], load).unwrap();
        let found: Vec<i64> = (0..30).filter(|id| permitted.has(*id)).collect();
        assert_eq!(found, [1, 10, 11, 12, 13, 20]);
        assert!(ids.of(&[other], load).unwrap().has(15));
        let changed = |_| Ok::<_, Infallible>(vec![5]);
        assert!(!ids.of(&[one], changed).unwrap().has(5));
        ids.forget(one);
        assert!(ids.of(&[one], changed).unwrap().has(5));
    }
}
