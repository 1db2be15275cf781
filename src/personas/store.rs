//! Every SQL statement on tutors.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use super::{Allowed, Persona, Settings};
use crate::error::{Error, OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{OrgId, PersonaId};

pub fn list(conn: &Connection, org: OrgId) -> Result<Vec<Persona>> {
    let mut statement = conn.prepare_cached(include_str!("sql/list_personas.sql"))?;
    let rows = statement.query_map(params![org, None::<PersonaId>], persona)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get(conn: &Connection, org: OrgId, id: PersonaId) -> Result<Persona> {
    conn.prepare_cached(include_str!("sql/list_personas.sql"))?
        .query_row(params![org, Some(id)], persona)
        .or_not_found("tutor")
}

/// Saves a tutor and says so in the outbox; the tutor as it is read back.
pub fn save(conn: &Connection, persona: &Persona, new: bool) -> Result<Persona> {
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
    let (org, id) = (persona.org, persona.id);
    events::append(
        conn,
        org,
        &Event::PersonaSaved { persona: id },
        persona.updated_at,
    )?;
    get(conn, org, id)
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
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}
