//! What a list of people means for a school, before anything is done: who is new, who
//! is known and changes, and which rows are wrong and why.
//!
//! A person is known again by the school's number, else by the user name, else by the
//! name where that is clear. Lists add and correct; they change no roles and no user
//! names. A learner's classes become those of the list.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::Counts;
use super::columns::{ImportColumn, Line, List};
use super::planning::Planning;
use crate::accounts::{Actor, Listed, Put, Role, checked_name, checked_number};
use crate::classes::{Move, Roll};
use crate::types::{ClassId, Language, UserId};
use crate::word_enum;

word_enum! {
    /// What becomes of a row.
    ImportOutcome {
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
    ImportReason {
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
        /// The person asked for an account, and waits for a teacher to approve it.
        Waiting = "waiting",
        /// There are too many classes in one row, or new ones in the list.
        TooManyClasses = "too_many_classes",
        /// Several people have the name; a number or user name tells them apart.
        Ambiguous = "ambiguous",
    }
}

/// Why a row can not be taken, and where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Why.
    pub reason: ImportReason,
    /// The column at fault.
    pub column: ImportColumn,
    /// What stands there; of a person who came before, the line.
    pub text: String,
}

/// A row and what becomes of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Planned {
    /// Where it stands in the file.
    pub line: u32,
    /// The person's name, as it will be.
    pub name: String,
    /// The name the person signs in with; empty for a wrong row.
    pub username: String,
    /// What the person is in the school, or becomes.
    pub role: Role,
    /// What becomes of it.
    pub outcome: ImportOutcome,
    /// Why it can not be taken.
    pub troubles: Vec<Trouble>,
    /// What it changes about somebody who is known.
    pub changes: Vec<ImportColumn>,
    /// Names of the classes the person comes into and leaves.
    pub joins: Vec<String>,
    /// See `joins`.
    pub leaves: Vec<String>,
    pub(super) put: Option<Put>,
    pub(super) moves: Vec<Move>,
    /// How many people of the school have the name of somebody new: by then perhaps one
    /// more, whom somebody added by hand.
    pub(super) namesakes: u32,
}

/// What a list means.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Its rows in order.
    pub rows: Vec<Planned>,
    /// Classes there are none of yet.
    pub classes: Vec<(ClassId, String)>,
    /// Learners who may sign in and are not in the list, by name.
    pub missing: Vec<Missing>,
}

/// A learner who is not in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Who.
    pub id: UserId,
    /// What the learner is called.
    pub name: String,
}

impl Plan {
    /// How many rows are what; nobody is closed unless it is asked for.
    pub(super) fn counts(&self) -> Counts {
        let count = |outcome| {
            let rows = self.rows.iter().filter(|row| row.outcome == outcome);
            u32::try_from(rows.count()).unwrap_or(u32::MAX)
        };
        Counts {
            new: count(ImportOutcome::New),
            changed: count(ImportOutcome::Changed),
            same: count(ImportOutcome::Same),
            wrong: count(ImportOutcome::Wrong),
            classes: u32::try_from(self.classes.len()).unwrap_or(u32::MAX),
            closed: 0,
        }
    }
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
    let missing = missing.map(|person| Missing {
        id: person.id,
        name: person.name.clone(),
    });
    Plan {
        missing: missing.collect(),
        // Wrong rows make no classes.
        classes: planning.made(&used),
        rows,
    }
}

impl Planned {
    /// A row of which nothing is known.
    pub(super) fn of(line: &Line) -> Self {
        Self {
            line: line.line,
            name: line.name.clone(),
            username: String::new(),
            role: Role::Learner,
            outcome: ImportOutcome::Wrong,
            troubles: Vec::new(),
            changes: Vec::new(),
            joins: Vec::new(),
            leaves: Vec::new(),
            put: None,
            moves: Vec::new(),
            namesakes: 0,
        }
    }

    /// Adds a reason why it can not be taken.
    pub(super) fn trouble(&mut self, reason: ImportReason, column: ImportColumn, text: &str) {
        self.troubles.push(Trouble {
            reason,
            column,
            text: text.to_owned(),
        });
    }

    /// Reads a name.
    pub(super) fn name(&mut self, text: &str) -> String {
        checked_name("name", text).unwrap_or_else(|_| {
            self.trouble(ImportReason::NameWrong, ImportColumn::Name, text);
            text.to_owned()
        })
    }

    /// Reads a number.
    pub(super) fn number(&mut self, text: &str) -> Option<String> {
        let number = checked_number(text).ok();
        if number.is_none() {
            self.trouble(ImportReason::NumberWrong, ImportColumn::Number, text);
        }
        number
    }

