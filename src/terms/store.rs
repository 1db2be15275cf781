//! Every SQL statement on terms. Each takes the school, so that no row of another one
//! can be reached by its id.

pub mod rollover;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use super::{Day, Term, check_days};
use crate::accounts::Actor;
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, OnConstraint, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{OrgId, TermId, Timestamp};

/// The terms of a school, the latest first.
pub fn list(conn: &Connection, org: OrgId) -> Result<Vec<Term>> {
    let mut statement = conn.prepare_cached(include_str!("sql/terms.sql"))?;
    let rows = statement.query_map(params![org, None::<TermId>], term)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get(conn: &Connection, org: OrgId, id: TermId) -> Result<Term> {
    conn.prepare_cached(include_str!("sql/terms.sql"))?
        .query_row(params![org, id], term)
        .or_not_found("term")
}

/// Makes a term, and says so.
pub fn make(
    conn: &Connection,
    actor: &Actor,
    name: &str,
    (first_day, last_day): (Day, Day),
    now: Timestamp,
) -> Result<Term> {
    let term = Term {
        id: TermId::new(),
        org: actor.org,
        name: name.to_owned(),
        first_day,
        last_day,
        classes: 0,
    };
    check_days(&term)?;
    insert(conn, &term, now)?;
    let event = Event::TermSaved { term: term.id };
    events::append(conn, term.org, &event, now)?;
    let made = Note::new(Action::TermMade).of(term.id).name(&term.name);
    audit::record(conn, actor, made, now)?;
    Ok(term)
}

fn insert(conn: &Connection, term: &Term, now: Timestamp) -> Result<()> {
    refuse_overlap(conn, term)?;
    conn.prepare_cached(
        "INSERT INTO terms (org_id, id, name, first_day, last_day, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
    )?
    .execute(params![
        term.org,
        term.id,
        term.name,
        term.first_day.to_string(),
        term.last_day.to_string(),
        now
    ])
    .on_constraint("terms.name", name_taken)?;
    Ok(())
}

pub fn update(conn: &Connection, term: &Term, now: Timestamp) -> Result<()> {
    refuse_overlap(conn, term)?;
    conn.prepare_cached(
        "UPDATE terms SET name = ?3, first_day = ?4, last_day = ?5, updated_at = ?6
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![
        term.org,
        term.id,
        term.name,
        term.first_day.to_string(),
        term.last_day.to_string(),
        now
    ])
    .on_constraint("terms.name", name_taken)?;
    Ok(())
}

fn name_taken() -> Error {
    Error::new(Code::NameTaken, "There is a term of that name.").with_field("name")
}

/// Refuses days that belong to another term.
fn refuse_overlap(conn: &Connection, term: &Term) -> Result<()> {
    let taken = conn
        .prepare_cached(
            "SELECT 1 FROM terms
             WHERE org_id = ?1 AND id <> ?2 AND first_day <= ?4 AND last_day >= ?3",
        )?
        .exists(params![
            term.org,
            term.id,
            term.first_day.to_string(),
            term.last_day.to_string()
        ])?;
    if taken {
        let detail = "Some of these days belong to another term.";
        return Err(Error::new(Code::Conflict, detail).with_field("first_day"));
    }
    Ok(())
}

/// Deletes a term; classes in the trash leave it first.
pub fn delete(conn: &Connection, org: OrgId, id: TermId) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM class_terms WHERE org_id = ?1 AND term_id = ?2 AND class_id NOT IN (
             SELECT id FROM school_classes WHERE org_id = ?1)",
    )?
    .execute(params![org, id])?;
    conn.prepare_cached("DELETE FROM terms WHERE org_id = ?1 AND id = ?2")?
        .execute(params![org, id])
        .on_constraint("FOREIGN KEY", || {
            Error::new(Code::Conflict, "Classes belong to this term.")
        })?;
    Ok(())
}

fn term(row: &Row<'_>) -> rusqlite::Result<Term> {
    Ok(Term {
        id: row.get("id")?,
        org: row.get("org_id")?,
        name: row.get("name")?,
        first_day: day(row, "first_day")?,
        last_day: day(row, "last_day")?,
        classes: row.get("classes")?,
    })
}

fn day(row: &Row<'_>, column: &str) -> rusqlite::Result<Day> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: String| {
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
    })
}
