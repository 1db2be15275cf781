//! The audit log: what the staff of a school did, in a list that is only added to.
//!
//! A feature [`record`]s a [`Note`] in the transaction that makes the change, so one is
//! never there without the other. Entries of a school are numbered without gaps, and
//! each carries
//!
//! ```text
//! chain(n) = SHA-256("bwenge/audit/1" || chain(n-1) || entry bytes)
//! ```
//!
//! with 32 zero bytes as chain(0). The entry bytes are org_id, seq, at, actor, action,
//! kind, subject and facts in this order as UTF-8 text (numbers in decimal, what is
//! absent as nothing), each after its length as a big-endian u32.
//!
//! Once a day the chain is computed from its first entry, a slice at a time ([`walk`]),
//! and its last place kept; whoever opens the log has what came since computed, and that
//! the log still has the kept value at that place ([`check`]). So a page of a log of any
//! length costs the same. The kept place only saves time: it is never believed by the
//! next walk, so forging it hides a change until the next day at most.
//!
//! It is not the outbox (`events.rs`): that tells the hub what changed, without who and
//! why; this tells a head teacher who did it, and stays in the school. So a change that
//! is in both is written twice.
//!
//! Entries hold ids and [`Facts`]: no secrets, nothing anybody asked or wrote, and no
//! names of people. Those are looked up when the log is read, so a child that was
//! erased is erased from it as well.

mod action;
mod facts;
mod store;

pub use action::{Action, Group, Kind};
pub use facts::{Facts, Note};
pub use store::{check, keep, page, record, schools, walk};

use crate::types::{OrgId, Timestamp, UserId};

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The school in whose log it is written.
    pub org: OrgId,
    /// Somebody of that school; none for the box itself.
    pub user: Option<UserId>,
}

impl By {
    /// Somebody of a school.
    pub fn person(org: OrgId, user: UserId) -> Self {
        let user = Some(user);
        Self { org, user }
    }

    /// The box, which does some things by itself.
    pub fn the_box(org: OrgId) -> Self {
        Self { org, user: None }
    }
}

/// An entry as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was done, by trusted time.
    pub at: Timestamp,
    /// Who did it; none for the box itself.
    pub actor: Option<Person>,
    /// What was done.
    pub action: Action,
    /// What kind of thing it was done to.
    pub kind: Kind,
    /// The id of that thing.
    pub subject: Option<String>,
    /// What it is called if it is a person; none for one who was erased.
    pub subject_name: Option<String>,
    /// What else is known about it.
    pub facts: Facts,
    /// Its value in the chain.
    pub chain: [u8; 32],
}

/// Somebody an entry names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: String,
    /// What the person is called now; none for one who was erased.
    pub name: Option<String>,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Done by this person, or to this person.
    pub person: Option<UserId>,
    /// Of these actions.
    pub group: Option<Group>,
    /// Done at this time or later.
    pub from: Option<Timestamp>,
    /// Done before this time.
    pub to: Option<Timestamp>,
}

/// A place in a log: up to which entry, and the chain there. The beginning is (0, zeros).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    seq: i64,
    chain: [u8; 32],
}

/// How far computing a chain came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// The last place where the log is as it was written.
    pub to: Place,
    /// The entry after it, if that was changed or is missing.
    pub broken_at: Option<u64>,
    more: bool,
}

impl Walk {
    fn on(to: Place) -> Self {
        Self {
            to,
            broken_at: None,
            more: true,
        }
    }

    fn whole(to: Place) -> Self {
        Self {
            more: false,
            ..Self::on(to)
        }
    }

    fn broken(to: Place) -> Self {
        Self {
            broken_at: Some(to.seq.unsigned_abs() + 1),
            ..Self::whole(to)
        }
    }

    /// Whether the log may go on after it.
    pub fn goes_on(&self) -> bool {
        self.more
    }
}

/// Whether a log is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// How many entries were looked at, by this or by the walk before.
    pub entries: u64,
    /// How many there are.
    pub total: u64,
    /// The first that was changed, or is missing.
    pub broken_at: Option<u64>,
}