    /// What a word means; none where there is no word, or one that means nothing.
    pub(super) fn word<T>(
        &mut self,
        column: ImportColumn,
        text: &str,
        of: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let meaning = of(text);
        if meaning.is_none() && !text.is_empty() {
            let reason = match column {
                ImportColumn::Role => ImportReason::RoleUnknown,
                ImportColumn::Language => ImportReason::LanguageUnknown,
                _ => ImportReason::ActiveUnknown,
            };
            self.trouble(reason, column, text);
        }
        meaning
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::Line;
    use super::*;
    use crate::types::{OrgId, SessionId};

    fn person(name: &str, number: Option<&str>) -> Listed {
        Listed {
            id: UserId::new(),
            number: number.map(str::to_owned),
            name: name.to_owned(),
            username: name.to_lowercase().replace(' ', "."),
            role: Role::Learner,
            language: Language::English,
            active: true,
            platform_admin: false,
            waiting: false,
        }
    }

    fn roll(name: &str, members: &[&Listed]) -> Roll {
        Roll {
            id: ClassId::new(),
            name: name.to_owned(),
            changeable: true,
            members: members.iter().map(|person| person.id).collect(),
        }
    }

    fn admin() -> Actor {
        Actor {
            org: OrgId::new(),
            user: UserId::new(),
            role: Role::Admin,
            platform_admin: false,
            session: SessionId::new(),
            language: Language::English,
        }
    }

    /// Plans rows of a number, a name and classes; what becomes of each.
    fn outcomes(school: &School, rows: &[(&str, &str, &str)]) -> Vec<Planned> {
        let lines = (2..).zip(rows).map(|(line, (number, name, classes))| Line {
            line,
            number: (*number).to_owned(),
            name: (*name).to_owned(),
            classes: classes.split_whitespace().map(str::to_owned).collect(),
            ..Line::default()
        });
        let list = List {
            lines: lines.collect(),
            ..List::default()
        };
        plan(&list, school, &admin()).rows
    }

    fn words(rows: &[Planned]) -> Vec<String> {
        let word = |row: &Planned| match row.troubles.first() {
            Some(trouble) => trouble.reason.as_str().to_owned(),
            None => row.outcome.as_str().to_owned(),
        };
        rows.iter().map(word).collect()
    }

    #[test]
    fn people_are_known_by_what_is_clear() {
        let (one, two, other) = (
            person("Uwase Marie", None),
            person("Uwase Marie", Some("7")),
            person("Gasore", None),
        );
        let rolls = vec![roll("P5", &[&one, &other]), roll("P6", &[&two])];
        let school = School {
            people: vec![one.clone(), two.clone(), other.clone()],
            rolls,
            language: None,
        };
        let check = |rows: &[(&str, &str, &str)], expect: &[&str]| {
            assert_eq!(words(&outcomes(&school, rows)), expect, "{rows:?}");
        };
        // The name alone is two people's; the class or the number tells.
        check(&[("", "Uwase Marie", "")], &["ambiguous"]);
        check(&[("", "Uwase Marie", "P5")], &["same"]);
        check(&[("7", "Uwase Marie", "P6")], &["same"]);
        check(&[("7", "Uwase M.", "P6")], &["changed"]);
        // One of a name is that one, also in another class.
        check(&[("", "gasore", "P6")], &["changed"]);
        let moved = &outcomes(&school, &[("", "Gasore", "P6")])[0];
        assert_eq!(
            (&moved.joins[..], &moved.leaves[..]),
            (&["P6".to_owned()][..], &["P5".to_owned()][..])
        );
        // Of two rows of the name, one is the person in that class, the other new.
        check(
            &[("", "Gasore", "P5"), ("", "Gasore", "P6")],
            &["same", "new"],
        );
        check(
            &[("", "Gasore", "P5"), ("", "Gasore", "P5")],
            &["same", "twice"],
        );
        check(&[("9", "Uwase Marie", "P5")], &["changed"]);
        check(&[("9", "Gasore Jean", "P5")], &["new"]);
        check(&[("9", "Keza", ""), ("9", "Mugabo", "")], &["new", "twice"]);
        check(
            &[("", "", "P5"), ("", "x\u{7}", "")],
            &["name_missing", "name_wrong"],
        );
    }

    #[test]
    fn user_names_are_made_of_names_and_are_free() {
        let school = School {
            people: vec![person("Uwase Marie", Some("1"))],
            ..School::default()
        };
        let rows = outcomes(
            &school,
            &[
                ("2", "Uwase, Marie", ""),
                ("3", "Élise  N'goma", ""),
                ("4", "李 明", ""),
                ("5", "-", ""),
            ],
        );
        let names: Vec<&str> = rows.iter().map(|row| row.username.as_str()).collect();
        assert_eq!(names, ["uwase.marie2", "elise.n.goma", "李.明", "user"]);
    }

    #[test]
    fn wrong_rows_make_no_classes_and_nobody_missing_is_of_the_staff() {
        let (pupil, mut teacher) = (person("Gasore", None), person("Keza", None));
        teacher.role = Role::Teacher;
        let people = vec![pupil.clone(), teacher];
        let school = School {
            people,
            ..School::default()
        };
        let line = |name: &str, role: &str, class: &str| Line {
            line: 2,
            name: name.to_owned(),
            role: role.to_owned(),
            classes: vec![class.to_owned()],
            ..Line::default()
        };
        let list = List {
            lines: vec![line("Mugabo", "boss", "P1"), line("Ineza", "", "P2")],
            ..List::default()
        };
        let planned = plan(&list, &school, &admin());
        let names: Vec<&str> = planned
            .classes
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        assert_eq!(names, ["P2"]);
        let missing: Vec<UserId> = planned.missing.iter().map(|person| person.id).collect();
        assert_eq!(missing, [pupil.id]);
    }
}
