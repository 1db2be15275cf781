//! Which passages a search may find, by id, in memory.
//!
//! A lesson's passages are written together, so their ids are one range or a few.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::by_lesson::ByLesson;
use crate::types::LessonId;

type Ranges = Arc<[RangeInclusive<i64>]>;

/// The ids of all lessons searched so far.
pub type Ids = ByLesson<(), Ranges>;

/// Passages a search may find.
pub struct Permitted(Vec<RangeInclusive<i64>>);

impl Permitted {
    /// The passages of lessons; `load` reads the ids of one that is not known, from a
    /// snapshot made after the changes of `known` were `since`.
    pub fn of<E>(
        known: &Ids,
        since: u64,
        lessons: &[LessonId],
        load: impl Fn(LessonId) -> Result<Vec<i64>, E>,
    ) -> Result<Self, E> {
        let mut all = Vec::new();
        for lesson in lessons {
            let load = || load(*lesson).map(|ids| ranges(ids).into());
            let ranges: Ranges = known.get_or_load(since, *lesson, (), load)?;
            all.extend(ranges.iter().cloned());
        }
        all.sort_unstable_by_key(|range| *range.start());
        Ok(Self(all))
    }

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
        let permitted = Permitted::of(&ids, 0, &[one, two], load).unwrap();
        let found: Vec<i64> = (0..30).filter(|id| permitted.has(*id)).collect();
        assert_eq!(found, [1, 10, 11, 12, 13, 20]);
        let other = Permitted::of(&ids, 0, &[other], load).unwrap();
        assert!(other.has(15) && !other.has(10));
    }
}
