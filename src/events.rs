//! What happened on this box, in an outbox the hub can check.
//!
//! A feature appends an [`Event`] in the transaction that changes its own
//! rows, so one is never there without the other. Rows are numbered without
//! gaps per (epoch, stream) in commit order, and each carries
//!
//! ```text
//! chain(n) = SHA-256("bwenge/event/1" || chain(n-1) || event bytes)
//! ```
//!
//! with 32 zero bytes as chain(0). The event bytes are the columns epoch,
//! stream, seq, org_id, type, v, payload, boot_id, mono_ms, wall_claim and
//! wall_quality in this order as UTF-8 text (numbers in decimal), each after
//! its length as a big-endian u32. Order never comes from the wall clock,
//! which is only claimed.
//!
//! Events hold ids and small facts: no names, no text, no contact data.

mod event;

use std::fs;
use std::sync::OnceLock;

use anyhow::ensure;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::types::{OrgId, Timestamp};
use crate::word_enum;

pub use event::{Event, Stream};

word_enum! {
    /// How far `wall_claim` can be believed.
    WallQuality {
        /// Read from the machine's clock, which nobody has confirmed.
        System = "system",
    }
}

/// Appends `event` of `org` to the outbox within the caller's transaction;
/// answers its number, starting at 1. `at` is the claimed wall time.
pub fn append(conn: &Connection, org: OrgId, event: &Event, at: Timestamp) -> Result<u64> {
    let (kind, payload) = event.parts()?;
    let epoch = epoch(conn)?;
    let stream = event.stream();
    let (last, chain) = head(conn, &epoch, stream)?;
    let mut row = OutboxRow {
        epoch,
        stream,
        seq: last + 1,
        org,
        kind,
        v: event.version(),
        payload,
        boot_id: boot_id().to_owned(),
        mono_ms: uptime_ms(),
        wall_claim: at,
        wall_quality: WallQuality::System,
        chain: [0; 32],
    };
    row.chain = row.link(&chain);
    row.insert(conn)?;
    Ok(row.seq.unsigned_abs())
}

/// The name of this history of the box, made with core.db.
pub fn epoch(conn: &Connection) -> Result<String> {
    Ok(conn
        .prepare_cached("SELECT value FROM meta WHERE key = 'epoch'")?
        .query_row([], |row| row.get(0))?)
}

/// The last number and chain value of a stream; (0, zeros) before the first.
fn head(conn: &Connection, epoch: &str, stream: Stream) -> Result<(i64, [u8; 32])> {
    let found = conn
        .prepare_cached("SELECT seq, chain FROM outbox_head WHERE epoch = ?1 AND stream = ?2")?
        .query_row((epoch, stream), |row| {
            Ok((row.get("seq")?, row.get("chain")?))
        })
        .optional()?;
    Ok(found.unwrap_or((0, [0; 32])))
}

/// Recomputes the chain of a stream from its first row; answers how many rows
/// it has. An error names the first row that does not fit.
pub fn verify(conn: &Connection, stream: Stream) -> Result<u64> {
    let epoch = epoch(conn)?;
    let (mut seq, mut chain) = (0, [0; 32]);
    let mut statement =
        conn.prepare("SELECT * FROM outbox WHERE epoch = ?1 AND stream = ?2 ORDER BY seq")?;
    for row in statement.query_map((&epoch, stream), OutboxRow::read)? {
        let row = row?;
        seq += 1;
        ensure_link(row.seq == seq, stream, seq, "is missing")?;
        chain = row.link(&chain);
        ensure_link(row.chain == chain, stream, seq, "was changed")?;
    }
    let (last, end) = head(conn, &epoch, stream)?;
    ensure_link(
        (last, end) == (seq, chain),
        stream,
        last,
        "is not the last row",
    )?;
    Ok(seq.unsigned_abs())
}

fn ensure_link(holds: bool, stream: Stream, seq: i64, what: &str) -> Result<(), anyhow::Error> {
    ensure!(holds, "outbox {}: number {seq} {what}", stream.as_str());
    Ok(())
}

struct OutboxRow {
    epoch: String,
    stream: Stream,
    seq: i64,
    org: OrgId,
    kind: String,
    v: u32,
    payload: String,
    boot_id: String,
    mono_ms: i64,
    wall_claim: Timestamp,
    wall_quality: WallQuality,
    chain: [u8; 32],
}

impl OutboxRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            epoch: row.get("epoch")?,
            stream: row.get("stream")?,
            seq: row.get("seq")?,
            org: row.get("org_id")?,
            kind: row.get("type")?,
            v: row.get("v")?,
            payload: row.get("payload")?,
            boot_id: row.get("boot_id")?,
            mono_ms: row.get("mono_ms")?,
            wall_claim: row.get("wall_claim")?,
            wall_quality: row.get("wall_quality")?,
            chain: row.get("chain")?,
        })
    }

    fn insert(&self, conn: &Connection) -> Result<()> {
        conn.prepare_cached(
            "INSERT INTO outbox (epoch, stream, seq, org_id, type, v, payload, boot_id, mono_ms,
                                 wall_claim, wall_quality, chain)
             VALUES (:epoch, :stream, :seq, :org, :type, :v, :payload, :boot_id, :mono_ms,
                     :wall_claim, :wall_quality, :chain)",
        )?
        .execute(named_params! {
            ":epoch": self.epoch, ":stream": self.stream, ":seq": self.seq, ":org": self.org,
            ":type": self.kind, ":v": self.v, ":payload": self.payload, ":boot_id": self.boot_id,
            ":mono_ms": self.mono_ms, ":wall_claim": self.wall_claim,
            ":wall_quality": self.wall_quality, ":chain": self.chain,
        })?;
        conn.prepare_cached(
            "INSERT INTO outbox_head (epoch, stream, seq, chain) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET seq = excluded.seq, chain = excluded.chain",
        )?
        .execute((&self.epoch, self.stream, self.seq, self.chain))?;
        Ok(())
    }

    /// This row's chain value, given the one before.
    fn link(&self, before: &[u8; 32]) -> [u8; 32] {
        let fields = [
            self.epoch.as_str(),
            self.stream.as_str(),
            &self.seq.to_string(),
            &self.org.to_string(),
            &self.kind,
            &self.v.to_string(),
            &self.payload,
            &self.boot_id,
            &self.mono_ms.to_string(),
            &self.wall_claim.0.to_string(),
            self.wall_quality.as_str(),
        ];
        link(b"bwenge/event/1", before, &fields)
    }
}

/// The next value of a hash chain: over its label, the value before, and each field
/// after its length.
pub(crate) fn link(label: &[u8], before: &[u8; 32], fields: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(label);
    hasher.update(before);
    for field in fields {
        // No column comes near 4 GB; SQLite's own limit is 1 GB.
        hasher.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        hasher.update(field);
    }
    hasher.finalize().into()
}

/// Names the current boot of the machine; with [`uptime_ms`] it orders and
/// spaces events whatever the wall clock says.
fn boot_id() -> &'static str {
    static BOOT: OnceLock<String> = OnceLock::new();
    BOOT.get_or_init(|| {
        fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .map(|id| id.trim().to_owned())
            // Elsewhere than Linux: this process stands for the boot.
            .unwrap_or_else(|_| uuid::Uuid::new_v4().to_string())
    })
}

/// Milliseconds since the machine started, in steps of 10; 0 when unknown.
fn uptime_ms() -> i64 {
    let seconds = fs::read_to_string("/proc/uptime")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    #[expect(clippy::cast_possible_truncation, reason = "uptimes fit by far")]
    seconds.map_or(0, |s| (s * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests;
