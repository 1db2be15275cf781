//! People who make their own accounts: the account, what else belongs to it and the
//! first session are there together or not at all.

use std::sync::Arc;

use super::browser::Browser;
use super::people::NewPerson;
use super::sessions::{News, Session};
use super::signin::SignedIn;
use super::store::arrivals::Also;
use super::{Accounts, Person, store};
use crate::error::Result;
use crate::types::OrgId;

impl Accounts {
    /// Makes the account of somebody who chose the password, and signs the person in.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field`, and those of `also`.
    pub(crate) async fn arrive(
        &self,
        org: OrgId,
        new: NewPerson,
        browser: Browser,
        also: Also,
    ) -> Result<SignedIn> {
        let (person, hash) = self.prepare_person(org, new).await?;
        let session = Session::begin(org, person.id, self.now()).in_browser(&browser);
        let tokens = self.tokens(&session)?;
        let device = browser.device.hash();
        let write = move |conn: &_| {
            store::insert_person(conn, &person, &hash)?;
            also(conn, person.id)?;
            let ended = store::insert_session(conn, &session)?;
            store::remember_device(conn, &session, device)?;
            let news = News {
                ended,
                begun: Some((person.actor(session.id), session)),
            };
            Ok((person, store::org(conn, org)?, news))
        };
        let live = Arc::clone(&self.0.live);
        let core = &self.0.app.db.core;
        let then = move |(_, _, news): &(Person, _, News)| live.apply(news);
        let (person, org, _) = core.write_then(write, then).await?;
        Ok(SignedIn {
            person,
            org,
            tokens,
            browser,
            quiet_minutes: None,
        })
    }
}
