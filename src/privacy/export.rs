//! All that is kept about a person as an archive: tables for programs and for
//! spreadsheets, the files the person brought in, and a page that explains them.

use std::io::{self, Write};

use futures_util::{Stream, stream};
use serde_json::Value;
use tokio::runtime::Handle;

use super::archive::{Archive, pipe};
use super::store::parts::{self, PARTS, Part};
use super::{Privacy, store};
use crate::accounts::{self, Actor};
use crate::audit::{self, Action, Note};
use crate::error::{Code, Error, Result};
use crate::state::App;
use crate::text::table::{MARK, Table};
use crate::types::{Language, LessonId, OrgId, UserId};

/// Rows read at once; a person's data of any length goes out in little memory.
const ROWS: usize = 100;
/// Longest name of a file in the archive, in characters.
const LONGEST_NAME: usize = 120;

/// Whose data, and in which language it is explained.
#[derive(Debug, Clone, Copy)]
struct Whose {
    org: OrgId,
    user: UserId,
    language: Language,
}

impl Privacy {
    /// The archive about a person, for that person and for the school's administrators, in
    /// pieces as they are made.
    ///
    /// # Errors
    /// `not_found`, `forbidden` as for any change; `queue_full` while others are loading.
    pub(super) async fn archive(
        &self,
        actor: Actor,
        user: UserId,
    ) -> Result<impl Stream<Item = io::Result<Vec<u8>>> + Send + use<>> {
        let place = self.archives.clone().try_acquire_owned().map_err(|_| {
            let detail = "Others are loading such an archive. Try again in a while.";
            Error::new(Code::QueueFull, detail).retry_after(30)
        })?;
        let now = self.app.clock.now();
        if user != actor.user {
            let may = move |conn: &_| accounts::changeable(conn, actor, user);
            self.app.db.core.read(may).await?;
        }
        // The log is about the staff.
        if actor.is_staff() {
            let note = Note::new(Action::PersonExported).of(user);
            let record = move |conn: &_| audit::record(conn, actor, note, now);
            self.app.db.core.write(record).await?;
        }
        let (app, whose) = (
            self.app.clone(),
            Whose {
                org: actor.org,
                user,
                language: actor.language,
            },
        );
        let (pipe, pieces) = pipe();
        tokio::task::spawn_blocking(move || {
            let mut archive = Archive::new(pipe);
            let written = write(&app, &Handle::current(), whose, &mut archive);
            // Before the last piece, after which the same person may ask again.
            drop(place);
            let ended = match written {
                Ok(()) => archive.finish(),
                Err(error) => {
                    archive.break_off();
                    Err(error)
                }
            };
            if let Err(error) = ended {
                tracing::warn!(%error, "privacy.archive_broke_off");
            }
        });
        Ok(stream::unfold(pieces, |mut pieces| async move {
            pieces.recv().await.map(|piece| (piece, pieces))
        }))
    }
}

fn write(app: &App, handle: &Handle, whose: Whose, archive: &mut Archive) -> Result<()> {
    archive.begin("README.txt")?;
    archive.write_all(readme(whose.language).as_bytes())?;
    for part in PARTS {
        archive.begin(&format!("{}.json", part.name))?;
        write_json(app, handle, whose, part, archive)?;
        archive.begin(&format!("{}.csv", part.name))?;
        write_table(app, handle, whose, part, archive)?;
    }
    let find = move |conn: &_| parts::originals(conn, whose.org, whose.user);
    for (lesson, original, name) in handle.block_on(app.db.core.read(find))? {
        match app.blobs.open_file(&original) {
            // Deleted meanwhile.
            Err(error) if error.code() == Code::NotFound => {}
            file => {
                archive.begin(&place(lesson, &name))?;
                archive.copy(&mut file?)?;
            }
        }
    }
    Ok(())
}

