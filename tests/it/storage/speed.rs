//! What a durable write costs. Shown by
//! `cargo test --release --test it storage::speed -- --nocapture`.

use bwenge::db::{Db, Store};
use bwenge::events::{Event, append};
use bwenge::types::{LessonId, OrgId, Timestamp};
use tokio::time::Instant;

use super::open;
use crate::support::are_measured;

async fn write(store: &Store) {
    let event = Event::LessonRemoved {
        lesson: LessonId::new(),
    };
    let org = OrgId::new();
    store
        .write(move |conn| append(conn, org, &event, Timestamp(0)))
        .await
        .unwrap();
}

async fn one_after_the_other(db: &Db, writes: u32) -> f64 {
    let started = Instant::now();
    for _ in 0..writes {
        write(&db.core).await;
    }
    started.elapsed().as_secs_f64() * 1e6 / f64::from(writes)
}

async fn together(db: &Db, writers: u32, each: u32) -> f64 {
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..writers {
        let core = db.core.clone();
        tasks.spawn(async move {
            for _ in 0..each {
                write(&core).await;
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    started.elapsed().as_secs_f64() * 1e6 / f64::from(writers * each)
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_share_the_price_of_a_flush() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path());
    one_after_the_other(&db, 20).await;
    let alone = one_after_the_other(&db, 300).await;
    let shared = together(&db, 64, 30).await;
    let (core, count) = (db.core.clone(), 3000);
    let started = Instant::now();
    for _ in 0..count {
        core.read(|conn| {
            Ok(conn.query_row("SELECT count(*) FROM jobs", [], |r| r.get::<_, i64>(0))?)
        })
        .await
        .unwrap();
    }
    let read = started.elapsed().as_secs_f64() * 1e6 / f64::from(count);
    println!(
        "durable write with an event: {alone:.0} µs alone, {shared:.0} µs each of 64; read {read:.0} µs"
    );
    assert!(
        shared < alone || !are_measured(),
        "{shared} µs together, {alone} µs alone"
    );
    db.close().await.unwrap();
}
