//! Places among long-lived connections, so many for each person.
//!
//! A socket or a stream of events holds its connection for hours; without a
//! bound one person's tabs, or one bad program, would take them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Code, Error, Result};
use crate::types::UserId;

/// Places of one kind.
pub struct Places {
    most: usize,
    taken: Mutex<HashMap<UserId, usize>>,
}

/// A place that is held; dropping it gives it back.
pub struct Place {
    places: Arc<Places>,
    user: UserId,
}

impl Places {
    /// At most `most` places for each person.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            taken: Mutex::default(),
        })
    }

    /// A place for this person.
    ///
    /// # Errors
    /// `rate_limited` when the person holds them all.
    pub fn take(self: &Arc<Self>, user: UserId) -> Result<Place> {
        let mut taken = self.taken();
        let mine = taken.entry(user).or_default();
        if *mine >= self.most {
            let detail = "Too many open connections of one person; close some pages.";
            return Err(Error::new(Code::RateLimited, detail).retry_after(30));
        }
        *mine += 1;
        Ok(Place {
            places: Arc::clone(self),
            user,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(mine) = taken.get_mut(&self.user) {
            *mine -= 1;
            if *mine == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_person_and_given_back() {
        let places = Places::new(2);
        let (one, other) = (UserId::new(), UserId::new());
        let held = [places.take(one).unwrap(), places.take(one).unwrap()];
        let refused = places.take(one).err().map(|e| e.code());
        assert_eq!(refused, Some(Code::RateLimited));
        let theirs = places.take(other).unwrap();
        drop(held);
        places.take(one).unwrap();
        drop(theirs);
        assert!(places.taken().is_empty());
    }
}
