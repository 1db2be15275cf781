//! What becomes of a row, once it is known who it is about.

use super::super::columns::{ImportColumn, Line, fold};
use super::super::plan::{ImportOutcome, ImportReason, Planned};
use super::super::words;
use super::{Planning, number_of};
use crate::accounts::{Changes, Entry, Listed, Put, Role, Turn};
use crate::types::UserId;

impl<'a> Planning<'a> {
    /// A row about somebody of the school.
    pub(super) fn known_row(&mut self, line: &Line, person: &'a Listed, row: &mut Planned) {
        let name = match line.name.is_empty() {
            true => person.name.clone(),
            false => row.name(&line.name),
        };
        let role = row
            .word(ImportColumn::Role, &line.role, words::role)
            .unwrap_or(person.role);
        if role != person.role {
            row.trouble(ImportReason::RoleDiffers, ImportColumn::Role, &line.role);
        }
        let number = match line.number.is_empty() || line.number == number_of(person) {
            true => person.number.clone(),
            false => row.number(&line.number),
        };
        let language = row.word(ImportColumn::Language, &line.language, words::language);
        let active = row.word(ImportColumn::Active, &line.active, words::yes_or_no);
        // Whoever is in the list is at the school.
        let active = active.unwrap_or(true);
        let language = language.unwrap_or(person.language);
        if let Some(number) = number.clone().filter(|_| number != person.number)
            && let Some(before) = self.new_numbers.insert(number, line.line)
        {
            row.trouble(
                ImportReason::Twice,
                ImportColumn::Number,
                &before.to_string(),
            );
        }
        let changes = Changes {
            name: Turn::between(person.name.clone(), name.clone()),
            number: Turn::between(person.number.clone(), number),
            language: Turn::between(person.language, language),
            active: Turn::between(person.active, active),
        };
        let fields = [
            (ImportColumn::Name, changes.name.is_some()),
            (ImportColumn::Number, changes.number.is_some()),
            (ImportColumn::Language, changes.language.is_some()),
            (ImportColumn::Active, changes.active.is_some()),
        ];
        let fields = fields.iter().filter(|(_, differs)| *differs);
        row.changes = fields.map(|(column, _)| *column).collect();
        self.classes(line, (person.id, person.role), row);
        if !row.moves.is_empty() {
            row.changes.push(ImportColumn::Classes);
        }
        let oneself = person.id == self.actor.user && !active;
        let staff = person.role != Role::Learner && self.actor.role != Role::Admin;
        let of_box = person.platform_admin && !self.actor.platform_admin;
        if !row.changes.is_empty() && (oneself || staff || of_box) {
            row.trouble(
                ImportReason::PersonNotYours,
                ImportColumn::Name,
                &person.name,
            );
        }
        row.role = person.role;
        (row.name, row.username) = (name, person.username.clone());
        row.outcome = match row.changes.is_empty() {
            true => ImportOutcome::Same,
            false => ImportOutcome::Changed,
        };
        row.put = Some(Put::Change(person.id, changes));
    }

    /// A row about somebody new.
    pub(super) fn new_row(&mut self, line: &Line, row: &mut Planned) {
        let name = match line.name.is_empty() {
            true => {
                row.trouble(ImportReason::NameMissing, ImportColumn::Name, "");
                return;
            }
            false => row.name(&line.name),
        };
        let role = row
            .word(ImportColumn::Role, &line.role, words::role)
            .unwrap_or(Role::Learner);
        if role != Role::Learner && self.actor.role != Role::Admin {
            row.trouble(ImportReason::PersonNotYours, ImportColumn::Role, &line.role);
        }
        let number = match line.number.is_empty() {
            true => None,
            false => row.number(&line.number),
        };
        let before = match &number {
            Some(number) => self.new_numbers.insert(number.clone(), line.line),
            None if line.username.is_empty() => {
                let classes = line.classes.iter().map(|class| fold(class)).collect();
                self.new_names.insert((fold(&name), classes), line.line)
            }
            None => None,
        };
        if let Some(before) = before {
            row.trouble(ImportReason::Twice, ImportColumn::Name, &before.to_string());
        }
        let language = row.word(ImportColumn::Language, &line.language, words::language);
        let active = row.word(ImportColumn::Active, &line.active, words::yes_or_no);
        let username = self.username(line, &name, row);
        let entry = Entry {
            id: UserId::new(),
            number,
            name,
            username,
            role,
            language: language.unwrap_or(self.language),
            active: active.unwrap_or(true),
        };
        self.classes(line, (entry.id, entry.role), row);
        row.role = entry.role;
        (row.name, row.username) = (entry.name.clone(), entry.username.clone());
        row.outcome = ImportOutcome::New;
        row.namesakes = namesakes(self.by_name.get(&fold(&entry.name)));
        row.put = Some(Put::Add(entry));
    }
}

fn namesakes(people: Option<&Vec<UserId>>) -> u32 {
    people.map_or(0, |all| u32::try_from(all.len()).unwrap_or(u32::MAX))
}
