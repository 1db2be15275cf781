//! Every SQL statement on consents. Each takes the school, so that no row of another one
//! can be reached by its number or by a learner's id.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::{ConsentMissingRule, ConsentState, Entry, Learner, NewEntry};
use crate::accounts::{Actor, Role};
use crate::error::{Code, Error, OrNotFound, Result};
use crate::types::{ClassId, Moment, OrgId, UserId};

/// The learners somebody sees to, by name: of a class, when given.
///
/// # Errors
/// `not_found` for a class that is not there, `forbidden` for one of other teachers.
pub fn learners(conn: &Connection, actor: &Actor, class: Option<ClassId>) -> Result<Vec<Learner>> {
    if let Some(class) = class {
        may_see_class(conn, actor, class)?;
    }
    let teacher = (actor.role != Role::Admin).then_some(actor.user);
    let mut statement = conn.prepare_cached(include_str!("sql/learners.sql"))?;
    let values = named_params! {
        ":org": actor.org, ":user": None::<UserId>, ":teacher": teacher, ":class": class,
    };
    let rows = statement.query_map(values, read_learner)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn may_see_class(conn: &Connection, actor: &Actor, class: ClassId) -> Result<()> {
    let sql = "SELECT EXISTS (SELECT 1 FROM class_members AS m
                              WHERE m.org_id = c.org_id AND m.class_id = c.id AND m.user_id = ?3)
               FROM school_classes AS c WHERE c.org_id = ?1 AND c.id = ?2";
    let mine: bool = conn
        .prepare_cached(sql)?
        .query_row(params![actor.org, class, actor.user], |row| row.get(0))
        .or_not_found("class")?;
    match mine || actor.role == Role::Admin {
        true => Ok(()),
        false => Err(forbidden()),
    }
}

fn forbidden() -> Error {
    let detail = "Administrators and the learner's own teachers keep consents.";
    Error::new(Code::Forbidden, detail)
}

/// A learner of a school, whoever asks.
pub fn learner(conn: &Connection, org: OrgId, user: UserId) -> Result<Option<Learner>> {
    one(conn, org, user, None)
}

/// A learner whom somebody sees to.
///
/// # Errors
/// `not_found`, also for staff; `forbidden` for a learner of other teachers.
pub fn seen_to(conn: &Connection, actor: &Actor, user: UserId) -> Result<Learner> {
    let teacher = (actor.role != Role::Admin).then_some(actor.user);
    match one(conn, actor.org, user, teacher)? {
        Some(learner) => Ok(learner),
        None => {
            one(conn, actor.org, user, None)?.or_not_found("learner")?;
            Err(forbidden())
        }
    }
}

fn one(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    teacher: Option<UserId>,
) -> Result<Option<Learner>> {
    let values = named_params! {
        ":org": org, ":user": user, ":teacher": teacher, ":class": None::<ClassId>,
    };
    let mut statement = conn.prepare_cached(include_str!("sql/learners.sql"))?;
    Ok(statement.query_row(values, read_learner).optional()?)
}

/// Adds the names of the classes each is in.
pub fn name_classes(conn: &Connection, org: OrgId, learners: &mut [Learner]) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT c.name FROM class_members AS m
         JOIN school_classes AS c ON c.org_id = m.org_id AND c.id = m.class_id
             AND c.archived_at IS NULL
         WHERE m.org_id = ?1 AND m.user_id = ?2
         ORDER BY c.name COLLATE NOCASE",
    )?;
    for learner in learners {
        let names = statement.query_map(params![org, learner.id], |row| row.get("name"))?;
        learner.classes = names.collect::<rusqlite::Result<_>>()?;
    }
    Ok(())
}

/// Whether a learner may ask no tutors, for want of a consent.
pub fn is_closed(conn: &Connection, org: OrgId, user: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM learner_consents WHERE org_id = ?1 AND user_id = ?2 AND closed";
    Ok(conn.prepare_cached(sql)?.exists(params![org, user])?)
}

/// All that was written down about somebody, the newest first.
pub fn history(conn: &Connection, org: OrgId, user: UserId) -> Result<Vec<Entry>> {
    let mut statement = conn.prepare_cached(include_str!("sql/history.sql"))?;
    let rows = statement.query_map(params![org, user], read_entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whom an entry is about.
pub fn subject(conn: &Connection, org: OrgId, seq: i64) -> Result<UserId> {
    conn.prepare_cached("SELECT user_id FROM consents WHERE org_id = ?1 AND seq = ?2")?
        .query_row(params![org, seq], |row| row.get(0))
        .or_not_found("entry")
}

/// What stood about somebody before an entry.
pub fn before(conn: &Connection, org: OrgId, user: UserId, seq: i64) -> Result<NewEntry> {
    let entry = history(conn, org, user)?
        .into_iter()
        .find(|entry| entry.seq < seq);
    Ok(match entry {
        Some(entry) => NewEntry {
            state: entry.state,
            giver: entry.giver,
            way: entry.way,
            note: entry.note,
            version: entry.version.unwrap_or_default(),
        },
        None => NewEntry {
            state: ConsentState::None,
            giver: None,
            way: None,
            note: None,
            version: 0,
        },
    })
}

/// Writes something down; its number.
pub fn append(
    conn: &Connection,
    actor: &Actor,
    user: UserId,
    new: &NewEntry,
    undoes: Option<i64>,
    at: Moment,
) -> Result<i64> {
    let version = (new.state != ConsentState::None).then_some(new.version);
    let values = named_params! {
        ":org": actor.org, ":user": user, ":at": at.now, ":lived": at.lived, ":by": actor.user,
        ":state": new.state, ":giver": new.giver, ":way": new.way, ":note": new.note, ":version": version,
        ":undoes": undoes,
    };
    let mut statement = conn.prepare_cached(include_str!("sql/append.sql"))?;
    Ok(statement.query_row(values, |row| row.get("seq"))?)
}

/// What follows in a school where nothing was said.
pub fn rule(conn: &Connection, org: OrgId) -> Result<ConsentMissingRule> {
    let found = conn
        .prepare_cached("SELECT missing FROM consent_rules WHERE org_id = ?1")?
        .query_row([org], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(ConsentMissingRule::Closed))
}

pub fn set_rule(conn: &Connection, org: OrgId, rule: ConsentMissingRule) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO consent_rules (org_id, missing) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET missing = excluded.missing",
    )?
    .execute(params![org, rule])?;
    Ok(())
}

