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
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub name: &'static str,
    pub sql: &'static str,
}

macro_rules! steps {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(Step {
            name: $name,
            sql: include_str!(concat!("migrations/", $folder, "/", $name, ".sql")),
        }),*]
    };
}

const CORE: &[Step] = steps!["core":
    "0001_storage",
    "0002_accounts",
    "0003_lessons",
    "0004_personas",
    "0005_chat",
    "0006_keys",
    "0007_answers",
    "0008_settings",
    "0009_uploads",
    "0010_lesson_edits",
    "0011_recordings",
    "0012_pictures",
    "0013_sticks",
    "0014_reading_anew",
    "0015_classes",
    "0016_class_sign_in",
    "0017_trash",
    "0018_persona_classes",
    "0019_terms",
    "0020_lists",
    "0021_audit",
    "0022_browsers",
    "0023_invitations",
    "0024_erasures",
    "0025_consent",
    "0026_totp",
    "0027_presets",
    "0028_mended",
    "0029_job_traces",
    "0030_lived",
];

const DERIVED: &[Step] = steps!["derived":
    "0001_storage",
    "0002_retrieval",
    "0003_answers",
    "0004_sound",
    "0005_moments",
    "0006_models",
];

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

/// Reads the header; an error when it is not the file we think it is, or has
/// taken more than the `known` steps: a newer release wrote it.
pub(super) fn inspect(conn: &Connection, which: Which, known: usize) -> Result<State> {
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

/// Takes those of `steps` after the first `taken`, all or none.
pub(super) fn migrate(conn: &Connection, which: Which, steps: &[Step], taken: usize) -> Result<()> {
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
                let number = format!("{:04}_", i + 1);
                assert!(step.name.starts_with(&number), "{}", step.name);
                assert!(!step.sql.to_uppercase().contains("DEFER"), "{}", step.name);
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_a_step() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/migrations");
        for (which, name) in BOTH.into_iter().zip(["core", "derived"]) {
            let mut files: Vec<String> = std::fs::read_dir(folder.join(name))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let listed: Vec<String> = steps(which)
                .iter()
                .map(|step| format!("{}.sql", step.name))
                .collect();
            assert_eq!(files, listed);
        }
    }

    #[test]
    fn an_empty_file_takes_every_step_once() {
        for which in BOTH {
            let (conn, all) = (open_memory(which).unwrap(), steps(which));
            assert_eq!(inspect(&conn, which, all.len()).unwrap(), State::Empty);
            migrate(&conn, which, all, 0).unwrap();
            let newest = State::At(all.len());
            assert_eq!(inspect(&conn, which, all.len()).unwrap(), newest);
            migrate(&conn, which, all, all.len()).unwrap();
        }
    }

    #[test]
    fn lessons_and_what_names_them_outlive_the_table_made_anew() {
        let (conn, all) = (open_memory(Which::Core).unwrap(), steps(Which::Core));
        let name = |step: &Step| step.name == "0009_uploads";
        let before = all.iter().position(name).unwrap();
        migrate(&conn, Which::Core, &all[..before], 0).unwrap();
        conn.execute_batch(
            "INSERT INTO lessons (id, org_id, title, format, file_name, bytes, original, shared,
                                  status, page_kind, created_by, created_at, updated_at)
             VALUES ('l', 'o', 'Amazi', 'pdf', 'a.pdf', 7, 'h', 1, 'ready', 'page', 'u', 3, 4);
             INSERT INTO personas (id, org_id, name, language, tone, lessons_mode,
                                   only_from_lessons, created_at, updated_at)
             VALUES ('p', 'o', 'Keza', 'rw', 'kind', 'only', 1, 3, 4);
             INSERT INTO persona_lessons VALUES ('p', 'l');",
        )
        .unwrap();
        migrate(&conn, Which::Core, &all[..=before], before).unwrap();
        let row = |sql| conn.query_row(sql, [], |row| row.get::<_, String>(0));
        let lesson = "SELECT title || bytes || created_at || updated_at FROM lessons";
        assert_eq!(row(lesson).unwrap(), "Amazi734");
        assert_eq!(row("SELECT lesson_id FROM persona_lessons").unwrap(), "l");
        // The reference still works, and the same file may be there twice.
        let twin = "INSERT INTO lessons SELECT 'twin', org_id, title, subject, language, format,
            file_name, bytes, original, shared, status, text, pages, page_kind, passages,
            failure_code, failure_detail, warnings, created_by, created_at, updated_at FROM lessons";
        conn.execute_batch(twin).unwrap();
        conn.execute_batch("DELETE FROM lessons WHERE id = 'l'")
            .unwrap();
        row("SELECT lesson_id FROM persona_lessons").unwrap_err();
    }

    #[test]
    fn a_failing_step_leaves_the_old_version() {
        let (conn, all) = (open_memory(Which::Core).unwrap(), steps(Which::Core));
        migrate(&conn, Which::Core, all, 0).unwrap();
        for (bad, expect) in [
            ("CREATE TABLE extra (x)", "9999_bad"),
            (
                "CREATE TABLE child (up TEXT REFERENCES meta); INSERT INTO child VALUES ('x')",
                "references of child",
            ),
        ] {
            let step = |name, sql| Step { name, sql };
            let longer = [
                all,
                &[
                    step("9998_ok", "CREATE TABLE extra (x)"),
                    step("9999_bad", bad),
                ],
            ];
            let error = migrate(&conn, Which::Core, &longer.concat(), all.len()).unwrap_err();
            assert!(error.to_string().contains(expect), "{error}");
            let before = State::At(all.len());
            assert_eq!(inspect(&conn, Which::Core, all.len()).unwrap(), before);
            let extra = "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'";
            let extra: i64 = conn.query_row(extra, [], |r| r.get(0)).unwrap();
            assert_eq!(extra, 0);
        }
    }

    #[test]
    fn newer_and_foreign_files_are_refused() {
        for which in BOTH {
            let (conn, all) = (open_memory(which).unwrap(), steps(which));
            migrate(&conn, which, all, 0).unwrap();
            for (pragma, value, expect) in [
                ("user_version", 4000, "newer release"),
                ("user_version", -1, "no release wrote"),
                ("application_id", 1, "not a Bwenge database"),
            ] {
                conn.pragma_update(None, pragma, value).unwrap();
                let error = inspect(&conn, which, all.len()).unwrap_err().to_string();
                assert!(error.contains(expect), "{error}");
            }
        }
    }
}
