//! Whether everything that names a person is handed out and erased: compared with the
//! schema, and tried with a person who is in every table.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::parts::{self, PARTS};
use super::{Erasure, erase, preview, tombstones};
use crate::accounts::{Actor, Role};
use crate::audit::{self, By};
use crate::db::{Which, test_connection};
use crate::error::Code;
use crate::privacy::ErasureKind;
use crate::types::{Language, LessonId, OrgId, SessionId, Timestamp, UserId};

/// Columns that are called so name a person, whether they refer to `users` or not.
const NAMES: [&str; 9] = [
    "user_id",
    "person_id",
    "learner_id",
    "teacher_id",
    "guardian_id",
    "owner",
    "actor",
    "heir",
    "invited",
];

/// Columns that name a person although neither their names nor the schema says so.
const ALSO: [&str; 2] = ["users.id", "audit.subject"];

/// Columns that name a person and are not handed out.
const NOT_HANDED_OUT: [(&str, &str); 3] = [
    ("erasures.user_id", "whoever asks was not erased"),
    ("erasures.heir", "it is about the person who was erased"),
    (
        "import_left.user_id",
        "that a list of the staff left the person as is",
    ),
];

/// Columns that go on naming somebody who was erased, by an id that leads nowhere.
const STAYS: [(&str, &str); 5] = [
    (
        "audit.actor",
        "the log of the school is only added to; it holds no names",
    ),
    ("audit.subject", "the same"),
    (
        "consents.recorded_by",
        "the register of consents is only added to; it holds no names",
    ),
    ("erasures.user_id", "it is the tombstone"),
    (
        "erasures.heir",
        "said once more when an older backup comes back; leads nowhere",
    ),
];

/// Tables that name nobody.
const OF_NOBODY: [(&str, &str); 29] = [
    ("meta", "facts about the file"),
    (
        "outbox",
        "events hold ids and no names; the hub is told to forget the id",
    ),
    ("outbox_head", "where the outbox ends"),
    ("audit_head", "where the log ends"),
    (
        "jobs",
        "ids, of traces too; what they do to whoever is gone is nothing",
    ),
    ("orgs", "schools"),
    (
        "personas",
        "tutors are the school's, and nobody is noted with them",
    ),
    ("persona_lessons", "tutors and lessons"),
    ("persona_classes", "tutors and classes"),
    ("answer_lessons", "answers and lessons"),
    ("settings", "of the box"),
    ("school_settings", "of the school"),
    ("consent_rules", "of the school"),
    ("audit_checks", "how far logs were looked at"),
    ("terminal_notes", "hashes of codes"),
    (
        "import_rows",
        "rows of lists that wait; lists that say a name go with the person",
    ),
    (
        "lesson_windows",
        "what recordings say; goes with the lesson",
    ),
    ("stick_files", "goes with the copy"),
    ("classes", "classes"),
    ("lesson_classes", "lessons and classes"),
    ("terms", "years and terms"),
    ("class_terms", "classes and terms"),
    ("rollovers", "classes and terms"),
    ("rollover_classes", "classes and terms"),
    ("joining", "the code of a school"),
    // Of derived.db.
    ("passages", "what lessons say; goes with the lesson"),
    ("passages_fts", "the same"),
    ("passages_sound", "the same"),
    ("approved_uses", "counts"),
];

/// Ids of the person and of everything around.
struct World {
    conn: Connection,
    org: OrgId,
    person: UserId,
    actor: Actor,
    lesson: LessonId,
}

/// What nobody else is called and nobody else said.
const NAME: &str = "Uwase Zanziberi";
const QUESTION: &str = "Why does my goat Zanziberi sleep?";
/// Stands in every place that keeps a secret.
const SECRET: &str = "Zanziberi-secret";

