//! Sign-ins whose password was right and whose code is still to come. Pure: what is
//! open, and a given time.
//!
//! They are in memory: nobody has a session yet, and after a restart the password is
//! typed again. Each belongs to the browser it began in.

use std::collections::HashMap;

use crate::accounts::tokens::Device;
use crate::types::{OrgId, Timestamp, UserId};

/// How long somebody may look for the phone.
pub(super) const OPEN_MS: i64 = 5 * 60 * 1000;
/// Open at once for one person; the oldest makes room.
const MOST_OF_ONE: usize = 5;
/// Open at once for all; each took a right password.
const MOST: usize = 1000;

/// A sign-in that waits for its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) org: OrgId,
    pub(super) user: UserId,
    /// What the password was compared with; another one since ends it.
    pub(super) hash: String,
    /// The browser; programs have none and are known by the challenge alone.
    pub(super) device: Option<Device>,
    pub(super) ends_at: Timestamp,
}

/// All that wait, by the hash of what their browsers were given.
#[derive(Default)]
pub(in crate::accounts) struct OpenSteps(HashMap<[u8; 32], Open>);

impl OpenSteps {
    /// Begins to wait.
    pub(super) fn put(&mut self, key: [u8; 32], open: Open, now: Timestamp) {
        self.0.retain(|_, open| now < open.ends_at);
        let same = |one: &Open| one.org == open.org && one.user == open.user;
        if self.0.values().filter(|one| same(one)).count() >= MOST_OF_ONE {
            self.drop_oldest(same);
        }
        if self.0.len() >= MOST {
            self.drop_oldest(|_| true);
        }
        self.0.insert(key, open);
    }

    fn drop_oldest(&mut self, of: impl Fn(&Open) -> bool) {
        let mine = self.0.iter().filter(|(_, open)| of(open));
        let oldest = mine.min_by_key(|(_, open)| open.ends_at);
        if let Some(key) = oldest.map(|(key, _)| *key) {
            self.0.remove(&key);
        }
    }

    /// What waits by this name in this browser.
    pub(super) fn find(&self, key: [u8; 32], device: Device, now: Timestamp) -> Option<Open> {
        let open = self.0.get(&key)?;
        let here = open.device.is_none_or(|begun| begun == device);
        (now < open.ends_at && here).then(|| open.clone())
    }

    /// Ends what waits; whether it did until now.
    pub(super) fn take(&mut self, key: [u8; 32]) -> bool {
        self.0.remove(&key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn open(user: UserId, device: Option<Device>, now: Timestamp) -> Open {
        Open {
            org: OrgId::new(),
            user,
            hash: "hash".into(),
            device,
            ends_at: now.plus_ms(OPEN_MS),
        }
    }

    #[test]
    fn it_waits_in_its_browser_for_its_time_and_once() {
        let (mut waiting, device) = (OpenSteps::default(), Device::new());
        let one = open(UserId::new(), Some(device), NOW);
        waiting.put([1; 32], one.clone(), NOW);
        let late = NOW.plus_ms(OPEN_MS);
        assert_eq!(waiting.find([1; 32], device, NOW), Some(one));
        assert_eq!(waiting.find([2; 32], device, NOW), None);
        assert_eq!(waiting.find([1; 32], Device::new(), NOW), None);
        assert_eq!(waiting.find([1; 32], device, late), None);
        assert!(waiting.take([1; 32]));
        assert!(!waiting.take([1; 32]));
        waiting.put([3; 32], open(UserId::new(), None, NOW), NOW);
        assert!(waiting.find([3; 32], Device::new(), NOW).is_some());
    }

    #[test]
    fn the_oldest_makes_room() {
        let (mut waiting, user) = (OpenSteps::default(), UserId::new());
        let org = OrgId::new();
        for n in 0..8_u8 {
            let now = NOW.plus_ms(i64::from(n));
            let one = Open {
                org,
                ..open(user, None, now)
            };
            waiting.put([n; 32], one, now);
        }
        assert_eq!(waiting.0.len(), MOST_OF_ONE);
        assert!(waiting.find([2; 32], Device::new(), NOW).is_none());
        assert!(waiting.find([3; 32], Device::new(), NOW).is_some());
        for n in 0..MOST {
            let mut key = [9; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            waiting.put(key, open(UserId::new(), None, NOW.plus_ms(10)), NOW);
        }
        assert_eq!(waiting.0.len(), MOST);
        waiting.put([8; 32], open(user, None, NOW), NOW.plus_ms(OPEN_MS + 10));
        assert_eq!(waiting.0.len(), 1, "what is over makes room first");
    }
}
