//! Rows that are gone and must not be found in the bytes of core.db either.
//!
//! Whoever deletes such rows notes it in the same transaction, in `meta`, so that neither
//! a power cut nor a restart forgets it. The upkeep takes the note and has both files
//! written anew ([`super::Store::scrub`]): once for all of a day that the box lived,
//! because that holds up every write.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;
use crate::types::{Lived, OrgId};

/// A day, less what an upkeep may be early.
const EVERY_MS: i64 = 23 * 3_600_000;

/// Notes that rows of a school went whose bytes have to go too.
pub fn leave(conn: &Connection, org: OrgId) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES ('remains', ?1) ON CONFLICT DO NOTHING",
    )?
    .execute([org])?;
    Ok(())
}

/// Whether that was noted, and none was taken for nearly a day.
pub fn are_left(conn: &Connection, lived: Lived) -> Result<bool> {
    let sql = "SELECT 1 FROM meta WHERE key = 'remains' AND NOT EXISTS (
                   SELECT 1 FROM meta AS m
                   WHERE m.key = 'remains_taken' AND CAST(m.value AS INTEGER) > ?1)";
    let before = lived.plus_ms(-EVERY_MS);
    Ok(conn.prepare_cached(sql)?.exists([before])?)
}

/// Takes the note; answers a school whose rows went.
pub fn take(conn: &Connection, lived: Lived) -> Result<Option<OrgId>> {
    let taken = conn
        .prepare_cached("DELETE FROM meta WHERE key = 'remains' RETURNING value")?
        .query_row([], |row| row.get("value"))
        .optional()?;
    conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES ('remains_taken', ?1)
         ON CONFLICT DO UPDATE SET value = excluded.value",
    )?
    .execute([lived.0.to_string()])?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::super::{Which, test_connection};
    use super::*;

    #[test]
    fn a_note_is_there_until_it_is_taken_once_a_day() {
        let conn = test_connection(Which::Core).unwrap();
        let org = OrgId::new();
        let now = Lived(5 * EVERY_MS);
        assert!(!are_left(&conn, now).unwrap());
        leave(&conn, org).unwrap();
        leave(&conn, OrgId::new()).unwrap();
        assert!(are_left(&conn, now).unwrap());
        assert_eq!(take(&conn, now).unwrap(), Some(org));
        assert!(!are_left(&conn, now).unwrap());
        // The next ones wait for the next day.
        leave(&conn, org).unwrap();
        assert!(!are_left(&conn, now.plus_ms(EVERY_MS - 1)).unwrap());
        assert!(are_left(&conn, now.plus_ms(EVERY_MS)).unwrap());
    }
}
