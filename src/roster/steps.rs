//! What is to be done about a list, in the order in which it is done. It is made of the
//! plan that was shown, and stored with the job: whatever the school is like by then,
//! nothing is done that nobody saw.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::columns::fold;
use super::plan::{ImportOutcome, Missing, Planned};
use crate::accounts::{Changes, ImportLeftReason, Listed, Put, Turn};
use crate::classes::Move;
use crate::types::{ClassId, UserId};

/// One thing to do about a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Step {
    /// Make a class.
    Class(ClassId, String),
    /// Add or change somebody.
    Person {
        /// Where the list says so; none for somebody who is not in it.
        line: Option<u32>,
        put: Put,
        moves: Vec<Move>,
    },
    /// Tell that somebody is left.
    Leave {
        line: u32,
        user: UserId,
        reason: ImportLeftReason,
    },
}

/// How many people of a school have each name.
pub fn namesakes(people: &[Listed]) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for person in people {
        *counts.entry(fold(&person.name)).or_default() += 1;
    }
    counts
}

/// The steps of rows that were shown. Somebody new whose name somebody else has been
/// given since may be the same child, and is left.
pub fn of_rows(rows: Vec<Planned>, now: &HashMap<String, u32>) -> impl Iterator<Item = Step> {
    rows.into_iter().filter_map(|row| {
        let put = row.put?;
        let line = row.line;
        let known = now.get(&fold(&row.name)).copied().unwrap_or_default();
        match row.outcome {
            ImportOutcome::New if known > row.namesakes => Some(Step::Leave {
                line,
                user: put.user(),
                reason: ImportLeftReason::PersonChanged,
            }),
            ImportOutcome::New | ImportOutcome::Changed => Some(Step::Person {
                line: Some(line),
                put,
                moves: row.moves,
            }),
            ImportOutcome::Same | ImportOutcome::Wrong => None,
        }
    })
}

/// The steps that close the accounts of those who are not in a list.
pub fn closing(missing: &[Missing]) -> impl Iterator<Item = Step> {
    missing.iter().map(|person| Step::Person {
        line: None,
        put: Put::Change(
            person.id,
            Changes {
                active: Turn::between(true, false),
                ..Changes::default()
            },
        ),
        moves: Vec::new(),
    })
}
