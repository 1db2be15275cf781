//! What is handed out about a person: one table for each part, without secrets, without the
//! names of others, and without the words of lessons, which are the school's.

use anyhow::anyhow;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, named_params};
use serde_json::Value;

use crate::blobs::BlobHash;
use crate::error::Result;
use crate::types::{LessonId, OrgId, UserId};

/// A part of what is handed out.
#[derive(Debug)]
pub struct Part {
    /// What its files are called.
    pub name: &'static str,
    /// The columns that name the person, as `table.column`.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the test that compares them with the schema")
    )]
    pub of: &'static [&'static str],
    /// The columns that hold JSON.
    pub json: &'static [&'static str],
    /// Its rows, of `:org` and `:user`.
    pub sql: &'static str,
}

/// The parts in the order of the archive.
pub const PARTS: &[Part] = &[
    Part {
        name: "account",
        of: &["users.id"],
        json: &[],
        sql:
            "SELECT u.id, u.name, u.username, u.number, u.role, u.age, u.platform_admin, u.language,
                     u.way AS signs_in_with, u.active, o.name AS school, u.created_at,
                     u.updated_at, u.last_seen_at, u.trashed_at
              FROM users AS u JOIN orgs AS o ON o.id = u.org_id
              WHERE u.org_id = :org AND u.id = :user",
    },
    Part {
        name: "classes",
        of: &["class_members.user_id"],
        json: &[],
        sql: "SELECT c.name, t.name AS term, c.archived_at, c.trashed_at
              FROM class_members AS m
              JOIN classes AS c ON c.org_id = m.org_id AND c.id = m.class_id
              LEFT JOIN class_terms AS ct ON ct.org_id = c.org_id AND ct.class_id = c.id
              LEFT JOIN terms AS t ON t.org_id = ct.org_id AND t.id = ct.term_id
              WHERE m.org_id = :org AND m.user_id = :user ORDER BY c.created_at, c.id",
    },
    Part {
        name: "conversations",
        of: &["conversations.user_id"],
        json: &[],
        sql: "SELECT c.id, p.name AS tutor, c.title, c.created_at, c.updated_at
              FROM conversations AS c LEFT JOIN personas AS p ON p.id = c.persona_id
              WHERE c.org_id = :org AND c.user_id = :user ORDER BY c.created_at, c.id",
    },
    Part {
        name: "messages",
        of: &["messages.user_id"],
        json: &["citations"],
        sql: include_str!("../sql/messages.sql"),
    },
    Part {
        name: "lessons",
        of: &["lessons.created_by"],
        json: &[],
        sql: "SELECT id, title, subject, language, format, file_name, bytes, shared, status,
                     created_at, updated_at
              FROM lessons WHERE org_id = :org AND created_by = :user ORDER BY created_at, id",
    },
    Part {
        name: "corrections",
        of: &["lesson_edits.edited_by"],
        json: &[],
        sql: "SELECT l.title AS lesson, e.key AS place, e.text, e.edited_at
              FROM lesson_edits AS e JOIN lessons AS l ON l.id = e.lesson_id
              WHERE l.org_id = :org AND e.edited_by = :user ORDER BY e.edited_at, l.id, e.key",
    },
    Part {
        name: "uploads",
        of: &["uploads.owner"],
        json: &[],
        sql: "SELECT file_name, title, subject, language, bytes, received, created_at, expires_at
              FROM uploads WHERE org_id = :org AND owner = :user ORDER BY created_at, id",
    },
    Part {
        name: "copies",
        of: &["stick_copies.owner"],
        json: &[],
        sql: "SELECT s.stick_name AS stick, s.subject, s.language, s.created_at,
                     (SELECT count(*) FROM stick_files AS f WHERE f.copy_id = s.id) AS files
              FROM stick_copies AS s
              WHERE s.org_id = :org AND s.owner = :user ORDER BY s.created_at, s.id",
    },
    Part {
        name: "decisions",
        of: &["answers.decided_by"],
        json: &[],
        sql: "SELECT id, standing, iif(corrected, text, NULL) AS own_words, decided_at
              FROM answers WHERE org_id = :org AND decided_by = :user ORDER BY decided_at, id",
    },
    Part {
        name: "keys",
        of: &["api_keys.created_by"],
        json: &["scopes"],
        sql: "SELECT name, scopes, rate, created_at, last_used_at, revoked_at
              FROM api_keys WHERE org_id = :org AND created_by = :user ORDER BY created_at, id",
    },
    Part {
        name: "invitations",
        of: &["invitations.made_by"],
        json: &[],
        sql: "SELECT id, role, uses, used, created_at, expires_at
              FROM invitations WHERE org_id = :org AND made_by = :user ORDER BY created_at, id",
    },
    Part {
        name: "lists",
        of: &["imports.sent_by"],
        json: &[],
        sql: "SELECT file_name, state, total, done, created_at
              FROM imports WHERE org_id = :org AND sent_by = :user ORDER BY created_at, id",
    },
    Part {
        name: "sessions",
        of: &["sessions.user_id"],
        json: &[],
        sql: "SELECT browser, shared, created_at, last_used_at
              FROM sessions WHERE org_id = :org AND user_id = :user ORDER BY created_at, id",
    },
    Part {
        name: "devices",
        of: &["devices.user_id"],
        json: &[],
        sql: "SELECT last_used_at FROM devices WHERE org_id = :org AND user_id = :user
              ORDER BY last_used_at, device",
    },
    Part {
        name: "cards",
        of: &[
            "badges.user_id",
            "recovery_cards.user_id",
            "waiting.user_id",
        ],
        json: &[],
        sql: "SELECT 'badge' AS kind, created_at, NULL AS expires_at
              FROM badges WHERE org_id = :org AND user_id = :user
              UNION ALL
              SELECT 'recovery_' || kind, created_at, expires_at
              FROM recovery_cards WHERE org_id = :org AND user_id = :user
              UNION ALL
              SELECT 'asked_for_account', asked_at, NULL
              FROM waiting WHERE org_id = :org AND user_id = :user
              ORDER BY 2, 1",
    },
    Part {
        name: "codes",
        of: &[
            "totp.user_id",
            "totp_recovery.user_id",
            "totp_trusted.user_id",
        ],
        json: &[],
        sql: "SELECT 'phone' AS kind, NULL AS browser, on_since AS on_since_at, NULL AS until_at
              FROM totp WHERE org_id = :org AND user_id = :user
              UNION ALL
              SELECT 'recovery_code', NULL, NULL, NULL
              FROM totp_recovery WHERE org_id = :org AND user_id = :user
              UNION ALL
              SELECT 'trusted_browser', browser, NULL, until
              FROM totp_trusted WHERE org_id = :org AND user_id = :user
              ORDER BY 1, 2",
    },
    Part {
        name: "consents",
        of: &["consents.user_id", "consents.recorded_by"],
        json: &[],
        sql: "SELECT seq AS number, at, state, giver, way, version, undoes,
                     iif(user_id = :user, note, NULL) AS note,
                     iif(user_id = :user, 1, 0) AS about_you,
                     iif(recorded_by = :user, 1, 0) AS written_by_you
              FROM consents
              WHERE org_id = :org AND (user_id = :user OR recorded_by = :user)
              ORDER BY seq",
    },
    Part {
        name: "log",
        of: &["audit.actor", "audit.subject"],
        json: &["facts"],
        sql: "SELECT seq AS number, at, action, kind, subject, facts,
                     iif(actor = :user, 1, 0) AS done_by_you
              FROM audit
              WHERE org_id = :org
                AND (actor = :user OR kind = 'person' AND subject = :user)
              ORDER BY seq",
    },
];

