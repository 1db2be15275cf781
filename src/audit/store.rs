//! Every SQL statement on the audit log. It asks `users` for names and not the view of
//! those who are there, because who is in the trash is not erased yet.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Action, By, Check, Entry, Filter, Kind, Note, Person};
use crate::error::Result;
use crate::events;
use crate::types::{OrgId, Timestamp};

/// Appends an entry within the caller's transaction.
pub fn record(conn: &Connection, by: impl Into<By>, note: Note, at: Timestamp) -> Result<()> {
    let by: By = by.into();
    let (last, before) = head(conn, by.org)?;
    let mut row = Stored {
        org: by.org.to_string(),
        seq: last + 1,
        at: at.0,
        actor: by.user.map(|user| user.to_string()),
        action: note.action.as_str().to_owned(),
        kind: note.action.kind().as_str().to_owned(),
        subject: note.subject,
        facts: serde_json::to_string(&note.facts)?,
        chain: [0; 32],
    };
    row.chain = row.link(&before);
    conn.prepare_cached(
        "INSERT INTO audit (org_id, seq, at, actor, action, kind, subject, facts, chain)
         VALUES (:org, :seq, :at, :actor, :action, :kind, :subject, :facts, :chain)",
    )?
    .execute(named_params! {
        ":org": row.org, ":seq": row.seq, ":at": row.at, ":actor": row.actor,
        ":action": row.action, ":kind": row.kind, ":subject": row.subject,
        ":facts": row.facts, ":chain": row.chain,
    })?;
    conn.prepare_cached(
        "INSERT INTO audit_head (org_id, seq, chain) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET seq = excluded.seq, chain = excluded.chain",
    )?
    .execute((row.org, row.seq, row.chain))?;
    Ok(())
}

/// The last number and chain value of a school; (0, zeros) before the first.
fn head(conn: &Connection, org: OrgId) -> Result<(i64, [u8; 32])> {
    let found = conn
        .prepare_cached("SELECT seq, chain FROM audit_head WHERE org_id = ?1")?
        .query_row([org], |row| Ok((row.get("seq")?, row.get("chain")?)))
        .optional()?;
    Ok(found.unwrap_or((0, [0; 32])))
}

/// The number of the last entry of a school, 0 before the first.
pub fn last(conn: &Connection, org: OrgId) -> Result<i64> {
    Ok(head(conn, org)?.0)
}

/// The newest entries of a school before one of them, at most `limit`.
pub fn page(
    conn: &Connection,
    org: OrgId,
    filter: &Filter,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let words = |group: super::Group| group.actions().map(Action::as_str).collect::<Vec<_>>();
    let actions = filter.group.map(words);
    let actions = actions.map(|words| serde_json::to_string(&words));
    let before = before.and_then(|seq| i64::try_from(seq).ok());
    let mut statement = conn.prepare_cached(include_str!("sql/page.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":org": org,
            ":before": before.unwrap_or(i64::MAX),
            ":person": filter.person,
            ":actions": actions.transpose()?,
            ":from": filter.from,
            ":to": filter.to,
            ":limit": limit,
        },
        entry,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// An entry as it can be read; what somebody put there by other means is shown as far
/// as it makes sense.
fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let stored = Stored::read(row)?;
    let actor_name: Option<String> = row.get("actor_name")?;
    let action = Action::read(&stored.action);
    Ok(Entry {
        seq: stored.seq.unsigned_abs(),
        at: Timestamp(stored.at),
        actor: stored.actor.map(|id| Person {
            id,
            name: actor_name,
        }),
        action,
        kind: stored.kind.parse().unwrap_or(Kind::Box),
        subject: stored.subject,
        subject_name: row.get("subject_name")?,
        facts: serde_json::from_str(&stored.facts).unwrap_or_default(),
        chain: stored.chain,
    })
}

/// The schools that have a log.
pub fn schools(conn: &Connection) -> Result<Vec<OrgId>> {
    let mut statement = conn.prepare("SELECT org_id FROM audit_head")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Computes the chain of a school from its first entry.
pub fn check(conn: &Connection, org: OrgId) -> Result<Check> {
    let (mut seq, mut chain) = (0, [0; 32]);
    let mut statement = conn.prepare("SELECT * FROM audit WHERE org_id = ?1 ORDER BY seq")?;
    for row in statement.query_map([org], Stored::read)? {
        let row = row?;
        seq += 1_i64;
        chain = row.link(&chain);
        if row.seq != seq || row.chain != chain {
            return Ok(Check {
                entries: seq.unsigned_abs(),
                broken_at: Some(seq.unsigned_abs()),
            });
        }
    }
    let whole = head(conn, org)? == (seq, chain);
    Ok(Check {
        entries: seq.unsigned_abs(),
        broken_at: (!whole).then_some(seq.unsigned_abs() + 1),
    })
}

/// A row as it is kept, whatever its words are.
struct Stored {
    org: String,
    seq: i64,
    at: i64,
    actor: Option<String>,
    action: String,
    kind: String,
    subject: Option<String>,
    facts: String,
    chain: [u8; 32],
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            org: row.get("org_id")?,
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            kind: row.get("kind")?,
            subject: row.get("subject")?,
            facts: row.get("facts")?,
            chain: row.get("chain")?,
        })
    }

    /// Its chain value, given the one before.
    fn link(&self, before: &[u8; 32]) -> [u8; 32] {
        let fields = [
            self.org.as_str(),
            &self.seq.to_string(),
            &self.at.to_string(),
            self.actor.as_deref().unwrap_or_default(),
            &self.action,
            &self.kind,
            self.subject.as_deref().unwrap_or_default(),
            &self.facts,
        ];
        events::link(b"bwenge/audit/1", before, &fields)
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(head(&conn, org).unwrap(), (1, expect));
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
}
