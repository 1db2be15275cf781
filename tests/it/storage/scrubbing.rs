//! What was deleted is in no file any more, wherever it had been.

use std::path::Path;

use bwenge::error::Result;
use rusqlite::Connection;

use super::open;

/// Rows of people who write much: texts grow, rows move between pages.
const ROWS: u32 = 4000;
/// One in so many belongs to whoever is erased.
const SHARE: u32 = 3;

fn marker(n: u32) -> String {
    format!("MARK{n:06}Z")
}

fn fill(conn: &Connection) -> Result<()> {
    let mut dice = 7_u64;
    let mut below = |most: u32| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) as u32 % most
    };
    conn.execute_batch(
        "CREATE TABLE said (id TEXT PRIMARY KEY, of INTEGER, text TEXT) STRICT;
         CREATE INDEX said_text ON said (text);
         CREATE TABLE named (name TEXT PRIMARY KEY, of INTEGER) STRICT, WITHOUT ROWID;",
    )?;
    for n in 0..ROWS {
        let text = marker(n) + &"x".repeat(below(1500) as usize);
        let id = format!("{:08x}{n}", below(u32::MAX));
        conn.execute("INSERT INTO said VALUES (?1, ?2, ?3)", (&id, n, &text))?;
        let name = format!("{:02x}{}", below(200), marker(n));
        conn.execute("INSERT INTO named VALUES (?1, ?2)", (&name, n))?;
        let other = below(n + 1);
        let more = "w".repeat(below(3000) as usize);
        conn.execute(
            "UPDATE said SET text = text || ?2 WHERE of = ?1",
            (other, more),
        )?;
    }
    Ok(())
}

fn erase(conn: &Connection) -> Result<()> {
    for table in ["said", "named"] {
        conn.execute(&format!("DELETE FROM {table} WHERE of % ?1 = 0"), [SHARE])?;
    }
    Ok(())
}

/// How many of the markers are in the bytes of the files of a database.
fn found(folder: &Path, file: &str, wanted: impl Fn(u32) -> bool) -> usize {
    let mut bytes = std::fs::read(folder.join(file)).unwrap();
    bytes.extend(std::fs::read(folder.join(format!("{file}-wal"))).unwrap_or_default());
    let text = String::from_utf8_lossy(&bytes);
    (0..ROWS)
        .filter(|n| wanted(*n) && text.contains(&marker(*n)))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_is_in_neither_file_after_a_scrub() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    for (file, store) in [("core.db", &db.core), ("derived.db", &db.derived)] {
        store.write(fill).await.unwrap();
        assert_eq!(found(folder.path(), file, |_| true), ROWS as usize);
        store.write(erase).await.unwrap();
        store.scrub().await.unwrap();
        assert_eq!(found(folder.path(), file, |n| n % SHARE == 0), 0);
        let left = found(folder.path(), file, |n| n % SHARE != 0);
        assert_eq!(left, (ROWS - ROWS.div_ceil(SHARE)) as usize);
        // It goes on as before.
        let rows = |conn: &Connection| {
            conn.execute("INSERT INTO named VALUES ('after', 1)", [])?;
            Ok(conn.query_row("SELECT count(*) FROM said", [], |row| row.get(0))?)
        };
        let rows: i64 = store.write(rows).await.unwrap();
        assert_eq!(rows, i64::from(ROWS - ROWS.div_ceil(SHARE)));
    }
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrub_waits_for_no_backup_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    // As a backup does, which may read for minutes.
    let reader = Connection::open(folder.path().join("core.db")).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM meta")
        .unwrap();
    let _: i64 = reader
        .query_row("SELECT count(*) FROM meta", [], |row| row.get(0))
        .unwrap();
    let refused = db.core.scrub().await.unwrap_err();
    assert_eq!(refused.code().as_str(), "unavailable");
    reader.execute_batch("ROLLBACK").unwrap();
    db.core.scrub().await.unwrap();
    drop(reader);
    db.close().await.unwrap();
}
