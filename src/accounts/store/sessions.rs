//! Every statement on `sessions` and `devices`.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::accounts::Actor;
use crate::accounts::sessions::Session;
use crate::error::Result;
use crate::types::{OrgId, SessionId, UserId};

/// Sessions of one person at once; the least used one makes room. Enough for
/// a class that shares an account.
const MOST_SESSIONS: i64 = 100;
/// Devices remembered per person.
const MOST_DEVICES: i64 = 100;

fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        org: row.get("org_id")?,
        user: row.get("user_id")?,
        generation: row.get("generation")?,
        rotated_at: row.get("rotated_at")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        browser: row.get("browser")?,
        shared: row.get("shared")?,
        idle_ms: row.get("idle_ms")?,
        most_ms: row.get("most_ms")?,
        replaces: None,
    })
}

/// Every session of active people, with what they may do.
pub fn live_sessions(conn: &Connection) -> Result<Vec<(Session, Actor)>> {
    let mut statement = conn.prepare(include_str!("../sql/live_sessions.sql"))?;
    let rows = statement.query_map([], |row| {
        let session = read_session(row)?;
        let actor = Actor {
            org: session.org,
            user: session.user,
            role: row.get("role")?,
            platform_admin: row.get("platform_admin")?,
            session: session.id,
            language: row.get("language")?,
        };
        Ok((session, actor))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn session(conn: &Connection, id: SessionId) -> Result<Option<Session>> {
    Ok(conn
        .prepare_cached("SELECT * FROM sessions WHERE id = ?1")?
        .query_row([id], read_session)
        .optional()?)
}

/// Ends all sessions on devices that others use too; how many.
pub fn delete_shared_sessions(conn: &Connection) -> Result<usize> {
    Ok(conn.execute("DELETE FROM sessions WHERE shared", [])?)
}

/// Adds a session, forgives earlier tries and notes that its person was here; answers the sessions
/// that end for it: the one the browser carried, and those that had to make room.
pub fn insert_session(conn: &Connection, session: &Session) -> Result<Vec<SessionId>> {
    conn.prepare_cached("UPDATE users SET tries = 0 WHERE org_id = ?1 AND id = ?2 AND tries > 0")?
        .execute((session.org, session.user))?;
    let mut ended: Vec<SessionId> = conn
        .prepare_cached("DELETE FROM sessions WHERE id = ?1 RETURNING id")?
        .query_map([session.replaces], |row| row.get("id"))?
        .collect::<rusqlite::Result<_>>()?;
    let room: Vec<SessionId> = conn
        .prepare_cached(
            "DELETE FROM sessions WHERE id IN (
                 SELECT id FROM sessions WHERE org_id = ?1 AND user_id = ?2
                 ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ?3)
             RETURNING id",
        )?
        .query_map((session.org, session.user, MOST_SESSIONS - 1), |row| {
            row.get("id")
        })?
        .collect::<rusqlite::Result<_>>()?;
    conn.prepare_cached(
        "INSERT INTO sessions (id, org_id, user_id, generation, rotated_at, created_at,
                               last_used_at, browser, shared, idle_ms, most_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        session.id,
        session.org,
        session.user,
        session.generation,
        session.rotated_at,
        session.created_at,
        session.last_used_at,
        &session.browser,
        session.shared,
        session.idle_ms,
        session.most_ms,
    ))?;
    seen(conn, session)?;
    ended.extend(room);
    Ok(ended)
}

/// Saves a session after its turn.
pub fn update_session(conn: &Connection, session: &Session) -> Result<()> {
    conn.prepare_cached(
        "UPDATE sessions SET generation = ?2, rotated_at = ?3, created_at = ?4, last_used_at = ?5
         WHERE id = ?1",
    )?
    .execute((
        session.id,
        session.generation,
        session.rotated_at,
        session.created_at,
        session.last_used_at,
    ))?;
    seen(conn, session)
}

fn seen(conn: &Connection, session: &Session) -> Result<()> {
    conn.prepare_cached("UPDATE users SET last_seen_at = ?3 WHERE org_id = ?1 AND id = ?2")?
        .execute((session.org, session.user, session.last_used_at))?;
    Ok(())
}

/// The sessions of a person.
pub fn sessions_of(conn: &Connection, org: OrgId, user: UserId) -> Result<Vec<Session>> {
    let sql = "SELECT * FROM sessions WHERE org_id = ?1 AND user_id = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map((org, user), read_session)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Every session, also of people who may not sign in now.
pub fn sessions(conn: &Connection) -> Result<Vec<Session>> {
    let mut statement = conn.prepare("SELECT * FROM sessions")?;
    let rows = statement.query_map([], read_session)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn delete_session(conn: &Connection, id: SessionId) -> Result<()> {
    conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Deletes the sessions of a person but `keep`; answers which.
pub fn delete_sessions_of(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<Vec<SessionId>> {
    Ok(conn
        .prepare_cached(
            "DELETE FROM sessions WHERE org_id = ?1 AND user_id = ?2 AND id IS NOT ?3 RETURNING id",
        )?
        .query_map((org, user, keep), |row| row.get("id"))?
        .collect::<rusqlite::Result<_>>()?)
}

/// Whether a person has signed in on this device before.
pub fn knows_device(conn: &Connection, org: OrgId, user: UserId, device: [u8; 32]) -> Result<bool> {
    let sql = "SELECT 1 FROM devices WHERE org_id = ?1 AND user_id = ?2 AND device = ?3";
    Ok(conn.prepare_cached(sql)?.exists((org, user, device))?)
}

pub fn remember_device(conn: &Connection, session: &Session, device: [u8; 32]) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO devices (org_id, user_id, device, last_used_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET last_used_at = excluded.last_used_at",
    )?
    .execute((session.org, session.user, device, session.created_at))?;
    conn.prepare_cached(
        "DELETE FROM devices WHERE org_id = ?1 AND user_id = ?2 AND device IN (
             SELECT device FROM devices WHERE org_id = ?1 AND user_id = ?2
             ORDER BY last_used_at DESC LIMIT -1 OFFSET ?3)",
    )?
    .execute((session.org, session.user, MOST_DEVICES))?;
    Ok(())
}

/// Forgets the devices of a person, whose password somebody else may know.
pub fn forget_devices(conn: &Connection, org: OrgId, user: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM devices WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, user))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::school;
    use super::*;
    use crate::db::{Which, test_connection};
    use crate::types::Timestamp;

    #[test]
    fn the_least_used_of_many_sessions_makes_room() {
        let conn = test_connection(Which::Core).unwrap();
        let (org, user) = school(&conn);
        let begin = |n| Session::begin(org, user, Timestamp(n));
        let first = begin(0);
        insert_session(&conn, &first).unwrap();
        for n in 1..MOST_SESSIONS {
            assert_eq!(insert_session(&conn, &begin(n)).unwrap(), []);
        }
        let room = insert_session(&conn, &begin(MOST_SESSIONS)).unwrap();
        assert_eq!(room, [first.id]);
        assert_eq!(live_sessions(&conn).unwrap().len(), 100);
    }

    #[test]
    fn devices_are_known_to_their_person_only() {
        let conn = test_connection(Which::Core).unwrap();
        let (org, user) = school(&conn);
        let (other_org, other) = school(&conn);
        let session = Session::begin(org, user, Timestamp(1));
        insert_session(&conn, &session).unwrap();
        remember_device(&conn, &session, [1; 32]).unwrap();
        let known = |org, user, byte| knows_device(&conn, org, user, [byte; 32]).unwrap();
        assert!(known(org, user, 1));
        assert!(!known(org, user, 2));
        assert!(!known(other_org, other, 1));
        assert!(!known(org, other, 1));
        for n in 0..MOST_DEVICES {
            let later = Session::begin(org, user, Timestamp(2 + n));
            let name = u8::try_from(n + 2).unwrap();
            remember_device(&conn, &later, [name; 32]).unwrap();
        }
        assert!(!known(org, user, 1), "the oldest makes room");
        forget_devices(&conn, org, user).unwrap();
        assert!(!known(org, user, 50));
    }
}
