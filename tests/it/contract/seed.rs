//! Rows of schools, written as they would lie in core.db after years of use.

use bwenge::error::Result;
use bwenge::types::{ClassId, LessonId, OrgId, PersonaId, SessionId, UserId};
use rusqlite::{Connection, params};

use super::schools::{Audience, School, Standing};
use crate::support::app::START;

/// The ids of a school and of its things by their numbers.
pub struct Ids {
    pub org: OrgId,
    pub people: Vec<UserId>,
    pub sessions: Vec<SessionId>,
    pub classes: Vec<ClassId>,
    pub lessons: Vec<LessonId>,
    pub tutors: Vec<PersonaId>,
}

impl Ids {
    fn of(school: &School) -> Self {
        Self {
            org: OrgId::new(),
            people: school.people.iter().map(|_| UserId::new()).collect(),
            sessions: school.people.iter().map(|_| SessionId::new()).collect(),
            classes: school.classes.iter().map(|_| ClassId::new()).collect(),
            lessons: school.lessons.iter().map(|_| LessonId::new()).collect(),
            tutors: school.tutors.iter().map(|_| PersonaId::new()).collect(),
        }
    }
}

/// Writes schools; the ids of what is in each.
pub fn seed(conn: &Connection, schools: &[School]) -> Result<Vec<Ids>> {
    let write = |school: &School| {
        let ids = Ids::of(school);
        conn.prepare_cached("INSERT INTO orgs VALUES (?1, 'School', 'primary', 'en', ?2, ?2)")?
            .execute(params![ids.org, START])?;
        conn.prepare_cached("INSERT INTO consent_rules VALUES (?1, ?2)")?
            .execute(params![ids.org, school.rule])?;
        classes(conn, school, &ids)?;
        people(conn, school, &ids)?;
        lessons(conn, school, &ids)?;
        tutors(conn, school, &ids)?;
        Ok(ids)
    };
    schools.iter().map(write).collect()
}

fn classes(conn: &Connection, school: &School, ids: &Ids) -> Result<()> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO classes (org_id, id, name, archived_at, trashed_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, iif(?4, ?6, NULL), iif(?5, ?6, NULL), ?6, ?6)",
    )?;
    for (n, (id, standing)) in ids.classes.iter().zip(&school.classes).enumerate() {
        let (over, trashed) = (*standing == Standing::Over, *standing == Standing::Trashed);
        insert.execute(params![ids.org, id, format!("P{n}"), over, trashed, START])?;
    }
    Ok(())
}

fn people(conn: &Connection, school: &School, ids: &Ids) -> Result<()> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO users (org_id, id, name, username, username_key, role, language,
                            password_hash, active, trashed_at, created_at, updated_at, age)
         VALUES (?1, ?2, ?3, ?3, ?3, ?4, 'en', '', ?5, iif(?6, ?7, NULL), ?7, ?7, ?8)",
    )?;
    let mut sign_in = conn.prepare_cached(
        "INSERT INTO sessions (id, org_id, user_id, rotated_at, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?4)",
    )?;
    let mut join = conn.prepare_cached(
        "INSERT INTO class_members (org_id, class_id, user_id) VALUES (?1, ?2, ?3)",
    )?;
    let mut agree = conn.prepare_cached(
        "INSERT INTO consents (org_id, seq, user_id, at, lived, recorded_by, state)
         VALUES (?1, ?2, ?3, ?4, 0, ?3, ?5)",
    )?;
    for (n, person) in school.people.iter().enumerate() {
        let (id, role) = (ids.people[n], person.role);
        let active = person.standing != Standing::Over;
        let trashed = person.standing == Standing::Trashed;
        let name = format!("person{n}");
        let age = person.age;
        insert.execute(params![
            ids.org, id, name, role, active, trashed, START, age
        ])?;
        let number = i64::try_from(n).unwrap();
        agree.execute(params![ids.org, number, id, START, person.consent])?;
        // They last until somebody ends them, which rows alone do not do.
        sign_in.execute(params![ids.sessions[n], ids.org, id, START])?;
        for class in person.classes.iter().filter_map(|n| ids.classes.get(*n)) {
            join.execute(params![ids.org, class, id])?;
        }
    }
    Ok(())
}

fn lessons(conn: &Connection, school: &School, ids: &Ids) -> Result<()> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO lessons (id, org_id, title, format, file_name, bytes, original, shared,
                              for_classes, status, page_kind, created_by, created_at, updated_at)
         VALUES (?1, ?2, ?3, 'txt', 'a.txt', 1, ?4, ?5, ?6, ?7, 'section', ?8, ?9, ?9)",
    )?;
    for (n, lesson) in school.lessons.iter().enumerate() {
        let audience = &lesson.audience;
        insert.execute(params![
            ids.lessons[n],
            ids.org,
            format!("Lesson {n}"),
            format!("{n:064x}"),
            audience.shared,
            audience.classes.is_some(),
            lesson.status,
            ids.people[0],
            START,
        ])?;
        let keep = "INSERT INTO lesson_classes (lesson_id, org_id, class_id) VALUES (?1, ?2, ?3)";
        for class in kept_for(audience, ids) {
            conn.prepare_cached(keep)?
                .execute(params![ids.lessons[n], ids.org, class])?;
        }
    }
    Ok(())
}

fn tutors(conn: &Connection, school: &School, ids: &Ids) -> Result<()> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO personas (id, org_id, name, language, tone, lessons_mode, only_from_lessons,
                               active, shared, for_classes, created_at, updated_at)
         VALUES (?1, ?2, 'Tutor', 'auto', 'calm', ?3, 1, ?4, ?5, ?6, ?7, ?7)",
    )?;
    for (n, tutor) in school.tutors.iter().enumerate() {
        let (id, audience) = (ids.tutors[n], &tutor.audience);
        insert.execute(params![
            id,
            ids.org,
            if tutor.lessons.is_some() {
                "only"
            } else {
                "all"
            },
            tutor.active,
            audience.shared,
            audience.classes.is_some(),
            START,
        ])?;
        let allow = "INSERT INTO persona_lessons (persona_id, lesson_id) VALUES (?1, ?2)";
        let allowed = tutor.lessons.iter().flatten();
        for lesson in allowed.filter_map(|n| ids.lessons.get(*n)) {
            conn.prepare_cached(allow)?.execute(params![id, lesson])?;
        }
        let keep = "INSERT INTO persona_classes (persona_id, org_id, class_id) VALUES (?1, ?2, ?3)";
        for class in kept_for(audience, ids) {
            conn.prepare_cached(keep)?
                .execute(params![id, ids.org, class])?;
        }
    }
    Ok(())
}

fn kept_for<'a>(audience: &'a Audience, ids: &'a Ids) -> impl Iterator<Item = &'a ClassId> {
    let numbers = audience.classes.iter().flatten();
    numbers.filter_map(|n| ids.classes.get(*n))
}