/// The pages of a part, the first also when it is empty.
fn pages(
    app: &App,
    handle: &Handle,
    whose: Whose,
    part: &'static Part,
    mut take: impl FnMut(&[String], Vec<Vec<Value>>) -> Result<()>,
) -> Result<()> {
    let mut from = 0;
    loop {
        let of = (whose.org, whose.user);
        let read = move |conn: &_| store::parts::page(conn, part, of, from, ROWS);
        let page = handle.block_on(app.db.core.read(read))?;
        let more = page.rows.len() == ROWS;
        take(&page.columns, page.rows)?;
        if !more {
            return Ok(());
        }
        from += ROWS;
    }
}

fn write_json(
    app: &App,
    handle: &Handle,
    whose: Whose,
    part: &'static Part,
    archive: &mut Archive,
) -> Result<()> {
    let mut before = "[\n";
    pages(app, handle, whose, part, |columns, rows| {
        for row in rows {
            // In the order of the columns, which a map of serde_json would not keep.
            let members = columns.iter().zip(&row);
            let members = members
                .map(|(name, value)| Ok(format!("{}: {value}", serde_json::to_string(name)?)))
                .collect::<Result<Vec<_>>>()?;
            write!(archive, "{before}{{{}}}", members.join(", "))?;
            before = ",\n";
        }
        Ok(())
    })?;
    let end = if before == ",\n" { "\n]\n" } else { "[]\n" };
    Ok(archive.write_all(end.as_bytes())?)
}

fn write_table(
    app: &App,
    handle: &Handle,
    whose: Whose,
    part: &'static Part,
    archive: &mut Archive,
) -> Result<()> {
    let mut before = Some(MARK);
    pages(app, handle, whose, part, |columns, rows| {
        let mut table = Table::new(b',', before.unwrap_or_default());
        if before.take().is_some() {
            table.row(columns.iter().map(String::as_str))?;
        }
        for row in rows {
            let cells: Vec<String> = row.into_iter().map(cell).collect();
            table.row(cells.iter().map(String::as_str))?;
        }
        Ok(archive.write_all(&table.finish()?)?)
    })
}

/// A value as a cell.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Where the original of a lesson is in the archive, by the name it had.
fn place(lesson: LessonId, name: &str) -> String {
    let safe = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let name = name.chars().map(|c| if safe(c) { c } else { '_' });
    // The end tells what kind of file it is.
    let name: Vec<char> = name.collect();
    let name: String = name[name.len().saturating_sub(LONGEST_NAME)..]
        .iter()
        .collect();
    let name = name.trim_matches(['.', ' ']);
    let name = if name.is_empty() { "file" } else { name };
    format!("originals/{lesson}/{name}")
}

fn readme(language: Language) -> &'static str {
    match language {
        Language::Kinyarwanda => include_str!("readme/rw.txt"),
        Language::English => include_str!("readme/en.txt"),
        Language::French => include_str!("readme/fr.txt"),
        Language::Swahili => include_str!("readme/sw.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_readme_explains_every_file() {
        for &language in Language::ALL {
            let text = readme(language);
            for name in PARTS.iter().map(|part| part.name).chain(["originals"]) {
                let listed = format!("\n{name}");
                assert!(
                    text.contains(&listed),
                    "{language:?} says nothing of {name}"
                );
            }
        }
    }

    #[test]
    fn names_of_files_lead_nowhere_else() {
        let lesson = LessonId::new();
        let check = |name: &str, expect: &str| {
            assert_eq!(place(lesson, name), format!("originals/{lesson}/{expect}"));
        };
        check("leaves.pdf", "leaves.pdf");
        check("../../etc/passwd", "_.._etc_passwd");
        check("..", "file");
        check("a\\b\n.txt", "a_b_.txt");
        let long = format!("{}.pdf", "x".repeat(300));
        assert!(place(lesson, &long).ends_with("x.pdf"));
        assert!(place(lesson, &long).len() < 180);
    }

    #[test]
    fn cells_are_text() {
        assert_eq!(cell(Value::Null), "");
        assert_eq!(cell("a, b".into()), "a, b");
        assert_eq!(cell(7.into()), "7");
        assert_eq!(cell(serde_json::json!([{"n": 1}])), r#"[{"n":1}]"#);
    }
}
