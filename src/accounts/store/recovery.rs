//! Every statement on cards with which staff set a new password.

use rusqlite::{Connection, OptionalExtension};

use super::read_person;
use crate::accounts::recovery::Kind;
use crate::accounts::{Person, noted};
use crate::audit::{self, Action, By};
use crate::error::Result;
use crate::events::{self, Event};
use crate::types::{OrgId, Timestamp, UserId};

/// Keeps a card by the hash of its code, in place of the one before of its kind, and says
/// so in the outbox. Nobody's is one that was asked for at the terminal; it turns off the
/// codes of a phone as well.
pub fn put(
    conn: &Connection,
    person: &Person,
    kind: Kind,
    sha256: [u8; 32],
    by: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO recovery_cards
             (org_id, user_id, kind, sha256, created_at, expires_at, lifts_totp)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        person.org,
        person.id,
        kind,
        sha256,
        now,
        kind.expires_at(now),
        by.is_none(),
    ))?;
    let event = Event::RecoveryGiven {
        user: person.id,
        by,
    };
    events::append(conn, person.org, &event, now)?;
    let action = match kind {
        Kind::Given => Action::RecoveryGiven,
        Kind::Own => Action::OwnRecoveryMade,
    };
    let org = person.org;
    let by = by.map_or(By::the_box(org), |user| By::person(org, user));
    audit::record(conn, by, noted::person(action, person.id), now)
}

/// Keeps that a note of the terminal was taken in; false when it was before.
pub fn remember_note(conn: &Connection, sha256: [u8; 32]) -> Result<bool> {
    let added = conn
        .prepare_cached("INSERT INTO terminal_notes (sha256) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([sha256])?;
    Ok(added > 0)
}

/// The member of staff whose card this is, if it counts now.
pub fn holder(conn: &Connection, sha256: [u8; 32], now: Timestamp) -> Result<Option<Person>> {
    Ok(conn
        .prepare_cached(
            "SELECT u.* FROM recovery_cards AS c
             JOIN people AS u ON u.org_id = c.org_id AND u.id = c.user_id
             WHERE c.sha256 = ?1 AND (c.expires_at IS NULL OR c.expires_at > ?2)
               AND u.active AND u.role <> 'learner'",
        )?
        .query_row((sha256, now), read_person)
        .optional()?)
}

/// Whether a card also turns off the codes of a phone.
pub fn lifts_codes(conn: &Connection, sha256: [u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM recovery_cards WHERE sha256 = ?1 AND lifts_totp";
    Ok(conn.prepare_cached(sql)?.exists([sha256])?)
}

/// When a person made the own card.
pub fn own_since(conn: &Connection, org: OrgId, id: UserId) -> Result<Option<Timestamp>> {
    Ok(conn
        .prepare_cached(
            "SELECT created_at FROM recovery_cards
             WHERE org_id = ?1 AND user_id = ?2 AND kind = 'own'",
        )?
        .query_row((org, id), |row| row.get("created_at"))
        .optional()?)
}

/// Forgets all cards of a person: one was used, or somebody else set the password.
pub fn forget_all(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM recovery_cards WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(())
}

/// Whoever has a new password needs no card that somebody gave for the old one.
pub fn forget_given(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM recovery_cards WHERE org_id = ?1 AND user_id = ?2 AND kind = 'given'",
    )?
    .execute((org, id))?;
    Ok(())
}

/// The staff of the box with this user name, in the school of this name if one is said.
pub fn staff_called(conn: &Connection, key: &str, school: Option<&str>) -> Result<Vec<Person>> {
    let mut statement = conn.prepare_cached(
        "SELECT u.* FROM people AS u JOIN orgs AS o ON o.id = u.org_id
         WHERE u.username_key = ?1 AND u.role <> 'learner'
           AND (?2 IS NULL OR o.name = ?2 COLLATE NOCASE)",
    )?;
    let rows = statement.query_map((key, school), read_person)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
