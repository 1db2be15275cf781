//! The first minutes of a box: one school, one administrator, one session.
//!
//! Whoever sets a box up owns it, so set-up asks for a code that only the
//! terminal shows; a browser on the box itself has shown enough by being
//! there. There is no default account and no default password.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::browser::Browser;
use super::codes::{new_code, typed_code};
use super::orgs::NewSchool;
use super::sessions::Session;
use super::signin::SignedIn;
use super::throttle::{self, Throttle, Verdict};
use super::{Accounts, Org, Person, signin, store};
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, Result};
use crate::types::Timestamp;
use crate::word_enum;

const CODE_LENGTH: usize = 8;

word_enum! {
    /// One thing a preset does.
    Line {
        /// Says what learners are given to sign in with.
        Way = "way",
        /// Says how soon shared devices sign out by themselves.
        Quiet = "quiet",
        /// Allows or forbids learners to ask for an account with a code.
        Joining = "joining",
        /// Lets guests look around.
        Guests = "guests",
        /// Makes the terms of the school year.
        Terms = "terms",
        /// Makes the classes.
        Classes = "classes",
    }
}

/// The set-up code and the pace of guessing it.
pub(super) struct Gate {
    code: String,
    throttle: Mutex<Throttle<()>>,
}

impl Gate {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            code: new_code::<CODE_LENGTH>()?,
            throttle: Mutex::new(Throttle::new(throttle::SETUP_CODE)),
        })
    }

    /// The code as people read it.
    pub(super) fn shown(&self) -> String {
        let (left, right) = self.code.split_at(CODE_LENGTH / 2);
        format!("{left}-{right}")
    }

    /// Compares what somebody typed, in any case and with any separators.
    pub(super) fn check(&self, typed: Option<&str>, now: Timestamp) -> Result<()> {
        let wrong = || {
            let detail = "The set-up code is in the terminal of the box.";
            Error::new(Code::SetupCodeWrong, detail).with_field("code")
        };
        // Asking without a code is how a page finds out that it needs one.
        let typed = typed_code(typed.unwrap_or_default());
        if typed.is_empty() {
            return Err(wrong());
        }
        let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
        throttle.begin((), now).map_err(signin::too_many_tries)?;
        // Comparing hashes takes the same time wherever the codes differ.
        let fits = Sha256::digest(typed) == Sha256::digest(&self.code);
        let verdict = if fits { Verdict::Right } else { Verdict::Wrong };
        throttle.end(&(), verdict, now);
        if !fits {
            return Err(wrong());
        }
        Ok(())
    }
}

/// Who asks for the set-up, and from where.
pub(super) struct Asking<'a> {
    pub(super) code: Option<&'a str>,
    /// From a browser on the box itself, which needs no code.
    pub(super) on_box: bool,
    pub(super) browser: Browser,
}

impl Accounts {
    /// Makes the first school with its administrator, who is signed in, and what was
    /// chosen of its preset; all of it or nothing.
    pub(super) async fn set_up(
        &self,
        school: NewSchool,
        with_sample: bool,
        preset: Vec<Line>,
        asking: Asking<'_>,
    ) -> Result<SignedIn> {
        if self.is_set_up() {
            return Err(setup_done());
        }
        if !asking.on_box {
            self.0.gate.check(asking.code, self.now())?;
        }
        let now = self.now();
        let (org, admin, hash) = self.prepare_school(&school, true).await?;
        let browser = asking.browser;
        let session = Session::begin(org.id, admin.id, now).in_browser(&browser);
        let tokens = self.tokens(&session)?;
        let device = browser.device;
        let live = Arc::clone(&self.0.live);
        let done = Arc::clone(&self.0.setup_done);
        let furnish = self.0.furnish;
        let write = move |conn: &_| {
            if !store::orgs(conn)?.is_empty() {
                return Err(setup_done());
            }
            store::insert_school(conn, &org, &admin, &hash, now)?;
            let set_up = Note::new(Action::SchoolSetUp).of(org.id).name(&org.name);
            let actor = admin.actor(session.id);
            audit::record(conn, actor, set_up, now)?;
            furnish(conn, &org, &preset, &actor, now)?;
            store::insert_session(conn, &session)?;
            store::remember_device(conn, &session, device.hash())?;
            Ok((org, admin, session))
        };
        let then = move |(_, admin, session): &(Org, Person, Session)| {
            live.put(admin.actor(session.id), session.clone());
            done.store(true, Ordering::Release);
        };
        let (org, person, _) = self.0.app.db.core.write_then(write, then).await?;
        if with_sample {
            self.load_sample(&org, &person).await;
        }
        Ok(SignedIn {
            person,
            org,
            tokens,
            browser,
            quiet_minutes: None,
        })
    }

    /// Fills the school; without samples it is still a school.
    async fn load_sample(&self, org: &Org, person: &Person) {
        let load = (self.0.sample)(org.id, person.id, org.language);
        // On its own, so that a browser that leaves does not cut it short.
        let loaded = tokio::spawn(load.in_current_span()).await;
        match loaded {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "sample lessons could not be loaded"),
            Err(error) => tracing::error!(%error, "loading sample lessons broke off"),
        }
    }
}

fn setup_done() -> Error {
    Error::new(Code::SetupDone, "This box is set up already; sign in.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_way_of_typing_the_code_is_accepted() {
        let gate = Gate::new().unwrap();
        let check = |typed: &str, expected: Result<(), Code>| {
            let found = gate.check(Some(typed), Timestamp(0)).map_err(|e| e.code());
            assert_eq!(found, expected, "{typed}");
        };
        check(&gate.shown(), Ok(()));
        check(&gate.code.to_lowercase(), Ok(()));
        check(&format!(" {} ", gate.shown().replace('-', " ")), Ok(()));
        check(&gate.code[1..], Err(Code::SetupCodeWrong));
        check(&format!("{}A", gate.code), Err(Code::SetupCodeWrong));
        check("", Err(Code::SetupCodeWrong));
    }

    #[test]
    fn guessing_slows_down_and_asking_without_a_code_does_not() {
        let gate = Gate::new().unwrap();
        for _ in 0..50 {
            let code = gate.check(None, Timestamp(0)).unwrap_err().code();
            assert_eq!(code, Code::SetupCodeWrong);
        }
        for _ in 0..10 {
            let code = gate.check(Some("wrong"), Timestamp(0)).unwrap_err().code();
            assert_eq!(code, Code::SetupCodeWrong);
        }
        let slowed = gate.check(Some(&gate.shown()), Timestamp(0)).unwrap_err();
        assert_eq!(slowed.code(), Code::TooManyTries);
        gate.check(Some(&gate.shown()), Timestamp(5000)).unwrap();
    }
}