fn read_learner(row: &Row<'_>) -> rusqlite::Result<Learner> {
    let written = row.get::<_, Option<i64>>("seq")?.is_some();
    Ok(Learner {
        id: row.get("user_id")?,
        name: row.get("name")?,
        age: row.get("age")?,
        state: row.get("state")?,
        last: written.then(|| read_entry(row)).transpose()?,
        lacking: row.get("lacking")?,
        closed: row.get("closed")?,
        classes: Vec::new(),
    })
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get("seq")?,
        at: row.get("at")?,
        recorded_by: row.get("recorded_by")?,
        recorded_by_name: row.get("recorded_by_name")?,
        state: row.get("state")?,
        giver: row.get("giver")?,
        way: row.get("way")?,
        note: row.get("note")?,
        version: row.get("version")?,
        undoes: row.get("undoes")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::AgeBand;
    use crate::consent::{ConsentGiver, ConsentWay};
    use crate::db::{Which, test_connection};
    use crate::types::{Language, Lived, SessionId, Timestamp};

    const AT: Moment = Moment {
        now: Timestamp(1),
        lived: Lived(1),
    };

    /// A school with one learner and somebody who writes.
    fn school(conn: &Connection) -> (Actor, UserId) {
        let (org, user) = (OrgId::new(), UserId::new());
        conn.execute(
            "INSERT INTO orgs VALUES (?1, 'S', 'primary', 'en', 1, 1)",
            [org],
        )
        .unwrap();
        conn.execute(
            "INSERT INTO users (org_id, id, name, username, username_key, role, language,
                                password_hash, active, created_at, updated_at)
             VALUES (?1, ?2, 'Gasore', 'g', 'g', 'learner', 'en', '', 1, 1, 1)",
            params![org, user],
        )
        .unwrap();
        let actor = Actor {
            org,
            user: UserId::new(),
            role: Role::Admin,
            platform_admin: false,
            session: SessionId::new(),
            language: Language::English,
        };
        (actor, user)
    }

    fn entry(state: ConsentState) -> NewEntry {
        NewEntry {
            state,
            giver: Some(ConsentGiver::Mother),
            way: Some(ConsentWay::Paper),
            note: None,
            version: 1,
        }
    }

    #[test]
    fn age_and_consent_and_rule_decide_together() {
        use ConsentMissingRule::{Closed, Remind};
        use ConsentState::{Asked, Given, None as Nothing, Refused, Withdrawn};
        let conn = test_connection(Which::Core).unwrap();
        let (actor, user) = school(&conn);
        let young = [None, Some(AgeBand::Under16)];
        for age in [None, Some(AgeBand::Under16), Some(AgeBand::From16)] {
            let set = "UPDATE users SET age = ?2 WHERE id = ?1";
            conn.execute(set, params![user, age]).unwrap();
            for rule in [Closed, Remind] {
                set_rule(&conn, actor.org, rule).unwrap();
                for state in [Nothing, Asked, Given, Withdrawn, Refused] {
                    append(&conn, &actor, user, &entry(state), None, AT).unwrap();
                    let learner = learner(&conn, actor.org, user).unwrap().unwrap();
                    let refused = matches!(state, Withdrawn | Refused);
                    let unsaid = matches!(state, Nothing | Asked) && young.contains(&age);
                    assert_eq!(learner.lacking, refused || unsaid, "{age:?} {state:?}");
                    let closed = refused || (unsaid && rule == Closed);
                    assert_eq!(learner.closed, closed, "{age:?} {rule:?} {state:?}");
                    assert_eq!(is_closed(&conn, actor.org, user).unwrap(), closed);
                }
            }
        }
    }

    #[test]
    fn nothing_written_is_changed_and_all_of_it_goes_with_its_learner() {
        let conn = test_connection(Which::Core).unwrap();
        let (actor, user) = school(&conn);
        let write = |state| append(&conn, &actor, user, &entry(state), None, AT);
        assert_eq!(write(ConsentState::Asked).unwrap(), 1);
        assert_eq!(write(ConsentState::Given).unwrap(), 2);
        for change in [
            "UPDATE consents SET state = 'given' WHERE seq = 1",
            "DELETE FROM consents WHERE seq = 2",
        ] {
            assert!(conn.execute(change, []).is_err(), "{change}");
        }
        let stood = before(&conn, actor.org, user, 2).unwrap();
        assert_eq!(stood.state, ConsentState::Asked);
        let stood = before(&conn, actor.org, user, 1).unwrap();
        assert_eq!(stood.state, ConsentState::None);
        conn.execute("DELETE FROM users WHERE id = ?1", [user])
            .unwrap();
        assert_eq!(history(&conn, actor.org, user).unwrap(), []);
    }
}
