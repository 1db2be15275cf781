//! Every statement on codes of phones, recovery codes and browsers that are trusted.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::accounts::totp::{Factor, Proof, Trusted, code_wrong};
use crate::accounts::{Person, Role};
use crate::error::{Code, Error, Result};
use crate::types::{OrgId, Timestamp, UserId};

/// Wrong codes in a row before only recovery codes count.
const MOST_TRIES: u32 = 100;

fn read_factor(row: &Row<'_>) -> rusqlite::Result<Factor> {
    let tries: u32 = row.get("tries")?;
    Ok(Factor {
        nonce: row.get("nonce")?,
        on_since: row.get("on_since")?,
        last_step: row.get("last_step")?,
        locked: tries >= MOST_TRIES,
    })
}

/// The codes of a person, also those that no first code was typed of yet.
pub fn factor(conn: &Connection, org: OrgId, id: UserId) -> Result<Option<Factor>> {
    Ok(conn
        .prepare_cached("SELECT * FROM totp WHERE org_id = ?1 AND user_id = ?2")?
        .query_row((org, id), read_factor)
        .optional()?)
}

/// Whether a person must type a code on this device.
pub fn is_asked(
    conn: &Connection,
    person: &Person,
    device: [u8; 32],
    now: Timestamp,
) -> Result<bool> {
    let sql = "SELECT 1 FROM totp AS t
               WHERE t.org_id = ?1 AND t.user_id = ?2 AND t.on_since IS NOT NULL
                 AND NOT EXISTS (
                     SELECT 1 FROM totp_trusted AS d
                     WHERE d.org_id = t.org_id AND d.user_id = t.user_id
                       AND d.device = ?3 AND d.until > ?4)";
    let row = (person.org, person.id, device, now);
    Ok(person.role != Role::Learner && conn.prepare_cached(sql)?.exists(row)?)
}

/// Keeps what a new secret is made of, until a first code is typed.
pub fn begin(conn: &Connection, org: OrgId, id: UserId, nonce: &str) -> Result<()> {
    let changed = conn
        .prepare_cached(
            "INSERT INTO totp (org_id, user_id, nonce) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET nonce = excluded.nonce, tries = 0
             WHERE on_since IS NULL",
        )?
        .execute((org, id, nonce))?;
    match changed {
        0 => Err(on_already()),
        _ => Ok(()),
    }
}

/// From now on codes of this nonce are asked for.
pub fn turn_on(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    nonce: &str,
    step: i64,
    now: Timestamp,
) -> Result<()> {
    let changed = conn
        .prepare_cached(
            "UPDATE totp SET on_since = ?4, last_step = ?5, tries = 0
             WHERE org_id = ?1 AND user_id = ?2 AND nonce = ?3 AND on_since IS NULL",
        )?
        .execute((org, id, nonce, now, step))?;
    match changed {
        0 => Err(on_already()),
        _ => Ok(()),
    }
}

/// No codes are asked for any more; whether they were.
pub fn turn_off(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let was_on = factor(conn, org, id)?.is_some_and(|factor| factor.on_since.is_some());
    conn.prepare_cached("DELETE FROM totp WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(was_on)
}

/// Counts a try at a code unless there were too many; whether it may be made.
pub fn count_try(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let changed = conn
        .prepare_cached(
            "UPDATE totp SET tries = tries + 1
             WHERE org_id = ?1 AND user_id = ?2 AND tries < ?3",
        )?
        .execute((org, id, MOST_TRIES))?;
    Ok(changed > 0)
}

/// Uses up what was right; `code_wrong` if somebody did meanwhile.
pub fn spend(conn: &Connection, org: OrgId, id: UserId, proof: &Proof) -> Result<()> {
    let changed = match proof {
        Proof::Step(step) => conn
            .prepare_cached(
                "UPDATE totp SET last_step = ?3, tries = 0
                 WHERE org_id = ?1 AND user_id = ?2 AND on_since IS NOT NULL AND last_step < ?3",
            )?
            .execute((org, id, step))?,
        Proof::Recovery(mac) => {
            let used = conn
                .prepare_cached(
                    "DELETE FROM totp_recovery
                     WHERE org_id = ?1 AND user_id = ?2 AND mac = ?3",
                )?
                .execute((org, id, mac))?;
            // Whoever has these is no guesser.
            conn.prepare_cached("UPDATE totp SET tries = 0 WHERE org_id = ?1 AND user_id = ?2")?
                .execute((org, id))?;
            used
        }
    };
    match changed {
        0 => Err(code_wrong()),
        _ => Ok(()),
    }
}

/// Whether this is kept of one of a person's recovery codes.
pub fn has_recovery(conn: &Connection, org: OrgId, id: UserId, mac: [u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM totp_recovery WHERE org_id = ?1 AND user_id = ?2 AND mac = ?3";
    Ok(conn.prepare_cached(sql)?.exists((org, id, mac))?)
}

/// How many recovery codes are left.
pub fn recovery_left(conn: &Connection, org: OrgId, id: UserId) -> Result<u32> {
    let sql = "SELECT count(*) AS n FROM totp_recovery WHERE org_id = ?1 AND user_id = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row((org, id), |row| row.get("n"))?)
}

/// Replaces the recovery codes by what is kept of new ones.
pub fn put_recovery(conn: &Connection, org: OrgId, id: UserId, macs: &[[u8; 32]]) -> Result<()> {
    conn.prepare_cached("DELETE FROM totp_recovery WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    let mut insert = conn
        .prepare_cached("INSERT INTO totp_recovery (org_id, user_id, mac) VALUES (?1, ?2, ?3)")?;
    for mac in macs {
        insert.execute((org, id, mac))?;
    }
    Ok(())
}

/// Asks for no code on a device until then; it must be known.
pub fn trust(
    conn: &Connection,
    person: &Person,
    device: [u8; 32],
    trusted: &Trusted,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO totp_trusted (org_id, user_id, device, browser, until)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        person.org,
        person.id,
        device,
        &trusted.browser,
        trusted.until,
    ))?;
    Ok(())
}

/// The devices of a person that are trusted now, the last first.
pub fn trusted(conn: &Connection, org: OrgId, id: UserId, now: Timestamp) -> Result<Vec<Trusted>> {
    let mut statement = conn.prepare_cached(
        "SELECT browser, until FROM totp_trusted
         WHERE org_id = ?1 AND user_id = ?2 AND until > ?3 ORDER BY until DESC, device",
    )?;
    let rows = statement.query_map((org, id, now), |row| {
        Ok(Trusted {
            browser: row.get("browser")?,
            until: row.get("until")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Codes are asked for on all devices of a person again.
pub fn distrust(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM totp_trusted WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(())
}

/// Those of a school who type codes.
pub fn users(conn: &Connection, org: OrgId) -> Result<Vec<UserId>> {
    let mut statement = conn.prepare_cached(
        "SELECT u.id FROM totp AS t
         JOIN people AS u ON u.org_id = t.org_id AND u.id = t.user_id
         WHERE t.org_id = ?1 AND t.on_since IS NOT NULL AND u.role <> 'learner' ORDER BY u.id",
    )?;
    let rows = statement.query_map([org], |row| row.get("id"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn on_already() -> Error {
    Error::new(Code::Conflict, "Codes are on already; turn them off first.")
}
