//! The outbox under concurrency: no gap, no double, an intact chain.

use bwenge::db::Db;
use bwenge::error::{Code, Error};
use bwenge::events::{Event, Stream, append, verify};
use bwenge::types::{LessonId, MessageId, OrgId, Timestamp};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn numbers_have_no_gaps_whatever_is_rolled_back() {
    let db = Db::in_memory().unwrap();
    let org = OrgId::new();
    let mut tasks = JoinSet::new();
    for n in 0..600_u32 {
        let core = db.core.clone();
        tasks.spawn(async move {
            let answer = core
                .write(move |conn| {
                    let event = match n % 2 {
                        0 => Event::LessonRemoved {
                            lesson: LessonId::new(),
                        },
                        _ => Event::AnswerFinished {
                            message: MessageId::new(),
                            outcome: "done".to_owned(),
                            tokens: n,
                            ms: 1,
                        },
                    };
                    let seq = append(conn, org, &event, Timestamp(i64::from(n)))?;
                    match n % 5 {
                        0 => Err(Error::new(Code::Conflict, "asked for")),
                        1 if n % 3 == 0 => panic!("asked for"),
                        _ => Ok((event.stream(), seq)),
                    }
                })
                .await;
            answer.ok()
        });
    }
    let mut acknowledged = Vec::new();
    while let Some(done) = tasks.join_next().await {
        acknowledged.extend(done.unwrap());
    }
    for stream in [Stream::Tenants, Stream::Analytics] {
        let mut told: Vec<u64> = acknowledged
            .iter()
            .filter(|(s, _)| *s == stream)
            .map(|(_, seq)| *seq)
            .collect();
        told.sort_unstable();
        assert!(told.len() > 150);
        assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>());
        let rows = db
            .core
            .read(move |conn| verify(conn, stream))
            .await
            .unwrap();
        assert_eq!(rows, told.len() as u64);
    }
    db.close().await.unwrap();
}
