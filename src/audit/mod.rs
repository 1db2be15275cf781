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
pub use store::{check, last, page, record, schools};

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

/// Whether a log is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// How many entries were looked at.
    pub entries: u64,
    /// The first that was changed, or is missing.
    pub broken_at: Option<u64>,
}
