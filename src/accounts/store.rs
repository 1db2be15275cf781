//! Every statement on `orgs`, `users`, `sessions` and `devices`.
//!
//! Functions on a connection, called inside a write or read of `db.core`.
//! Whatever belongs to a school is asked for with the school's id. Reads ask the
//! view `people`, which leaves out who is in the trash.

pub(super) mod arrivals;
pub(super) mod erasing;
pub(super) mod recovery;
pub(super) mod trash;
pub(super) mod waiting;

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::names::Username;
use super::password::NOBODY;
use super::sessions::Session;
use super::{Actor, Org, Person, Role, Way};
use crate::error::{Code, Error, OnConstraint, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{OrgId, SessionId, Timestamp, UserId};

/// Sessions of one person at once; the least used one makes room. Enough for
/// a class that shares an account.
const MOST_SESSIONS: i64 = 100;
/// Devices remembered per person.
const MOST_DEVICES: i64 = 100;

/// The random name of this box.
pub(super) fn box_id(conn: &Connection) -> Result<String> {
    let sql = "SELECT value FROM meta WHERE key = 'box_id'";
    Ok(conn.query_row(sql, [], |row| row.get("value"))?)
}

fn read_org(row: &Row<'_>) -> rusqlite::Result<Org> {
    Ok(Org {
        id: row.get("id")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        language: row.get("language")?,
    })
}

/// All schools of the box, the oldest first.
pub(super) fn orgs(conn: &Connection) -> Result<Vec<Org>> {
    let mut statement = conn.prepare_cached("SELECT * FROM orgs ORDER BY created_at, id")?;
    let rows = statement.query_map([], read_org)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn org(conn: &Connection, id: OrgId) -> Result<Org> {
    conn.prepare_cached("SELECT * FROM orgs WHERE id = ?1")?
        .query_row([id], read_org)
        .or_not_found("school")
}

fn insert_org(conn: &Connection, org: &Org, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO orgs (id, name, kind, language, created_at, updated_at)
         VALUES (:id, :name, :kind, :language, :now, :now)",
    )?
    .execute(named_params! {
        ":id": org.id, ":name": org.name, ":kind": org.kind, ":language": org.language, ":now": now,
    })?;
    Ok(())
}

pub(super) fn update_org(conn: &Connection, org: &Org, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE orgs SET name = :name, kind = :kind, language = :language, updated_at = :now
         WHERE id = :id",
    )?
    .execute(named_params! {
        ":id": org.id, ":name": org.name, ":kind": org.kind, ":language": org.language, ":now": now,
    })?;
    Ok(())
}

/// Adds a school with its first administrator, and says so in the outbox.
pub(super) fn insert_school(
    conn: &Connection,
    org: &Org,
    admin: &Person,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    insert_org(conn, org, now)?;
    events::append(conn, org.id, &Event::OrgCreated { org: org.id }, now)?;
    insert_person(conn, admin, hash)
}

fn read_person(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get("id")?,
        org: row.get("org_id")?,
        name: row.get("name")?,
        username: Username {
            shown: row.get("username")?,
            key: row.get("username_key")?,
        },
        number: row.get("number")?,
        role: row.get("role")?,
        platform_admin: row.get("platform_admin")?,
        language: row.get("language")?,
        way: row.get("way")?,
        active: row.get("active")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}

