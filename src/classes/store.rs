//! Every SQL statement on classes. Each takes the school, so that no row of
//! another one can be reached by its id. Reads ask the views `school_classes` and
//! `people`, which leave out what is in the trash.

pub mod succession;
pub mod trash;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::entering::{Door, LONGEST_MS, Name};
use super::{Class, Member, may_change, may_place};
use crate::accounts::{Actor, Role};
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, OnConstraint, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, OrgId, TermId, Timestamp, UserId};

pub fn list(conn: &Connection, actor: &Actor) -> Result<Vec<Class>> {
    let mut statement = conn.prepare_cached(include_str!("sql/classes.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":org": actor.org, ":user": actor.user, ":staff": actor.is_staff(),
            ":id": None::<ClassId>,
        },
        class,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get(conn: &Connection, actor: &Actor, id: ClassId) -> Result<Class> {
    conn.prepare_cached(include_str!("sql/classes.sql"))?
        .query_row(
            named_params! {
                ":org": actor.org, ":user": actor.user, ":staff": actor.is_staff(), ":id": id,
            },
            class,
        )
        .or_not_found("class")
}

/// Refuses when somebody may not put people of this role into a class.
pub fn may_put_into(conn: &Connection, actor: &Actor, id: ClassId, role: Role) -> Result<()> {
    let class = get(conn, actor, id)?;
    may_change(actor, &class)?;
    may_place(actor, role)?;
    match class.archived_at {
        Some(_) => Err(Error::new(Code::Conflict, "The class is over.")),
        None => Ok(()),
    }
}

/// Makes a class, and says so; a teacher who makes one teaches it.
pub fn make(
    conn: &Connection,
    actor: &Actor,
    name: &str,
    term: Option<TermId>,
    now: Timestamp,
) -> Result<Class> {
    let id = ClassId::new();
    insert(conn, actor.org, id, name, now)?;
    set_term(conn, actor.org, id, term)?;
    if actor.role == Role::Teacher {
        add(conn, actor.org, id, actor.user)?;
    }
    events::append(conn, actor.org, &Event::ClassSaved { class: id }, now)?;
    let made = Note::new(Action::ClassMade).of(id).name(name);
    audit::record(conn, actor, made, now)?;
    get(conn, actor, id)
}

/// The names of the classes of a school that are not over.
pub fn going_names(conn: &Connection, org: OrgId) -> Result<Vec<String>> {
    let sql = "SELECT name FROM school_classes WHERE org_id = ?1 AND archived_at IS NULL";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([org], |row| row.get("name"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn insert(
    conn: &Connection,
    org: OrgId,
    id: ClassId,
    name: &str,
    now: Timestamp,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO classes (org_id, id, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
    )?
    .execute(params![org, id, name, now])
    .on_constraint("classes", name_taken)?;
    Ok(())
}

pub fn update(conn: &Connection, class: &Class, now: Timestamp) -> Result<()> {
    conn.prepare_cached(
        "UPDATE classes SET name = ?3, archived_at = ?4, code = ?5, open_until = ?6,
                            updated_at = ?7
         WHERE org_id = ?1 AND id = ?2",
    )?
    .execute(params![
        class.org,
        class.id,
        class.name,
        class.archived_at,
        class.code,
        class.open_until,
        now
    ])
    .on_constraint("classes.name", name_taken)?;
    Ok(())
}

/// Says which term a class belongs to.
pub fn set_term(conn: &Connection, org: OrgId, id: ClassId, term: Option<TermId>) -> Result<()> {
    conn.prepare_cached("DELETE FROM class_terms WHERE org_id = ?1 AND class_id = ?2")?
        .execute(params![org, id])?;
    let Some(term) = term else {
        return Ok(());
    };
    conn.prepare_cached("INSERT INTO class_terms (org_id, class_id, term_id) VALUES (?1, ?2, ?3)")?
        .execute(params![org, id, term])
        .on_constraint("FOREIGN KEY", || {
            Error::invalid("term_id", "There is no such term.")
        })?;
    Ok(())
}

fn name_taken() -> Error {
    Error::new(Code::NameTaken, "There is a class of that name.").with_field("name")
}

pub fn with_members(conn: &Connection, actor: &Actor, id: ClassId) -> Result<(Class, Vec<Member>)> {
    let class = get(conn, actor, id)?;
    Ok((class, members(conn, actor.org, id)?))
}

/// The people of a class, by name.
fn members(conn: &Connection, org: OrgId, id: ClassId) -> Result<Vec<Member>> {
    let mut statement = conn.prepare_cached(
        "SELECT u.* FROM class_members AS m
         JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
         WHERE m.org_id = ?1 AND m.class_id = ?2
         ORDER BY u.name COLLATE NOCASE, u.id",
    )?;
    let rows = statement.query_map(params![org, id], |row| {
        Ok(Member {
            id: row.get("id")?,
            name: row.get("name")?,
            username: row.get("username")?,
            role: row.get("role")?,
            active: row.get("active")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Who is in which class of a school, those that are over included.
pub fn all_members(conn: &Connection, org: OrgId) -> Result<Vec<(ClassId, UserId)>> {
    let mut statement =
        conn.prepare_cached("SELECT class_id, user_id FROM class_members WHERE org_id = ?1")?;
    let rows = statement.query_map([org], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a person of a school is in it.
pub fn role(conn: &Connection, org: OrgId, user: UserId) -> Result<Option<Role>> {
    Ok(conn
        .prepare_cached("SELECT role FROM people WHERE org_id = ?1 AND id = ?2")?
        .query_row(params![org, user], |row| row.get(0))
        .optional()?)
}

/// Puts somebody into a class; how many were not there before.
pub fn add(conn: &Connection, org: OrgId, id: ClassId, user: UserId) -> Result<u32> {
    let added = conn
        .prepare_cached("INSERT OR IGNORE INTO class_members VALUES (?1, ?2, ?3)")?
        .execute(params![org, id, user])?;
    Ok(u32::try_from(added).unwrap_or_default())
}

/// Takes somebody out of a class; how many were there.
pub fn take_out(conn: &Connection, org: OrgId, id: ClassId, user: UserId) -> Result<u32> {
    let gone = conn
        .prepare_cached(
            "DELETE FROM class_members WHERE org_id = ?1 AND class_id = ?2 AND user_id = ?3",
        )?
        .execute(params![org, id, user])?;
    Ok(u32::try_from(gone).unwrap_or_default())
}

/// The open class of a code, with its learners who may sign in.
pub fn door(conn: &Connection, code: &str, now: Timestamp) -> Result<Option<Door>> {
    let found = conn
        .prepare_cached(
            "SELECT c.org_id, c.id, c.name, o.name AS school
             FROM school_classes AS c
             JOIN orgs AS o ON o.id = c.org_id
             WHERE c.code = ?1 AND c.open_until > ?2 AND c.open_until <= ?3
               AND c.archived_at IS NULL",
        )?
        .query_row(params![code, now, now.plus_ms(LONGEST_MS)], |row| {
            let id: ClassId = row.get("id")?;
            let door = Door {
                school: row.get("school")?,
                class: row.get("name")?,
                names: Vec::new(),
                org: row.get("org_id")?,
            };
            Ok((id, door))
        })
        .optional()?;
    let Some((id, mut door)) = found else {
        return Ok(None);
    };
    // CROSS as in classes.sql: every pupil who signs in asks this.
    let mut statement = conn.prepare_cached(
        "SELECT u.id, u.name, u.way
         FROM class_members AS m
         CROSS JOIN people AS u ON u.org_id = m.org_id AND u.id = m.user_id
         WHERE m.org_id = ?1 AND m.class_id = ?2 AND u.active AND u.role = 'learner'
         ORDER BY u.name COLLATE NOCASE, u.id",
    )?;
    let names = statement.query_map(params![door.org, id], |row| {
        Ok(Name {
            id: row.get("id")?,
            name: row.get("name")?,
            way: row.get("way")?,
        })
    })?;
    door.names = names.collect::<rusqlite::Result<_>>()?;
    Ok(Some(door))
}

fn class(row: &Row<'_>) -> rusqlite::Result<Class> {
    Ok(Class {
        id: row.get("id")?,
        org: row.get("org_id")?,
        name: row.get("name")?,
        term: row.get("term_id")?,
        archived_at: row.get("archived_at")?,
        code: row.get("code")?,
        open_until: row.get("open_until")?,
        learners: row.get("learners")?,
        teachers: row.get("teachers")?,
        mine: row.get("mine")?,
        created_at: row.get("created_at")?,
    })
}
