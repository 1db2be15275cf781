//! Looks at a box that was ended and is up again.

use std::path::Path;
use std::time::Duration;

use bwenge::{audit, events};
use rusqlite::{Connection, OptionalExtension};
use tokio::time::{Instant, sleep};

use super::doing::{CLASSES, LISTED};
use super::ledger::{Facts, Ledger};
use super::school::{School, user_id};
use crate::faults::database;
use crate::support::door::{Door, PATIENCE};
use crate::support::server::Server;

/// Fails unless everything is there that was acknowledged, and whole.
pub async fn look(server: &Server, school: &School, ledger: &Ledger, data: &Path) {
    lists_end(server, school, ledger, data).await;
    {
        let core = database(data, "core.db");
        is_whole(&core, "core.db");
        is_whole(&database(data, "derived.db"), "derived.db");
        has(&core, &ledger.facts(), "core.db");
        logs_are_whole(&core);
        everybody_came_once(&core, ledger);
        // Jobs have ended, so nothing of those who were erased is left to be removed.
        let unclean = "SELECT count(*) FROM erasures WHERE cleaned_at IS NULL";
        assert_eq!(number(&core, unclean, ""), 0, "an erasure is not ended");
    }
    copies_are_whole(ledger, data);
    sessions_hold(server, ledger).await;
}

/// Waits for lists that were being carried out; all are done.
async fn lists_end(server: &Server, school: &School, ledger: &Ledger, data: &Path) {
    let running = {
        let core = database(data, "core.db");
        let sql = "SELECT id FROM imports WHERE state = 'running'";
        let id = core.query_row(sql, [], |row| row.get::<_, String>(0));
        id.optional().unwrap()
    };
    let known = ledger.lists();
    let started = known.iter().filter(|list| list.started);
    let last = started.map(|list| list.id.clone()).next_back();
    for id in running.into_iter().chain(last) {
        let path = format!("/users/imports/{id}");
        let ends = |body: &serde_json::Value| body["import"]["state"] != "running";
        let body = server.until(&school.admin, &path, ends).await;
        let import = &body["import"];
        assert_eq!(import["state"], "done", "{import}");
        assert_eq!(import["done"], import["total"], "{import}");
    }
    // A job goes a moment after what it did is done.
    let deadline = Instant::now() + PATIENCE;
    while number(&database(data, "core.db"), "SELECT count(*) FROM jobs", "") > 0 {
        assert!(Instant::now() < deadline, "a job is left");
        sleep(Duration::from_millis(20)).await;
    }
}

/// All people of a list are there once and in their classes, or none if it was not begun.
fn everybody_came_once(core: &Connection, ledger: &Ledger) {
    for list in ledger.lists() {
        let state: String = core
            .query_row("SELECT state FROM imports WHERE id = ?1", [&list.id], |r| {
                r.get(0)
            })
            .optional()
            .unwrap()
            // One that was not started may go for a later one.
            .unwrap_or_else(|| "gone".to_owned());
        assert!(!list.started || state == "done", "{list:?}: {state}");
        let (people, classes) = match state.as_str() {
            "done" => (LISTED, CLASSES),
            _ => (0, 0),
        };
        for (sql, expected) in [
            ("SELECT count(*) FROM users WHERE name GLOB ?1", people),
            (
                "SELECT count(DISTINCT number) FROM users WHERE name GLOB ?1",
                people,
            ),
            ("SELECT count(*) FROM classes WHERE name GLOB ?1", classes),
            (
                "SELECT count(*) FROM class_members AS m JOIN users AS u ON u.id = m.user_id
                 WHERE u.name GLOB ?1",
                people,
            ),
        ] {
            let found = number(core, sql, &format!("{} *", list.prefix));
            assert_eq!(found, i64::try_from(expected).unwrap(), "{list:?}: {sql}");
        }
    }
}

/// The chains of the log and of the outbox.
fn logs_are_whole(core: &Connection) {
    for &stream in events::Stream::ALL {
        events::verify(core, stream).unwrap();
    }
    for org in audit::schools(core).unwrap() {
        let found = audit::check(core, org).unwrap();
        assert_eq!(found.broken_at, None, "{found:?}");
    }
}

/// Copies that were acknowledged have what they must, and no other is half a one.
fn copies_are_whole(ledger: &Ledger, data: &Path) {
    let open = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let copy = database(path.parent().unwrap(), name);
        is_whole(&copy, name);
        copy
    };
    for (path, facts) in ledger.copies() {
        let copy = open(&path);
        has(&copy, &facts, "a copy");
        logs_are_whole(&copy);
    }
    for entry in std::fs::read_dir(data.join("backups")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "db") {
            // Also those of which nobody heard.
            assert!(number(&open(&path), "SELECT count(*) FROM users", "") > 3);
        }
    }
}

/// Who signed in is signed in, and may go on; who signed out is not.
async fn sessions_hold(server: &Server, ledger: &Ledger) {
    let (sessions, signed_out) = ledger.sessions();
    for (who, browsers) in sessions {
        for browser in &browsers {
            assert_eq!(user_id(server, browser).await, who);
        }
        let Some(mut last) = browsers.into_iter().next_back() else {
            continue;
        };
        let next = server
            .send(last.request("POST", "/auth/refresh", None))
            .await;
        last.keep(&next.expect(204));
        assert_eq!(user_id(server, &last).await, who);
        ledger.takes_back_session(&who);
        ledger.signed_in(&who, &last);
    }
    for browser in signed_out {
        let me = server.get("/auth/me", &browser).await;
        me.refused(401, "session_ended");
    }
}

fn has(conn: &Connection, facts: &Facts, what: &str) {
    for ((fact, id), least) in facts {
        let found = number(conn, fact.sql(), id);
        assert!(
            found >= *least,
            "{what} has lost {fact:?} of {id}: {found} instead of {least}"
        );
    }
}

fn is_whole(conn: &Connection, name: &str) {
    let check: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok", "{name}");
    let strays = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(number(conn, strays, ""), 0, "{name}");
}

/// One number about something; an empty text is about nothing. Without a row none is there.
fn number(conn: &Connection, sql: &str, about: &str) -> i64 {
    let mut statement = conn.prepare_cached(sql).unwrap();
    let about: &[&str] = match about {
        "" => &[],
        _ => std::slice::from_ref(&about),
    };
    let row = statement.query_row(rusqlite::params_from_iter(about), |row| row.get(0));
    row.optional().unwrap().unwrap_or(-1)
}
