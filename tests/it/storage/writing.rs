//! Many writers and readers at once on one file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bwenge::db::{Db, Options, Store};
use bwenge::error::{Code, Error, Result};
use proptest::prelude::*;
use rusqlite::Connection;
use tokio::task::JoinSet;

async fn table(store: &Store) {
    store
        .write(|conn| Ok(conn.execute_batch("CREATE TABLE account (id PRIMARY KEY, francs)")?))
        .await
        .unwrap();
    store
        .write(|conn| {
            for id in 0..10 {
                conn.execute("INSERT INTO account VALUES (?1, 100)", [id])?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

fn add(conn: &Connection, id: u8, francs: i64) -> Result<i64> {
    Ok(conn.query_row(
        "UPDATE account SET francs = francs + ?2 WHERE id = ?1 RETURNING francs",
        (id, francs),
        |row| row.get(0),
    )?)
}

fn total(conn: &Connection) -> Result<i64> {
    Ok(conn.query_row("SELECT sum(francs) FROM account", [], |row| row.get(0))?)
}

/// One transfer; how it is to end.
#[derive(Clone, Debug)]
struct Transfer {
    from: u8,
    to: u8,
    francs: i64,
    ends: Ends,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    Well,
    Refused,
    Panicking,
    Abandoned,
}

fn transfers() -> impl Strategy<Value = Vec<Transfer>> {
    let ends = prop_oneof![
        4 => Just(Ends::Well),
        1 => Just(Ends::Refused),
        1 => Just(Ends::Panicking),
        1 => Just(Ends::Abandoned),
    ];
    let one =
        (0..10_u8, 0..10_u8, 1..150_i64, ends).prop_map(|(from, to, francs, ends)| Transfer {
            from,
            to,
            francs,
            ends,
        });
    proptest::collection::vec(one, 1..200)
}

/// Takes from one account first, so that a half-done transfer would show.
fn transfer(conn: &Connection, t: &Transfer) -> Result<()> {
    let left = add(conn, t.from, -t.francs)?;
    match t.ends {
        Ends::Refused => return Err(Error::new(Code::Conflict, "asked for")),
        Ends::Panicking => panic!("asked for"),
        _ => {}
    }
    if left < 0 {
        return Err(Error::new(Code::InvalidField, "too little"));
    }
    add(conn, t.to, t.francs)?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn transfers_are_whole_whoever_fails_beside_them(list in transfers()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let db = Db::in_memory().unwrap();
            table(&db.core).await;
            let mut tasks = JoinSet::new();
            for t in list {
                let core = db.core.clone();
                tasks.spawn(async move {
                    let ends = t.ends;
                    let work = core.write(move |conn| transfer(conn, &t));
                    if ends == Ends::Abandoned {
                        let _ = tokio::time::timeout(Duration::ZERO, work).await;
                        return;
                    }
                    match work.await {
                        Ok(()) => assert_eq!(ends, Ends::Well),
                        Err(e) => match e.code() {
                            Code::InvalidField => {}
                            Code::Conflict => assert_eq!(ends, Ends::Refused),
                            Code::Internal => assert_eq!(ends, Ends::Panicking),
                            other => panic!("{other:?}"),
                        },
                    }
                });
                // Readers see whole transfers only, at any time.
                let core = db.core.clone();
                tasks.spawn(async move {
                    assert_eq!(core.read(total).await.unwrap(), 1000);
                });
            }
            while let Some(done) = tasks.join_next().await {
                done.unwrap();
            }
            let lowest = db.core.read(|conn| {
                Ok(conn.query_row("SELECT min(francs) FROM account", [], |r| r.get::<_, i64>(0))?)
            });
            assert!(lowest.await.unwrap() >= 0);
            db.close().await.unwrap();
        });
    }
}

#[tokio::test]
async fn an_answered_write_is_visible_to_the_next_read() {
    let db = Db::in_memory().unwrap();
    table(&db.core).await;
    for n in 1..200 {
        db.core.write(move |conn| add(conn, 0, 1)).await.unwrap();
        assert_eq!(db.core.read(total).await.unwrap(), 1000 + n);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_does_not_lose_its_write() {
    let db = Db::in_memory().unwrap();
    table(&db.core).await;
    let (busy, release) = std::sync::mpsc::channel::<()>();
    let core = db.core.clone();
    let blocker = tokio::spawn(async move {
        core.write(move |_| Ok(release.recv()?)).await.unwrap();
    });
    let started = Arc::new(AtomicBool::new(false));
    let queued = Arc::clone(&started);
    let core = db.core.clone();
    let gone = tokio::spawn(async move {
        queued.store(true, Ordering::SeqCst);
        core.write(|conn| add(conn, 0, 7)).await
    });
    while !started.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    busy.send(()).unwrap();
    blocker.await.unwrap();
    // Behind the abandoned one in the queue.
    db.core.write(|_| Ok(())).await.unwrap();
    assert_eq!(db.core.read(total).await.unwrap(), 1007);
}

#[tokio::test]
async fn a_read_ends_at_its_deadline_and_can_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        readers: 1,
        read_deadline: Duration::from_millis(100),
        ..Options::default()
    };
    let db = Db::open_with(folder.path(), &super::clock(), options).unwrap();
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
                   SELECT count(*) FROM n";
    let read = |sql: &'static str| {
        db.core
            .read(move |conn| Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?))
    };
    assert_eq!(read(endless).await.unwrap_err().code(), Code::Timeout);
    assert_eq!(read("SELECT 1").await.unwrap(), 1, "the thread goes on");
    let refused = db
        .core
        .read(|conn| Ok(conn.execute_batch("DELETE FROM jobs")?));
    let refused = refused.await.unwrap_err().to_string();
    assert!(refused.contains("readonly"), "{refused}");
    let panicked = db.core.read(|_| -> Result<()> { panic!("a bug") });
    assert!(panicked.await.unwrap_err().to_string().contains("a bug"));
    assert_eq!(read("SELECT 2").await.unwrap(), 2, "the thread goes on");
}

