//! Every SQL statement on tutors.

use std::collections::{BTreeSet, HashMap};

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use super::{Allowed, Audience, Persona, Settings};
use crate::error::{Error, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, OrgId, PersonaId, UserId};

/// Every column of tutors, and the lessons and classes each is kept to.
const SELECT: &str = include_str!("sql/select_personas.sql");
/// Whether `:learner` may ask a row of `personas`; staff, who are nobody here, may.
const MAY_ASK: &str = include_str!("sql/may_ask.sql");

/// By name; those that a learner may ask, when given.
pub fn list(conn: &Connection, org: OrgId, learner: Option<UserId>) -> Result<Vec<Persona>> {
    let order = "ORDER BY p.name COLLATE NOCASE, p.id";
    let sql = format!("{SELECT} WHERE p.org_id = :org AND {MAY_ASK} {order}");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(named_params! {":org": org, ":learner": learner}, persona)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get(conn: &Connection, org: OrgId, id: PersonaId) -> Result<Persona> {
    for_asker(conn, org, id, None)
}

/// A tutor, if this learner may ask it.
pub fn for_asker(
    conn: &Connection,
    org: OrgId,
    id: PersonaId,
    learner: Option<UserId>,
) -> Result<Persona> {
    let sql = format!("{SELECT} WHERE p.org_id = :org AND p.id = :id AND {MAY_ASK}");
    conn.prepare_cached(&sql)?
        .query_row(
            named_params! {":org": org, ":id": id, ":learner": learner},
            persona,
        )
        .or_not_found("tutor")
}

/// The names of all tutors of a school.
pub fn names(conn: &Connection, org: OrgId) -> Result<HashMap<PersonaId, String>> {
    let mut statement = conn.prepare_cached("SELECT id, name FROM personas WHERE org_id = ?1")?;
    let rows = statement.query_map([org], |row| Ok((row.get("id")?, row.get("name")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Saves a tutor but for its classes, and says so in the outbox.
pub fn save(conn: &Connection, persona: &Persona, new: bool) -> Result<()> {
    let sql = if new {
        include_str!("sql/insert_persona.sql")
    } else {
        include_str!("sql/update_persona.sql")
    };
    let settings = &persona.settings;
    let (mode, lessons) = match &settings.lessons {
        Allowed::All => ("all", &[][..]),
        Allowed::Only { ids } => ("only", ids.as_slice()),
    };
    conn.prepare_cached(sql)?.execute(named_params! {
        ":id": persona.id,
        ":org": persona.org,
        ":name": persona.name,
        ":subject": persona.subject,
        ":language": settings.language,
        ":tone": settings.tone,
        ":greeting": settings.greeting,
        ":lessons_mode": mode,
        ":only_from_lessons": settings.only_from_lessons,
        ":suggestions": serde_json::to_string(&settings.suggestions)?,
        ":active": persona.active,
        ":shared": persona.audience.shared,
        ":now": persona.updated_at,
    })?;
    conn.execute(
        "DELETE FROM persona_lessons WHERE persona_id = ?1",
        [persona.id],
    )?;
    // Only lessons of the same school; a foreign id is as good as unknown.
    let mut allow = conn.prepare_cached(
        "INSERT OR IGNORE INTO persona_lessons SELECT ?1, id FROM lessons WHERE id = ?2 AND org_id = ?3",
    )?;
    for lesson in lessons {
        if allow.execute(params![persona.id, lesson, persona.org])? == 0 {
            return Err(Error::invalid(
                "lessons",
                "One of the lessons does not exist.",
            ));
        }
    }
    let event = Event::PersonaSaved {
        persona: persona.id,
    };
    events::append(conn, persona.org, &event, persona.updated_at)?;
    Ok(())
}

/// Writes which classes a tutor is kept for.
pub fn set_classes(conn: &Connection, persona: &Persona) -> Result<()> {
    let (org, id, classes) = (persona.org, persona.id, &persona.audience.classes);
    conn.prepare_cached("UPDATE personas SET for_classes = ?3 WHERE org_id = ?1 AND id = ?2")?
        .execute(params![org, id, classes.is_some()])?;
    conn.prepare_cached("DELETE FROM persona_classes WHERE org_id = ?1 AND persona_id = ?2")?
        .execute(params![org, id])?;
    // Only classes of the same school; a foreign id is as good as unknown.
    let mut keep = conn.prepare_cached(
        "INSERT OR IGNORE INTO persona_classes (persona_id, org_id, class_id)
         SELECT ?2, org_id, id FROM school_classes WHERE org_id = ?1 AND id = ?3",
    )?;
    let wanted: BTreeSet<&ClassId> = classes.iter().flatten().collect();
    for class in wanted {
        if keep.execute(params![org, id, class])? == 0 {
            let detail = "One of the classes does not exist.";
            return Err(Error::invalid("classes", detail));
        }
    }
    Ok(())
}

/// Keeps for a class what is kept for another one.
pub fn hand_over(conn: &Connection, org: OrgId, from: ClassId, to: ClassId) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO persona_classes (persona_id, org_id, class_id)
         SELECT persona_id, org_id, ?3 FROM persona_classes WHERE org_id = ?1 AND class_id = ?2",
    )?
    .execute(params![org, from, to])?;
    Ok(())
}

pub fn delete(conn: &Connection, org: OrgId, id: PersonaId) -> Result<()> {
    conn.execute(
        "DELETE FROM personas WHERE org_id = ?1 AND id = ?2",
        params![org, id],
    )?;
    Ok(())
}

fn persona(row: &Row<'_>) -> rusqlite::Result<Persona> {
    let mode: String = row.get("lessons_mode")?;
    let lessons = match mode.as_str() {
        "only" => Allowed::Only {
            ids: json(row, "lesson_ids")?,
        },
        _ => Allowed::All,
    };
    Ok(Persona {
        id: row.get("id")?,
        org: row.get("org_id")?,
        name: row.get("name")?,
        subject: row.get("subject")?,
        settings: Settings {
            language: row.get("language")?,
            tone: row.get("tone")?,
            lessons,
            only_from_lessons: row.get("only_from_lessons")?,
            suggestions: json(row, "suggestions")?,
            greeting: row.get("greeting")?,
        },
        active: row.get("active")?,
        audience: Audience {
            shared: row.get("shared")?,
            classes: match row.get("for_classes")? {
                true => Some(json(row, "class_ids")?),
                false => None,
            },
        },
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}
