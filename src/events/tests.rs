//! Numbers without gaps, and a chain that shows every change.

use super::*;
use crate::db::{Which, test_connection};
use crate::types::{LessonId, MessageId};

fn lesson(n: u64) -> Event {
    Event::LessonAdded {
        lesson: LessonId::new(),
        format: "pdf".into(),
        bytes: n,
    }
}

fn three() -> Connection {
    let conn = test_connection(Which::Core).unwrap();
    let org = OrgId::new();
    for n in 1..=3 {
        let seq = append(&conn, org, &lesson(n), Timestamp(5)).unwrap();
        assert_eq!(seq, n);
    }
    conn
}

#[test]
fn events_read_back_from_type_and_payload() {
    let event = lesson(7);
    let (word, payload) = event.parts().unwrap();
    assert_eq!(word, "lesson_added");
    let joined = format!(r#"{{"type":"{word}","payload":{payload}}}"#);
    assert_eq!(serde_json::from_str::<Event>(&joined).unwrap(), event);
}

#[test]
fn streams_are_numbered_apart() {
    let conn = three();
    let asked = Event::AnswerFinished {
        message: MessageId::new(),
        outcome: "done".into(),
        tokens: 3,
        ms: 9,
    };
    assert_eq!(
        append(&conn, OrgId::new(), &asked, Timestamp(6)).unwrap(),
        1
    );
    assert_eq!(verify(&conn, Stream::Tenants).unwrap(), 3);
    assert_eq!(verify(&conn, Stream::Analytics).unwrap(), 1);
}

#[test]
fn every_change_to_history_shows() {
    for (change, expect) in [
        (
            "UPDATE outbox SET payload = '{}' WHERE seq = 2",
            "2 was changed",
        ),
        (
            "UPDATE outbox SET org_id = lower(org_id) || '' , wall_claim = 6 WHERE seq = 1",
            "1 was changed",
        ),
        (
            "UPDATE outbox SET mono_ms = mono_ms + 1 WHERE seq = 3",
            "3 was changed",
        ),
        ("DELETE FROM outbox WHERE seq = 2", "2 is missing"),
        ("DELETE FROM outbox WHERE seq = 3", "3 is not the last"),
    ] {
        let conn = three();
        assert_eq!(conn.execute(change, []).unwrap(), 1);
        let error = verify(&conn, Stream::Tenants).unwrap_err().to_string();
        assert!(error.contains(expect), "{change}: {error}");
    }
}

#[test]
fn the_chain_is_what_the_protocol_says() {
    let conn = test_connection(Which::Core).unwrap();
    let org = OrgId::new();
    append(&conn, org, &Event::OrgCreated { org }, Timestamp(-5)).unwrap();
    let (boot, mono): (String, i64) = conn
        .query_row("SELECT boot_id, mono_ms FROM outbox", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    let epoch = epoch(&conn).unwrap();
    assert_eq!(epoch.len(), 32, "128 bits in hex");
    let mut bytes = b"bwenge/event/1".to_vec();
    bytes.extend([0; 32]);
    for field in [
        epoch.clone(),
        "tenants".into(),
        "1".into(),
        org.to_string(),
        "org_created".into(),
        "1".into(),
        format!(r#"{{"org":"{org}"}}"#),
        boot,
        mono.to_string(),
        "-5".into(),
        "system".into(),
    ] {
        bytes.extend((field.len() as u32).to_be_bytes());
        bytes.extend(field.bytes());
    }
    let expect: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(head(&conn, &epoch, Stream::Tenants).unwrap(), (1, expect));
}

#[test]
fn uptime_and_boot_are_known() {
    assert!(uptime_ms() > 0);
    assert_eq!(boot_id().len(), 36);
}
