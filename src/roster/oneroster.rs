//! The registers of other systems: the CSV files of OneRoster 1.2 (1EdTech) in one
//! archive. Eight are written; people, their roles, classes and enrolments are read, also
//! where 1.1 has them elsewhere.
//!
//! A person's `sourcedId` is the school's number of the person, or the box's own.

use std::collections::HashMap;

use super::columns::{ImportColumn, Line, List};
use crate::error::{Code, Error, Result};
use crate::inference::sheet::{Row, Sheet};
use crate::text::table::unguarded;

/// A table of the archive, by the names of its columns.
struct Table<'a> {
    columns: HashMap<String, usize>,
    rows: &'a [Row],
}

impl<'a> Table<'a> {
    /// A table of the archive, in whatever folder it lies.
    fn find(sheets: &'a [Sheet], name: &str) -> Option<Self> {
        let file = |sheet: &&Sheet| {
            let file = sheet.name.rsplit('/').next().unwrap_or_default();
            file.eq_ignore_ascii_case(name)
        };
        let (head, rows) = sheets.iter().find(file)?.rows.split_first()?;
        let names = head.cells.iter().map(|cell| cell.to_ascii_lowercase());
        Some(Self {
            columns: names.zip(0..).collect(),
            rows,
        })
    }

    fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let at = self.columns.get(&column.to_ascii_lowercase());
        at.and_then(|at| row.cells.get(*at))
            .map_or("", |cell| unguarded(cell))
    }

    /// The rows that are not marked as deleted.
    fn current(&self) -> impl Iterator<Item = &'a Row> {
        let rows = self.rows.iter();
        rows.filter(|row| !is_deleted(self.cell(row, "status")))
    }
}

fn is_deleted(status: &str) -> bool {
    status.eq_ignore_ascii_case("tobedeleted") || status.eq_ignore_ascii_case("inactive")
}

/// Reads the people of a register. Parents and others who do not work or learn at the
/// school are left out.
///
/// # Errors
/// `columns_unknown` without `users.csv` and its columns of names.
pub fn list(sheets: &[Sheet]) -> Result<List> {
    let users = Table::find(sheets, "users.csv")
        .filter(|users| users.columns.contains_key("familyname"))
        .ok_or_else(|| {
            let detail = "The archive has no users.csv with a column familyName.";
            Error::new(Code::ColumnsUnknown, detail)
        })?;
    let roles = roles(sheets);
    let classes = classes_of(sheets);
    let role_of = |row: &Row| {
        let id = users.cell(row, "sourcedId");
        let told = roles.get(id).copied();
        word(told.unwrap_or_else(|| users.cell(row, "role")))
    };
    let known = |row: &&Row| role_of(row).is_some();
    let line = |row: &Row| {
        let id = users.cell(row, "sourcedId");
        let names = ["familyName", "givenName", "middleName"].map(|name| users.cell(row, name));
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let closed = is_deleted(users.cell(row, "status"))
            || users.cell(row, "enabledUser").eq_ignore_ascii_case("false");
        Line {
            line: row.line,
            number: id.to_owned(),
            name: names.join(" "),
            username: users.cell(row, "username").to_owned(),
            role: role_of(row).unwrap_or_default().to_owned(),
            classes: classes.get(id).cloned().unwrap_or_default(),
            language: String::new(),
            active: if closed { "no" } else { "yes" }.to_owned(),
        }
    };
    Ok(List {
        lines: users.rows.iter().filter(known).map(line).collect(),
        columns: vec![
            ImportColumn::Number,
            ImportColumn::Family,
            ImportColumn::Given,
            ImportColumn::Username,
            ImportColumn::Role,
            ImportColumn::Classes,
            ImportColumn::Active,
        ],
        ignored: Vec::new(),
    })
}

/// The box's word for a role of the register.
fn word(role: &str) -> Option<&'static str> {
    match role.to_ascii_lowercase().as_str() {
        "student" => Some("learner"),
        "teacher" | "aide" | "principal" => Some("teacher"),
        "administrator" | "siteadministrator" | "systemadministrator" => Some("admin"),
        _ => None,
    }
}

