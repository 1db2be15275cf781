//! The trash: who was removed waits there for 30 days and comes back as before.
//!
//! Somebody in the trash is in no list and in no class, and neither a password nor a
//! badge signs in. Chats, memberships and the secret stay for the day the person
//! comes back; the user name is free meanwhile. After that the person is deleted for good
//! (`src/privacy`).
//!
//! The 30 days are counted by what the box lived through ([`Lived`]) and not by the
//! date: no clock that is set ahead deletes a child. Classes wait in the same way, and the
//! undoing of a roll-over.

use super::{Accounts, Actor, Role, store};
use crate::error::Result;
use crate::types::{Lived, Moment, Timestamp, UserId};

/// How long what was deleted can be brought back, in milliseconds.
pub const TRASH_MS: i64 = 30 * 24 * 3_600_000;

/// Somebody in the trash.
#[derive(Debug)]
pub(crate) struct TrashedPerson {
    /// Who.
    pub(crate) id: UserId,
    /// The person's name.
    pub(crate) name: String,
    /// The name the person signed in with.
    pub(crate) username: String,
    /// What the person was in the school.
    pub(crate) role: Role,
    /// Since when.
    pub(crate) trashed_at: Timestamp,
    /// How long the box had been there then.
    pub(crate) trashed_lived: Lived,
}

impl Accounts {
    /// Those in the trash of a school, the last one first; for its administrators.
    pub(crate) async fn trashed_people(&self, actor: Actor) -> Result<Vec<TrashedPerson>> {
        let since = kept_since(self.0.app.clock.lived());
        let read = move |conn: &_| store::trash::list(conn, actor.org, since);
        self.0.app.db.core.read(read).await
    }
}

/// How long the box had been there when what is still in the trash came into it, at the
/// least.
pub(crate) fn kept_since(lived: Lived) -> Lived {
    lived.plus_ms(-TRASH_MS)
}

/// When what came into the trash at `trashed` is deleted for good.
pub(crate) fn gone_at(trashed: Lived, at: Moment) -> Timestamp {
    at.now
        .plus_ms(trashed.0.saturating_sub(kept_since(at.lived).0))
}
