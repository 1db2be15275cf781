//! Erasing people: what would go, the act, and doing it again after an older backup.

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Erasure, ErasureKind, Preview, Privacy, Tombstone, journal, store};
use crate::accounts::{self, Actor};
use crate::audit::By;
use crate::db::remains;
use crate::error::{Error, Result};
use crate::state::App;
use crate::types::{LessonId, Moment, OrgId, UserId};

/// What an administrator says about somebody who is to be erased.
#[derive(Debug)]
pub(super) struct Wish {
    /// The person's name, typed once more.
    pub(super) name: String,
    /// Lessons of the person that go too.
    pub(super) lessons: Vec<LessonId>,
    /// Who takes over the others; whoever asks unless said.
    pub(super) heir: Option<UserId>,
}

impl Privacy {
    /// What would go with somebody of the actor's school.
    ///
    /// # Errors
    /// `conflict` for oneself and the last administrator, `forbidden` as for any change.
    pub(super) async fn preview(&self, actor: Actor, user: UserId) -> Result<Preview> {
        let read = move |conn: &_| store::preview(conn, actor, user);
        self.app.db.core.read(read).await
    }

    /// Erases somebody for good. Once this returned, the rows are gone and the erasure
    /// holds even over an older backup; a job removes the rest.
    ///
    /// # Errors
    /// Those of [`Self::preview`]; `invalid_field` for another name, another person's
    /// lesson, or an heir who is not of the staff; `conflict` while a list of people is
    /// being carried out.
    pub(super) async fn erase(&self, actor: Actor, user: UserId, wish: Wish) -> Result<Tombstone> {
        let now = self.app.clock.now();
        let write = move |conn: &_| {
            let preview = store::preview(conn, actor, user)?;
            if !same_name(&wish.name, &preview.person.name) {
                let detail = "Type the name of the person as it is shown.";
                return Err(Error::invalid("name", detail));
            }
            let is_own = |id: &LessonId| preview.lessons.iter().any(|lesson| lesson.id == *id);
            if !wish.lessons.iter().all(is_own) {
                let detail = "One of the lessons is not of this person.";
                return Err(Error::invalid("lessons", detail));
            }
            let erasure = Erasure {
                org: actor.org,
                user,
                kind: ErasureKind::Asked,
                lessons: wish.lessons,
                heir: Some(wish.heir.unwrap_or(actor.user)),
                erased_at: now,
            };
            let erased = store::erase(conn, vec![erasure], actor, false, now)?;
            if wish
                .heir
                .is_some_and(|heir| erased.erasures[0].heir != Some(heir))
            {
                let detail = "Only one of the staff can take the lessons over.";
                return Err(Error::invalid("heir", detail));
            }
            Ok(erased)
        };
        let accounts = self.accounts.clone();
        let then = move |erased: &store::Erased| accounts.ended(&erased.sessions);
        let erased = self.app.db.core.write_then(write, then).await?;
        note(&self.app, erased.erasures).await?;
        tracing::info!(%user, "privacy.erased");
        Ok(Tombstone {
            user_id: user,
            kind: ErasureKind::Asked,
            erased_at: now,
            cleaned_at: None,
        })
    }

    /// Who was erased in the actor's school, the last one first.
    pub(super) async fn erasures(&self, actor: Actor) -> Result<Vec<Tombstone>> {
        let read = move |conn: &_| store::tombstones(conn, actor.org);
        self.app.db.core.read(read).await
    }

    /// Brings core.db and the journal together, before the box serves anybody: people whom
    /// an older backup brought back are erased again, and what a power cut kept out of the
    /// journal is written down.
    pub async fn settle(&self) -> Result<()> {
        let folder = self.app.config.data_dir.clone();
        let written = tokio::task::spawn_blocking(move || journal::read(&folder)).await??;
        let kept = self.app.db.core.read(store::erasures).await?;
        let known: HashSet<_> = kept.iter().map(|erasure| erasure.user).collect();
        let noted: HashSet<_> = written.iter().map(|erasure| erasure.user).collect();
        let mut back = written;
        let mut seen = known;
        back.retain(|erasure| seen.insert(erasure.user));
        for of_school in by_school(back) {
            let (now, accounts) = (self.app.clock.now(), self.accounts.clone());
            let by = By::the_box(of_school[0].org);
            let users = of_school.len();
            let write = move |conn: &_| store::erase(conn, of_school, by, true, now);
            let then = move |erased: &store::Erased| accounts.ended(&erased.sessions);
            self.app.db.core.write_then(write, then).await?;
            tracing::warn!(users, "privacy.erased_again");
        }
        let missing = kept.into_iter();
        let missing = missing.filter(|erasure| !noted.contains(&erasure.user));
        note(&self.app, missing.collect()).await
    }
}

/// Erases who has been in the trash for 30 days; all of theirs that others use stays with
/// the school.
pub async fn empty_trash(app: &App) -> Result<()> {
    let Moment { now, lived } = app.clock.moment();
    let due = move |conn: &_| store::due(conn, accounts::kept_since(lived));
    // Looked for first, because every write is a flush.
    if app.db.core.read(due).await?.is_empty() {
        return Ok(());
    }
    let write = move |conn: &_| {
        let people = store::due(conn, accounts::kept_since(lived))?.into_iter();
        let erasures = people.map(|(org, user)| Erasure {
            org,
            user,
            kind: ErasureKind::Trash,
            lessons: Vec::new(),
            heir: None,
            erased_at: now,
        });
        let mut done = Vec::new();
        for of_school in by_school(erasures.collect()) {
            let by = By::the_box(of_school[0].org);
            done.extend(store::erase(conn, of_school, by, false, now)?.erasures);
        }
        Ok(done)
    };
    let done = app.db.core.write(write).await?;
    note(app, done).await
}

/// Has the files written anew if rows went whose bytes have to go too: those of guests,
/// and chats to which parents said no. Erased people have that done for themselves.
pub async fn clear_remains(app: &App) -> Result<()> {
    let at = app.clock.moment();
    // Looked for first, because every write is a flush.
    let look = move |conn: &_| remains::are_left(conn, at.lived);
    if !app.db.core.read(look).await? {
        return Ok(());
    }
    let write = move |conn: &_| store::clear_remains(conn, at);
    app.db.core.write(write).await
}

/// Writes erasures that are committed into the journal.
async fn note(app: &App, erasures: Vec<Erasure>) -> Result<()> {
    let folder: PathBuf = app.config.data_dir.clone();
    tokio::task::spawn_blocking(move || journal::append(&folder, &erasures)).await?
}

/// The erasures of each school together.
fn by_school(erasures: Vec<Erasure>) -> Vec<Vec<Erasure>> {
    let mut schools: Vec<(OrgId, Vec<Erasure>)> = Vec::new();
    for erasure in erasures {
        match schools.iter_mut().find(|(org, _)| *org == erasure.org) {
            Some((_, of_school)) => of_school.push(erasure),
            None => schools.push((erasure.org, vec![erasure])),
        }
    }
    schools
        .into_iter()
        .map(|(_, of_school)| of_school)
        .collect()
}

/// Whether two names are the same but for case and spaces.
fn same_name(one: &str, two: &str) -> bool {
    let words =
        |name: &str| -> Vec<String> { name.split_whitespace().map(str::to_lowercase).collect() };
    words(one) == words(two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_with_any_case_and_spaces() {
        assert!(same_name("  uwase  KEZA ", "Uwase Keza"));
        assert!(!same_name("Uwase", "Uwase Keza"));
        assert!(!same_name("", "Uwase Keza"));
    }
}
