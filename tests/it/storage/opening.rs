//! What stops a start, what is repaired, and what is left behind.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use bwenge::db::Db;
use bwenge::types::Timestamp;
use rusqlite::Connection;

use super::{clock, open};

fn refusal(dir: &Path) -> String {
    match Db::open(dir, &clock()) {
        Ok(_) => panic!("it opened"),
        Err(e) => e.to_string(),
    }
}

async fn filled(dir: &Path) {
    let db = open(dir);
    let fill = |conn: &Connection| {
        conn.execute_batch("CREATE TABLE filler (x); CREATE INDEX i ON filler (x)")?;
        for n in 0..2000 {
            conn.execute("INSERT INTO filler VALUES (?1)", [format!("{n:050}")])?;
        }
        Ok(())
    };
    db.core.write(fill).await.unwrap();
    db.derived.write(fill).await.unwrap();
    db.derived_rebuilt().await.unwrap();
    db.close().await.unwrap();
}

/// Overwrites pages in the middle of a file.
fn damage(path: &Path) {
    let mut file = fs::File::options().write(true).open(path).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    file.seek(SeekFrom::Start(pages / 2 * 4096)).unwrap();
    file.write_all(&[0xa5; 6 * 4096]).unwrap();
}

#[tokio::test]
async fn two_servers_can_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    let said = refusal(folder.path());
    assert!(
        said.contains(&format!("(process {})", std::process::id())),
        "{said}"
    );
    db.close().await.unwrap();
    open(folder.path()).close().await.unwrap();
}

#[tokio::test]
async fn a_clean_shutdown_empties_the_wal_and_leaves_its_mark() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("clean-shutdown");
    filled(folder.path()).await;
    assert!(mark.exists());
    for name in ["core.db-wal", "derived.db-wal"] {
        let wal = fs::metadata(folder.path().join(name));
        assert!(wal.map_or(0, |m| m.len()) == 0, "{name} is empty or gone");
    }
    let db = open(folder.path());
    assert!(!mark.exists(), "while running, a cut must show");
    assert!(!db.derived_needs_rebuild());
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_newer_core_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let path = folder.path().join("core.db");
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 4000)
        .unwrap();
    let before = fs::read(&path).unwrap();
    let said = refusal(folder.path());
    assert!(
        said.contains("newer release") && said.contains("schema 4000"),
        "{said}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_damaged_core_is_found_without_the_mark() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let db = open(folder.path());
    let copy = folder.path().join("backups");
    fs::create_dir(&copy).unwrap();
    db.backup(copy.join("good.db")).await.unwrap();
    db.close().await.unwrap();
    fs::remove_file(folder.path().join("clean-shutdown")).unwrap();
    damage(&folder.path().join("core.db"));
    let said = refusal(folder.path());
    assert!(
        said.contains("damaged") && said.contains("good.db"),
        "{said}"
    );

    // The copy is a whole core.db.
    let path = folder.path().join("core.db");
    fs::copy(copy.join("good.db"), &path).unwrap();
    open(folder.path()).close().await.unwrap();
    fs::write(&path, "this is no database at all, not even nearly one").unwrap();
    let said = refusal(folder.path());
    assert!(said.contains("not a database"), "{said}");
}

#[tokio::test]
async fn a_lost_core_is_not_replaced_by_an_empty_one() {
    for empty in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path()).await;
        let path = folder.path().join("core.db");
        match empty {
            true => fs::write(&path, "").unwrap(),
            false => fs::remove_file(&path).unwrap(),
        }
        let said = refusal(folder.path());
        assert!(said.contains("gone or empty"), "{said}");
        let again = refusal(folder.path());
        assert!(again.contains("gone or empty"), "{again}");
    }
}

#[tokio::test]
async fn doubts_about_derived_rebuild_it_and_core_stays() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 6] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("damaged", damage),
        ("no database", |path| fs::write(path, "nonsense").unwrap()),
        ("empty", |path| fs::write(path, "").unwrap()),
        ("newer", |path| {
            let conn = Connection::open(path).unwrap();
            conn.pragma_update(None, "user_version", 4000).unwrap();
        }),
        ("of another core.db", |path| {
            let conn = Connection::open(path).unwrap();
            conn.execute("UPDATE meta SET value = 'other' WHERE key = 'epoch'", [])
                .unwrap();
        }),
    ];
    for (what, harm) in harms {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path()).await;
        fs::remove_file(folder.path().join("clean-shutdown")).unwrap();
        harm(&folder.path().join("derived.db"));
        let db = open(folder.path());
        assert!(db.derived_needs_rebuild(), "{what}");
        let rows = |conn: &Connection| {
            let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'filler'";
            Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
        };
        assert_eq!(db.derived.read(rows).await.unwrap(), 0, "{what}");
        assert_eq!(db.core.read(rows).await.unwrap(), 1, "{what}");
        db.close().await.unwrap();

        // Until someone says so, also over restarts.
        let db = open(folder.path());
        assert!(db.derived_needs_rebuild(), "{what}");
        db.derived_rebuilt().await.unwrap();
        assert!(!db.derived_needs_rebuild());
        db.close().await.unwrap();
        let db = open(folder.path());
        assert!(!db.derived_needs_rebuild(), "{what}");
        db.close().await.unwrap();
    }
}

#[tokio::test]
async fn damage_to_derived_met_while_reading_is_repaired_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    // With the mark, the start trusts the file.
    damage(&folder.path().join("derived.db"));
    let db = open(folder.path());
    assert!(!db.derived_needs_rebuild());
    let scan = |conn: &Connection| {
        let sql = "SELECT sum(length(x)) FROM filler NOT INDEXED";
        Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    };
    db.derived.read(scan).await.unwrap_err();
    db.close().await.unwrap();
    let db = open(folder.path());
    assert!(db.derived_needs_rebuild());
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_writers_shows_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let db = open(folder.path());
    let core = db.core.clone();
    let writer = tokio::spawn(async move {
        let mut n = 0_i64;
        loop {
            // Always in pairs: an odd number would be half a command.
            let add = core.write(move |conn| {
                conn.execute("INSERT INTO filler VALUES (?1)", [n])?;
                conn.execute("INSERT INTO filler VALUES (?1)", [n])?;
                Ok(())
            });
            if add.await.is_err() {
                return n;
            }
            n += 1;
        }
    });
    for n in 0..3 {
        let path = folder.path().join(format!("copy{n}.db"));
        db.backup(path.clone()).await.unwrap();
        let copy = Connection::open(path).unwrap();
        let count = |sql| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM filler") % 2, 0);
    }
    db.close().await.unwrap();
    assert!(writer.await.unwrap() > 0);
}

#[tokio::test]
async fn the_copy_of_the_day_is_made_once_and_counts() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let db = open(folder.path());
    let now = Timestamp(1_790_000_000_000);
    let path = db.daily_backup(now).await.unwrap().expect("due");
    assert!(path.starts_with(folder.path().join("backups")));
    assert_eq!(db.daily_backup(now).await.unwrap(), None);
    let later = Timestamp(now.0 + 86_400_000);
    assert_ne!(db.daily_backup(later).await.unwrap(), Some(path.clone()));
    db.close().await.unwrap();

    // A box put back from it opens and is whole.
    fs::copy(&path, folder.path().join("core.db")).unwrap();
    open(folder.path()).close().await.unwrap();
}
