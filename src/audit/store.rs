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
mod tests;
