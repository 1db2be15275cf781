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
//! The register is only added to: what was a mistake is taken back by another entry.
//! Administrators see to every learner, teachers to those they teach.

mod http;
mod noted;
mod purpose;
mod store;
mod table;

use std::collections::BTreeSet;

pub use http::routes;
pub use purpose::{Form, Purpose, Section, VERSION};
pub(crate) use store::is_closed;

use crate::accounts::{self, Actor, AgeBand};
use crate::audit;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::state::App;
use crate::types::{ClassId, Timestamp, UserId};
use crate::word_enum;

/// Learners changed in one request.
const MOST_CHANGES: usize = 500;
/// Longest note, in characters.
const NOTE_MAX: usize = 200;
/// Learners shown at once.
const PAGE: usize = 100;

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

/// Which learners of the register, and from where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) class: Option<ClassId>,
    pub(crate) filter: Option<ConsentFilter>,
    pub(crate) name: String,
    pub(crate) from: usize,
}

/// A part of the register.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) rule: ConsentMissingRule,
    /// How many learners each filter finds.
    pub(crate) counts: Vec<(ConsentFilter, usize)>,
    /// How many there are in all.
    pub(crate) total: usize,
    pub(crate) learners: Vec<Learner>,
    pub(crate) next: Option<usize>,
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

    /// A page of the register, by name.
    ///
    /// # Errors
    /// `not_found` for a class that is not there, `forbidden` for one of other teachers.
    pub(crate) async fn register(&self, actor: &Actor, wanted: Wanted) -> Result<Register> {
        let actor = *actor;
        let read = move |conn: &_| {
            let all = store::learners(conn, &actor, wanted.class)?;
            let count = |filter: ConsentFilter| {
                let found = all.iter().filter(|learner| learner.fits(filter));
                (filter, found.count())
            };
            let counts = ConsentFilter::ALL.iter().copied().map(count).collect();
            let total = all.len();
            let name = wanted.name.trim().to_lowercase();
            let fits = |learner: &Learner| {
                wanted.filter.is_none_or(|filter| learner.fits(filter))
                    && learner.name.to_lowercase().contains(&name)
            };
            let mut found = all.into_iter().filter(fits).skip(wanted.from).peekable();
            let mut learners: Vec<Learner> = found.by_ref().take(PAGE).collect();
            store::name_classes(conn, actor.org, &mut learners)?;
            Ok(Register {
                rule: store::rule(conn, actor.org)?,
                counts,
                total,
                next: found.peek().map(|_| wanted.from.saturating_add(PAGE)),
                learners,
            })
        };
        self.app.db.core.read(read).await
    }

    /// All of the register a person may see, as a table; the log says that it was saved.
    pub(crate) async fn export(&self, actor: &Actor) -> Result<Vec<u8>> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut learners = store::learners(conn, &actor, None)?;
            store::name_classes(conn, actor.org, &mut learners)?;
            audit::record(conn, actor, noted::exported(learners.len()), now)?;
            Ok(learners)
        };
        table::write(self.app.db.core.write(write).await?)
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
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut entries = Vec::new();
            for user in users {
                let learner = store::seen_to(conn, &actor, user)?;
                may_stand(&learner, &new)?;
                let seq = store::append(conn, &actor, user, &new, None, now)?;
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
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            for seq in entries {
                let user = store::subject(conn, actor.org, seq)?;
                let learner = store::seen_to(conn, &actor, user)?;
                if learner.last.as_ref().map(|last| last.seq) != Some(seq) {
                    let detail = "Something else was written down since.";
                    return Err(Error::new(Code::Conflict, detail));
                }
                let before = store::before(conn, actor.org, user, seq)?;
                store::append(conn, &actor, user, &before, Some(seq), now)?;
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

/// Each of them once, if there are some and not too many.
fn several<T: Ord>(list: Vec<T>, field: &'static str) -> Result<BTreeSet<T>> {
    if list.is_empty() || list.len() > MOST_CHANGES {
        let detail = format!("Send 1 to {MOST_CHANGES} at once.");
        return Err(Error::invalid(field, detail));
    }
    Ok(list.into_iter().collect())
}

/// Checks what is the same for every learner, and trims the note.
fn tidy(new: &mut NewEntry) -> Result<()> {
    if !(1..=VERSION).contains(&new.version) {
        return Err(Error::invalid("version", "There is no such text."));
    }
    let asked = match new.state {
        ConsentState::None => {
            return Err(Error::invalid("state", "Take an entry back instead."));
        }
        ConsentState::Asked => true,
        ConsentState::Given | ConsentState::Refused | ConsentState::Withdrawn => false,
    };
    // Who was asked has not said anything yet.
    if new.giver.is_some() == asked {
        return Err(Error::invalid("giver", "Say who said it, if somebody did."));
    }
    if new.way.is_some() == asked {
        return Err(Error::invalid("way", "Say how it was said, if it was."));
    }
    let note = new.note.take().unwrap_or_default();
    let note = note.trim();
    if note.chars().count() > NOTE_MAX || note.chars().any(char::is_control) {
        let detail = format!("Give one line of up to {NOTE_MAX} characters.");
        return Err(Error::invalid("note", detail));
    }
    new.note = (!note.is_empty()).then(|| note.to_owned());
    Ok(())
}

/// Whether something can be written down about this learner.
fn may_stand(learner: &Learner, new: &NewEntry) -> Result<()> {
    if new.giver == Some(ConsentGiver::Learner) && learner.age != Some(AgeBand::From16) {
        let detail = "The parents speak for a learner under 16.";
        return Err(Error::invalid("giver", detail));
    }
    if new.state == ConsentState::Withdrawn && learner.state != ConsentState::Given {
        let detail = "There is no consent to take back.";
        return Err(Error::new(Code::Conflict, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(state: ConsentState) -> NewEntry {
        let said = state != ConsentState::Asked;
        NewEntry {
            state,
            giver: said.then_some(ConsentGiver::Mother),
            way: said.then_some(ConsentWay::Paper),
            note: None,
            version: VERSION,
        }
    }

    fn learner(state: ConsentState, age: Option<AgeBand>, version: u32) -> Learner {
        let last = Entry {
            seq: 1,
            at: Timestamp(1),
            recorded_by: UserId::new(),
            recorded_by_name: None,
            state,
            giver: None,
            way: None,
            note: None,
            version: Some(version),
            undoes: None,
        };
        Learner {
            id: UserId::new(),
            name: "Gasore".into(),
            age,
            state,
            last: (state != ConsentState::None).then_some(last),
            lacking: false,
            closed: false,
            classes: Vec::new(),
        }
    }

    #[test]
    fn what_is_said_has_somebody_who_says_it() {
        let check = |new: NewEntry, field: Option<&str>| {
            let mut tidied = new.clone();
            let refused = tidy(&mut tidied).err().map(|error| match error {
                Error::Refused(refusal) => refusal.field.unwrap_or_default(),
                Error::Internal(cause) => panic!("{cause}"),
            });
            assert_eq!(refused, field, "{new:?}");
        };
        check(entry(ConsentState::Given), None);
        check(entry(ConsentState::Asked), None);
        check(entry(ConsentState::None), Some("state"));
        let given = || entry(ConsentState::Given);
        check(
            NewEntry {
                giver: None,
                ..given()
            },
            Some("giver"),
        );
        check(
            NewEntry {
                way: None,
                ..given()
            },
            Some("way"),
        );
        check(
            NewEntry {
                giver: Some(ConsentGiver::Father),
                ..entry(ConsentState::Asked)
            },
            Some("giver"),
        );
        for version in [0, VERSION + 1] {
            check(NewEntry { version, ..given() }, Some("version"));
        }
        let note = |text: String| NewEntry {
            note: Some(text),
            ..given()
        };
        check(note("x".repeat(NOTE_MAX + 1)), Some("note"));
        check(note("two\nlines".into()), Some("note"));
        let mut blank = note("  ".into());
        tidy(&mut blank).unwrap();
        assert_eq!(blank.note, None);
    }

    #[test]
    fn learners_speak_for_themselves_from_16_on() {
        let own = NewEntry {
            giver: Some(ConsentGiver::Learner),
            ..entry(ConsentState::Given)
        };
        let check = |age, expected| {
            let learner = learner(ConsentState::None, age, 1);
            assert_eq!(may_stand(&learner, &own).is_ok(), expected, "{age:?}");
        };
        check(Some(AgeBand::From16), true);
        check(Some(AgeBand::Under16), false);
        check(None, false);
    }

    #[test]
    fn only_a_yes_can_be_taken_back() {
        for state in ConsentState::ALL {
            let learner = learner(*state, None, 1);
            let taken = may_stand(&learner, &entry(ConsentState::Withdrawn));
            assert_eq!(taken.is_ok(), *state == ConsentState::Given, "{state:?}");
        }
    }

    #[test]
    fn a_yes_to_an_older_text_is_found() {
        assert!(!learner(ConsentState::Given, None, VERSION).fits(ConsentFilter::Older));
        assert!(learner(ConsentState::Given, None, VERSION - 1).fits(ConsentFilter::Older));
        assert!(!learner(ConsentState::Refused, None, VERSION - 1).fits(ConsentFilter::Older));
    }
}
