//! What a list of people means for a school, before anything is done: who is new, who
//! is known and changes, and which rows are wrong and why.
//!
//! A person is known again by the school's number, else by the user name, else by the
//! name where that is clear. Lists add and correct; they change no roles and no user
//! names. A learner's classes become those of the list.

use std::collections::HashSet;

use super::columns::{Column, List};
use super::planning::Planning;
use crate::accounts::{Actor, Entry, Listed, Role};
use crate::classes::{Move, Roll};
use crate::types::{ClassId, Language};
use crate::word_enum;

word_enum! {
    /// What becomes of a row.
    Outcome {
        /// It can not be taken; see its troubles.
        Wrong = "wrong",
        /// It adds somebody.
        New = "new",
        /// It changes somebody.
        Changed = "changed",
        /// All of it is so already.
        Same = "same",
    }
}

word_enum! {
    /// Why a row can not be taken.
    Reason {
        /// It has no name.
        NameMissing = "name_missing",
        /// The name is too long or has characters no name has.
        NameWrong = "name_wrong",
        /// The number is too long or has characters no number has.
        NumberWrong = "number_wrong",
        /// A row before it is of the same person.
        Twice = "twice",
        /// A user name has letters, digits, dots, hyphens and underscores.
        UsernameWrong = "username_wrong",
        /// Somebody else has the user name.
        UsernameTaken = "username_taken",
        /// There is no such role.
        RoleUnknown = "role_unknown",
        /// The person has another role; lists change none.
        RoleDiffers = "role_differs",
        /// The box does not speak the language.
        LanguageUnknown = "language_unknown",
        /// It is neither a yes nor a no.
        ActiveUnknown = "active_unknown",
        /// No class can be called that.
        ClassWrong = "class_wrong",
        /// The class is another teacher's.
        ClassNotYours = "class_not_yours",
        /// The person may be changed by administrators only.
        PersonNotYours = "person_not_yours",
        /// Several people have the name; a number or user name tells them apart.
        Ambiguous = "ambiguous",
    }
}

/// Why a row can not be taken, and where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub reason: Reason,
    /// The column at fault.
    pub column: Column,
    /// What stands there; of a person who came before, the line.
    pub text: String,
}

/// A row and what becomes of it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Where it stands in the file.
    pub line: u32,
    /// The person's name, as it will be.
    pub name: String,
    /// The name the person signs in with; empty for a wrong row.
    pub username: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why it can not be taken.
    pub troubles: Vec<Trouble>,
    /// What it changes about somebody who is known.
    pub changes: Vec<Column>,
    /// Names of the classes the person comes into and leaves.
    pub joins: Vec<String>,
    /// See `joins`.
    pub leaves: Vec<String>,
    pub(super) entry: Option<Entry>,
    pub(super) moves: Vec<Move>,
}

/// What a list means.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Its rows in order.
    pub rows: Vec<Planned>,
    /// Classes there are none of yet.
    pub classes: Vec<(ClassId, String)>,
    /// Learners who may sign in and are not in the list, by name.
    pub missing: Vec<Listed>,
}

/// A school as it is.
#[derive(Debug, Clone, Default)]
pub struct School {
    /// Everybody.
    pub people: Vec<Listed>,
    /// The classes that are not over.
    pub rolls: Vec<Roll>,
    /// The language of those of whom the list says none.
    pub language: Option<Language>,
}

/// Plans a list for a school, as `actor` may carry it out.
pub fn plan(list: &List, school: &School, actor: &Actor) -> Plan {
    let mut planning = Planning::new(list, school, actor);
    let rows: Vec<Planned> = list.lines.iter().map(|line| planning.row(line)).collect();
    let moves = rows.iter().flat_map(|row| &row.moves);
    let used: HashSet<ClassId> = moves.map(|step| step.class).collect();
    let missing = school.people.iter().filter(|person| {
        person.active && person.role == Role::Learner && !planning.has_met(person)
    });
    Plan {
        missing: missing.cloned().collect(),
        // Wrong rows make no classes.
        classes: planning.made(&used),
        rows,
    }
}
