//! The rows of a list one after the other, against a school and the rows before.

use std::collections::{HashMap, HashSet};

use super::columns::{ImportColumn, Line, List, fold};
use super::plan::{ImportOutcome, ImportReason, Planned, School};
use super::words;
use crate::accounts::{Actor, Entry, Listed, Role, checked_name, username_key};
use crate::classes::{Move, Roll};
use crate::types::{ClassId, Language, UserId};

/// Classes of one row, and classes that a list may make.
const MOST_CLASSES: usize = 20;
const MOST_NEW_CLASSES: usize = 500;
/// Letters of a user name that is made of a name; a number may follow.
const MADE_USERNAME: usize = 32;

/// A school, ordered by what lists know people and classes by.
pub struct Planning<'a> {
    actor: &'a Actor,
    language: Language,
    by_id: HashMap<UserId, &'a Listed>,
    by_number: HashMap<String, UserId>,
    by_username: HashMap<String, UserId>,
    by_name: HashMap<String, Vec<UserId>>,
    /// By name without case; and by letters and digits alone, where these are one class's.
    rolls: HashMap<String, &'a Roll>,
    alike_rolls: HashMap<String, Option<&'a Roll>>,
    within: HashMap<UserId, Vec<&'a Roll>>,
    /// How many rows without user name have each name.
    alike: HashMap<String, u32>,
    /// The lines of those who came so far.
    met: HashMap<UserId, u32>,
    /// The lines of names in classes that came so far, of new people without a number.
    new_names: HashMap<(String, Vec<String>), u32>,
    new_numbers: HashMap<String, u32>,
    usernames: HashSet<String>,
    /// The last number that a user name made of each name was given.
    numbered: HashMap<String, u32>,
    /// Classes to make, by name without case.
    made: HashMap<String, (ClassId, String)>,
}

impl<'a> Planning<'a> {
    /// Before the first row.
    pub fn new(list: &List, school: &'a School, actor: &'a Actor) -> Self {
        let people = || school.people.iter();
        let username = |person: &Listed| username_key(&person.username).unwrap_or_default();
        let mut planning = Self {
            actor,
            language: school.language.unwrap_or(actor.language),
            by_id: people().map(|person| (person.id, person)).collect(),
            // Whoever has no number goes by the box's own in registers it writes.
            by_number: people()
                .map(|person| (number_of(person), person.id))
                .collect(),
            by_username: people()
                .map(|person| (username(person), person.id))
                .collect(),
            by_name: HashMap::new(),
            rolls: HashMap::new(),
            alike_rolls: HashMap::new(),
            within: HashMap::new(),
            alike: HashMap::new(),
            met: HashMap::new(),
            new_names: HashMap::new(),
            new_numbers: HashMap::new(),
            usernames: people().map(username).collect(),
            numbered: HashMap::new(),
            made: HashMap::new(),
        };
        for person in people() {
            let same = planning.by_name.entry(fold(&person.name)).or_default();
            same.push(person.id);
        }
        for roll in &school.rolls {
            planning.rolls.insert(key(&roll.name), roll);
            let same = planning.alike_rolls.entry(fold(&roll.name));
            same.and_modify(|roll| *roll = None).or_insert(Some(roll));
            for user in &roll.members {
                planning.within.entry(*user).or_default().push(roll);
            }
        }
        for line in list.lines.iter().filter(|line| line.username.is_empty()) {
            *planning.alike.entry(fold(&line.name)).or_default() += 1;
        }
        planning
    }

    /// Whether a row was about somebody.
    pub fn has_met(&self, person: &Listed) -> bool {
        self.met.contains_key(&person.id)
    }

    /// The classes to make, of those that are used.
    pub fn made(self, used: &HashSet<ClassId>) -> Vec<(ClassId, String)> {
        let made = self.made.into_values();
        let mut made: Vec<_> = made.filter(|(id, _)| used.contains(id)).collect();
        made.sort_by(|a, b| a.1.cmp(&b.1));
        made
    }

