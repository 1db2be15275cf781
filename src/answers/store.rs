//! Every SQL statement on kept answers: those teachers decided about in
//! core.db, those nobody decided about in derived.db.

use std::collections::HashSet;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};
use serde::de::DeserializeOwned;

use super::question::Question;
use super::{Asked, Kept, Standing};
use crate::blobs::BlobHash;
use crate::error::{Code, Error, OrNotFound, Result};
use crate::types::{AnswerId, OrgId, Timestamp, UserId};

// core.db

/// What teachers decided about a question or one of its sense, newest first.
pub fn find_decided(conn: &Connection, asked: &Asked) -> Result<Vec<Kept>> {
    let mut statement = conn.prepare_cached(include_str!("sql/find_decided.sql"))?;
    let values = named_params! {
        ":org": asked.org,
        ":persona": asked.persona,
        ":language": asked.language,
        ":normal": asked.question.normal,
        ":sense": asked.question.sense,
    };
    let rows = statement.query_map(values, decided)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Everything teachers of a school decided, newest first.
pub fn list_decided(conn: &Connection, org: OrgId) -> Result<Vec<Kept>> {
    let mut statement = conn.prepare_cached(include_str!("sql/list_decided.sql"))?;
    let rows = statement.query_map(params![org, None::<AnswerId>], decided)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get_decided(conn: &Connection, org: OrgId, id: AnswerId) -> Result<Kept> {
    conn.prepare_cached(include_str!("sql/list_decided.sql"))?
        .query_row(params![org, Some(id)], decided)
        .or_not_found("answer")
}

/// Writes down a decision, over the earlier one made at `seen`. `before` is what
/// a rejected answer was.
///
/// # Errors
/// `conflict` when somebody else decided since.
pub fn decide(
    conn: &Connection,
    kept: &Kept,
    before: Option<Standing>,
    seen: Option<Timestamp>,
) -> Result<()> {
    let (by, at) = kept
        .decided
        .ok_or_else(|| anyhow::anyhow!("nobody decided"))?;
    let asked = &kept.asked;
    let written = conn
        .prepare_cached(include_str!("sql/decide.sql"))?
        .execute(named_params! {
            ":id": kept.id,
            ":org": asked.org,
            ":persona": asked.persona,
            ":language": asked.language,
            ":standing": kept.standing,
            ":before": before,
            ":made_from": asked.made_from,
            ":question": asked.question.text,
            ":normal": asked.question.normal,
            ":sense": asked.question.sense,
            ":text": kept.text,
            ":corrected": kept.corrected,
            ":passages": serde_json::to_string(&asked.passages)?,
            ":by": by,
            ":at": at,
            ":created_at": kept.created_at,
            ":seen": seen,
        })?;
    if written == 0 {
        let detail = "Somebody else just decided about this answer. Look again.";
        return Err(Error::new(Code::Conflict, detail));
    }
    conn.prepare_cached("DELETE FROM answer_lessons WHERE answer_id = ?1")?
        .execute([kept.id])?;
    let mut rest = conn.prepare_cached("INSERT INTO answer_lessons VALUES (?1, ?2, ?3)")?;
    for (lesson, text) in &kept.lessons {
        rest.execute(params![kept.id, lesson, text])?;
    }
    Ok(())
}

/// What a rejected answer was before.
pub fn standing_before(conn: &Connection, id: AnswerId) -> Result<Option<Standing>> {
    conn.prepare_cached("SELECT before_standing FROM answers WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .or_not_found("answer")
}

/// Removes a decision.
pub fn undecide(conn: &Connection, org: OrgId, id: AnswerId) -> Result<()> {
    conn.execute(
        "DELETE FROM answers WHERE org_id = ?1 AND id = ?2",
        params![org, id],
    )?;
    Ok(())
}

// derived.db

/// The answers kept from the same for a question or one of its sense, last
/// used first.
pub fn find_kept(conn: &Connection, asked: &Asked) -> Result<Vec<Kept>> {
    let mut statement = conn.prepare_cached(include_str!("sql/find_kept.sql"))?;
    let values = named_params! {
        ":org": asked.org,
        ":made_from": asked.made_from,
        ":normal": asked.question.normal,
        ":sense": asked.question.sense,
    };
    let rows = statement.query_map(values, kept)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The answers of a school about which nobody decided, newest first.
pub fn list_kept(conn: &Connection, org: OrgId) -> Result<Vec<Kept>> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM answers WHERE org_id = ?1 ORDER BY id DESC")?;
    let rows = statement.query_map([org], kept)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get_kept(conn: &Connection, org: OrgId, id: AnswerId) -> Result<Kept> {
    conn.prepare_cached("SELECT * FROM answers WHERE org_id = ?1 AND id = ?2")?
        .query_row(params![org, id], kept)
        .or_not_found("answer")
}

/// Keeps an answer and lets those longest unused go, so that `most` are left.
/// One to the same question from the same is there already: it stays.
pub fn keep(conn: &Connection, new: &Kept, most: u32) -> Result<()> {
    let asked = &new.asked;
    let kept = conn
        .prepare_cached(include_str!("sql/keep.sql"))?
        .execute(named_params! {
            ":id": new.id,
            ":org": asked.org,
            ":persona": asked.persona,
            ":language": asked.language,
            ":made_from": asked.made_from,
            ":question": asked.question.text,
            ":normal": asked.question.normal,
            ":sense": asked.question.sense,
            ":text": new.text,
            ":passages": serde_json::to_string(&asked.passages)?,
            ":created_at": new.created_at,
            ":uses": new.uses,
        })?;
    if kept == 0 {
        return Ok(());
    }
    let mut of = conn.prepare_cached("INSERT OR IGNORE INTO answer_lessons VALUES (?1, ?2)")?;
    for passage in &asked.passages {
        of.execute(params![passage.lesson_id, new.id])?;
    }
    conn.prepare_cached(include_str!("sql/let_go.sql"))?
        .execute([most])?;
    Ok(())
}

/// Counts that an answer was given again.
pub fn given(conn: &Connection, id: AnswerId) -> Result<()> {
    conn.prepare_cached(
        "UPDATE answers SET uses = uses + 1, turn = (SELECT max(turn) + 1 FROM answers) WHERE id = ?1",
    )?
    .execute([id])?;
    Ok(())
}

/// The same for one in core.db.
pub fn approved_given(conn: &Connection, id: AnswerId) -> Result<()> {
    add_approved_uses(conn, id, 1)
}

/// Adds to how often an approved answer was given.
pub fn add_approved_uses(conn: &Connection, id: AnswerId, more: u32) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO approved_uses VALUES (?1, ?2) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses",
    )?
    .execute(params![id, more])?;
    Ok(())
}

/// How often each approved answer was given.
pub fn approved_uses(conn: &Connection) -> Result<Vec<(AnswerId, u32)>> {
    let mut statement = conn.prepare_cached("SELECT answer_id, uses FROM approved_uses")?;
    let rows = statement.query_map([], |row| Ok((row.get("answer_id")?, row.get("uses")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets how often an approved answer was given.
pub fn forget_approved_uses(conn: &Connection, id: AnswerId) -> Result<()> {
    conn.execute("DELETE FROM approved_uses WHERE answer_id = ?1", [id])?;
    Ok(())
}

/// Removes an answer.
pub fn forget(conn: &Connection, id: AnswerId) -> Result<()> {
    conn.execute("DELETE FROM answers WHERE id = ?1", [id])?;
    Ok(())
}

/// Removes the answers of a school whose questions are in somebody's words, by their
/// hashes.
pub fn forget_asked(conn: &Connection, org: OrgId, questions: &HashSet<BlobHash>) -> Result<()> {
    let asked = conn
        .prepare_cached("SELECT id, question FROM answers WHERE org_id = ?1")?
        .query_map([org], |row| Ok((row.get("id")?, row.get("question")?)))?
        .collect::<rusqlite::Result<Vec<(AnswerId, String)>>>()?;
    for (id, question) in asked {
        if questions.contains(&BlobHash::of(question.as_bytes())) {
            forget(conn, id)?;
        }
    }
    Ok(())
}

fn decided(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let by: UserId = row.get("decided_by")?;
    let at: Timestamp = row.get("decided_at")?;
    Ok(Kept {
        standing: row.get("standing")?,
        corrected: row.get("corrected")?,
        decided: Some((by, at)),
        lessons: json(row, "lessons")?,
        uses: 0,
        ..common(row)?
    })
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        uses: row.get("uses")?,
        ..common(row)?
    })
}

/// What both tables have.
fn common(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let question = Question {
        text: row.get("question")?,
        normal: row.get("normal")?,
        sense: row.get("sense")?,
    };
    Ok(Kept {
        id: row.get("id")?,
        asked: Asked {
            org: row.get("org_id")?,
            persona: row.get("persona_id")?,
            language: row.get("language")?,
            question,
            made_from: row.get("made_from")?,
            passages: json(row, "passages")?,
        },
        standing: Standing::Class,
        text: row.get("text")?,
        corrected: false,
        decided: None,
        created_at: row.get("created_at")?,
        uses: 0,
        lessons: Vec::new(),
    })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Which, test_connection};
    use crate::types::{Language, OrgId, PersonaId};

    fn answer(org: OrgId, text: &str) -> Kept {
        Kept {
            id: AnswerId::new(),
            asked: Asked {
                org,
                persona: PersonaId::new(),
                language: Language::English,
                question: Question::new(text).unwrap(),
                made_from: [7; 32],
                passages: Vec::new(),
            },
            standing: Standing::Class,
            text: "Because.".into(),
            corrected: false,
            decided: None,
            created_at: Timestamp(1),
            uses: 0,
            lessons: Vec::new(),
        }
    }

    #[test]
    fn those_longest_unused_go_first() {
        let conn = test_connection(Which::Derived).unwrap();
        let org = OrgId::new();
        let questions = ["Why is soil dark?", "Why is soil red?", "Why is soil wet?"];
        let [dark, red, wet] = questions.map(|text| answer(org, text));
        keep(&conn, &dark, 2).unwrap();
        keep(&conn, &red, 2).unwrap();
        given(&conn, dark.id).unwrap();
        keep(&conn, &wet, 2).unwrap();
        let left: Vec<_> = list_kept(&conn, org).unwrap();
        let left: Vec<_> = left.iter().map(|kept| (kept.id, kept.uses)).collect();
        assert_eq!(left, [(wet.id, 0), (dark.id, 1)]);
        assert!(list_kept(&conn, OrgId::new()).unwrap().is_empty());
    }

    #[test]
    fn the_first_answer_to_a_question_stays() {
        let conn = test_connection(Which::Derived).unwrap();
        let first = answer(OrgId::new(), "Why is soil dark?");
        let again = Kept {
            id: AnswerId::new(),
            ..first.clone()
        };
        keep(&conn, &first, 5).unwrap();
        keep(&conn, &again, 5).unwrap();
        let found = find_kept(&conn, &first.asked).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].id, first.id);
        let elsewhere = Asked {
            made_from: [8; 32],
            ..first.asked
        };
        assert!(find_kept(&conn, &elsewhere).unwrap().is_empty());
    }
}