/// A school in which one person is in every table that can name one.
fn world() -> World {
    let conn = test_connection(Which::Core).unwrap();
    let (org, person, admin) = (OrgId::new(), UserId::new(), UserId::new());
    let lesson = LessonId::new();
    let id = || format!("{}", LessonId::new());
    let (class, kept) = (id(), LessonId::new());
    let (o, p, a) = (org.to_string(), person.to_string(), admin.to_string());
    let user = |id: &str, name: &str, role: &str| {
        format!(
            "INSERT INTO users (org_id, id, name, username, username_key, role, language,
                                password_hash, created_at, updated_at, number)
             VALUES ('{o}', '{id}', '{name}', '{id}', '{id}', '{role}', 'en',
                     '{name} secret', 1, 1, '{name}');"
        )
    };
    let lesson_row = |id: LessonId, title: &str| {
        format!(
            "INSERT INTO lessons (id, org_id, title, format, file_name, bytes, original, shared,
                                  status, page_kind, created_by, created_at, updated_at)
             VALUES ('{id}', '{o}', '{title}', 'txt', 'a.txt', 7, '{}', 1, 'ready', 'section',
                     '{p}', 1, 1);",
            "ab".repeat(32)
        )
    };
    let (chat, copy, invitation, list) = (id(), id(), id(), id());
    let all = [
        format!("INSERT INTO orgs VALUES ('{o}', 'GS Nyange', 'primary', 'en', 1, 1);"),
        user(&a, "Boss", "admin"),
        user(&p, NAME, "admin"),
        lesson_row(lesson, "Mine"),
        lesson_row(kept, "The school’s"),
        format!(
            "INSERT INTO classes (org_id, id, name, created_at, updated_at)
             VALUES ('{o}', '{class}', 'P5', 1, 1);
             INSERT INTO class_members VALUES ('{o}', '{class}', '{p}');
             INSERT INTO sessions (id, org_id, user_id, rotated_at, created_at, last_used_at)
             VALUES ('{}', '{o}', '{p}', 1, 1, 1);
             INSERT INTO devices VALUES ('{o}', '{p}', randomblob(32), 1);
             INSERT INTO badges VALUES ('{o}', '{p}', randomblob(32), 1);
             INSERT INTO waiting VALUES ('{o}', '{p}', 1);
             INSERT INTO recovery_cards VALUES ('{o}', '{p}', 'own', randomblob(32), 1, NULL,
                                              0);
             INSERT INTO conversations VALUES ('{chat}', '{o}', '{p}', 'x', '{QUESTION}', 1, 1);
             INSERT INTO messages (id, org_id, conversation_id, user_id, role, text, status,
                                   created_at)
             VALUES ('{}', '{o}', '{chat}', '{p}', 'user', '{QUESTION}', 'complete', 1);
             INSERT INTO lesson_edits VALUES ('{kept}', 'k', 'A correction.', '{p}', 1);
             INSERT INTO uploads (id, org_id, owner, file_name, title, shared, format, metadata,
                                  bytes, created_at, expires_at)
             VALUES ('{}', '{o}', '{p}', 'Zanziberi.txt', 'Zanziberi', 1, 'txt', '', 7, 1, 9);
             INSERT INTO stick_copies VALUES ('{copy}', '{o}', '{p}', 's', 'Zanziberi', NULL,
                                              NULL, 1, 1);
             INSERT INTO api_keys VALUES ('{}', '{o}', 'k', randomblob(32), 'h', '[]', 1, 0,
                                          'en', '{p}', 1, NULL, NULL);
             INSERT INTO imports (id, org_id, sent_by, file_name, state, findings, created_at)
             VALUES ('{}', '{o}', '{p}', 'l.csv', 'checked', '{{}}', 1),
                    ('{}', '{o}', '{a}', 'l.csv', 'checked', '{{}}', 1),
                    ('{list}', '{o}', '{a}', 'l.csv', 'checked', '{{}}', 1);
             UPDATE imports SET findings = '{{\"{NAME}\": 1}}'
             WHERE sent_by = '{a}' AND id <> '{list}';
             INSERT INTO import_rows VALUES ('{list}', 0, 'new', '{{\"{NAME}\": 1}}');
             INSERT INTO imports (id, org_id, sent_by, file_name, state, findings, created_at)
             VALUES ('done', '{o}', '{a}', 'l.csv', 'done', '{{}}', 1);
             INSERT INTO import_left VALUES ('done', 0, 7, '{p}', 'gone');
             INSERT INTO totp (org_id, user_id, nonce, on_since)
             VALUES ('{o}', '{p}', '{SECRET}', 1);
             INSERT INTO totp_recovery VALUES ('{o}', '{p}', randomblob(32));
             INSERT INTO totp_trusted
             SELECT org_id, user_id, device, 'Zanziberi', 9 FROM devices;
             INSERT INTO invitations (org_id, id, sha256, role, name, uses, used, made_by,
                                      created_at, expires_at)
             VALUES ('{o}', '{invitation}', randomblob(32), 'admin', 'Little Zanziberi', 1, 1,
                     '{a}', 1, 9),
                    ('{o}', '{}', randomblob(32), 'learner', NULL, 1, 0, '{p}', 1, 9);
             INSERT INTO consents VALUES ('{o}', 1, '{p}', 1, 1, '{a}', 'given', 'mother', 'paper',
                                          'Zanziberi', 1, NULL),
                                         ('{o}', 2, '{a}', 1, 1, '{p}', 'asked', NULL, NULL,
                                          NULL, 1, NULL);
             INSERT INTO erasures VALUES ('{o}', '{}', 'asked', '[]', '{p}', 1, 1);
             INSERT INTO personas (id, org_id, name, language, tone, lessons_mode,
                                   only_from_lessons, created_at, updated_at)
             VALUES ('x', '{o}', 'Tutor', 'auto', 'calm', 'all', 1, 1, 1);",
            id(),
            id(),
            id(),
            id(),
            id(),
            id(),
            id(),
            id(),
        ),
        answer(&o, &p, QUESTION),
        answer(&o, &p, "What do all ask?"),
    ];
    for sql in all {
        conn.execute_batch(&sql)
            .unwrap_or_else(|e| panic!("{e}: {sql}"));
    }
    let note = audit::Note::new(audit::Action::InvitationAccepted)
        .of(person)
        .about(&invitation);
    audit::record(&conn, By::person(org, person), note, Timestamp(1)).unwrap();
    let actor = Actor {
        org,
        user: admin,
        role: Role::Admin,
        platform_admin: true,
        session: SessionId::new(),
        language: Language::English,
    };
    World {
        conn,
        org,
        person,
        actor,
        lesson,
    }
}

