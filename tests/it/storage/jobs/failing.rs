//! Failures: tried again, given up, told, retried by hand.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bwenge::error::Code;
use bwenge::jobs::{self, JobCounts, JobError};
use bwenge::types::{Clock, OrgId};
use tokio::time::sleep;

use super::{Bench, JobRow};

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_dies_twice_on_one_input_ends_the_job() {
    let mut b = Bench::new();
    let runner = b
        .start(|_, handle| async move {
            handle.stage("extract").await?;
            Err(JobError::Crashed("signal 11".to_owned()))
        })
        .await;
    let id = b.add("bad.pdf").await;
    let row = b.dead(id).await;
    assert_eq!(
        row.error.unwrap(),
        ("crashed".to_owned(), "signal 11".to_owned())
    );
    assert_eq!(b.runs("bad.pdf"), 2);
    assert_eq!(b.deaths().len(), 1);
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_tried_again_later_and_then_given_up() {
    let mut b = Bench::new();
    b.deaf = Arc::new(Mutex::new(1));
    let runner = b
        .start(|name, handle| async move {
            match (name.as_str(), handle.attempt) {
                ("recovers", 2) => Ok(()),
                ("panics", _) => panic!("asked for"),
                ("retries", _) => Err(JobError::Retry {
                    after: Duration::from_secs(100),
                }),
                _ => Err(anyhow::anyhow!("no luck").into()),
            }
        })
        .await;
    let failed = |n: u32| move |row: &Option<JobRow>| row.as_ref().is_some_and(|r| r.attempts == n);
    let id = b.add("recovers").await;
    let row = b.until(id, failed(1)).await.unwrap();
    assert_eq!(
        row.error.unwrap(),
        ("internal".to_owned(), "no luck".to_owned())
    );
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(b.runs("recovers"), 1, "not before its time");
    b.clock.advance_ms(2_000);
    b.until(id, failed(2)).await;
    b.clock.advance_ms(8_000);
    b.gone(id).await;
    assert_eq!(b.runs("recovers"), 3);

    for (name, code, wait_ms) in [
        ("fails", "internal", 8_000),
        ("panics", "internal", 8_000),
        ("retries", "gave_up", 100_000),
    ] {
        let id = b.add(name).await;
        for n in 1..3 {
            b.until(id, failed(n)).await;
            b.clock.advance_ms(wait_ms);
        }
        if name == "fails" {
            // The first telling fails; the job is not run for the second.
            while *b.deaf.lock().unwrap() > 0 {
                sleep(Duration::from_millis(5)).await;
            }
            let waiting = |row: &Option<JobRow>| row.as_ref().unwrap().state == "queued";
            b.until(id, waiting).await;
            assert_eq!(b.deaths(), vec![]);
            b.clock.advance_ms(30_000);
        }
        let row = b.dead(id).await;
        assert_eq!(
            (row.error.unwrap().0.as_str(), row.attempts),
            (code, 3),
            "{name}"
        );
        assert_eq!(b.runs(name), 3, "{name}");
        assert_eq!(b.deaths(), [(name.to_owned(), code.to_owned())]);
    }
    assert_eq!(
        b.counts().await,
        JobCounts {
            queued: 0,
            running: 0,
            dead: 3
        }
    );
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_jobs_can_be_retried_from_their_stage_or_dismissed() {
    let mut b = Bench::new();
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let runner = b
        .start(move |_, _| {
            let is_mended = is_mended.load(Ordering::Relaxed);
            async move {
                if is_mended {
                    return Ok(());
                }
                Err(JobError::Fatal(
                    "no_text".to_owned(),
                    "the file holds pictures only".to_owned(),
                ))
            }
        })
        .await;
    let id = b.add("scan").await;
    let row = b.dead(id).await;
    assert_eq!(row.error.unwrap().0, "no_text");
    assert_eq!(b.deaths(), [("scan".to_owned(), "no_text".to_owned())]);
    let (now, org) = (b.clock.now(), b.org);
    let refused = async |other: OrgId| {
        let retry = move |conn: &_| jobs::retry_dead(conn, other, id, now);
        let dismiss = move |conn: &_| jobs::dismiss_dead(conn, other, id);
        for refused in [b.db.core.write(retry).await, b.db.core.write(dismiss).await] {
            assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        }
    };
    refused(OrgId::new()).await;
    mended.store(true, Ordering::Relaxed);
    b.write(move |conn| jobs::retry_dead(conn, org, id, now))
        .await;
    b.gone(id).await;
    refused(org).await;

    mended.store(false, Ordering::Relaxed);
    let id = b.add("scan").await;
    b.dead(id).await;
    b.write(move |conn| jobs::dismiss_dead(conn, org, id)).await;
    assert!(b.row(id).await.is_none());
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_something_is_not_counted() {
    let mut b = Bench::new();
    let runner = b
        .start(|_, handle| async move {
            assert_eq!(handle.attempt, 0);
            Err(JobError::NotNow {
                after: Duration::from_secs(60),
            })
        })
        .await;
    let id = b.add("patient").await;
    for n in 1..=5 {
        while b.runs("patient") < n {
            sleep(Duration::from_millis(5)).await;
        }
        b.until(id, |row| row.as_ref().unwrap().state == "queued")
            .await;
        b.clock.advance_ms(60_000);
    }
    assert_eq!((b.row(id).await.unwrap().attempts, b.deaths()), (0, vec![]));
    runner.shutdown().await;
}
