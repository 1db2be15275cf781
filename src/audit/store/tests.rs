//! The chain and its pages on a database in memory.

use sha2::{Digest, Sha256};

use super::*;
use crate::audit::{Facts, Group};
use crate::db::{Which, test_connection};
use crate::types::{ClassId, UserId};

/// A school's log of three entries by one person.
fn three(conn: &Connection) -> (OrgId, UserId) {
    let (org, user) = (OrgId::new(), UserId::new());
    for (n, action) in [Action::ClassMade, Action::ClassOpened, Action::LessonAdded]
        .into_iter()
        .enumerate()
    {
        let note = Note::new(action).of(ClassId::new()).name("P5");
        let at = Timestamp(10 + n as i64);
        record(conn, By::person(org, user), note, at).unwrap();
    }
    (org, user)
}

fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

#[test]
fn schools_are_numbered_apart_and_read_from_the_end() {
    let conn = test_connection(Which::Core).unwrap();
    let (org, user) = three(&conn);
    let (other, _) = three(&conn);
    let all = page(&conn, org, &Filter::default(), None, 50).unwrap();
    assert_eq!(numbers(&all), [3, 2, 1]);
    let newest = &all[0];
    assert_eq!(newest.action, Action::LessonAdded);
    let by = newest.actor.as_ref().unwrap();
    assert_eq!((by.id.clone(), by.name.clone()), (user.to_string(), None));
    assert_eq!(newest.facts.name.as_deref(), Some("P5"));
    let older = page(&conn, other, &Filter::default(), Some(3), 1).unwrap();
    assert_eq!(numbers(&older), [2]);
    assert_eq!(schools(&conn).unwrap().len(), 2);
}

#[test]
fn entries_are_found_by_person_group_and_time() {
    let conn = test_connection(Which::Core).unwrap();
    let (org, user) = three(&conn);
    let pupil = UserId::new();
    let note = Note::new(Action::PersonErased).of(pupil);
    record(&conn, By::the_box(org), note, Timestamp(20)).unwrap();
    let check = |filter: Filter, expect: &[u64]| {
        let found = page(&conn, org, &filter, None, 50).unwrap();
        assert_eq!(numbers(&found), expect, "{filter:?}");
    };
    let person = |person| Filter {
        person: Some(person),
        ..Filter::default()
    };
    check(person(user), &[3, 2, 1]);
    check(person(pupil), &[4]);
    check(person(UserId::new()), &[]);
    let group = |group| Filter {
        group: Some(group),
        ..Filter::default()
    };
    check(group(Group::Classes), &[2, 1]);
    check(group(Group::School), &[]);
    let time = Filter {
        from: Some(Timestamp(11)),
        to: Some(Timestamp(20)),
        ..Filter::default()
    };
    check(time, &[3, 2]);
}

#[test]
fn entries_stay_as_they_are() {
    let conn = test_connection(Which::Core).unwrap();
    three(&conn);
    for change in [
        "UPDATE audit SET facts = '{}'",
        "DELETE FROM audit WHERE seq = 3",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "INSERT INTO audit SELECT org_id, seq + 2, at, actor, action, kind, subject, facts,
                                  chain FROM audit WHERE seq = 3",
    ] {
        let error = conn.execute(change, []).unwrap_err().to_string();
        assert!(error.contains("only added to"), "{change}: {error}");
    }
}

#[test]
fn every_change_by_other_means_shows() {
    let whole = Check {
        entries: 3,
        total: 3,
        broken_at: None,
    };
    for (change, broken_at) in [
        (
            "UPDATE audit SET facts = '{\"name\":\"P6\"}' WHERE seq = 2",
            2,
        ),
        ("UPDATE audit SET actor = NULL WHERE seq = 1", 1),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE audit SET action = 'class_ended' WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit", 1),
    ] {
        let conn = test_connection(Which::Core).unwrap();
        let (org, _) = three(&conn);
        assert_eq!(check(&conn, org).unwrap(), whole);
        conn.execute_batch("DROP TRIGGER audit_stays; DROP TRIGGER audit_keeps")
            .unwrap();
        conn.execute(change, []).unwrap();
        let found = check(&conn, org).unwrap();
        assert_eq!(found.broken_at, Some(broken_at), "{change}");
    }
}

/// As upkeep does.
fn walk_all(conn: &Connection, org: OrgId) -> Walk {
    let mut last = walk(conn, org, Place::default()).unwrap();
    while last.goes_on() {
        last = walk(conn, org, last.to).unwrap();
    }
    keep(conn, org, &last).unwrap();
    last
}

