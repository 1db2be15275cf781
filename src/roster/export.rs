//! The people of a school as a list for spreadsheets, and as a register for other
//! systems; both can be brought in again.

use std::collections::HashMap;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::Roster;
use super::planning::number_of;
use crate::accounts::{Actor, Listed, Org, Role};
use crate::audit::{self, Action, Note};
use crate::classes::Roll;
use crate::error::{Error, Result};
use crate::text::table::{MARK, Table};
use crate::types::{Language, UserId};
use crate::word_enum;

word_enum! {
    /// How people are written.
    ExportForm {
        /// One table.
        Csv = "csv",
        /// The tables of OneRoster 1.2 in an archive.
        OneRoster = "oneroster",
    }
}

/// The people of a school with their classes.
struct People {
    school: Org,
    people: Vec<Listed>,
    rolls: Vec<Roll>,
    /// The year as four digits.
    year: String,
}

impl Roster {
    /// The people of the actor's school as a file: teachers get learners, administrators
    /// everybody.
    pub async fn export(&self, actor: &Actor, form: ExportForm) -> Result<Vec<u8>> {
        let mut people = self.accounts.listed(actor.org).await?;
        people.retain(|person| actor.role == Role::Admin || person.role == Role::Learner);
        let written = People {
            school: self.accounts.school(actor.org).await?,
            people,
            rolls: self.classes.rolls(actor).await?,
            year: year(self.app.clock.now().0),
        };
        let note = Note::new(Action::PeopleExported).is(form.as_str());
        let note = note.number("people", written.people.len() as u64);
        let language = actor.language;
        let write = move || match form {
            ExportForm::Csv => written.table(language),
            ExportForm::OneRoster => written.register(),
        };
        let bytes = tokio::task::spawn_blocking(write).await??;
        // Nobody has a list that the log does not know of.
        let (actor, now) = (*actor, self.app.clock.now());
        let core = &self.app.db.core;
        core.write(move |conn| audit::record(conn, actor, note, now))
            .await?;
        Ok(bytes)
    }
}

/// The year of a time in milliseconds.
fn year(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    time.strftime("%Y").to_string()
}

impl People {
    fn classes(&self) -> HashMap<UserId, Vec<&Roll>> {
        let mut of = HashMap::<UserId, Vec<&Roll>>::new();
        for roll in &self.rolls {
            for user in &roll.members {
                of.entry(*user).or_default().push(roll);
            }
        }
        of
    }

    fn table(&self, language: Language) -> Result<Vec<u8>> {
        // Spreadsheets in French take commas for decimals.
        let separator = if language == Language::French {
            b';'
        } else {
            b','
        };
        let mut out = Table::new(separator, MARK);
        out.row(heads(language))?;
        let classes = self.classes();
        for person in &self.people {
            let rolls = classes.get(&person.id).map_or(&[][..], Vec::as_slice);
            let names: Vec<&str> = rolls.iter().map(|roll| roll.name.as_str()).collect();
            out.row([
                person.number.as_deref().unwrap_or_default(),
                &person.name,
                &person.username,
                person.role.as_str(),
                // One separator of cells, another of classes in them.
                &names.join(" | "),
                person.language.as_str(),
                if person.active { "yes" } else { "no" },
            ])?;
        }
        Ok(out.finish()?)
    }

