//! Schools: made at set-up or by the administrator of the box.

use super::settings::Settings;
use super::{Accounts, Actor, Org, OrgKind, Person, Role, Way, names, noted, store};
use crate::audit::{self, Action, By, Note};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::types::{Language, OrgId, UserId};

/// A school to make, and its first administrator.
pub(super) struct NewSchool {
    pub(super) name: String,
    /// The request field the name came in.
    pub(super) name_field: &'static str,
    pub(super) kind: OrgKind,
    pub(super) language: Language,
    pub(super) admin_name: String,
    pub(super) username: String,
    pub(super) password: Secret<String>,
}

/// Changes of a school; what is absent stays.
#[derive(Default)]
pub(super) struct OrgChange {
    pub(super) name: Option<String>,
    pub(super) kind: Option<OrgKind>,
    pub(super) language: Option<Language>,
}

impl Accounts {
    /// All schools of the box.
    pub(super) async fn orgs(&self) -> Result<Vec<Org>> {
        self.0.app.db.core.read(store::orgs).await
    }

    /// The same with how each works.
    pub(super) async fn orgs_with_settings(&self) -> Result<Vec<(Org, Settings)>> {
        let read = |conn: &_| {
            let with = |org: Org| Ok((org.clone(), store::settings::of(conn, org.id)?));
            store::orgs(conn)?.into_iter().map(with).collect()
        };
        self.0.app.db.core.read(read).await
    }

    /// One school, for its administrator or that of the box.
    pub(super) async fn org(&self, actor: Actor, id: OrgId) -> Result<Org> {
        may_manage(actor, id)?;
        self.0
            .app
            .db
            .core
            .read(move |conn| store::org(conn, id))
            .await
    }

    /// Makes a further school; for an administrator of the box.
    pub(super) async fn create_org(&self, actor: Actor, school: NewSchool) -> Result<Org> {
        let now = self.now();
        let (org, admin, hash) = self.prepare_school(&school, false).await?;
        let write = move |conn: &_| {
            store::insert_school(conn, &org, &admin, &hash, now)?;
            let made = Note::new(Action::SchoolMade).of(org.id).name(&org.name);
            audit::record(conn, actor, made, now)?;
            // Its own people know nobody of other schools.
            let set_up = Note::new(Action::SchoolSetUp).of(org.id).name(&org.name);
            audit::record(conn, By::the_box(org.id), set_up, now)?;
            Ok(org)
        };
        self.0.app.db.core.write(write).await
    }

    /// Renames a school or corrects its kind and language.
    pub(super) async fn change_org(
        &self,
        actor: Actor,
        id: OrgId,
        change: OrgChange,
    ) -> Result<Org> {
        may_manage(actor, id)?;
        let name = change
            .name
            .map(|name| names::name("name", &name))
            .transpose()?;
        let now = self.now();
        let write = move |conn: &_| {
            let mut org = store::org(conn, id)?;
            let before = org.clone();
            org.name = name.unwrap_or(org.name);
            org.kind = change.kind.unwrap_or(org.kind);
            org.language = change.language.unwrap_or(org.language);
            store::update_org(conn, &org, now)?;
            events::append(conn, id, &Event::OrgChanged { org: id }, now)?;
            if let Some(note) = noted::school(&before, &org) {
                if actor.org != id {
                    // Its own people know nobody of other schools.
                    audit::record(conn, By::the_box(id), note.clone(), now)?;
                }
                audit::record(conn, actor, note, now)?;
            }
            Ok(org)
        };
        self.0.app.db.core.write(write).await
    }

    /// Checks everything about a new school and hashes the password.
    pub(super) async fn prepare_school(
        &self,
        school: &NewSchool,
        platform_admin: bool,
    ) -> Result<(Org, Person, String)> {
        let org = Org {
            id: OrgId::new(),
            name: names::name(school.name_field, &school.name)?,
            kind: school.kind,
            language: school.language,
        };
        let username = names::username(&school.username)?;
        let password = names::new_password(&school.password, Role::Admin, &username)?;
        let admin = Person {
            id: UserId::new(),
            org: org.id,
            name: names::name("admin_name", &school.admin_name)?,
            username,
            role: Role::Admin,
            number: None,
            platform_admin,
            language: school.language,
            way: Way::Password,
            active: true,
            created_at: self.now(),
            last_seen_at: None,
        };
        let hash = self.0.passwords.hash(password).await?;
        Ok((org, admin, hash))
    }
}

/// Other schools do not exist, as far as a school's people can tell.
fn may_manage(actor: Actor, id: OrgId) -> Result<()> {
    if actor.platform_admin || (actor.org == id && actor.role == Role::Admin) {
        Ok(())
    } else {
        Err(Error::not_found("school"))
    }
}
