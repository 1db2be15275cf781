//! Which column of a list is which, in the four languages of the box.
//!
//! The first row that names a column of names is the head; what stands above it (the
//! school's name, the year) is no person.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::{Code, Error, Result};
use crate::inference::sheet::{Row, Sheet};
use crate::text::table::unguarded;
use crate::word_enum;

/// Rows among which the head is looked for.
const HEAD_WITHIN: usize = 20;
/// What separates the names of several classes in one cell.
const SEPARATORS: [char; 2] = [';', '|'];

word_enum! {
    /// What a column of a list holds.
    ImportColumn {
        /// The school's own number of the person.
        Number = "number",
        /// The whole name.
        Name = "name",
        /// Given names, where they have a column of their own.
        Given = "given_name",
        /// Family names, where they have a column of their own.
        Family = "family_name",
        /// The name the person signs in with.
        Username = "username",
        /// What the person is in the school.
        Role = "role",
        /// The classes the person is in.
        Classes = "classes",
        /// The language of the interface.
        Language = "language",
        /// Whether the person may sign in.
        Active = "active",
    }
}

/// Folded heads by column. A bare `No` counts rows in most lists and is none of these.
const HEADS: [(ImportColumn, &[&str]); 9] = [
    (
        ImportColumn::Number,
        &[
            "admissionno",
            "admissionnumber",
            "matricule",
            "nambariyausajili",
            "nimeroyumunyeshuri",
            "numerodematricule",
            "registrationno",
            "registrationnumber",
            "regno",
            "sdms",
            "sdmscode",
            "sourcedid",
            "studentid",
            "studentnumber",
        ],
    ),
    (
        ImportColumn::Name,
        &[
            "amazina",
            "amazinayombi",
            "eleve",
            "fullname",
            "izina",
            "jina",
            "jinakamili",
            "learner",
            "majina",
            "mwanafunzi",
            "name",
            "names",
            "nom",
            "nomcomplet",
            "nometprenom",
            "noms",
            "nomsetprenoms",
            "pupil",
            "pupilname",
            "student",
            "studentname",
            "umunyeshuri",
        ],
    ),
    (
        ImportColumn::Given,
        &[
            "firstname",
            "forename",
            "givenname",
            "izinabwite",
            "jinalakwanza",
            "prenom",
            "prenoms",
        ],
    ),
    (
        ImportColumn::Family,
        &[
            "familyname",
            "izinaryumuryango",
            "jinalamwisho",
            "jinalaukoo",
            "lastname",
            "nomdefamille",
            "surname",
        ],
    ),
    (
        ImportColumn::Username,
        &[
            "identifiant",
            "izinaryogukoresha",
            "izinaryokwinjira",
            "jinalakuingia",
            "jinalamtumiaji",
            "login",
            "nomdutilisateur",
            "user",
            "username",
        ],
    ),
    (
        ImportColumn::Role,
        &[
            "fonction",
            "inshingano",
            "jukumu",
            "role",
            "type",
            "uruhare",
            "wajibu",
        ],
    ),
    (
        ImportColumn::Classes,
        &[
            "amashuri",
            "class",
            "classe",
            "classes",
            "classname",
            "darasa",
            "grade",
            "group",
            "homeroom",
            "ishuri",
            "madarasa",
            "stream",
        ],
    ),
    (
        ImportColumn::Language,
        &[
            "lang",
            "language",
            "langue",
            "lugha",
            "preferredlanguage",
            "ururimi",
        ],
    ),
    (
        ImportColumn::Active,
        &[
            "actif",
            "active",
            "akora",
            "enabled",
            "enableduser",
            "hai",
            "status",
        ],
    ),
];

/// A list of people: its rows as text, and what was understood of its head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its people.
    pub lines: Vec<Line>,
    /// Columns it has.
    pub columns: Vec<ImportColumn>,
    /// Heads of columns that say nothing to the box.
    pub ignored: Vec<String>,
}

/// What a list says of somebody; empty is what it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Where it stands in the file, counted from 1.
    pub line: u32,
    /// The school's own number.
    pub number: String,
    /// The whole name.
    pub name: String,
    /// The name to sign in with.
    pub username: String,
    /// A word for the role.
    pub role: String,
    /// Names of classes.
    pub classes: Vec<String>,
    /// A word for the language.
    pub language: String,
    /// A word for whether the person may sign in.
    pub active: String,
}

