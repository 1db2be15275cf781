//! The time in core.db: the mark in `meta`, and rows that carry one.

use rusqlite::{Connection, OptionalExtension};

use super::{Mark, Memory};
use crate::error::Result;

/// What core.db knows of the time.
pub fn memory(conn: &Connection) -> Result<Memory> {
    let mark = conn
        .query_row(include_str!("sql/mark.sql"), [], |row| {
            Ok(Mark {
                now: row.get("now")?,
                lived: row.get("lived")?,
                boot: row.get("boot")?,
                uptime_ms: row.get("uptime")?,
            })
        })
        .optional()?;
    let newest_row = conn.query_row(include_str!("sql/newest_row.sql"), [], |row| {
        row.get("newest")
    })?;
    Ok(Memory { mark, newest_row })
}

/// Keeps the time over a restart. A box without a school has nothing that could
/// expire, and its clock may still be set right, so nothing is kept.
pub fn keep(conn: &Connection, mark: &Mark) -> Result<()> {
    let forward = "AND CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)";
    for (key, value, only) in [
        ("time", mark.now.0.to_string(), forward),
        ("lived", mark.lived.0.to_string(), forward),
        ("boot", mark.boot.clone().unwrap_or_default(), ""),
        ("uptime", mark.uptime_ms.to_string(), ""),
    ] {
        conn.prepare_cached(&format!(
            "INSERT INTO meta (key, value) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM orgs)
             ON CONFLICT DO UPDATE SET value = excluded.value WHERE true {only}"
        ))?
        .execute((key, value))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Which, test_connection};
    use crate::types::{Lived, Timestamp};

    fn school(conn: &Connection) {
        conn.execute(
            "INSERT INTO orgs VALUES ('o', 'School', 'primary', 'en', 0, 0)",
            [],
        )
        .unwrap();
    }

    fn mark(conn: &Connection) -> Option<i64> {
        memory(conn).unwrap().mark.map(|mark| mark.now.0)
    }

    #[test]
    fn the_mark_moves_forward_once_there_is_a_school() {
        let conn = test_connection(Which::Core).unwrap();
        let keep = |conn: &Connection, now: Timestamp| {
            let mark = Mark {
                now,
                lived: Lived(now.0 / 2),
                boot: Some("b".into()),
                uptime_ms: 5,
            };
            keep(conn, &mark)
        };
        keep(&conn, Timestamp(7)).unwrap();
        assert_eq!(mark(&conn), None);
        school(&conn);
        for (now, expected) in [
            (9, 9),
            (10, 10),
            (8, 10),
            (2_147_483_648_000, 2_147_483_648_000),
        ] {
            keep(&conn, Timestamp(now)).unwrap();
            assert_eq!(mark(&conn), Some(expected));
            let kept = memory(&conn).unwrap().mark.unwrap();
            assert_eq!(kept.lived, Lived(expected / 2));
            assert_eq!((kept.boot.as_deref(), kept.uptime_ms), (Some("b"), 5));
        }
        let gone = "DELETE FROM meta WHERE key IN ('lived', 'boot', 'uptime')";
        conn.execute(gone, []).unwrap();
        let of_before = memory(&conn).unwrap().mark.unwrap();
        assert_eq!((of_before.lived, of_before.boot), (Lived(0), None));
    }

    #[test]
    fn the_newest_row_is_found_in_every_table_that_is_written_often() {
        let conn = test_connection(Which::Core).unwrap();
        let newest = |conn: &Connection| memory(conn).unwrap().newest_row.map(|time| time.0);
        assert_eq!(newest(&conn), None);
        school(&conn);
        for (sql, expected) in [
            (
                "INSERT INTO users (org_id, id, name, username, username_key, role, language,
                                    password_hash, created_at, updated_at)
                 VALUES ('o', 'u', 'n', 'n', 'n', 'learner', 'en', '', 5, 5)",
                5,
            ),
            (
                "INSERT INTO sessions (id, org_id, user_id, rotated_at, created_at, last_used_at)
                 VALUES ('s', 'o', 'u', 6, 6, 6)",
                6,
            ),
            (
                "INSERT INTO outbox VALUES
                     ('e', 'tenants', 1, 'o', 't', 1, '{}', 'b', 0, 9, 'system', zeroblob(32));
                 INSERT INTO outbox VALUES
                     ('e', 'tenants', 2, 'o', 't', 1, '{}', 'b', 0, 8, 'system', zeroblob(32));
                 INSERT INTO outbox_head VALUES ('e', 'tenants', 2, zeroblob(32))",
                8,
            ),
        ] {
            conn.execute_batch(sql).unwrap();
            assert_eq!(newest(&conn), Some(expected), "{sql}");
        }
    }
}