/// The first role of each person; 1.1 has it among the people.
fn roles(sheets: &[Sheet]) -> HashMap<&str, &str> {
    let mut roles = HashMap::new();
    if let Some(table) = Table::find(sheets, "roles.csv") {
        for row in table.current() {
            let user = table.cell(row, "userSourcedId");
            let primary = table.cell(row, "roleType").eq_ignore_ascii_case("primary");
            if primary || !roles.contains_key(user) {
                roles.insert(user, table.cell(row, "role"));
            }
        }
    }
    roles
}

/// The names of the classes each person is enrolled in.
fn classes_of(sheets: &[Sheet]) -> HashMap<&str, Vec<String>> {
    let mut of = HashMap::<&str, Vec<String>>::new();
    let classes = Table::find(sheets, "classes.csv");
    let enrolments = Table::find(sheets, "enrollments.csv");
    let (Some(classes), Some(enrolments)) = (classes, enrolments) else {
        return of;
    };
    let name = |row| (classes.cell(row, "sourcedId"), classes.cell(row, "title"));
    let names: HashMap<&str, &str> = classes.current().map(name).collect();
    for row in enrolments.current() {
        let class = names.get(enrolments.cell(row, "classSourcedId"));
        if let Some(class) = class.filter(|class| !class.is_empty()) {
            let user = enrolments.cell(row, "userSourcedId");
            of.entry(user).or_default().push((*class).to_owned());
        }
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, text: &str) -> Sheet {
        let rows = (1..).zip(text.lines()).map(|(line, row)| Row {
            line,
            cells: row.split(',').map(str::to_owned).collect(),
        });
        Sheet {
            name: name.to_owned(),
            rows: rows.collect(),
        }
    }

    #[test]
    fn a_register_is_read_across_its_tables() {
        let sheets = [
            sheet(
                "register/users.csv",
                "sourcedId,status,enabledUser,username,givenName,familyName\n\
                 s1,active,true,marie,Marie,Uwase\n\
                 s2,tobedeleted,true,,Jean,Gasore\n\
                 t1,active,true,keza,Aline,Keza\n\
                 p1,active,true,parent,A,Parent",
            ),
            sheet(
                "register/roles.csv",
                "userSourcedId,roleType,role\ns1,primary,student\ns2,primary,student\n\
                 t1,secondary,aide\nt1,primary,teacher\np1,primary,parent",
            ),
            sheet("register/classes.csv", "sourcedId,title\nc1,P5 A\nc2,Choir"),
            sheet(
                "register/enrollments.csv",
                "classSourcedId,userSourcedId,status\nc1,s1,active\nc2,s1,tobedeleted\nc1,t1,",
            ),
        ];
        let read = list(&sheets).unwrap();
        let lines: Vec<_> = read
            .lines
            .iter()
            .map(|l| {
                (
                    l.number.as_str(),
                    l.name.as_str(),
                    l.role.as_str(),
                    l.active.as_str(),
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                ("s1", "Uwase Marie", "learner", "yes"),
                ("s2", "Gasore Jean", "learner", "no"),
                ("t1", "Keza Aline", "teacher", "yes"),
            ]
        );
        assert_eq!(read.lines[0].classes, ["P5 A"]);
        assert_eq!(read.lines[2].classes, ["P5 A"]);
    }

    #[test]
    fn people_of_the_older_kind_have_their_role_beside_them() {
        let users = "sourcedId,role,familyName,givenName\n1,student,Uwase,Marie";
        let read = list(&[sheet("users.csv", users)]).unwrap();
        assert_eq!(read.lines[0].role, "learner");
        let other = list(&[sheet("orgs.csv", "sourcedId\n1")]).unwrap_err();
        assert_eq!(other.code(), Code::ColumnsUnknown);
    }
}