#[tokio::test]
async fn after_close_every_handle_is_told() {
    let db = Db::in_memory().unwrap();
    let core = db.core.clone();
    db.close().await.unwrap();
    let code = |e: Error| e.code();
    assert_eq!(
        core.write(|_| Ok(())).await.map_err(code),
        Err(Code::Unavailable)
    );
    assert_eq!(
        core.read(|_| Ok(())).await.map_err(code),
        Err(Code::Unavailable)
    );
    assert_eq!(core.flush().await.map_err(code), Err(Code::Unavailable));
}

#[tokio::test]
async fn vectors_and_full_text_work_on_derived() {
    let db = Db::in_memory().unwrap();
    db.derived
        .write(|conn| {
            Ok(conn.execute_batch(
                "CREATE VIRTUAL TABLE v USING vec0(e float[3]);
                 CREATE VIRTUAL TABLE f USING fts5(body);
                 INSERT INTO v (rowid, e) VALUES (1, '[1, 0, 0]'), (2, '[0, 1, 0]');
                 INSERT INTO f (body) VALUES ('umwalimu asoma igitabo');",
            )?)
        })
        .await
        .unwrap();
    let found = db.derived.read(|conn| {
        let version: String = conn.query_row("SELECT vec_version()", [], |r| r.get(0))?;
        assert!(version.starts_with('v'));
        let near = "SELECT rowid FROM v WHERE e MATCH '[0, 0.9, 0]' AND k = 1";
        let near: i64 = conn.query_row(near, [], |r| r.get(0))?;
        let text = "SELECT count(*) FROM f WHERE f MATCH 'igitabo'";
        Ok((near, conn.query_row(text, [], |r| r.get::<_, i64>(0))?))
    });
    assert_eq!(found.await.unwrap(), (2, 1));
}

#[tokio::test]
async fn a_quiet_file_is_checkpointed() {
    let folder = tempfile::tempdir().unwrap();
    let db = super::open(folder.path());
    let size = || {
        std::fs::metadata(folder.path().join("core.db"))
            .unwrap()
            .len()
    };
    let before = size();
    db.core
        .write(|conn| {
            let value = "x".repeat(200_000);
            Ok(conn
                .execute("INSERT INTO meta VALUES ('big', ?1)", [value])
                .map(drop)?)
        })
        .await
        .unwrap();
    assert_eq!(size(), before, "in the WAL");
    for _ in 0..200 {
        // What changes nothing is no work, as the runner's looking for jobs.
        db.core.write(|_| Ok(())).await.unwrap();
        if size() > before + 200_000 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("still in the WAL after 10 s");
}
