//! Guests: people without an account who look around where the school allows it.
//!
//! Each gets an account of its own that nobody can sign in to again and that goes with
//! its session, and with it what was asked: from the rows when the session is over, from
//! the bytes with the next daily upkeep ([`crate::db::remains`]). So no guest sees what
//! another did, and nothing of them has to be looked after. Nor has the register of consents an entry for
//! them: nothing of a child is kept, so they ask tutors without one, where the school lets
//! guests in at all. A guest is in no class, and whatever asks for
//! [`super::Auth`] is closed to it: what is open to guests says so with
//! [`super::Anyone`].

use std::sync::Arc;

use super::browser::Browser;
use super::names::Username;
use super::password::NOBODY;
use super::sessions::{News, Session};
use super::signin::SignedIn;
use super::{Accounts, Org, Person, Role, Way, new_code, store};
use crate::error::{Code, Error, Result};
use crate::types::{Language, OrgId, UserId};

/// Guests of a school at once: a class and a half. More would be somebody's program.
const MOST: u32 = 60;
/// No guest stays longer without coming in again.
const LONGEST_MS: i64 = 2 * 3600 * 1000;
/// Letters and digits that tell one guest from another.
const CODE_LENGTH: usize = 8;

impl Accounts {
    /// Lets a guest in.
    ///
    /// # Errors
    /// `forbidden` where guests are not allowed, `queue_full` when there are many.
    pub(super) async fn enter_as_guest(
        &self,
        org: Option<OrgId>,
        language: Language,
        browser: Browser,
    ) -> Result<SignedIn> {
        let org = self.org_of(org).await?;
        let browser = browser.shared(true);
        let guest = self.guest(&org, language)?;
        let now = self.now();
        let session = Session {
            most_ms: LONGEST_MS,
            ..Session::begin(org.id, guest.id, now).in_browser(&browser)
        };
        let tokens = self.tokens(&session)?;
        let write = move |conn: &_| {
            let settings = store::settings::of(conn, org.id)?;
            if !settings.guests {
                return Err(Error::new(Code::Forbidden, "This school has no guests."));
            }
            store::guests::forget(conn)?;
            if store::guests::count(conn, org.id)? >= MOST {
                let detail = "Many guests are here already. Try again in a few minutes.";
                return Err(Error::new(Code::QueueFull, detail).retry_after(300));
            }
            store::guests::insert(conn, &guest, NOBODY)?;
            let session = session.quiet_for(settings.quiet_minutes);
            let ended = store::insert_session(conn, &session)?;
            let quiet = session.quiet_minutes();
            let news = News {
                ended,
                begun: Some((guest.actor(session.id), session)),
            };
            Ok((guest, org, quiet, news))
        };
        let live = Arc::clone(&self.0.live);
        let then = move |(_, _, _, news): &(Person, Org, _, News)| live.apply(news);
        let core = &self.0.app.db.core;
        let (person, org, quiet_minutes, _) = core.write_then(write, then).await?;
        Ok(SignedIn {
            person,
            org,
            tokens,
            browser,
            quiet_minutes,
        })
    }

    fn guest(&self, org: &Org, language: Language) -> Result<Person> {
        let key = format!("guest-{}", new_code::<CODE_LENGTH>()?.to_lowercase());
        let name = match language {
            Language::Kinyarwanda => "Umushyitsi",
            Language::English => "Guest",
            Language::French => "Invité",
            Language::Swahili => "Mgeni",
        };
        Ok(Person {
            id: UserId::new(),
            org: org.id,
            name: name.to_owned(),
            username: Username {
                shown: key.clone(),
                key,
            },
            number: None,
            role: Role::Guest,
            // Nobody is on record, so nobody's age is.
            age: None,
            platform_admin: false,
            language,
            way: Way::Password,
            active: true,
            created_at: self.now(),
            last_seen_at: None,
        })
    }
}
