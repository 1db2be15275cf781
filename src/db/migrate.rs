//! The schema of both files, step by step, forward only.
//!
//! `user_version` counts the steps a file has taken. A step never changes
//! once released; a feature adds its own at the end of the array. All missing
//! steps run in one transaction, so a file is never between two versions.
//! Foreign keys stay immediate: a deferred one would fail at COMMIT and take
//! the other commands of the group with it.

use anyhow::{Context, anyhow};
use rusqlite::Connection;

use super::connection::Which;
use crate::error::Result;

/// One step: the file below `migrations/` without `.sql`, and its content.
pub(super) struct Step {
    name: &'static str,
    sql: &'static str,
}

macro_rules! steps {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(Step {
            name: $name,
            sql: include_str!(concat!("migrations/", $folder, "/", $name, ".sql")),
        }),*]
    };
}

const CORE: &[Step] = steps!["core": "0001_storage", "0002_accounts", "0003_lessons", "0004_personas", "0005_chat"];

const DERIVED: &[Step] = steps!["derived": "0001_storage", "0002_retrieval"];

/// Every step of one file, in order.
pub(super) fn steps(which: Which) -> &'static [Step] {
    match which {
        Which::Core => CORE,
        Which::Derived => DERIVED,
    }
}

/// What the header of a file says about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing in it yet.
    Empty,
    /// It has taken this many steps; not more than we know.
    At(usize),
}

/// Reads the header; an error when it is not the file we think it is, or was
/// written by a newer release.
pub(super) fn inspect(conn: &Connection, which: Which) -> Result<State> {
    let name = which.file_name();
    let number = |pragma| conn.query_row(pragma, [], |row| row.get::<_, i32>(0));
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(State::Empty);
    }
    if application != which.application_id() {
        return Err(
            anyhow!("{name} is not a Bwenge database (application id {application:#x})").into(),
        );
    }
    let known = steps(which).len();
    match usize::try_from(version) {
        Ok(taken) if taken > known => Err(anyhow!(
            "{name} was written by a newer release of Bwenge (schema {taken}, this release knows \
             {known}); start the newer release, or restore a backup of this one"
        )
        .into()),
        Ok(taken) if taken > 0 => Ok(State::At(taken)),
        _ => Err(anyhow!("{name} has schema number {version}, which no release wrote").into()),
    }
}

/// Takes the steps after `taken`, all or none.
pub(super) fn migrate(conn: &Connection, which: Which, taken: usize) -> Result<()> {
    run(conn, which, steps(which), taken)
}

fn run(conn: &Connection, which: Which, steps: &[Step], taken: usize) -> Result<()> {
    if taken >= steps.len() {
        return Ok(());
    }
    // Steps may rebuild tables; inside a transaction the switch has no effect.
    conn.pragma_update(None, "foreign_keys", false)?;
    let transaction = conn.unchecked_transaction()?;
    for step in &steps[taken..] {
        conn.execute_batch(step.sql)
            .with_context(|| format!("migrating {} to {}", which.file_name(), step.name))?;
    }
    let broken = conn
        .prepare("PRAGMA foreign_key_check")?
        .query_map([], |row| row.get::<_, String>(0))?
        .next()
        .transpose()?;
    if let Some(table) = broken {
        return Err(anyhow!(
            "migrating {} broke references of {table}",
            which.file_name()
        )
        .into());
    }
    conn.pragma_update(None, "application_id", which.application_id())?;
    conn.pragma_update(None, "user_version", i64::try_from(steps.len())?)?;
    transaction.commit()?;
    conn.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_memory;
    use super::*;

    const BOTH: [Which; 2] = [Which::Core, Which::Derived];

    #[test]
    fn steps_are_numbered_in_order_and_defer_no_reference() {
        for which in BOTH {
            for (i, step) in steps(which).iter().enumerate() {
                assert!(
                    step.name.starts_with(&format!("{:04}_", i + 1)),
                    "{}",
                    step.name
                );
                assert!(!step.sql.to_uppercase().contains("DEFER"), "{}", step.name);
            }
        }
    }

    #[test]
    fn an_empty_file_takes_every_step_once() {
        for which in BOTH {
            let conn = open_memory(which).unwrap();
            assert_eq!(inspect(&conn, which).unwrap(), State::Empty);
            migrate(&conn, which, 0).unwrap();
            let all = steps(which).len();
            assert_eq!(inspect(&conn, which).unwrap(), State::At(all));
            migrate(&conn, which, all).unwrap();
        }
    }

    #[test]
    fn a_failing_step_leaves_the_old_version() {
        let conn = open_memory(Which::Core).unwrap();
        migrate(&conn, Which::Core, 0).unwrap();
        let all = steps(Which::Core).len();
        let mut longer: Vec<Step> = Vec::new();
        longer.extend(steps(Which::Core).iter().map(|s| Step { ..*s }));
        longer.push(Step {
            name: "9998_ok",
            sql: "CREATE TABLE extra (x)",
        });
        longer.push(Step {
            name: "9999_bad",
            sql: "CREATE TABLE extra (x)",
        });
        let error = run(&conn, Which::Core, &longer, all)
            .unwrap_err()
            .to_string();
        assert!(error.contains("9999_bad"), "{error}");
        assert_eq!(inspect(&conn, Which::Core).unwrap(), State::At(all));
        let extra: i64 = conn
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name='extra'",
                [],
                |r| r.get(0),
            )
            .unwrap();
        assert_eq!(extra, 0);
    }

    #[test]
    fn newer_and_foreign_files_are_refused() {
        for which in BOTH {
            let conn = open_memory(which).unwrap();
            migrate(&conn, which, 0).unwrap();
            conn.pragma_update(None, "user_version", 4000).unwrap();
            let error = inspect(&conn, which).unwrap_err().to_string();
            assert!(error.contains("newer release"), "{error}");
            conn.pragma_update(None, "application_id", 1).unwrap();
            let error = inspect(&conn, which).unwrap_err().to_string();
            assert!(error.contains("not a Bwenge database"), "{error}");
        }
    }
}
