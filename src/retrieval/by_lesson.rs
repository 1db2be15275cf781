//! What searches read of lessons, kept in memory until the lesson changes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::types::LessonId;

/// Values of the lessons searched so far, by a key of each. Cheap to clone.
pub struct ByLesson<K, V> {
    known: Arc<Mutex<Known<K, V>>>,
}

struct Known<K, V> {
    /// Counts the changes of all lessons.
    changes: u64,
    lessons: HashMap<LessonId, Entry<K, V>>,
}

struct Entry<K, V> {
    /// Which change was the lesson's last: what was read before it is old.
    changed: u64,
    values: HashMap<K, V>,
}

impl<K: Hash + Eq, V: Clone> ByLesson<K, V> {
    fn known(&self) -> MutexGuard<'_, Known<K, V>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops what is known of a lesson; to be called after each change of what
    /// is read here was written.
    pub fn forget(&self, lesson: LessonId) {
        let mut known = self.known();
        known.changes += 1;
        let changed = known.changes;
        let values = HashMap::new();
        known.lessons.insert(lesson, Entry { changed, values });
    }

    /// How many changes there were. To be asked before a read begins, whose
    /// snapshot may be older than what is changed meanwhile.
    pub fn changes(&self) -> u64 {
        self.known().changes
    }

    /// A lesson's value, if it is here.
    pub fn get(&self, lesson: LessonId, key: &K) -> Option<V> {
        let known = self.known();
        known.lessons.get(&lesson)?.values.get(key).cloned()
    }

    /// A lesson's value; `load` reads it when it is not here, from a snapshot made
    /// after [`Self::changes`] were `since`.
    pub fn get_or_load<E>(
        &self,
        since: u64,
        lesson: LessonId,
        key: K,
        load: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        if let Some(value) = self.get(lesson, &key) {
            return Ok(value);
        }
        let value = load()?;
        let mut known = self.known();
        let entry = known.lessons.entry(lesson).or_insert_with(Entry::new);
        if entry.changed <= since {
            entry.values.insert(key, value.clone());
        }
        Ok(value)
    }
}

impl<K, V> Entry<K, V> {
    fn new() -> Self {
        Self {
            changed: 0,
            values: HashMap::new(),
        }
    }
}

impl<K, V> Clone for ByLesson<K, V> {
    fn clone(&self) -> Self {
        Self {
            known: Arc::clone(&self.known),
        }
    }
}

impl<K, V> Default for ByLesson<K, V> {
    fn default() -> Self {
        let known = Known {
            changes: 0,
            lessons: HashMap::new(),
        };
        Self {
            known: Arc::new(Mutex::new(known)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_lesson_is_read_once_until_it_changes() {
        let (known, lesson) = (ByLesson::default(), LessonId::new());
        let mut reads = 0;
        let mut value = |key, value| {
            let load = || {
                reads += 1;
                Ok::<_, Infallible>(value)
            };
            let since = known.changes();
            known.get_or_load(since, lesson, key, load).unwrap()
        };
        assert_eq!(known.get(lesson, &'m'), None);
        assert_eq!(value('m', 1), 1);
        assert_eq!(known.get(lesson, &'m'), Some(1));
        assert_eq!(known.get(lesson, &'n'), None);
        assert_eq!(value('m', 2), 1);
        assert_eq!(value('n', 3), 3);
        assert_eq!(value('m', 4), 1);
        known.forget(lesson);
        assert_eq!(value('n', 4), 4);
        assert_eq!(reads, 3);
    }

    #[test]
    fn what_an_older_snapshot_held_is_not_kept() {
        let (known, lesson) = (ByLesson::default(), LessonId::new());
        let read = |since, value| {
            let load = || Ok::<_, Infallible>(value);
            known.get_or_load(since, lesson, (), load).unwrap()
        };
        let since = known.changes();
        // Its passages are written while a search reads something else first.
        known.forget(lesson);
        assert_eq!(read(since, 1), 1);
        assert_eq!(read(known.changes(), 2), 2);
        assert_eq!(read(known.changes(), 3), 2);
    }
}
