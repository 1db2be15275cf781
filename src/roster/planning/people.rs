//! Who a row is about, and what somebody new is called.

use std::collections::HashSet;

use super::super::columns::{ImportColumn, Line, fold};
use super::super::plan::{ImportReason, Planned};
use super::super::words;
use super::Planning;
use crate::accounts::{Listed, Role, username_key};
use crate::types::UserId;

/// Letters of a user name that is made of a name; a number may follow.
const MADE_USERNAME: usize = 32;

impl<'a> Planning<'a> {
    /// Who a row is about, if it is somebody of the school.
    pub(super) fn known(
        &mut self,
        line: &Line,
        row: &mut Planned,
    ) -> Result<Option<&'a Listed>, ()> {
        let trouble = |row: &mut Planned, reason, column, text: &str| {
            row.trouble(reason, column, text);
            Err(())
        };
        let by_number = self.by_number.get(&line.number).copied();
        let username = username_key(&line.username).unwrap_or_default();
        let by_username = self.by_username.get(&username).copied();
        let id = match (by_number, by_username) {
            (Some(id), None) => Some(id),
            (Some(id), Some(other)) if id != other => {
                return trouble(
                    row,
                    ImportReason::UsernameTaken,
                    ImportColumn::Username,
                    &line.username,
                );
            }
            (_, Some(id)) => {
                let theirs = self
                    .by_id
                    .get(&id)
                    .and_then(|person| person.number.as_deref());
                let another = theirs.is_some_and(|n| !line.number.is_empty() && n != line.number);
                if another {
                    return trouble(
                        row,
                        ImportReason::UsernameTaken,
                        ImportColumn::Username,
                        &line.username,
                    );
                }
                Some(id)
            }
            (None, None) if line.username.is_empty() => match self.by_name(line) {
                Ok(id) => id,
                Err(()) => {
                    return trouble(row, ImportReason::Ambiguous, ImportColumn::Name, &line.name);
                }
            },
            (None, None) => None,
        };
        let Some(person) = id.and_then(|id| self.by_id.get(&id).copied()) else {
            return Ok(None);
        };
        if person.waiting {
            return trouble(row, ImportReason::Waiting, ImportColumn::Name, &person.name);
        }
        if let Some(before) = self.met.get(&person.id) {
            return trouble(
                row,
                ImportReason::Twice,
                ImportColumn::Name,
                &before.to_string(),
            );
        }
        self.met.insert(person.id, line.line);
        Ok(Some(person))
    }

    /// Who has the name of a row without user name; where it gives a number that nobody
    /// has, somebody without one.
    fn by_name(&self, line: &Line) -> Result<Option<UserId>, ()> {
        let name = fold(&line.name);
        let role = words::role(&line.role).unwrap_or(Role::Learner);
        let all = self.by_name.get(&name).map_or(&[][..], Vec::as_slice);
        let fits = |id: &&UserId| {
            let person = self.by_id.get(id);
            person.is_some_and(|p| p.role == role && (line.number.is_empty() || p.number.is_none()))
        };
        let all: Vec<UserId> = all.iter().filter(fits).copied().collect();
        let classes: HashSet<String> = line.classes.iter().map(|name| fold(name)).collect();
        let is_within = |id: &&UserId| {
            let rolls = self.within.get(id).map_or(&[][..], Vec::as_slice);
            rolls.iter().any(|roll| classes.contains(&fold(&roll.name)))
        };
        let several = self.alike.get(&name).is_some_and(|rows| *rows > 1);
        let mut within = all.iter().filter(is_within);
        match (all.as_slice(), within.next(), within.next()) {
            ([], ..) => Ok(None),
            ([only], ..) if !several => Ok(Some(*only)),
            (_, Some(_), Some(_)) => Err(()),
            (_, Some(one), None) => Ok(Some(*one)),
            // One of the rows of this name is the person, the others are new.
            ([_], None, _) => Ok(None),
            (_, None, _) => Err(()),
        }
    }

    /// The user name of somebody new: that of the list, or one made of the name.
    pub(super) fn username(&mut self, line: &Line, name: &str, row: &mut Planned) -> String {
        if line.username.is_empty() {
            let words = name.split(|c: char| !c.is_alphanumeric()).map(fold);
            let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
            let base: String = words.join(".").chars().take(MADE_USERNAME).collect();
            let base = match base.trim_end_matches('.') {
                "" => "user",
                base => base,
            };
            let last = self.numbered.entry(base.to_owned()).or_insert(1);
            let mut free = base.to_owned();
            while !self.usernames.insert(free.clone()) {
                *last += 1;
                free = format!("{base}{last}");
            }
            return free;
        }
        match username_key(&line.username) {
            None => row.trouble(
                ImportReason::UsernameWrong,
                ImportColumn::Username,
                &line.username,
            ),
            Some(key) => {
                if !self.usernames.insert(key) {
                    row.trouble(
                        ImportReason::UsernameTaken,
                        ImportColumn::Username,
                        &line.username,
                    );
                }
            }
        }
        line.username.clone()
    }
}