/// An answer that this person approved.
fn answer(org: &str, by: &str, question: &str) -> String {
    let id = LessonId::new();
    format!(
        "INSERT INTO answers VALUES ('{id}', '{org}', 'x', 'en', 'approved', NULL, zeroblob(32),
                                     '{question}', '{question}', '', 'So.', 1, '[]', '{by}', 1, 1);"
    )
}

fn tables(conn: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn columns(conn: &Connection, table: &str) -> Vec<String> {
    let mut statement = conn
        .prepare("SELECT name FROM pragma_table_info(?1)")
        .unwrap();
    let rows = statement.query_map([table], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The columns that name a person, as `table.column`.
fn personal(conn: &Connection) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = ALSO.into_iter().map(str::to_owned).collect();
    for table in tables(conn) {
        for column in columns(conn, &table) {
            let refers = "SELECT 1 FROM pragma_foreign_key_list(?1)
                          WHERE \"table\" = 'users' AND \"to\" = 'id' AND \"from\" = ?2";
            let refers = conn.prepare(refers).unwrap().exists((&table, &column));
            if refers.unwrap() || NAMES.contains(&column.as_str()) || column.ends_with("_by") {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    // Which parser made a poster.
    found.remove("lessons.poster_by");
    found
}

fn handed_out() -> BTreeSet<String> {
    let of = PARTS.iter().flat_map(|part| part.of);
    of.map(|column| (*column).to_owned()).collect()
}

fn listed(list: &[(&str, &str)]) -> BTreeSet<String> {
    assert!(list.iter().all(|(_, reason)| reason.len() > 4));
    list.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Every value of a database as text.
fn everything(conn: &Connection) -> String {
    let mut all = String::new();
    for table in tables(conn) {
        let mut rows = conn.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let count = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for n in 0..count {
                all.push_str(&format!("{:?}\n", row.get_ref(n).unwrap()));
                if let Ok(text) = row.get::<_, String>(n) {
                    all.push_str(&text);
                }
            }
        }
    }
    all
}

fn names(conn: &Connection, place: &str, person: UserId) -> i64 {
    let (table, column) = place.split_once('.').unwrap();
    let sql = format!("SELECT count(*) FROM {table} WHERE {column} = ?1");
    conn.query_row(&sql, [person], |row| row.get(0)).unwrap()
}

#[test]
fn every_table_is_handed_out_or_of_nobody() {
    let core = test_connection(Which::Core).unwrap();
    let derived = test_connection(Which::Derived).unwrap();
    let of_nobody = listed(&OF_NOBODY);
    let named: BTreeSet<String> = personal(&core)
        .iter()
        .map(|place| place.split_once('.').unwrap().0.to_owned())
        .collect();
    // Indexes keep tables of their own. Answers nobody decided about are known by hashes.
    let is_part = |table: &str| {
        [
            "passages_fts_",
            "passages_sound_",
            "passages_words",
            "answer",
        ]
        .iter()
        .any(|start| table.starts_with(start))
    };
    let here = tables(&core).into_iter();
    let here = here.chain(tables(&derived).into_iter().filter(|table| !is_part(table)));
    let here: BTreeSet<String> = here.collect();
    let unknown: Vec<_> = here
        .iter()
        .filter(|table| !named.contains(*table) && !of_nobody.contains(*table))
        .collect();
    assert!(unknown.is_empty(), "of whom are {unknown:?}?");
    let both: Vec<_> = named.intersection(&of_nobody).collect();
    assert!(both.is_empty(), "{both:?} name somebody");
    let gone: Vec<_> = of_nobody.difference(&here).collect();
    assert!(gone.is_empty(), "there are no {gone:?}");
    let of_derived: Vec<_> = personal(&derived)
        .into_iter()
        .filter(|place| !ALSO.contains(&place.as_str()))
        .collect();
    assert!(
        of_derived.is_empty(),
        "derived.db names people: {of_derived:?}"
    );
}

#[test]
fn every_column_that_names_a_person_is_handed_out_or_has_a_reason() {
    let conn = test_connection(Which::Core).unwrap();
    let (handed_out, not) = (handed_out(), listed(&NOT_HANDED_OUT));
    let covered: BTreeSet<String> = handed_out.union(&not).cloned().collect();
    assert_eq!(personal(&conn), covered);
    assert!(handed_out.is_disjoint(&not));
}

#[test]
fn parts_hold_the_person_and_nobody_else_and_no_secrets() {
    let World {
        conn, org, person, ..
    } = world();
    for part in PARTS {
        let page = |user| parts::page(&conn, part, (org, user), 0, 100).unwrap();
        let own = page(person);
        assert!(!own.rows.is_empty(), "{} is empty", part.name);
        let told = format!("{own:?}");
        assert!(!told.contains("secret"), "{told}");
        assert!(page(UserId::new()).rows.is_empty(), "{}", part.name);
        let elsewhere = parts::page(&conn, part, (OrgId::new(), person), 0, 100);
        assert!(elsewhere.unwrap().rows.is_empty(), "{}", part.name);
    }
    let account = &PARTS[0];
    let page = parts::page(&conn, account, (org, person), 0, 1).unwrap();
    assert_eq!(page.rows.len(), 1);
    let at = page.columns.iter().position(|name| name == "created_at");
    assert_eq!(page.rows[0][at.unwrap()], "1970-01-01T00:00:00.001Z");
    let after = parts::page(&conn, account, (org, person), 1, 1).unwrap();
    assert!(after.rows.is_empty() && after.columns == page.columns);
}

#[test]
fn nothing_names_a_person_who_was_erased_and_the_school_keeps_its_own() {
    let World {
        conn,
        org,
        person,
        actor,
        lesson,
    } = world();
    let personal = personal(&conn);
    for place in personal.iter().filter(|place| *place != "erasures.user_id") {
        assert!(names(&conn, place, person) > 0, "nobody is in {place}");
    }
    assert!(everything(&conn).contains("Zanziberi"));
    let told = preview(&conn, actor, person).unwrap();
    assert_eq!(told.person.name, NAME);
    assert_eq!(told.lessons.len(), 2);
    assert_eq!((told.counts.conversations, told.counts.questions), (1, 1));
    assert_eq!((told.counts.kept_answers, told.counts.decisions), (1, 2));
    assert_eq!((told.counts.uploads, told.counts.corrections), (1, 1));

    let erasure = Erasure {
        org,
        user: person,
        kind: ErasureKind::Asked,
        lessons: vec![lesson, lesson],
        heir: Some(actor.user),
        erased_at: Timestamp(5),
    };
    let erased = erase(&conn, vec![erasure], actor, false, Timestamp(5)).unwrap();
    assert_eq!(erased.sessions.len(), 1);
    let stays = listed(&STAYS);
    for place in &personal {
        let left = names(&conn, place, person);
        assert_eq!(left > 0, stays.contains(place), "{left} in {place}");
    }
    let all = everything(&conn);
    for line in all.lines() {
        assert!(!line.contains("Zanziberi"), "left: {line}");
    }
    assert_eq!(tombstones(&conn, org).unwrap()[0].user_id, person);
    assert!(audit::check(&conn, org).unwrap().broken_at.is_none());
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM lessons"), 1);
    assert_eq!(count("SELECT count(*) FROM answers"), 1);
    let event = "SELECT count(*) FROM outbox WHERE type = 'user_erased'";
    assert_eq!(count(event), 1);
    assert_eq!(
        count("SELECT count(*) FROM jobs WHERE kind = 'clean_up_person'"),
        1
    );
}

#[test]
fn who_can_not_go_stays() {
    let World {
        conn,
        org,
        person,
        actor,
        ..
    } = world();
    let code = |actor: Actor, user| preview(&conn, actor, user).unwrap_err().code();
    assert_eq!(code(actor, actor.user), Code::Conflict);
    assert_eq!(code(actor, UserId::new()), Code::NotFound);
    let elsewhere = Actor {
        org: OrgId::new(),
        ..actor
    };
    assert_eq!(code(elsewhere, person), Code::NotFound);
    conn.execute_batch("UPDATE imports SET state = 'running'")
        .unwrap();
    let erasure = Erasure {
        org,
        user: person,
        kind: ErasureKind::Asked,
        lessons: Vec::new(),
        heir: None,
        erased_at: Timestamp(5),
    };
    let refused = erase(&conn, vec![erasure.clone()], actor, false, Timestamp(5));
    assert_eq!(refused.unwrap_err().code(), Code::Conflict);
    // A backup brought the person back: nothing stands in the way.
    erase(&conn, vec![erasure], By::the_box(org), true, Timestamp(5)).unwrap();
    assert_eq!(names(&conn, "users.id", person), 0);
}
