//! Whether the school may keep a child's data: the register of what the parents said, and
//! the text that tells them what they say yes to.
//!
//! Rwanda's law 058/2021 asks for a parent's consent under 16 (article 9), which can be
//! withdrawn at any time (article 8). So a learner under 16 without one reads lessons and
//! asks no tutors, until the school decides to be reminded only; a no closes the tutors
//! always. That is decided in one place, the view `learner_consents`, which the statement
//! on who may ask (`personas/sql/may_ask.sql`) looks at: whatever is committed here counts
//! with the next question.
//!
//! Guests are in no register and need no consent: what they ask goes with their session, so
//! nothing of a child is kept. A school that does not want it has no guests.
//!
//! The register is only added to: what was a mistake is taken back by another entry.
//! Administrators see to every learner, teachers to those they teach.

mod checks;
mod http;
mod noted;
mod purpose;
mod register;
mod store;
mod table;

pub use http::routes;
pub use purpose::{Form, Purpose, Section, VERSION};
pub(crate) use register::{Register, Wanted};
pub(crate) use store::is_closed;

use checks::{may_stand, tidy};

use crate::accounts::{self, Actor, AgeBand, several};
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{Timestamp, UserId};
use crate::word_enum;

word_enum! {
    /// Where the consent to a learner's data stands.
    ConsentState {
        /// Nobody was asked.
        None = "none",
        /// The parents were asked and have not said anything.
        Asked = "asked",
        /// They said yes.
        Given = "given",
        /// They said no.
        Refused = "refused",
        /// They said yes, and later no.
        Withdrawn = "withdrawn",
    }
}

word_enum! {
    /// Who said it, in relation to the learner.
    ConsentGiver {
        /// The mother.
        Mother = "mother",
        /// The father.
        Father = "father",
        /// Whoever else has the parents' place.
        Guardian = "guardian",
        /// A learner of 16 or over.
        Learner = "learner",
    }
}

word_enum! {
    /// How it was said.
    ConsentWay {
        /// On a form that was signed.
        Paper = "paper",
        /// In person.
        InPerson = "in_person",
        /// By telephone.
        Phone = "phone",
    }
}

word_enum! {
    /// What follows where nothing was said about a learner under 16.
    ConsentMissingRule {
        /// The learner asks no tutors.
        Closed = "closed",
        /// The staff is reminded of it.
        Remind = "remind",
    }
}

word_enum! {
    /// Which learners of the register.
    ConsentFilter {
        /// Those who need a consent and have none.
        Without = "without",
        /// Those nobody was asked about.
        None = "none",
        /// Those whose parents have not answered yet.
        Asked = "asked",
        /// Those with a consent.
        Given = "given",
        /// Those whose parents said no.
        Refused = "refused",
        /// Those whose parents took a yes back.
        Withdrawn = "withdrawn",
        /// Those whose consent is about an older text.
        Older = "older",
        /// Those whose age nobody has said.
        AgeUnknown = "age_unknown",
    }
}

/// What somebody wrote down about a learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the school.
    pub seq: i64,
    /// When, by trusted time.
    pub at: Timestamp,
    /// Who wrote it down.
    pub recorded_by: UserId,
    /// What that person is called; none for one who was erased.
    pub recorded_by_name: Option<String>,
    /// What stands from then on.
    pub state: ConsentState,
    /// Who said it.
    pub giver: Option<ConsentGiver>,
    /// How.
    pub way: Option<ConsentWay>,
    /// A few words more.
    pub note: Option<String>,
    /// Which purpose text it is about.
    pub version: Option<u32>,
    /// The entry it takes back.
    pub undoes: Option<i64>,
}

/// A learner of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// Who.
    pub id: UserId,
    /// The learner's name.
    pub name: String,
    /// How old; none where nobody has said it.
    pub age: Option<AgeBand>,
    /// What stands.
    pub state: ConsentState,
    /// The last entry, if there is one.
    pub last: Option<Entry>,
    /// Whether a consent is needed and not there.
    pub lacking: bool,
    /// Whether the learner may ask no tutors for it.
    pub closed: bool,
    /// Names of the classes the learner is in; only where they were asked for.
    pub classes: Vec<String>,
}

impl Learner {
    /// Whether it is one of those.
    fn fits(&self, filter: ConsentFilter) -> bool {
        match filter {
            ConsentFilter::Without => self.lacking,
            ConsentFilter::None => self.state == ConsentState::None,
            ConsentFilter::Asked => self.state == ConsentState::Asked,
            ConsentFilter::Given => self.state == ConsentState::Given,
            ConsentFilter::Refused => self.state == ConsentState::Refused,
            ConsentFilter::Withdrawn => self.state == ConsentState::Withdrawn,
            ConsentFilter::Older => self.is_about_older_text(),
            ConsentFilter::AgeUnknown => self.age.is_none(),
        }
    }

    /// Whether the consent is about a text that is not the newest.
    fn is_about_older_text(&self) -> bool {
        let version = self.last.as_ref().and_then(|entry| entry.version);
        self.state == ConsentState::Given && version.is_some_and(|version| version < VERSION)
    }
}

