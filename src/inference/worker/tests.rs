//! Children that rest while nobody needs them.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::super::fake::FakeEngine;
use super::super::protocol::{EmbedPurpose, Reply, Request, Start, VERSION, WorkerConfig};
use super::{Launcher, Limits, State, Worker};

/// A fake embedding child that rests after so many milliseconds.
fn resting_after(ms: u64) -> Worker {
    let start = Start {
        version: VERSION,
        config: WorkerConfig::Embed {
            model: String::new(),
            threads: 1,
        },
        memory_bytes: 0,
    };
    let limits = Limits {
        load: Duration::from_secs(5),
        stall: Duration::from_secs(5),
        patience: Duration::from_secs(5),
        rest: Some(Duration::from_millis(ms)),
    };
    let launcher = Launcher::Fake(FakeEngine::default());
    Worker::new("embed", launcher, start, limits, None)
}

async fn embeds(worker: &Worker) -> bool {
    let (purpose, texts) = (EmbedPurpose::Query, vec!["leaf".to_owned()]);
    let link = worker.ready().await.unwrap().link;
    let mut replies = link.request(|id| Request::Embed { id, purpose, texts });
    let mut done = false;
    while let Some(reply) = replies.next().await {
        done |= matches!(reply, Reply::Done { .. });
    }
    done
}

async fn until_it_rests(worker: &Worker) {
    let rests = |state: &State| matches!(state, State::Idle);
    let mut state = worker.inner.state.clone();
    let resting = state.wait_for(rests);
    timeout(Duration::from_secs(5), resting)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn it_rests_when_nobody_needs_it_and_comes_back() {
    let worker = resting_after(100);
    assert!(matches!(worker.state(), State::Idle));
    for _ in 0..2 {
        assert!(embeds(&worker).await);
        let ready = worker.ready().await.unwrap();
        until_it_rests(&worker).await;
        // Also for those who come while it is being put down.
        assert!(embeds(&worker).await);
        timeout(Duration::from_secs(5), ready.link.gone())
            .await
            .unwrap();
        until_it_rests(&worker).await;
    }
    assert_eq!(worker.restarts(), 0, "a rest is not a failure");
    worker.stop().await;
}

#[tokio::test]
async fn it_does_not_rest_while_it_is_used() {
    let worker = resting_after(400);
    let first = worker.ready().await.unwrap().link;
    for _ in 0..10 {
        sleep(Duration::from_millis(100)).await;
        assert!(embeds(&worker).await);
    }
    assert!(!first.is_gone(), "one child for all");
    worker.stop().await;
}
