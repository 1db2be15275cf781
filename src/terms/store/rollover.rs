//! SQL statements of roll-overs. What belongs to classes, lessons and tutors is changed
//! by those features' own.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, named_params, params};

use crate::classes::{self, follow};
use crate::error::{Code, Error, OrNotFound, Result};
use crate::events::{self, Event};
use crate::terms::rollover::{self, Around, How, Learner, Old, Plan, Rollover, Step, Which, Wish};
use crate::types::{ClassId, Lived, Moment, OrgId, RolloverId, TermId, Timestamp, UserId};
use crate::{lessons, personas};

/// What a roll-over into a term would do.
pub fn plan(conn: &Connection, org: OrgId, into: TermId, which: &Which) -> Result<Plan> {
    super::get(conn, org, into)?;
    let (term, wishes) = match which {
        Which::Of(term) => (Some(super::get(conn, org, *term)?.id), None),
        Which::These(wishes) => (None, Some(wishes.as_slice())),
    };
    let olds = olds(conn, org, term, wishes)?;
    let found: HashSet<ClassId> = olds.iter().map(|old| old.id).collect();
    let wanted = wishes.unwrap_or_default();
    if wanted.iter().any(|wish| !found.contains(&wish.class)) {
        let detail = "One of the classes does not exist or is over.";
        return Err(Error::invalid("classes", detail));
    }
    if olds.iter().any(|old| old.term == Some(into)) {
        let detail = "One of the classes is in this term already.";
        return Err(Error::invalid("classes", detail));
    }
    rollover::plan(&olds, wishes, &around(conn, org, &olds)?)
}

/// The classes that are to go on, by name, with their learners by name.
fn olds(
    conn: &Connection,
    org: OrgId,
    term: Option<TermId>,
    wishes: Option<&[Wish]>,
) -> Result<Vec<Old>> {
    let wanted: Option<Vec<ClassId>> =
        wishes.map(|wishes| wishes.iter().map(|wish| wish.class).collect());
    let ids = wanted.map(|ids| serde_json::to_string(&ids)).transpose()?;
    let mut statement = conn.prepare_cached(include_str!("../sql/going_classes.sql"))?;
    let rows = statement.query_map(
        named_params! {":org": org, ":term": term, ":ids": ids},
        |row| {
            Ok(Old {
                id: row.get("id")?,
                name: row.get("name")?,
                term: row.get("term_id")?,
                teachers: row.get("teachers")?,
                lessons: row.get("lessons")?,
                tutors: row.get("tutors")?,
                learners: Vec::new(),
            })
        },
    )?;
    let mut olds: Vec<Old> = rows.collect::<rusqlite::Result<_>>()?;
    let places: HashMap<ClassId, usize> = olds.iter().map(|old| old.id).zip(0..).collect();
    let mut statement = conn.prepare_cached(include_str!("../sql/learners_of.sql"))?;
    let rows = statement.query_map(params![org, ids_of(&olds)?], |row| {
        let learner = Learner {
            id: row.get("id")?,
            name: row.get("name")?,
        };
        Ok((row.get::<_, ClassId>("class_id")?, learner))
    })?;
    for row in rows {
        let (class, learner) = row?;
        if let Some(&at) = places.get(&class) {
            olds[at].learners.push(learner);
        }
    }
    Ok(olds)
}

/// What is around them.
fn around(conn: &Connection, org: OrgId, olds: &[Old]) -> Result<Around> {
    let ids = ids_of(olds)?;
    let mut statement = conn.prepare_cached(
        "SELECT name FROM school_classes
         WHERE org_id = ?1 AND archived_at IS NULL
           AND id NOT IN (SELECT value FROM json_each(?2))",
    )?;
    let names = statement.query_map(params![org, ids], |row| row.get(0))?;
    let names = names.collect::<rusqlite::Result<_>>()?;
    let mut statement = conn.prepare_cached(include_str!("../sql/elsewhere.sql"))?;
    let elsewhere = statement.query_map(params![org, ids], |row| row.get::<_, UserId>(0))?;
    Ok(Around {
        names,
        elsewhere: elsewhere.collect::<rusqlite::Result<_>>()?,
    })
}

fn ids_of(olds: &[Old]) -> Result<String> {
    let ids: Vec<ClassId> = olds.iter().map(|old| old.id).collect();
    Ok(serde_json::to_string(&ids)?)
}

