//! Rows that are gone and must not be found in the bytes of core.db either.
//!
//! Whoever deletes such rows notes it in the same transaction, in `meta`, so that neither
//! a power cut nor a restart forgets it. The daily upkeep takes the note and has both
//! files written anew ([`super::Store::scrub`]): once for all of a day, because that
//! holds up every write.

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;
use crate::types::OrgId;

/// Notes that rows of a school went whose bytes have to go too.
pub fn leave(conn: &Connection, org: OrgId) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES ('remains', ?1) ON CONFLICT DO NOTHING",
    )?
    .execute([org])?;
    Ok(())
}

/// Whether that was noted since it was taken last.
pub fn are_left(conn: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM meta WHERE key = 'remains'";
    Ok(conn.prepare_cached(sql)?.exists([])?)
}

/// Takes the note; answers a school whose rows went.
pub fn take(conn: &Connection) -> Result<Option<OrgId>> {
    Ok(conn
        .prepare_cached("DELETE FROM meta WHERE key = 'remains' RETURNING value")?
        .query_row([], |row| row.get("value"))
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::super::{Which, test_connection};
    use super::*;

    #[test]
    fn a_note_is_there_until_it_is_taken() {
        let conn = test_connection(Which::Core).unwrap();
        let org = OrgId::new();
        assert!(!are_left(&conn).unwrap());
        leave(&conn, org).unwrap();
        leave(&conn, OrgId::new()).unwrap();
        assert!(are_left(&conn).unwrap());
        assert_eq!(take(&conn).unwrap(), Some(org));
        assert_eq!(take(&conn).unwrap(), None);
        assert!(!are_left(&conn).unwrap());
    }
}
