//! How a school works, as far as signing in goes: chosen with a preset at set-up, changed
//! by its administrators later.

use std::sync::Arc;

use super::{Accounts, Actor, Way, store};
use crate::error::{Error, Result};
use crate::types::SessionId;

/// Minutes a shared device may be left alone. Reading a page takes some, and the pages
/// tell the box every four that somebody is there.
const QUIET: std::ops::RangeInclusive<u32> = 5..=60;

/// How a school works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// What learners are given to sign in with, unless a teacher chooses otherwise.
    pub(crate) way: Way,
    /// After how many minutes without a request a session on a shared device is over.
    pub(crate) quiet_minutes: u32,
    /// Whether people without an account may look around.
    pub(crate) guests: bool,
}

/// As usual: twenty minutes are long enough to read a page, and too short for the next
/// child to go on as the one before.
impl Default for Settings {
    fn default() -> Self {
        Self {
            way: Way::Pin,
            quiet_minutes: 20,
            guests: false,
        }
    }
}

/// Changes of them; what is absent stays.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SettingsChange {
    pub(crate) way: Option<Way>,
    pub(crate) quiet_minutes: Option<u32>,
    pub(crate) guests: Option<bool>,
}

impl SettingsChange {
    fn check(&self) -> Result<()> {
        if self.way == Some(Way::Password) {
            let detail = "Learners are given digits or pictures.";
            return Err(Error::invalid("way", detail));
        }
        if self.quiet_minutes.is_some_and(|it| !QUIET.contains(&it)) {
            let detail = format!("Choose {} to {} minutes.", QUIET.start(), QUIET.end());
            return Err(Error::invalid("quiet_minutes", detail));
        }
        Ok(())
    }
}

impl Accounts {
    /// How the actor's school works.
    pub(super) async fn settings(&self, actor: Actor) -> Result<Settings> {
        let read = move |conn: &_| store::settings::of(conn, actor.org);
        self.0.app.db.core.read(read).await
    }

    /// Changes that. Sessions that go on keep their end, but guests who are not wanted
    /// any more have to go.
    ///
    /// # Errors
    /// `invalid_field`.
    pub(super) async fn change_settings(
        &self,
        actor: Actor,
        change: SettingsChange,
    ) -> Result<Settings> {
        change.check()?;
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            store::settings::change(conn, actor.org, change, actor.into(), now)?;
            let settings = store::settings::of(conn, actor.org)?;
            let ended = match settings.guests {
                true => Vec::new(),
                false => store::guests::end_all(conn, actor.org)?,
            };
            Ok((settings, ended))
        };
        let then = move |(_, ended): &(Settings, Vec<SessionId>)| live.end(ended);
        let core = &self.0.app.db.core;
        Ok(core.write_then(write, then).await?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn what_no_school_works_like_is_refused() {
        let check = |change: SettingsChange, expected: Result<(), Code>| {
            let found = change.check().map_err(|error| error.code());
            assert_eq!(found, expected, "{change:?}");
        };
        let way = |way| SettingsChange {
            way: Some(way),
            ..SettingsChange::default()
        };
        let quiet = |minutes| SettingsChange {
            quiet_minutes: Some(minutes),
            ..SettingsChange::default()
        };
        check(way(Way::Pin), Ok(()));
        check(way(Way::Pictures), Ok(()));
        check(way(Way::Password), Err(Code::InvalidField));
        check(quiet(5), Ok(()));
        check(quiet(60), Ok(()));
        check(quiet(4), Err(Code::InvalidField));
        check(quiet(61), Err(Code::InvalidField));
        check(SettingsChange::default(), Ok(()));
    }
}