/// Rows of a part.
#[derive(Debug)]
pub struct Page {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// Their values.
    pub rows: Vec<Vec<Value>>,
}

/// Some rows of a part, from one on.
pub fn page(
    conn: &Connection,
    part: &Part,
    (org, user): (OrgId, UserId),
    from: usize,
    most: usize,
) -> Result<Page> {
    let sql = format!("SELECT * FROM ({}) LIMIT :most OFFSET :from", part.sql);
    let mut statement = conn.prepare_cached(&sql)?;
    let columns: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(Into::into)
        .collect();
    let mut found = statement.query(named_params! {
        ":org": org, ":user": user, ":most": most as i64, ":from": from as i64,
    })?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut cells = Vec::with_capacity(columns.len());
        for (n, column) in columns.iter().enumerate() {
            cells.push(match value(row.get_ref(n)?)? {
                Value::Number(ms) if is_time(column) => time(ms.as_i64().unwrap_or_default()),
                Value::String(text) if part.json.contains(&column.as_str()) => {
                    serde_json::from_str(&text)?
                }
                value => value,
            });
        }
        rows.push(cells);
    }
    Ok(Page { columns, rows })
}

fn value(value: ValueRef<'_>) -> Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(_) => return Err(anyhow!("bytes are not handed out").into()),
    })
}

fn is_time(column: &str) -> bool {
    column == "at" || column.ends_with("_at")
}

/// A time in milliseconds as people and programs read it.
fn time(ms: i64) -> Value {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    time.to_string().into()
}

/// The originals of the lessons a person brought in, with the names the files had.
pub fn originals(
    conn: &Connection,
    org: OrgId,
    user: UserId,
) -> Result<Vec<(LessonId, BlobHash, String)>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, original, file_name FROM lessons WHERE org_id = ?1 AND created_by = ?2
         ORDER BY created_at, id",
    )?;
    let rows = statement.query_map((org, user), |row| {
        Ok((row.get("id")?, row.get("original")?, row.get("file_name")?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