/// Does what a plan says.
pub fn carry_out(
    conn: &Connection,
    org: OrgId,
    (id, into): (RolloverId, TermId),
    plan: &Plan,
    at: Moment,
) -> Result<()> {
    let now = at.now;
    conn.prepare_cached(
        "INSERT INTO rollovers (org_id, id, term_id, done_at, done_lived)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![org, id, into, now, at.lived])?;
    // All end before the first is made, so that names are free.
    for step in &plan.steps {
        follow::end(conn, org, step.class, now)?;
        saved(conn, org, step.class, now)?;
    }
    for step in &plan.steps {
        let successor = match &step.new_name {
            Some(name) => Some(found(conn, org, (step, name.as_str()), into, now)?),
            None => None,
        };
        conn.prepare_cached(
            "INSERT INTO rollover_classes (org_id, rollover_id, class_id, successor_id)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![org, id, step.class, successor])?;
    }
    Ok(())
}

/// Makes the class that follows another one.
fn found(
    conn: &Connection,
    org: OrgId,
    (step, name): (&Step, &str),
    into: TermId,
    now: Timestamp,
) -> Result<ClassId> {
    let (old, new) = (step.class, ClassId::new());
    classes::insert(conn, org, new, name, now)?;
    classes::set_term(conn, org, new, Some(into))?;
    follow::lead_staff(conn, org, old, new)?;
    if step.how == How::Promote {
        follow::lead_learners(conn, org, (old, new), &step.without)?;
    }
    if let Some(heir_of) = step.heir_of {
        lessons::hand_over(conn, org, heir_of, new)?;
        personas::hand_over(conn, org, heir_of, new)?;
    }
    saved(conn, org, new, now)?;
    Ok(new)
}

fn saved(conn: &Connection, org: OrgId, class: ClassId, now: Timestamp) -> Result<()> {
    events::append(conn, org, &Event::ClassSaved { class }, now)?;
    Ok(())
}

/// The roll-overs of a school after `since`, the last one first.
pub fn list(conn: &Connection, org: OrgId, since: Lived) -> Result<Vec<Rollover>> {
    let mut statement = conn.prepare_cached(
        "SELECT r.id, r.term_id, r.done_at, r.done_lived, (
             SELECT count(*) FROM rollover_classes AS c
             WHERE c.org_id = r.org_id AND c.rollover_id = r.id
         ) AS classes
         FROM rollovers AS r
         WHERE r.org_id = ?1 AND r.done_lived > ?2 ORDER BY r.done_at DESC, r.id",
    )?;
    let rows = statement.query_map(params![org, since], |row| {
        Ok(Rollover {
            id: row.get("id")?,
            into: row.get("term_id")?,
            done_at: row.get("done_at")?,
            done_lived: row.get("done_lived")?,
            classes: row.get("classes")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes back a roll-over that was done after `since`.
pub fn undo(conn: &Connection, org: OrgId, id: RolloverId, since: Lived, at: Moment) -> Result<()> {
    let now = at.now;
    let done_at: Timestamp = conn
        .prepare_cached(
            "SELECT done_at FROM rollovers WHERE org_id = ?1 AND id = ?2 AND done_lived > ?3",
        )?
        .query_row(params![org, id, since], |row| row.get(0))
        .or_not_found("roll-over")?;
    let further = conn
        .prepare_cached(include_str!("../sql/taken_further.sql"))?
        .exists(params![org, id])?;
    if further {
        let detail = "A class of this roll-over was taken further; undo that first.";
        return Err(Error::new(Code::Conflict, detail));
    }
    let mut statement = conn.prepare_cached(
        "SELECT class_id, successor_id FROM rollover_classes
         WHERE org_id = ?1 AND rollover_id = ?2",
    )?;
    let rows = statement.query_map(params![org, id], |row| {
        let successor: Option<ClassId> = row.get("successor_id")?;
        Ok((row.get::<_, ClassId>("class_id")?, successor))
    })?;
    let rows: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    // All that were made go before the first is taken up, so that names are free.
    for class in rows.iter().filter_map(|(_, successor)| *successor) {
        if is_there(conn, org, class)? {
            classes::put_into_trash(conn, org, class, at)?;
            events::append(conn, org, &Event::ClassTrashed { class }, now)?;
        }
    }
    for (class, _) in rows {
        follow::take_up(conn, org, class, done_at, now)?;
        saved(conn, org, class, now)?;
    }
    conn.prepare_cached("DELETE FROM rollovers WHERE org_id = ?1 AND id = ?2")?
        .execute(params![org, id])?;
    Ok(())
}

/// Whether a class is not in the trash.
fn is_there(conn: &Connection, org: OrgId, id: ClassId) -> Result<bool> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM school_classes WHERE org_id = ?1 AND id = ?2")?
        .exists(params![org, id])?)
}
