//! The statement that finds people of a school.

use rusqlite::{Connection, named_params};

use super::read_person;
use crate::accounts::search::{Found, Wanted};
use crate::error::Result;
use crate::types::OrgId;

/// A part of those who fit, by name, and how many there are.
pub fn search(conn: &Connection, org: OrgId, wanted: &Wanted) -> Result<Found> {
    let roles = serde_json::to_string(wanted.among.roles())?;
    let words = serde_json::to_string(&wanted.words)?;
    let mut statement = conn.prepare_cached(include_str!("../sql/search.sql"))?;
    let mut rows = statement.query(named_params! {
        ":org": org, ":roles": roles, ":active": wanted.active, ":outside": wanted.outside,
        ":words": words, ":limit": wanted.limit, ":from": wanted.from,
    })?;
    let mut found = Found::default();
    while let Some(row) = rows.next()? {
        found.total = row.get("total")?;
        if row.get_ref("id")? != rusqlite::types::ValueRef::Null {
            found.people.push(read_person(row)?);
        }
    }
    Ok(found)
}