/// Reads a table of people.
///
/// # Errors
/// `columns_unknown` without a column of names.
pub fn list(sheet: &Sheet) -> Result<List> {
    let heads = sheet.rows.iter().take(HEAD_WITHIN).map(head);
    let found = heads.enumerate().find(|(_, head)| {
        let has = |column| head.contains(&Some(column));
        has(ImportColumn::Name) || has(ImportColumn::Given) && has(ImportColumn::Family)
    });
    let Some((at, head)) = found else {
        let detail = "No column of the list holds names. Its first row must say what each is.";
        return Err(Error::new(Code::ColumnsUnknown, detail));
    };
    let names = sheet.rows[at].cells.iter().zip(&head);
    let ignored = names.filter(|(name, column)| column.is_none() && !name.is_empty());
    let lines = sheet.rows[at + 1..].iter();
    Ok(List {
        ignored: ignored.map(|(name, _)| name.clone()).collect(),
        lines: lines.map(|row| line(&head, row)).collect(),
        columns: head.iter().flatten().copied().collect(),
    })
}

/// The column of each cell of a head; of two alike the first counts.
fn head(row: &Row) -> Vec<Option<ImportColumn>> {
    let mut head: Vec<Option<ImportColumn>> = Vec::new();
    for cell in &row.cells {
        let folded = fold(cell);
        let named = HEADS
            .iter()
            .find(|(_, names)| names.contains(&folded.as_str()));
        let column = named.map(|(column, _)| *column);
        head.push(column.filter(|column| !head.contains(&Some(*column))));
    }
    // "Nom" beside "Prénom" is the name of the family.
    if head.contains(&Some(ImportColumn::Given)) && !head.contains(&Some(ImportColumn::Family)) {
        for column in head.iter_mut().filter(|c| **c == Some(ImportColumn::Name)) {
            *column = Some(ImportColumn::Family);
        }
    }
    head
}

fn line(head: &[Option<ImportColumn>], row: &Row) -> Line {
    let cell = |column| {
        let at = head.iter().position(|found| *found == Some(column));
        let cell = at.and_then(|at| row.cells.get(at));
        cell.map_or("", |cell| unguarded(cell)).trim().to_owned()
    };
    let (given, family) = (cell(ImportColumn::Given), cell(ImportColumn::Family));
    let name = match cell(ImportColumn::Name) {
        // As names are said here: the family's first.
        name if name.is_empty() => format!("{family} {given}").trim().to_owned(),
        name => name,
    };
    Line {
        line: row.line,
        number: cell(ImportColumn::Number),
        name,
        username: cell(ImportColumn::Username),
        role: cell(ImportColumn::Role),
        classes: classes(&cell(ImportColumn::Classes)),
        language: cell(ImportColumn::Language),
        active: cell(ImportColumn::Active),
    }
}

/// The names of classes in a cell.
fn classes(cell: &str) -> Vec<String> {
    let names = cell.split(SEPARATORS).map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Letters and digits without case and accents, for comparing words of lists.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    let kept = plain.filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let rows = (1..).zip(rows).map(|(line, cells)| Row {
            line,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        });
        Sheet {
            name: String::new(),
            rows: rows.collect(),
        }
    }

    #[test]
    fn heads_are_known_in_four_languages() {
        let check = |head: &[&str], expect: &[ImportColumn]| {
            let read = list(&sheet(&[head, &["x"]])).unwrap();
            assert_eq!(read.columns, expect, "{head:?}");
        };
        use ImportColumn::*;
        check(&["Full name", "CLASS", "No"], &[Name, Classes]);
        check(
            &["Amazina", "Ishuri", "Ururimi"],
            &[Name, Classes, Language],
        );
        check(&["Nom", "Prénoms", "Classe"], &[Family, Given, Classes]);
        check(&["Jina", "Darasa", "Jukumu"], &[Name, Classes, Role]);
        check(&["Name", "Name"], &[Name]);
        check(&["Izina bwite", "Izina ry’umuryango"], &[Given, Family]);
        check(&["Jina la kwanza", "Jina la ukoo"], &[Given, Family]);
        check(&["Amazina", "Izina ryo kwinjira"], &[Name, Username]);
        let unknown = list(&sheet(&[&["Keza", "P5"]])).unwrap_err();
        assert_eq!(unknown.code(), Code::ColumnsUnknown);
    }

    #[test]
    fn rows_are_read_by_their_head() {
        let read = list(&sheet(&[
            &["GS Nyange", "2027"],
            &["No", "Nom", "Prénom", "Classe", "Matricule"],
            &["1", "UWASE", "Marie", "P5 A; Choir", "'=12"],
            &["2", "Gasore"],
        ]))
        .unwrap();
        assert_eq!(read.ignored, ["No"]);
        let line = &read.lines[0];
        assert_eq!((line.line, line.name.as_str()), (3, "UWASE Marie"));
        assert_eq!(line.classes, ["P5 A", "Choir"]);
        assert_eq!(line.number, "=12");
        assert_eq!(read.lines[1].name, "Gasore");
        assert!(read.lines[1].classes.is_empty());
    }
}