/// What to write down about some learners.
#[derive(Debug, Clone)]
pub(crate) struct NewEntry {
    pub(crate) state: ConsentState,
    pub(crate) giver: Option<ConsentGiver>,
    pub(crate) way: Option<ConsentWay>,
    pub(crate) note: Option<String>,
    pub(crate) version: u32,
}

/// The consents of a box. Cheap to clone.
#[derive(Clone)]
pub struct Consents {
    app: App,
}

impl Consents {
    /// The consents in the app's database.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    /// One learner and all that was written down, the newest first.
    ///
    /// # Errors
    /// `not_found`; `forbidden` for a teacher of others.
    pub(crate) async fn person(&self, actor: &Actor, id: UserId) -> Result<(Learner, Vec<Entry>)> {
        let actor = *actor;
        let read = move |conn: &_| {
            let learner = store::seen_to(conn, &actor, id)?;
            let mut learners = [learner];
            store::name_classes(conn, actor.org, &mut learners)?;
            let [learner] = learners;
            Ok((learner, store::history(conn, actor.org, id)?))
        };
        self.app.db.core.read(read).await
    }

    /// What was written down about oneself; nothing about staff.
    pub(crate) async fn own(&self, actor: &Actor) -> Result<(Option<Learner>, Vec<Entry>)> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let learner = store::learner(conn, org, user)?;
            Ok((learner, store::history(conn, org, user)?))
        };
        self.app.db.core.read(read).await
    }

    /// Writes something down about each of some learners; all of it or nothing. The
    /// numbers of the entries, in the order of the learners' ids.
    ///
    /// # Errors
    /// `invalid_field`; `not_found`, `forbidden` as for one of them; `conflict` for taking
    /// back a consent that was not given.
    pub(crate) async fn record(
        &self,
        actor: &Actor,
        users: Vec<UserId>,
        mut new: NewEntry,
    ) -> Result<Vec<i64>> {
        let users = several(users, "users")?;
        tidy(&mut new)?;
        let (actor, at) = (*actor, self.app.clock.moment());
        let now = at.now;
        let write = move |conn: &_| {
            let mut entries = Vec::new();
            for user in users {
                let learner = store::seen_to(conn, &actor, user)?;
                may_stand(&learner, &new)?;
                let seq = store::append(conn, &actor, user, &new, None, at)?;
                let told = noted::recorded(&learner, new.state, new.version);
                audit::record(conn, actor, told, now)?;
                events::append(conn, actor.org, &event(&actor, user, &new), now)?;
                entries.push(seq);
            }
            Ok(entries)
        };
        self.app.db.core.write(write).await
    }

    /// Takes entries back, each the last one of its learner: what stood before stands
    /// again. All of them or none.
    ///
    /// # Errors
    /// `not_found`, `forbidden` as for their learners; `conflict` for one after which
    /// another was written.
    pub(crate) async fn undo(&self, actor: &Actor, entries: Vec<i64>) -> Result<()> {
        let entries = several(entries, "entries")?;
        let (actor, at) = (*actor, self.app.clock.moment());
        let now = at.now;
        let write = move |conn: &_| {
            for seq in entries {
                let user = store::subject(conn, actor.org, seq)?;
                let learner = store::seen_to(conn, &actor, user)?;
                if learner.last.as_ref().map(|last| last.seq) != Some(seq) {
                    let detail = "Something else was written down since.";
                    return Err(Error::new(Code::Conflict, detail));
                }
                let before = store::before(conn, actor.org, user, seq)?;
                store::append(conn, &actor, user, &before, Some(seq), at)?;
                audit::record(conn, actor, noted::undone(&learner, before.state), now)?;
                events::append(conn, actor.org, &event(&actor, user, &before), now)?;
            }
            Ok(())
        };
        self.app.db.core.write(write).await
    }

    /// Says how old some learners are; all of them or none. How many that was news of.
    ///
    /// # Errors
    /// `not_found`, `forbidden` as for one of them.
    pub(crate) async fn set_age(
        &self,
        actor: &Actor,
        users: Vec<UserId>,
        age: Option<AgeBand>,
    ) -> Result<usize> {
        let users = several(users, "users")?;
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut changed = 0;
            for user in users {
                store::seen_to(conn, &actor, user)?;
                changed += usize::from(accounts::set_age(conn, &actor, user, age, now)?);
            }
            Ok(changed)
        };
        self.app.db.core.write(write).await
    }

    /// Says what follows in the actor's school where nothing was said.
    pub(crate) async fn set_rule(&self, actor: &Actor, rule: ConsentMissingRule) -> Result<()> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            if store::rule(conn, actor.org)? == rule {
                return Ok(());
            }
            store::set_rule(conn, actor.org, rule)?;
            audit::record(conn, actor, noted::rule(actor.org, rule), now)?;
            let event = Event::ConsentRuleChanged {
                by: actor.user,
                missing: rule.as_str().to_owned(),
            };
            events::append(conn, actor.org, &event, now)?;
            Ok(())
        };
        self.app.db.core.write(write).await
    }
}

fn event(actor: &Actor, user: UserId, entry: &NewEntry) -> Event {
    Event::ConsentRecorded {
        user,
        by: actor.user,
        state: entry.state.as_str().to_owned(),
        version: entry.version,
    }
}
