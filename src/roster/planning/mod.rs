//! The rows of a list one after the other, against a school and the rows before.

mod classes;
mod people;
mod rows;

use std::collections::{HashMap, HashSet};

use super::columns::{Line, List, fold};
use super::plan::{Planned, School};
use crate::accounts::{Actor, Listed, username_key};
use crate::classes::Roll;
use crate::types::{ClassId, Language, UserId};

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
