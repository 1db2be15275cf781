//! Every SQL statement on passages, their keywords and their vectors.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use super::keywords::Weighted;
use super::nearest::{Rounded, Top};
use super::permitted::Permitted;
use super::question::{Place, Topic};
use super::{Passage, Scope, keywords};
use crate::error::Result;
use crate::inference::document::{Anchor, Span};
use crate::types::{Language, LessonId, OrgId};

/// Everything of a passage that its vector and its words in the indexes are
/// made of.
#[derive(PartialEq, Eq, Hash)]
struct Content {
    text: String,
    label: Option<String>,
    language: Option<Language>,
}

impl Content {
    fn of(passage: &Passage) -> Self {
        Self {
            text: passage.text.clone(),
            label: passage.anchor.label.clone(),
            language: passage.language,
        }
    }
}

/// Ids of a lesson's passages by content, the last first.
fn by_content(conn: &Connection, lesson: LessonId) -> Result<HashMap<Content, Vec<i64>>> {
    let mut statement = conn.prepare_cached(include_str!("sql/by_content.sql"))?;
    let mut rows = statement.query([lesson])?;
    let mut found: HashMap<Content, Vec<i64>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let content = Content {
            text: row.get("text")?,
            label: row.get("anchor_label")?,
            language: row.get("language")?,
        };
        found.entry(content).or_default().push(row.get("id")?);
    }
    Ok(found)
}

/// Makes these the passages of a lesson. Those that say the same as before
/// stay, with their vectors.
pub fn replace(
    conn: &Connection,
    org: OrgId,
    lesson: LessonId,
    passages: &[Passage],
) -> Result<()> {
    let mut there = by_content(conn, lesson)?;
    let mut moved = conn.prepare_cached(include_str!("sql/move_passage.sql"))?;
    let mut new = Vec::new();
    for passage in passages {
        let content = Content::of(passage);
        let Some(id) = there.get_mut(&content).and_then(Vec::pop) else {
            new.push(passage);
            continue;
        };
        moved.execute(named_params! {
            ":id": id,
            ":ordinal": passage.ordinal,
            ":anchor_kind": passage.anchor.kind,
            ":anchor_number": passage.anchor.number,
            ":anchor_start_ms": passage.anchor.time.map(|time| time.start_ms),
            ":anchor_end_ms": passage.anchor.time.map(|time| time.end_ms),
        })?;
    }
    let mut delete = conn.prepare_cached("DELETE FROM passages WHERE id = ?1")?;
    for id in there.into_values().flatten() {
        delete.execute([id])?;
    }
    let mut insert = conn.prepare_cached(include_str!("sql/insert_passage.sql"))?;
    for passage in new {
        insert.execute(named_params! {
            ":org": org,
            ":lesson": lesson,
            ":ordinal": passage.ordinal,
            ":anchor_kind": passage.anchor.kind,
            ":anchor_number": passage.anchor.number,
            ":anchor_start_ms": passage.anchor.time.map(|time| time.start_ms),
            ":anchor_end_ms": passage.anchor.time.map(|time| time.end_ms),
            ":anchor_label": passage.anchor.label,
            ":language": passage.language,
            ":text": passage.text,
        })?;
    }
    Ok(())
}

pub fn remove(conn: &Connection, lesson: LessonId) -> Result<()> {
    conn.execute("DELETE FROM passages WHERE lesson_id = ?1", [lesson])?;
    Ok(())
}

/// Merges each index into one piece, in which nothing of deleted passages is.
pub fn merge_indexes(conn: &Connection) -> Result<()> {
    conn.execute_batch(
        "INSERT INTO passages_fts (passages_fts) VALUES ('optimize');
         INSERT INTO passages_sound (passages_sound) VALUES ('optimize');",
    )?;
    Ok(())
}