/// The people of a school by name.
pub(super) fn people(conn: &Connection, org: OrgId) -> Result<Vec<Person>> {
    let sql = "SELECT * FROM people WHERE org_id = ?1 ORDER BY name COLLATE NOCASE, id";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([org], read_person)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn person(conn: &Connection, org: OrgId, id: UserId) -> Result<Person> {
    conn.prepare_cached("SELECT * FROM people WHERE org_id = ?1 AND id = ?2")?
        .query_row((org, id), read_person)
        .or_not_found("person")
}

/// A person and the stored hash of the secret, by id.
pub(super) fn by_id(conn: &Connection, org: OrgId, id: UserId) -> Result<Option<(Person, String)>> {
    Ok(conn
        .prepare_cached("SELECT * FROM people WHERE org_id = ?1 AND id = ?2")?
        .query_row((org, id), |row| {
            Ok((read_person(row)?, row.get("password_hash")?))
        })
        .optional()?)
}

/// The person of a badge and the stored hash of the secret.
pub(super) fn by_badge(conn: &Connection, badge: [u8; 32]) -> Result<Option<(Person, String)>> {
    Ok(conn
        .prepare_cached(
            "SELECT u.* FROM badges AS b
             JOIN people AS u ON u.org_id = b.org_id AND u.id = b.user_id
             WHERE b.sha256 = ?1",
        )?
        .query_row([badge], |row| {
            Ok((read_person(row)?, row.get("password_hash")?))
        })
        .optional()?)
}

/// Keeps the badge of a person who has none.
pub(super) fn put_badge(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    badge: [u8; 32],
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached("INSERT INTO badges VALUES (?1, ?2, ?3, ?4)")?
        .execute((org, id, badge, now))?;
    Ok(())
}

/// Forgets the badge of a person; whether there was one.
pub(super) fn delete_badge(conn: &Connection, org: OrgId, id: UserId) -> Result<bool> {
    let gone = conn
        .prepare_cached("DELETE FROM badges WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, id))?;
    Ok(gone > 0)
}

/// A person and the stored hash of the secret, by folded user name.
pub(super) fn by_username(
    conn: &Connection,
    org: OrgId,
    key: &str,
) -> Result<Option<(Person, String)>> {
    Ok(conn
        .prepare_cached("SELECT * FROM people WHERE org_id = ?1 AND username_key = ?2")?
        .query_row((org, key), |row| {
            Ok((read_person(row)?, row.get("password_hash")?))
        })
        .optional()?)
}

pub(super) fn password_hash(conn: &Connection, org: OrgId, id: UserId) -> Result<String> {
    conn.prepare_cached("SELECT password_hash FROM people WHERE org_id = ?1 AND id = ?2")?
        .query_row((org, id), |row| row.get("password_hash"))
        .or_not_found("person")
}

/// Adds a person, and says so in the outbox.
pub(super) fn insert_person(conn: &Connection, person: &Person, hash: &str) -> Result<()> {
    refuse_taken_number(conn, person)?;
    conn.prepare_cached(include_str!("sql/insert_person.sql"))?
        .execute(named_params! {
            ":org": person.org, ":id": person.id, ":name": person.name,
            ":username": person.username.shown, ":username_key": person.username.key,
            ":role": person.role, ":platform_admin": person.platform_admin,
            ":number": person.number, ":language": person.language, ":way": person.way,
            ":password_hash": hash, ":active": person.active, ":now": person.created_at,
        })
        .on_constraint("users.username_key", || {
            Error::new(Code::NameTaken, "Somebody here has that user name.").with_field("username")
        })?;
    let event = Event::UserCreated {
        user: person.id,
        role: person.role.as_str().to_owned(),
    };
    events::append(conn, person.org, &event, person.created_at)?;
    Ok(())
}

/// Refuses a number that is another's.
fn refuse_taken_number(conn: &Connection, person: &Person) -> Result<()> {
    let sql = "SELECT 1 FROM people WHERE org_id = ?1 AND number = ?2 AND id <> ?3";
    let mut taken = conn.prepare_cached(sql)?;
    match taken.exists((person.org, &person.number, person.id))? {
        true => {
            Err(Error::new(Code::Conflict, "Somebody here has that number.").with_field("number"))
        }
        false => Ok(()),
    }
}

/// Saves name, number, role, language and standing.
pub(super) fn update_person(conn: &Connection, person: &Person, now: Timestamp) -> Result<()> {
    refuse_taken_number(conn, person)?;
    conn.prepare_cached(
        "UPDATE users SET name = :name, number = :number, role = :role,
                          platform_admin = :platform_admin, language = :language,
                          active = :active, updated_at = :now
         WHERE org_id = :org AND id = :id",
    )?
    .execute(named_params! {
        ":org": person.org, ":id": person.id, ":name": person.name, ":number": person.number,
        ":role": person.role, ":platform_admin": person.platform_admin,
        ":language": person.language, ":active": person.active, ":now": now,
    })?;
    // However it is opened, an open account waits for nobody.
    if person.active {
        waiting::delete(conn, person.org, person.id)?;
    }
    Ok(())
}

/// Replaces what a person signs in with; tries begin anew.
pub(super) fn set_secret(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    way: Way,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "UPDATE users SET way = ?3, password_hash = ?4, tries = 0, updated_at = ?5
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute((org, id, way, hash, now))?;
    recovery::forget_given(conn, org, id)
}

/// Counts a try at a secret unless there were `most`; how many there are with it, none
/// when it may not be made.
pub(super) fn count_try(
    conn: &Connection,
    org: OrgId,
    id: UserId,
    most: u32,
) -> Result<Option<u32>> {
    Ok(conn
        .prepare_cached(
            "UPDATE users SET tries = tries + 1 WHERE org_id = ?1 AND id = ?2 AND tries < ?3
             RETURNING tries",
        )?
        .query_row((org, id, most), |row| row.get("tries"))
        .optional()?)
}

/// Takes back a try that was not made.
pub(super) fn uncount_try(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached(
        "UPDATE users SET tries = max(tries - 1, 0) WHERE org_id = ?1 AND id = ?2",
    )?
    .execute((org, id))?;
    Ok(())
}

/// Deletes a person with sessions, devices and chats.
pub(super) fn delete_person(conn: &Connection, org: OrgId, id: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM users WHERE org_id = ?1 AND id = ?2")?
        .execute((org, id))
        .on_constraint("FOREIGN KEY", || {
            Error::new(Code::Conflict, "Other things still belong to this person.")
        })?;
    Ok(())
}

/// Refuses to lose `admin` when nobody else could run the school or the box.
pub(super) fn refuse_last_admin(conn: &Connection, admin: &Person) -> Result<()> {
    let of_school = "SELECT 1 FROM people
                     WHERE org_id = ?1 AND id <> ?2 AND role = ?3 AND active
                       AND password_hash <> ?4";
    let others = conn
        .prepare_cached(of_school)?
        // Whoever came by a list can not sign in yet.
        .exists((admin.org, admin.id, Role::Admin, NOBODY))?;
    // Whoever runs the box may belong to any school.
    let of_box = "SELECT 1 FROM people WHERE id <> ?1 AND platform_admin AND active";
    let box_is_run = !admin.platform_admin || conn.prepare_cached(of_box)?.exists([admin.id])?;
    if admin.active && !(others && box_is_run) {
        let detail = "This is the last administrator; make another one first.";
        return Err(Error::new(Code::Conflict, detail));
    }
    Ok(())
}

/// Active people of a school by role.
pub(super) fn count_by_role(conn: &Connection, org: OrgId) -> Result<HashMap<Role, u32>> {
    let sql = "SELECT role, count(*) AS n FROM people WHERE org_id = ?1 AND active GROUP BY role";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([org], |row| Ok((row.get("role")?, row.get("n")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

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
    })
}

/// Every session of active people, with what they may do.
pub(super) fn live_sessions(conn: &Connection) -> Result<Vec<(Session, Actor)>> {
    let mut statement = conn.prepare(include_str!("sql/live_sessions.sql"))?;
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

pub(super) fn session(conn: &Connection, id: SessionId) -> Result<Option<Session>> {
    Ok(conn
        .prepare_cached("SELECT * FROM sessions WHERE id = ?1")?
        .query_row([id], read_session)
        .optional()?)
}

/// Adds a session, forgives earlier tries and notes that its person was here; answers the sessions
/// that had to make room.
pub(super) fn insert_session(conn: &Connection, session: &Session) -> Result<Vec<SessionId>> {
    conn.prepare_cached("UPDATE users SET tries = 0 WHERE org_id = ?1 AND id = ?2 AND tries > 0")?
        .execute((session.org, session.user))?;
    let room = conn
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
                               last_used_at, browser, shared)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
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
    ))?;
    seen(conn, session)?;
    Ok(room)
}

/// Saves a session after its turn.
pub(super) fn update_session(conn: &Connection, session: &Session) -> Result<()> {
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
pub(super) fn sessions_of(conn: &Connection, org: OrgId, user: UserId) -> Result<Vec<Session>> {
    let sql = "SELECT * FROM sessions WHERE org_id = ?1 AND user_id = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map((org, user), read_session)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Every session, also of people who may not sign in now.
pub(super) fn sessions(conn: &Connection) -> Result<Vec<Session>> {
    let mut statement = conn.prepare("SELECT * FROM sessions")?;
    let rows = statement.query_map([], read_session)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn delete_session(conn: &Connection, id: SessionId) -> Result<()> {
    conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Deletes the sessions of a person but `keep`; answers which.
pub(super) fn delete_sessions_of(
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
pub(super) fn knows_device(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    device: [u8; 32],
) -> Result<bool> {
    let sql = "SELECT 1 FROM devices WHERE org_id = ?1 AND user_id = ?2 AND device = ?3";
    Ok(conn.prepare_cached(sql)?.exists((org, user, device))?)
}

pub(super) fn remember_device(
    conn: &Connection,
    session: &Session,
    device: [u8; 32],
) -> Result<()> {
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
pub(super) fn forget_devices(conn: &Connection, org: OrgId, user: UserId) -> Result<()> {
    conn.prepare_cached("DELETE FROM devices WHERE org_id = ?1 AND user_id = ?2")?
        .execute((org, user))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::OrgKind;
    use crate::db::{Which, test_connection};
    use crate::types::Language;

    /// A school with one person; both by id.
    fn school(conn: &Connection) -> (OrgId, UserId) {
        let org = Org {
            id: OrgId::new(),
            name: "School".into(),
            kind: OrgKind::Primary,
            language: Language::English,
        };
        let admin = Person {
            id: UserId::new(),
            org: org.id,
            name: "A".into(),
            username: Username {
                shown: "A".into(),
                key: "a".into(),
            },
            number: None,
            role: Role::Admin,
            platform_admin: true,
            language: Language::English,
            way: Way::Password,
            active: true,
            created_at: Timestamp(1),
            last_seen_at: None,
        };
        insert_school(conn, &org, &admin, "hash", Timestamp(1)).unwrap();
        (org.id, admin.id)
    }

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

    #[test]
    fn a_removed_person_leaves_no_session() {
        let conn = test_connection(Which::Core).unwrap();
        let (org, user) = school(&conn);
        insert_session(&conn, &Session::begin(org, user, Timestamp(1))).unwrap();
        delete_person(&conn, org, user).unwrap();
        assert!(live_sessions(&conn).unwrap().is_empty());
        assert_eq!(person(&conn, org, user).unwrap_err().code(), Code::NotFound);
    }
}