    /// Plans the next row.
    pub fn row(&mut self, line: &Line) -> Planned {
        let mut row = Planned::of(line);
        match self.known(line, &mut row) {
            Ok(Some(person)) => self.known_row(line, person, &mut row),
            Ok(None) => self.new_row(line, &mut row),
            Err(()) => {}
        }
        match row.troubles.is_empty() {
            true => row,
            false => Planned {
                troubles: row.troubles,
                ..Planned::of(line)
            },
        }
    }

    /// Who a row is about, if it is somebody of the school.
    fn known(&mut self, line: &Line, row: &mut Planned) -> Result<Option<&'a Listed>, ()> {
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

    fn known_row(&mut self, line: &Line, person: &'a Listed, row: &mut Planned) {
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
        let age = row.word(ImportColumn::Age, &line.age, words::age);
        let entry = Entry {
            id: person.id,
            number,
            name,
            username: person.username.clone(),
            role: person.role,
            age: age.filter(|_| person.role == Role::Learner).or(person.age),
            language: language.unwrap_or(person.language),
            // Whoever is in the list is at the school.
            active: active.unwrap_or(true),
        };
        if let Some(number) = entry
            .number
            .clone()
            .filter(|_| entry.number != person.number)
            && let Some(before) = self.new_numbers.insert(number, line.line)
        {
            row.trouble(
                ImportReason::Twice,
                ImportColumn::Number,
                &before.to_string(),
            );
        }
        let changes = [
            (ImportColumn::Name, entry.name != person.name),
            (ImportColumn::Number, entry.number != person.number),
            (ImportColumn::Language, entry.language != person.language),
            (ImportColumn::Active, entry.active != person.active),
            (ImportColumn::Age, entry.age != person.age),
        ];
        let changes = changes.iter().filter(|(_, differs)| *differs);
        row.changes = changes.map(|(column, _)| *column).collect();
        self.classes(line, &entry, row);
        if !row.moves.is_empty() {
            row.changes.push(ImportColumn::Classes);
        }
        let oneself = person.id == self.actor.user && !entry.active;
        let staff = person.role != Role::Learner && self.actor.role != Role::Admin;
        let of_box = person.platform_admin && !self.actor.platform_admin;
        if !row.changes.is_empty() && (oneself || staff || of_box) {
            row.trouble(
                ImportReason::PersonNotYours,
                ImportColumn::Name,
                &person.name,
            );
        }
        row.role = entry.role;
        (row.name, row.username) = (entry.name.clone(), entry.username.clone());
        row.outcome = match row.changes.is_empty() {
            true => ImportOutcome::Same,
            false => ImportOutcome::Changed,
        };
        row.entry = Some(entry);
    }

    fn new_row(&mut self, line: &Line, row: &mut Planned) {
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
        let age = row.word(ImportColumn::Age, &line.age, words::age);
        let username = self.username(line, &name, row);
        let entry = Entry {
            id: UserId::new(),
            number,
            name,
            username,
            role,
            age: age.filter(|_| role == Role::Learner),
            language: language.unwrap_or(self.language),
            active: active.unwrap_or(true),
        };
        self.classes(line, &entry, row);
        row.role = entry.role;
        (row.name, row.username) = (entry.name.clone(), entry.username.clone());
        row.outcome = ImportOutcome::New;
        row.entry = Some(entry);
    }

    /// The user name of somebody new: that of the list, or one made of the name.
    fn username(&mut self, line: &Line, name: &str, row: &mut Planned) -> String {
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

    /// Which classes somebody comes into and leaves.
    fn classes(&mut self, line: &Line, entry: &Entry, row: &mut Planned) {
        let (user, empty) = (entry.id, Vec::new());
        let now = self.within.get(&user).unwrap_or(&empty).clone();
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
        if wanted.is_empty() || entry.role != Role::Learner {
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

/// The school's number of a person, or the box's own.
pub fn number_of(person: &Listed) -> String {
    let own = || person.id.to_string();
    person.number.clone().unwrap_or_else(own)
}

/// The name of a class as it is compared.
fn key(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