    fn register(&self) -> Result<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, table) in self.tables()? {
            archive.start_file(name, SimpleFileOptions::default())?;
            archive.write_all(&table)?;
        }
        Ok(archive.finish()?.into_inner())
    }

    fn tables(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let (org, year) = (self.school.id.to_string(), self.year.as_str());
        let session = format!("year-{year}");
        let table = |head: &[&str], rows: Vec<Vec<String>>| {
            let mut out = Table::new(b',', b"");
            out.row(head.iter().copied())?;
            for row in &rows {
                out.row(row.iter().map(String::as_str))?;
            }
            Ok::<_, Error>(out.finish()?)
        };
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let person = |person: &Listed| {
            let (family, given) = person.name.split_once(' ').unwrap_or((&person.name, ""));
            let enabled = if person.active { "true" } else { "false" };
            let id = number_of(person);
            row(&[&id, "", "", enabled, &person.username, given, family])
        };
        let role = |person: &Listed| {
            let role = match person.role {
                Role::Admin => "siteAdministrator",
                Role::Teacher => "teacher",
                Role::Learner | Role::Guest => "student",
            };
            let id = number_of(person);
            row(&[&format!("role-{id}"), "", "", &id, "primary", role, &org])
        };
        let class = |roll: &Roll| {
            let id = roll.id.to_string();
            row(&[
                &id, "", "", &roll.name, "course", "homeroom", &org, &session,
            ])
        };
        let by_id: HashMap<UserId, &Listed> = self.people.iter().map(|p| (p.id, p)).collect();
        let enrolled = self.rolls.iter().flat_map(|roll| {
            let people = roll.members.iter().filter_map(|user| by_id.get(user));
            people.map(move |person| (roll, *person))
        });
        let enrolment = |(roll, person): (&Roll, &Listed)| {
            let (class, user) = (roll.id.to_string(), number_of(person));
            let role = if person.role == Role::Learner {
                "student"
            } else {
                "teacher"
            };
            row(&[
                &format!("{class}-{user}"),
                "",
                "",
                &class,
                &org,
                &user,
                role,
            ])
        };
        let mut manifest = vec![
            row(&["manifest.version", "1.0"]),
            row(&["oneroster.version", "1.2"]),
        ];
        let files = [
            "academicSessions",
            "classes",
            "courses",
            "enrollments",
            "orgs",
            "roles",
            "users",
        ];
        manifest.extend(files.map(|file| row(&[&format!("file.{file}"), "bulk"])));
        let courses = vec![row(&["course", "", "", "All subjects", &org])];
        let orgs = vec![row(&[&org, "", "", &self.school.name, "school"])];
        let (first, last) = (format!("{year}-01-01"), format!("{year}-12-31"));
        let sessions = vec![row(&[
            &session,
            "",
            "",
            year,
            "schoolYear",
            &first,
            &last,
            year,
        ])];
        Ok(vec![
            ("manifest.csv", table(&["propertyName", "value"], manifest)?),
            ("orgs.csv", table(&head("name,type"), orgs)?),
            (
                "academicSessions.csv",
                table(&head("title,type,startDate,endDate,schoolYear"), sessions)?,
            ),
            ("courses.csv", table(&head("title,orgSourcedId"), courses)?),
            (
                "classes.csv",
                table(
                    &head("title,courseSourcedId,classType,schoolSourcedId,termSourcedIds"),
                    self.rolls.iter().map(class).collect(),
                )?,
            ),
            (
                "users.csv",
                table(
                    &head("enabledUser,username,givenName,familyName"),
                    self.people.iter().map(person).collect(),
                )?,
            ),
            (
                "roles.csv",
                table(
                    &head("userSourcedId,roleType,role,orgSourcedId"),
                    self.people.iter().map(role).collect(),
                )?,
            ),
            (
                "enrollments.csv",
                table(
                    &head("classSourcedId,schoolSourcedId,userSourcedId,role"),
                    enrolled.map(enrolment).collect(),
                )?,
            ),
        ])
    }
}

/// A head of OneRoster: three columns that all tables have, and others.
fn head(others: &'static str) -> Vec<&'static str> {
    let all = ["sourcedId", "status", "dateLastModified"].into_iter();
    all.chain(others.split(',')).collect()
}

/// What the columns of a table are called; all of them are known when it comes back.
fn heads(language: Language) -> [&'static str; 7] {
    match language {
        Language::English => [
            "Student number",
            "Name",
            "Username",
            "Role",
            "Classes",
            "Language",
            "Active",
        ],
        Language::Kinyarwanda => [
            "Nimero y’umunyeshuri",
            "Amazina",
            "Izina ryo kwinjira",
            "Uruhare",
            "Amashuri",
            "Ururimi",
            "Akora",
        ],
        Language::French => [
            "Numéro de matricule",
            "Nom complet",
            "Nom d’utilisateur",
            "Fonction",
            "Classes",
            "Langue",
            "Actif",
        ],
        Language::Swahili => [
            "Nambari ya usajili",
            "Jina kamili",
            "Jina la kuingia",
            "Wajibu",
            "Madarasa",
            "Lugha",
            "Hai",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::{ImportColumn, fold, list};
    use super::*;
    use crate::inference::sheet::{Row, Sheet};

    #[test]
    fn heads_come_back_as_the_columns_they_are() {
        for &language in Language::ALL {
            let cells = heads(language).map(str::to_owned).to_vec();
            let sheet = Sheet {
                name: String::new(),
                rows: vec![Row { line: 1, cells }],
            };
            let found = list(&sheet).unwrap_or_else(|e| panic!("{language:?}: {e}"));
            let all = [
                ImportColumn::Number,
                ImportColumn::Name,
                ImportColumn::Username,
                ImportColumn::Role,
                ImportColumn::Classes,
                ImportColumn::Language,
                ImportColumn::Active,
            ];
            assert_eq!(
                found.columns,
                all,
                "{language:?} {:?}",
                heads(language).map(fold)
            );
        }
    }

    #[test]
    fn years_are_told_from_milliseconds() {
        assert_eq!(year(1_790_000_000_000), "2026");
        assert_eq!(year(0), "1970");
    }
}