pub fn lessons(conn: &Connection) -> Result<Vec<LessonId>> {
    let mut statement = conn.prepare("SELECT DISTINCT lesson_id FROM passages")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn counts(conn: &Connection, lesson: LessonId, model: Option<&str>) -> Result<(u32, u32)> {
    Ok(conn.query_row(
        "SELECT count(*), count(CASE WHEN embed_model = ?2 THEN 1 END) FROM passages WHERE lesson_id = ?1",
        params![lesson, model],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Whether any passage has a vector of a model.
pub fn used(conn: &Connection, model: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM passages WHERE embed_model = ?1)";
    Ok(conn
        .prepare_cached(sql)?
        .query_row([model], |row| row.get(0))?)
}

pub fn without_vector(
    conn: &Connection,
    lesson: LessonId,
    model: &str,
    limit: usize,
) -> Result<Vec<(i64, String)>> {
    let mut statement = conn.prepare_cached(include_str!("sql/without_vector.sql"))?;
    let rows = statement.query_map(params![lesson, model, limit as i64], |row| {
        Ok((row.get("id")?, row.get("text")?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Gives a passage the vector of `text`, if that is still what is embedded of
/// it: ids of passages that were replaced meanwhile are used again.
pub fn set_vector(
    conn: &Connection,
    id: i64,
    text: &str,
    model: &str,
    vector: &[f32],
) -> Result<()> {
    conn.prepare_cached(include_str!("sql/set_vector.sql"))?
        .execute(params![id, model, bytes(vector), text])?;
    Ok(())
}

/// Ids of passages that `permitted` has, and their BM25 by words, best first.
pub fn by_keywords(
    conn: &Connection,
    permitted: &Permitted,
    query: &str,
    limit: usize,
) -> Result<Vec<(i64, f64)>> {
    let sql = include_str!("sql/by_keywords.sql");
    ranked(conn, sql, permitted, query, limit)
}

/// The same by sounds.
pub fn by_sound(
    conn: &Connection,
    permitted: &Permitted,
    query: &str,
    limit: usize,
) -> Result<Vec<(i64, f64)>> {
    ranked(
        conn,
        include_str!("sql/by_sound.sql"),
        permitted,
        query,
        limit,
    )
}

/// The permitted ones are told apart in memory: looking each match up in the
/// table of passages took ten times as long as finding it.
fn ranked(
    conn: &Connection,
    sql: &str,
    permitted: &Permitted,
    query: &str,
    limit: usize,
) -> Result<Vec<(i64, f64)>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([query])?;
    let mut best = Top::new(limit);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if permitted.has(id) {
            // FTS5 gives the better the lower numbers.
            best.offer(id, -row.get::<_, f64>(1)?);
        }
    }
    Ok(best.sorted())
}

/// Ids of a lesson's passages.
pub fn ids(conn: &Connection, lesson: LessonId) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM passages WHERE lesson_id = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([lesson], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Passage ids of a page, slide or section of any lesson.
pub fn by_place(conn: &Connection, scope: &Scope, place: Place, limit: usize) -> Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(include_str!("sql/by_place.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":kind": place.kind,
            ":number": place.number,
            ":org": scope.org,
            ":lessons": lessons_json(scope)?,
            ":limit": limit as i64,
        },
        |row| row.get("id"),
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Cosines of these passages, as far as they are in scope and have a vector of
/// the model.
pub fn similarities(
    conn: &Connection,
    scope: &Scope,
    ids: &[i64],
    model: &str,
    vector: &[f32],
) -> Result<Vec<(i64, f64)>> {
    let mut statement = conn.prepare_cached(include_str!("sql/similarities.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":ids": serde_json::to_string(ids)?,
            ":org": scope.org,
            ":lessons": lessons_json(scope)?,
            ":model": model,
            ":vector": bytes(vector),
        },
        similarity,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// For vectors of length one, |a - b|² = 2 - 2 cos.
fn similarity(row: &Row<'_>) -> rusqlite::Result<(i64, f64)> {
    let distance: f64 = row.get("distance")?;
    Ok((row.get("id")?, 1.0 - distance * distance / 2.0))
}

/// The vectors of a lesson's passages by a model, as they are kept in memory.
pub fn vectors(conn: &Connection, lesson: LessonId, model: &str) -> Result<Arc<Rounded>> {
    let mut statement = conn.prepare_cached(include_str!("sql/vectors.sql"))?;
    let rows = statement.query_map(params![lesson, model], |row| {
        let bytes = row.get_ref("embedding")?.as_blob()?;
        let numbers = bytes.as_chunks::<4>().0.iter();
        let vector = numbers.map(|number| f32::from_le_bytes(*number)).collect();
        Ok((row.get("id")?, vector))
    })?;
    let vectors: Vec<(i64, Vec<f32>)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(Arc::new(Rounded::new(&vectors)))
}

/// Topics with their weights among the passages of the box, which are counted in
/// the index of words; among those `permitted` it would take too long. Whether a
/// topic is known at all is asked of these alone: what other lessons say must not
/// change what is found.
pub fn weights(
    conn: &Connection,
    permitted: &Permitted,
    topics: Vec<Topic>,
) -> Result<Vec<Weighted>> {
    let all: u32 = conn.query_row("SELECT count(*) FROM passages_fts_docsize", [], |row| {
        row.get(0)
    })?;
    let mut count = conn.prepare_cached(include_str!("sql/count_word.sql"))?;
    topics
        .into_iter()
        .map(|topic| {
            let mut with = 0;
            for word in topic.all() {
                let (from, to) = keywords::range(word);
                with += count.query_row([from, to], |row| row.get::<_, u32>(0))?;
            }
            let with = with.min(all);
            let mut weighted = Weighted {
                topic,
                weight: keywords::weight(with, all),
                passages: with,
                known: true,
            };
            weighted.known = with > 0 && is_known(conn, permitted, &weighted)?;
            Ok(weighted)
        })
        .collect()
}

/// Whether a permitted passage has a word of the topic.
fn is_known(conn: &Connection, permitted: &Permitted, topic: &Weighted) -> Result<bool> {
    let Some(query) = keywords::query(std::slice::from_ref(topic)) else {
        return Ok(false);
    };
    let mut statement = conn.prepare_cached(include_str!("sql/with_words.sql"))?;
    let mut rows = statement.query([query])?;
    while let Some(row) = rows.next()? {
        if permitted.has(row.get(0)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Passages by id, as far as they are in scope.
pub fn passages(conn: &Connection, scope: &Scope, ids: &[i64]) -> Result<HashMap<i64, Passage>> {
    let mut statement = conn.prepare_cached(include_str!("sql/passages.sql"))?;
    let rows = statement.query_map(
        named_params! {
            ":ids": serde_json::to_string(ids)?,
            ":org": scope.org,
            ":lessons": lessons_json(scope)?,
        },
        |row| Ok((row.get("id")?, passage(row)?)),
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Passages by lesson and place in it. The lessons must be in scope.
pub fn at(conn: &Connection, scope: &Scope, places: &[(LessonId, u32)]) -> Result<Vec<Passage>> {
    let mut statement = conn.prepare_cached(include_str!("sql/at.sql"))?;
    let rows = statement.query_map(
        named_params! { ":places": serde_json::to_string(places)?, ":org": scope.org },
        passage,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn passage(row: &Row<'_>) -> rusqlite::Result<Passage> {
    let start: Option<u32> = row.get("anchor_start_ms")?;
    let end: Option<u32> = row.get("anchor_end_ms")?;
    let time = start
        .zip(end)
        .map(|(start_ms, end_ms)| Span { start_ms, end_ms });
    Ok(Passage {
        lesson: row.get("lesson_id")?,
        ordinal: row.get("ordinal")?,
        anchor: Anchor {
            kind: row.get("anchor_kind")?,
            number: row.get("anchor_number")?,
            label: row.get("anchor_label")?,
            time,
        },
        language: row.get("language")?,
        text: row.get("text")?,
    })
}

fn lessons_json(scope: &Scope) -> rusqlite::Result<String> {
    serde_json::to_string(&scope.lessons)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}

/// sqlite-vec's form of a vector: little-endian 32-bit floats.
fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|x| x.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Which, test_connection};
    use crate::retrieval::test_passage as passage;

    /// Texts with page and whether they have a vector, in order.
    fn all(conn: &Connection) -> Vec<(String, u32, bool)> {
        let sql =
            "SELECT text, anchor_number, embedding IS NOT NULL FROM passages ORDER BY ordinal";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn what_says_the_same_keeps_its_vector() {
        let conn = test_connection(Which::Derived).unwrap();
        let (org, lesson) = (OrgId::new(), LessonId::new());
        let of = |texts: &[(u32, &str)]| -> Vec<Passage> {
            let passages = (0..).zip(texts);
            passages
                .map(|(n, (page, text))| passage(lesson, n, *page, text))
                .collect()
        };
        replace(
            &conn,
            org,
            lesson,
            &of(&[(1, "a"), (1, "b"), (2, "b"), (3, "c")]),
        )
        .unwrap();
        for (id, text) in without_vector(&conn, lesson, "m", 9).unwrap() {
            set_vector(&conn, id, &text, "m", &[1.0]).unwrap();
        }
        replace(
            &conn,
            org,
            lesson,
            &of(&[(1, "new"), (1, "b"), (4, "c"), (4, "c")]),
        )
        .unwrap();
        let kept = [
            ("new", 1, false),
            ("b", 1, true),
            ("c", 4, true),
            ("c", 4, false),
        ];
        assert_eq!(
            all(&conn),
            kept.map(|(text, page, has)| (text.to_owned(), page, has))
        );
        assert_eq!(counts(&conn, lesson, Some("m")).unwrap(), (4, 2));
    }

    #[test]
    fn a_vector_of_other_words_is_not_taken() {
        let conn = test_connection(Which::Derived).unwrap();
        let (org, lesson) = (OrgId::new(), LessonId::new());
        replace(&conn, org, lesson, &[passage(lesson, 0, 1, "old")]).unwrap();
        let (id, text) = without_vector(&conn, lesson, "m", 9).unwrap().remove(0);
        // While it was embedded, a teacher corrected it; the id is used again.
        replace(&conn, org, lesson, &[passage(lesson, 0, 1, "new")]).unwrap();
        assert_eq!(ids(&conn, lesson).unwrap(), [id]);
        set_vector(&conn, id, &text, "m", &[1.0]).unwrap();
        assert_eq!(all(&conn), [("new".to_owned(), 1, false)]);
    }

    #[test]
    fn a_lesson_is_not_looked_for_among_all() {
        let conn = test_connection(Which::Derived).unwrap();
        for sql in [
            include_str!("sql/vectors.sql"),
            include_str!("sql/without_vector.sql"),
            include_str!("sql/similarities.sql"),
            include_str!("sql/by_content.sql"),
        ] {
            let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            // Values that were not bound count as none.
            let mut rows = plan.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>("detail").unwrap());
            }
            let all = |step: &String| step.contains("passages_model") || step == "SCAN passages";
            assert!(!steps.iter().any(all), "{sql}: {steps:?}");
        }
    }
}
