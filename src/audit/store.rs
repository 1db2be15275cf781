//! Every SQL statement on the audit log. It asks `users` for names and not the view of
//! those who are there, because who is in the trash is not erased yet.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params};

use super::{Action, By, Check, Entry, Filter, Kind, Note, Person, Place, Walk};
use crate::error::Result;
use crate::events;
use crate::types::{OrgId, Timestamp};

/// Entries computed at once: a reader that takes long keeps the file from being put in
/// order.
const SLICE: i64 = 2000;

/// Appends an entry within the caller's transaction.
pub fn record(conn: &Connection, by: impl Into<By>, note: Note, at: Timestamp) -> Result<()> {
    let by: By = by.into();
    let last = head(conn, by.org)?;
    // Times are read before the transaction begins, so a later one may begin first; in
    // the log they are in order, so that a time finds its entries.
    let not_before: Option<i64> = conn
        .prepare_cached("SELECT at FROM audit WHERE org_id = ?1 AND seq = ?2")?
        .query_row((by.org, last.seq), |row| row.get("at"))
        .optional()?;
    let mut row = Stored {
        org: by.org.to_string(),
        seq: last.seq + 1,
        at: not_before.map_or(at.0, |before| before.max(at.0)),
        actor: by.user.map(|user| user.to_string()),
        action: note.action.as_str().to_owned(),
        kind: note.action.kind().as_str().to_owned(),
        subject: note.subject,
        facts: serde_json::to_string(&note.facts)?,
        chain: [0; 32],
    };
    row.chain = row.link(&last.chain);
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

/// The last place of a school's log; the beginning where there is none.
fn head(conn: &Connection, org: OrgId) -> Result<Place> {
    let found = conn
        .prepare_cached("SELECT seq, chain FROM audit_head WHERE org_id = ?1")?
        .query_row([org], |row| {
            Ok(Place {
                seq: row.get("seq")?,
                chain: row.get("chain")?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// The newest entries of a school before one of them, at most `limit`.
pub fn page(
    conn: &Connection,
    org: OrgId,
    filter: &Filter,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let before = before.and_then(|seq| i64::try_from(seq).ok());
    let before = before.unwrap_or(i64::MAX);
    let Some(within) = within(conn, org, filter, before)? else {
        return Ok(Vec::new());
    };
    let found = numbers(conn, org, filter, &within, limit)?;
    let mut statement = conn.prepare_cached(include_str!("sql/entries.sql"))?;
    let found = serde_json::to_string(&found)?;
    let rows = statement.query_map(named_params! {":org": org, ":found": found}, entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The first of a school's entries from a time on, and the last before one: times are in
/// the order of numbers.
const SINCE: &str = "SELECT seq FROM audit WHERE org_id = ?1 AND at >= ?2 ORDER BY at, seq LIMIT 1";
const UNTIL: &str =
    "SELECT seq FROM audit WHERE org_id = ?1 AND at < ?2 ORDER BY at DESC, seq DESC LIMIT 1";

/// Which numbers the times of a filter come to; none where there is no entry.
fn within(
    conn: &Connection,
    org: OrgId,
    filter: &Filter,
    before: i64,
) -> Result<Option<Range<i64>>> {
    let seq = |sql: &str, time: Timestamp| -> Result<Option<i64>> {
        let mut statement = conn.prepare_cached(sql)?;
        Ok(statement
            .query_row((org, time), |row| row.get("seq"))
            .optional()?)
    };
    let first = match filter.from {
        Some(time) => seq(SINCE, time)?,
        None => Some(1),
    };
    let last = match filter.to {
        Some(time) => seq(UNTIL, time)?,
        None => Some(i64::MAX - 1),
    };
    Ok(first
        .zip(last)
        .map(|(first, last)| first..before.min(last + 1)))
}

/// The numbers of the newest entries a filter lets through. Each way takes an index in
/// its order and so stops at the limit, however long the log is.
fn numbers(
    conn: &Connection,
    org: OrgId,
    filter: &Filter,
    within: &Range<i64>,
    limit: u32,
) -> Result<Vec<i64>> {
    let read = |sql: &str, params: &[(&str, &dyn ToSql)]| -> Result<Vec<i64>> {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| row.get("seq"))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let (first, before) = (&within.start, &within.end);
    let actions: Option<Vec<&str>> = filter
        .group
        .map(|group| group.actions().map(Action::as_str).collect());
    match (filter.person, actions) {
        (Some(person), actions) => {
            let actions = actions.map(|words| serde_json::to_string(&words));
            let sql = include_str!("sql/of_person.sql");
            read(
                sql,
                named_params! {
                    ":org": org, ":person": person, ":actions": actions.transpose()?,
                    ":first": first, ":before": before, ":limit": limit,
                },
            )
        }
        (None, Some(actions)) => {
            let sql = include_str!("sql/of_action.sql");
            let mut found = Vec::new();
            for action in actions {
                found.extend(read(
                    sql,
                    named_params! {
                        ":org": org, ":action": action,
                        ":first": first, ":before": before, ":limit": limit,
                    },
                )?);
            }
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.truncate(limit as usize);
            Ok(found)
        }
        (None, None) => {
            let sql = include_str!("sql/of_all.sql");
            read(
                sql,
                named_params! {
                    ":org": org, ":first": first, ":before": before, ":limit": limit,
                },
            )
        }
    }
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

/// Goes on computing a school's chain, a slice further.
pub fn walk(conn: &Connection, org: OrgId, from: Place) -> Result<Walk> {
    let mut to = from;
    let mut statement = conn.prepare_cached(
        "SELECT * FROM audit WHERE org_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
    )?;
    let mut seen = 0;
    for row in statement.query_map((org, from.seq, SLICE), Stored::read)? {
        let row = row?;
        seen += 1;
        let chain = row.link(&to.chain);
        if row.seq != to.seq + 1 || row.chain != chain {
            return Ok(Walk::broken(to));
        }
        to = Place {
            seq: row.seq,
            chain,
        };
    }
    if seen == SLICE {
        return Ok(Walk::on(to));
    }
    Ok(match head(conn, org)? == to {
        true => Walk::whole(to),
        false => Walk::broken(to),
    })
}

/// Keeps how far a walk from the first entry came, and whether it ended well.
pub fn keep(conn: &Connection, org: OrgId, walk: &Walk) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO audit_checks (org_id, seq, chain, broken_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET seq = excluded.seq, chain = excluded.chain,
                                   broken_at = excluded.broken_at",
    )?
    .execute((
        org,
        walk.to.seq,
        walk.to.chain,
        walk.broken_at.map(u64::cast_signed),
    ))?;
    Ok(())
}

/// Whether a school's log is as it was written, as far as that is known at once: from
/// where the last walk ended, a slice at most. That the log still has the value that
/// walk came to is looked at too, so a log that was written anew shows.
pub fn check(conn: &Connection, org: OrgId) -> Result<Check> {
    let kept: Option<(Place, Option<u64>)> = conn
        .prepare_cached("SELECT seq, chain, broken_at FROM audit_checks WHERE org_id = ?1")?
        .query_row([org], |row| {
            let (seq, chain) = (row.get("seq")?, row.get("chain")?);
            let broken_at: Option<i64> = row.get("broken_at")?;
            Ok((Place { seq, chain }, broken_at.map(i64::unsigned_abs)))
        })
        .optional()?;
    let (from, mut broken_at) = kept.unwrap_or_default();
    let there: Option<[u8; 32]> = conn
        .prepare_cached("SELECT chain FROM audit WHERE org_id = ?1 AND seq = ?2")?
        .query_row((org, from.seq), |row| row.get("chain"))
        .optional()?;
    if from.seq > 0 && there != Some(from.chain) {
        broken_at = broken_at.or(Some(from.seq.unsigned_abs()));
    }
    let mut entries = from.seq;
    if broken_at.is_none() {
        let walk = walk(conn, org, from)?;
        (entries, broken_at) = (walk.to.seq, walk.broken_at);
    }
    Ok(Check {
        entries: entries.unsigned_abs(),
        total: head(conn, org)?.seq.unsigned_abs(),
        broken_at,
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
            (include_str!("sql/of_all.sql"), ["PRIMARY KEY"].as_slice()),
            (include_str!("sql/of_action.sql"), &["audit_actions"]),
            (
                include_str!("sql/of_person.sql"),
                &["audit_actors", "audit_people"],
            ),
            (include_str!("sql/entries.sql"), &["seq=?"]),
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
}
