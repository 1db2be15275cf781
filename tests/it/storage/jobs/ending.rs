//! Crashes, restarts, cancels and wrong clocks.

use std::sync::Arc;
use std::time::Duration;

use bwenge::jobs::{self, JobError};
use bwenge::types::Clock;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::{Bench, crash, forever};

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_survives_a_crash_and_forgives_it() {
    let mut b = Bench::new();
    let id = b.add("lesson").await;
    for stage in ["extract", "chunk", "embed"] {
        let runner = b
            .start(move |_, handle| async move {
                handle.stage(stage).await?;
                forever().await
            })
            .await;
        b.until(id, |row| {
            row.as_ref().unwrap().stage.as_deref() == Some(stage)
        })
        .await;
        crash(runner).await;
    }
    let runner = b.start(|_, _| async { Ok(()) }).await;
    b.gone(id).await;
    assert_eq!((b.runs("lesson"), b.deaths()), (4, vec![]));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_with_the_box_five_times_is_given_up_and_never_run_again() {
    let mut b = Bench::new();
    let id = b.add("bomb").await;
    for run in 1..=5 {
        let runner = b.start(|_, _| forever()).await;
        b.until(id, |row| row.as_ref().unwrap().state == "running")
            .await;
        while b.runs("bomb") < run {
            sleep(Duration::from_millis(5)).await;
        }
        crash(runner).await;
    }
    for _boot in 0..3 {
        let runner = b.start(|_, _| forever()).await;
        let row = b.dead(id).await;
        assert_eq!(row.error.unwrap().0, "crashed");
        assert_eq!(row.attempts, 0, "a crash is no failure");
        crash(runner).await;
    }
    assert_eq!(b.runs("bomb"), 5);
    assert_eq!(b.deaths(), [("bomb".to_owned(), "crashed".to_owned())]);
    let org = b.org;
    let dead =
        b.db.core
            .read(move |conn| jobs::dead(conn, org))
            .await
            .unwrap();
    assert_eq!(dead.len(), 1, "visible");
    assert_eq!((dead[0].id, dead[0].subject.as_str()), (id, "bomb"));
    assert_eq!(dead[0].failure.code, "crashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_lease_is_taken_back_and_a_live_job_is_not() {
    let b = Bench::new();
    let gate = Arc::new(Notify::new());
    let wait = Arc::clone(&gate);
    let runner = b
        .start(move |name, _| {
            let wait = Arc::clone(&wait);
            async move {
                if name == "live" {
                    wait.notified().await;
                }
                Ok(())
            }
        })
        .await;
    let live = b.add("live").await;
    b.until(live, |row| row.as_ref().unwrap().state == "running")
        .await;
    // As after 1970 became today: every lease looks long gone.
    b.clock.advance_ms(50 * 365 * 86_400_000);
    let lost = b.add_to("two", "lost").await;
    b.gone(lost).await;
    let lost = b.add_to("nobody", "lost").await;
    b.write(move |conn| {
        conn.execute(
            "UPDATE jobs SET state = 'running', queue = 'two', lease_owner = 'gone', lease_until = 0
             WHERE id = ?1",
            [lost],
        )?;
        Ok(())
    })
    .await;
    b.gone(lost).await;
    assert_eq!(b.row(live).await.unwrap().state, "running");
    gate.notify_one();
    b.gone(live).await;
    assert_eq!((b.runs("live"), b.runs("lost")), (1, 2));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_dated_by_a_wrong_clock_is_not_lost() {
    let b = Bench::new();
    b.clock.advance_ms(4_000_000_000_000);
    let id = b.add("from the future").await;
    b.clock.advance_ms(-4_000_000_000_000);
    let runner = b.start(|_, _| async { Ok(()) }).await;
    b.gone(id).await;
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_reaches_waiting_running_and_deaf_jobs() {
    let mut b = Bench::new();
    let runner = b
        .start(|name, handle| async move {
            match name.as_str() {
                "polite" => {
                    handle.cancelled_wait().await;
                    assert!(handle.cancelled());
                    Err(JobError::Cancelled)
                }
                "failing" => {
                    handle.cancelled_wait().await;
                    Err(anyhow::anyhow!("its child was killed").into())
                }
                _ => forever().await,
            }
        })
        .await;
    let running = b.add("polite").await;
    let waiting = b.add("waiting").await;
    let failing = b.add_to("two", "failing").await;
    let deaf = b.add_to("two", "deaf").await;
    for id in [running, failing, deaf] {
        b.until(id, |row| row.as_ref().unwrap().state == "running")
            .await;
    }
    let cancel = |subject: &'static str| {
        let now = b.clock.now();
        b.write(move |conn| {
            jobs::cancel_by_subject(conn, subject, now)?;
            jobs::is_wanted(conn, subject)
        })
    };
    let wanted = |conn: &_| jobs::is_wanted(conn, "polite");
    assert!(b.db.core.read(wanted).await.unwrap());
    for subject in ["waiting", "polite", "failing", "deaf", "nobody"] {
        assert!(!cancel(subject).await, "{subject}");
    }
    assert!(b.row(waiting).await.is_none());
    for id in [running, failing, deaf] {
        b.gone(id).await;
    }
    assert_eq!((b.runs("waiting"), b.deaths()), (0, vec![]));
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_does_not_come_back_after_a_crash() {
    let b = Bench::new();
    let id = b.add("lesson").await;
    let runner = b.start(|_, _| forever()).await;
    b.until(id, |row| row.as_ref().unwrap().state == "running")
        .await;
    crash(runner).await;
    let now = b.clock.now();
    b.write(move |conn| jobs::cancel_by_subject(conn, "lesson", now))
        .await;
    let runner = b.start(|_, _| forever()).await;
    assert!(b.row(id).await.is_none());
    runner.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_hands_back_without_counting() {
    let mut b = Bench::new();
    let runner = b
        .start(|name, handle| async move {
            handle.stage("embed").await?;
            match name.as_str() {
                "polite" => {
                    handle.cancelled_wait().await;
                    Err(JobError::Cancelled)
                }
                // Its child was stopped under it.
                "failing" => {
                    handle.cancelled_wait().await;
                    Err(JobError::Crashed("killed".to_owned()))
                }
                _ => forever().await,
            }
        })
        .await;
    let mut ids = Vec::new();
    for (queue, name) in [("one", "polite"), ("two", "failing"), ("two", "deaf")] {
        ids.push(b.add_to(queue, name).await);
    }
    for &id in &ids {
        b.until(id, |row| row.as_ref().unwrap().stage.is_some())
            .await;
    }
    runner.shutdown().await;
    for &id in &ids {
        let row = b.row(id).await.unwrap();
        assert_eq!((row.state.as_str(), row.attempts), ("queued", 0));
        assert_eq!(row.stage.as_deref(), Some("embed"));
        assert_eq!(row.error, None);
    }
    let runner = b.start(|_, _| async { Ok(()) }).await;
    for id in ids {
        b.gone(id).await;
    }
    assert_eq!(b.deaths(), vec![]);
    runner.shutdown().await;
}
