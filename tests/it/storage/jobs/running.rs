//! What a job that goes well looks like: woken and in order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::error::{Code, Error, Result};
use bwenge::jobs::{self, JobCounts, NewJob};
use bwenge::types::Timestamp;
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::Bench;
use crate::support::figure;

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_soon_after_its_commit_and_leaves_no_row() {
    let b = Bench::new();
    let runner = b.start(|_, _| async { Ok(()) }).await;
    let started = tokio::time::Instant::now();
    let id = b.add("quick").await;
    b.gone(id).await;
    // Woken, not polled.
    figure("a job", started.elapsed(), Duration::from_millis(900));
    let org = b.org;
    let rolled_back = b.db.core.write(move |conn| -> Result<()> {
        let job = NewJob {
            kind: "probe",
            queue: "one",
            org,
            subject: "never".into(),
            payload: json!("never"),
        };
        jobs::enqueue(conn, job, Timestamp(0))?;
        Err(Error::new(Code::Conflict, "asked for"))
    });
    rolled_back.await.unwrap_err();
    let id = b.add("after").await;
    b.gone(id).await;
    assert_eq!(
        (b.runs("quick"), b.runs("never"), b.runs("after")),
        (1, 0, 1)
    );
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_run_in_order_and_so_many_at_once() {
    let b = Bench::new();
    let gate = Arc::new(Notify::new());
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let (wait, log) = (Arc::clone(&gate), Arc::clone(&order));
    let runner = b
        .start(move |name, _| {
            log.lock().unwrap().push(name);
            let wait = Arc::clone(&wait);
            async move {
                wait.notified().await;
                Ok(())
            }
        })
        .await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(b.add_to("two", name).await);
    }
    ids.push(b.add_to("one", "x").await);
    let order_is = |expect: &'static [&'static str]| {
        let order = Arc::clone(&order);
        async move {
            for _ in 0..500 {
                let mut seen = order.lock().unwrap().clone();
                seen.sort();
                if seen == expect {
                    return;
                }
                sleep(Duration::from_millis(10)).await;
            }
            panic!("{:?}", order.lock().unwrap());
        }
    };
    order_is(&["a", "b", "x"]).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(
        b.counts().await,
        JobCounts {
            queued: 1,
            running: 3,
            dead: 0
        }
    );
    gate.notify_one();
    gate.notify_one();
    gate.notify_one();
    order_is(&["a", "b", "c", "x"]).await;
    gate.notify_one();
    for id in ids {
        b.gone(id).await;
    }
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_nobody_registered_wait_and_bad_payloads_die() {
    let mut b = Bench::new();
    let org = b.org;
    let add = |kind: &'static str, payload| {
        b.write(move |conn| {
            let job = NewJob {
                kind,
                queue: "one",
                org,
                subject: "s".into(),
                payload,
            };
            jobs::enqueue(conn, job, Timestamp(0))
        })
    };
    let unknown = add("of_a_newer_release", json!(null)).await;
    let bad = add("probe", json!({ "not": "a string" })).await;
    let runner = b.start(|_, _| async { Ok(()) }).await;
    let row = b.dead(bad).await;
    assert_eq!(row.error.unwrap().0, "bad_payload");
    let row = b.row(unknown).await.unwrap();
    assert_eq!(row.state, "queued");
    assert_eq!(b.deaths(), vec![]);
    runner.shutdown().await;
}
