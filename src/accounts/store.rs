//! Every statement on `orgs` and `users`; those on other tables are in files of theirs.
//!
//! Functions on a connection, called inside a write or read of `db.core`.
//! Whatever belongs to a school is asked for with the school's id. Reads ask the
//! view `people`, which leaves out who is in the trash.

pub(super) mod age;
pub(super) mod arrivals;
pub(super) mod badges;
pub(super) mod erasing;
pub(super) mod guests;
pub(super) mod listed;
pub(super) mod recovery;
pub(super) mod search;
mod sessions;
pub(super) mod settings;
pub(super) mod totp;
pub(super) mod trash;
pub(super) mod waiting;

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

pub(super) use sessions::{
    delete_session, delete_sessions_of, delete_shared_sessions, forget_devices, insert_session,
    knows_device, live_sessions, remember_device, session, sessions, sessions_of, update_session,
};

use super::names::Username;
use super::password::NOBODY;
use super::{Org, Person, Role, Way};
use crate::error::{Code, Error, OnConstraint, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{OrgId, Timestamp, UserId};

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
        age: row.get("age")?,
        platform_admin: row.get("platform_admin")?,
        language: row.get("language")?,
        way: row.get("way")?,
        active: row.get("active")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}

/// The people of a school by name; guests are nobody anyone has to know.
pub(super) fn people(conn: &Connection, org: OrgId) -> Result<Vec<Person>> {
    let sql = "SELECT * FROM people WHERE org_id = ?1 AND role <> 'guest'
               ORDER BY name COLLATE NOCASE, id";
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
            ":role": person.role, ":age": person.age, ":platform_admin": person.platform_admin,
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
        "UPDATE users SET name = :name, number = :number, role = :role, age = :age,
                          platform_admin = :platform_admin, language = :language,
                          active = :active, updated_at = :now
         WHERE org_id = :org AND id = :id",
    )?
    .execute(named_params! {
        ":org": person.org, ":id": person.id, ":name": person.name, ":number": person.number,
        ":role": person.role, ":age": person.age, ":platform_admin": person.platform_admin,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::OrgKind;
    use crate::accounts::sessions::Session;
    use crate::db::{Which, test_connection};
    use crate::types::Language;

    /// A school with one person; both by id.
    pub(super) fn school(conn: &Connection) -> (OrgId, UserId) {
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
            age: None,
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
    fn a_removed_person_leaves_no_session() {
        let conn = test_connection(Which::Core).unwrap();
        let (org, user) = school(&conn);
        insert_session(&conn, &Session::begin(org, user, Timestamp(1))).unwrap();
        delete_person(&conn, org, user).unwrap();
        assert!(live_sessions(&conn).unwrap().is_empty());
        assert_eq!(person(&conn, org, user).unwrap_err().code(), Code::NotFound);
    }
}
