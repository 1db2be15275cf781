//! Which classes a row is about, and which are to be made.

use std::collections::HashSet;

use super::super::columns::{ImportColumn, Line, fold};
use super::super::plan::{ImportReason, Planned};
use super::{Planning, key};
use crate::accounts::{Role, checked_name};
use crate::classes::Move;
use crate::types::{ClassId, UserId};

/// Classes of one row, and classes that a list may make.
const MOST_CLASSES: usize = 20;
const MOST_NEW_CLASSES: usize = 500;

impl Planning<'_> {
    /// Which classes somebody comes into and leaves.
    pub(super) fn classes(&mut self, line: &Line, (user, role): (UserId, Role), row: &mut Planned) {
        let now = self.within.get(&user).cloned().unwrap_or_default();
        let mut wanted = HashSet::new();
        if line.classes.len() > MOST_CLASSES {
            let name = line.classes[MOST_CLASSES].clone();
            row.trouble(ImportReason::TooManyClasses, ImportColumn::Classes, &name);
            return;
        }
        for name in &line.classes {
            let alike = || self.alike_rolls.get(&fold(name)).copied().flatten();
            let (id, may) = match self.rolls.get(&key(name)).copied().or_else(alike) {
                Some(roll) => (Some(roll.id), roll.changeable),
                None if self.made.len() >= MOST_NEW_CLASSES => {
                    row.trouble(ImportReason::TooManyClasses, ImportColumn::Classes, name);
                    return;
                }
                None => (self.new_class(name), true),
            };
            let Some(id) = id else {
                row.trouble(ImportReason::ClassWrong, ImportColumn::Classes, name);
                continue;
            };
            if !wanted.insert(id) || now.iter().any(|roll| roll.id == id) {
                continue;
            }
            if !may {
                row.trouble(ImportReason::ClassNotYours, ImportColumn::Classes, name);
            }
            row.joins.push(name.clone());
            row.moves.push(Move {
                class: id,
                user,
                joins: true,
            });
        }
        if wanted.is_empty() || role != Role::Learner {
            return;
        }
        for roll in now
            .iter()
            .filter(|roll| roll.changeable && !wanted.contains(&roll.id))
        {
            row.leaves.push(roll.name.clone());
            row.moves.push(Move {
                class: roll.id,
                user,
                joins: false,
            });
        }
    }

    /// A class that is to be made, if one can be called that.
    fn new_class(&mut self, name: &str) -> Option<ClassId> {
        let name = checked_name("class", name).ok()?;
        if fold(&name).is_empty() {
            return None;
        }
        let made = self.made.entry(key(&name));
        Some(made.or_insert_with(|| (ClassId::new(), name)).0)
    }
}