#[test]
fn a_long_log_is_computed_in_slices_and_gone_on_with() {
    let conn = test_connection(Which::Core).unwrap();
    let org = OrgId::new();
    let more = |count: i64| {
        for _ in 0..count {
            let note = Note::new(Action::TimeMoved);
            record(&conn, By::the_box(org), note, Timestamp(1)).unwrap();
        }
    };
    more(SLICE + 5);
    let looked_at = |entries: i64, total: i64| Check {
        entries: entries.unsigned_abs(),
        total: total.unsigned_abs(),
        broken_at: None,
    };
    assert_eq!(check(&conn, org).unwrap(), looked_at(SLICE, SLICE + 5));
    assert_eq!(walk_all(&conn, org).to.seq, SLICE + 5);
    more(3);
    let all = looked_at(SLICE + 8, SLICE + 8);
    assert_eq!(check(&conn, org).unwrap(), all);
    conn.execute_batch("DROP TRIGGER audit_stays; DROP TRIGGER audit_keeps")
        .unwrap();
    // What was changed before the kept place shows with the next walk, and stays.
    conn.execute("UPDATE audit SET at = 0 WHERE seq = 7", [])
        .unwrap();
    assert_eq!(check(&conn, org).unwrap(), all);
    assert_eq!(walk_all(&conn, org).broken_at, Some(7));
    assert_eq!(check(&conn, org).unwrap().broken_at, Some(7));
    conn.execute("UPDATE audit SET at = 1 WHERE seq = 7", [])
        .unwrap();
    walk_all(&conn, org);
    assert_eq!(check(&conn, org).unwrap(), all);
}

#[test]
fn a_log_that_was_written_anew_shows_at_the_kept_place() {
    let conn = test_connection(Which::Core).unwrap();
    let (org, _) = three(&conn);
    walk_all(&conn, org);
    conn.execute_batch("DROP TRIGGER audit_keeps; DELETE FROM audit; DELETE FROM audit_head")
        .unwrap();
    for _ in 0..4 {
        let note = Note::new(Action::TimeMoved);
        record(&conn, By::the_box(org), note, Timestamp(1)).unwrap();
    }
    assert_eq!(check(&conn, org).unwrap().broken_at, Some(3));
}

#[test]
fn no_page_looks_through_the_log() {
    let conn = test_connection(Which::Core).unwrap();
    for (sql, wants) in [
        (
            include_str!("../sql/of_all.sql"),
            ["PRIMARY KEY"].as_slice(),
        ),
        (include_str!("../sql/of_action.sql"), &["audit_actions"]),
        (
            include_str!("../sql/of_person.sql"),
            &["audit_actors", "audit_people"],
        ),
        (include_str!("../sql/entries.sql"), &["seq=?"]),
        (SINCE, &["audit_times"]),
        (UNTIL, &["audit_times"]),
    ] {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // Values that were not bound count as none.
        let mut rows = plan.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>("detail").unwrap());
        }
        let told = steps.join("\n");
        // Neither the log from end to end, nor all that was found put in order.
        let slow = ["SCAN audit", "SCAN a", "TEMP B-TREE"];
        assert!(!slow.iter().any(|word| told.contains(word)), "{told}");
        assert!(wants.iter().all(|word| told.contains(word)), "{told}");
    }
}

#[test]
fn times_are_in_the_order_of_numbers() {
    let conn = test_connection(Which::Core).unwrap();
    let (org, user) = three(&conn);
    let note = Note::new(Action::ClassMade).of(ClassId::new());
    record(&conn, By::person(org, user), note, Timestamp(3)).unwrap();
    let all = page(&conn, org, &Filter::default(), None, 1).unwrap();
    assert_eq!((all[0].seq, all[0].at), (4, Timestamp(12)));
}

#[test]
fn the_chain_is_what_is_said() {
    let conn = test_connection(Which::Core).unwrap();
    let org = OrgId::new();
    record(
        &conn,
        By::the_box(org),
        Note::new(Action::TimeMoved),
        Timestamp(-5),
    )
    .unwrap();
    let mut bytes = b"bwenge/audit/1".to_vec();
    bytes.extend([0; 32]);
    for field in [
        &org.to_string(),
        "1",
        "-5",
        "",
        "time_moved",
        "box",
        "",
        "{}",
    ] {
        bytes.extend((field.len() as u32).to_be_bytes());
        bytes.extend(field.bytes());
    }
    let expect: [u8; 32] = Sha256::digest(&bytes).into();
    assert_eq!(
        head(&conn, org).unwrap(),
        Place {
            seq: 1,
            chain: expect
        }
    );
}

#[test]
fn what_makes_no_sense_is_shown_as_far_as_it_does() {
    let conn = test_connection(Which::Core).unwrap();
    let (org, _) = three(&conn);
    conn.execute_batch(
        "DROP TRIGGER audit_stays;
         UPDATE audit SET action = 'x', kind = 'y', facts = 'z' WHERE seq = 3",
    )
    .unwrap();
    let found = page(&conn, org, &Filter::default(), None, 1).unwrap();
    assert_eq!(found[0].action, Action::Unreadable);
    assert_eq!(found[0].facts, Facts::default());
}
