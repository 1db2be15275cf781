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

use std::fs;
use std::sync::OnceLock;

use anyhow::{Context, ensure};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::types::{
    AnswerId, ClassId, ConversationId, InvitationId, LessonId, MessageId, OrgId, PersonaId,
    RolloverId, TermId, Timestamp, UserId,
};
use crate::word_enum;

word_enum! {
    /// Separately numbered rows; the hub may ask for one before another.
    Stream {
        /// Changes of a school's own data.
        Tenants = "tenants",
        /// Facts for statistics, the first to be shed when space is short.
        Analytics = "analytics",
    }
}

word_enum! {
    /// How far `wall_claim` can be believed.
    WallQuality {
        /// Read from the machine's clock, which nobody has confirmed.
        System = "system",
    }
}

/// Everything that can be told to the hub. The words are part of the
/// protocol: variants and fields are added, never changed; a change of meaning
/// is a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the variants say what happened; their fields are named after what they hold"
)]
pub enum Event {
    /// A school was set up.
    OrgCreated { org: OrgId },
    /// A school's name, kind or language changed.
    OrgChanged { org: OrgId },
    /// An account was opened; `role` is its word.
    UserCreated { user: UserId, role: String },
    /// Role or standing of an account changed.
    UserChanged {
        user: UserId,
        role: String,
        active: bool,
    },
    /// A learner got a new short secret; `way` is its word.
    SecretGiven {
        user: UserId,
        by: UserId,
        way: String,
    },
    /// A member of staff got a card that sets a new password, from `by` or, without, from the
    /// terminal of the box.
    RecoveryGiven { user: UserId, by: Option<UserId> },
    /// A member of staff set a new password with a card.
    PasswordRecovered { user: UserId },
    /// A learner got a new badge.
    BadgeGiven { user: UserId, by: UserId },
    /// A learner's badge was made worthless.
    BadgeRevoked { user: UserId, by: UserId },
    /// An account was moved to the trash: nobody signs in with it any more.
    UserTrashed { user: UserId },
    /// An account came back from the trash.
    UserRestored { user: UserId },
    /// An account that nobody had approved was deleted.
    UserRemoved { user: UserId },
    /// What a learner's parents said about their child's data was written down, or taken
    /// back; `state` is the word of where it stands, `version` that of the text they read.
    ConsentRecorded {
        user: UserId,
        by: UserId,
        state: String,
        version: u32,
    },
    /// What follows where parents have not said anything is another; `missing` is its word.
    ConsentRuleChanged { by: UserId, missing: String },
    /// A person was deleted for good, with all that is only about the person; `kind` is the
    /// word for why. Whoever hears of it deletes that id too.
    UserErased { user: UserId, kind: String },
    /// An invitation for so many people was made; `role` is the word of what they become.
    InvitationMade {
        invitation: InvitationId,
        by: UserId,
        role: String,
        uses: u32,
    },
    /// An invitation was taken back.
    InvitationRevoked {
        invitation: InvitationId,
        by: UserId,
    },
    /// Somebody came by an invitation.
    InvitationAccepted {
        invitation: InvitationId,
        user: UserId,
    },
    /// Whether learners may ask for an account with the school's code changed, or the code.
    JoiningChanged { by: UserId, open: bool },
    /// A class was made, renamed, ended or taken up again.
    ClassSaved { class: ClassId },
    /// A class was moved to the trash.
    ClassTrashed { class: ClassId },
    /// A class came back from the trash.
    ClassRestored { class: ClassId },
    /// A class was deleted.
    ClassRemoved { class: ClassId },
    /// People came into a class or left it: how many.
    ClassMembersChanged { class: ClassId, changed: u32 },
    /// A year or term was made or changed.
    TermSaved { term: TermId },
    /// A year or term was deleted.
    TermRemoved { term: TermId },
    /// Classes were taken into another term together: how many.
    RolledOver {
        rollover: RolloverId,
        term: TermId,
        classes: u32,
    },
    /// That was taken back.
    RolloverUndone { rollover: RolloverId },
    /// A lesson was uploaded: its format word and size.
    LessonAdded {
        lesson: LessonId,
        format: String,
        bytes: u64,
    },
    /// A lesson can be searched and cited.
    LessonReady { lesson: LessonId, passages: u32 },
    /// A teacher corrected what was read from a lesson or left parts out:
    /// blocks and pages changed at once.
    LessonCorrected {
        lesson: LessonId,
        by: UserId,
        changes: u32,
    },
    /// A lesson could not be read; `code` says why.
    LessonFailed { lesson: LessonId, code: String },
    /// A lesson and everything made from it was deleted.
    LessonRemoved { lesson: LessonId },
    /// A tutor was created or changed.
    PersonaSaved { persona: PersonaId },
    /// A tutor was deleted.
    PersonaRemoved { persona: PersonaId },
    /// A teacher approved an answer of a tutor, in the tutor's words or, when
    /// `corrected`, in the teacher's.
    AnswerApproved {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
        corrected: bool,
    },
    /// A teacher rejected an answer of a tutor.
    AnswerRejected {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
    },
    /// A teacher took a rejection back; the answer is the tutor's own again.
    AnswerRestored {
        answer: AnswerId,
        persona: PersonaId,
        by: UserId,
    },
    /// Another language model was chosen for the box.
    ModelChosen { model: String },
    /// An administrator moved the time of the box forward; both in milliseconds.
    TimeMoved {
        by: UserId,
        from: Timestamp,
        to: Timestamp,
    },
    /// A question was asked.
    QuestionAsked {
        conversation: ConversationId,
        message: MessageId,
        persona: PersonaId,
    },
    /// An answer ended; `outcome` is a word such as `done` or `cancelled`.
    AnswerFinished {
        message: MessageId,
        outcome: String,
        tokens: u32,
        ms: u64,
    },
}

impl Event {
    /// The stream its rows are numbered in.
    pub fn stream(&self) -> Stream {
        match self {
            Self::QuestionAsked { .. } | Self::AnswerFinished { .. } => Stream::Analytics,
            _ => Stream::Tenants,
        }
    }

    /// The version of the payload's meaning.
    pub fn version(&self) -> u32 {
        1
    }

    /// The type word and the payload as JSON text.
    fn parts(&self) -> Result<(String, String)> {
        let value = serde_json::to_value(self)?;
        let word = value["type"].as_str().context("an event without a type")?;
        Ok((word.to_owned(), value["payload"].to_string()))
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
mod tests {
    use super::*;
    use crate::db::{Which, test_connection};

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
}
