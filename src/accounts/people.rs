//! The people of a school: who may add, change and remove whom.
//!
//! Administrators manage everybody, teachers manage learners. Nobody can take
//! the last administrator away, and only an administrator of the box touches
//! one.

use std::sync::Arc;

use super::signin::{By, Door};
use super::{Accounts, Actor, AgeBand, Org, Person, Role, Way, names, noted, store};
use crate::audit::{self, Action};
use crate::config::Secret;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{Language, OrgId, SessionId, UserId};

/// A person to add.
pub(crate) struct NewPerson {
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) password: Secret<String>,
    pub(crate) role: Role,
    /// Of a learner, where it is known.
    pub(crate) age: Option<AgeBand>,
    pub(crate) language: Language,
}

/// Changes to somebody; what is absent stays.
#[derive(Default)]
pub(super) struct PersonChange {
    pub(super) name: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) active: Option<bool>,
    pub(super) password: Option<Secret<String>>,
}

/// Changes to oneself; what is absent stays.
#[derive(Default)]
pub(super) struct OwnChange {
    pub(super) name: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) password: Option<NewOwnPassword>,
}

/// A new password takes the old one.
pub(super) struct NewOwnPassword {
    pub(super) current: Secret<String>,
    pub(super) new: Secret<String>,
}

impl Accounts {
    /// Oneself and one's school.
    pub(super) async fn me(&self, actor: Actor) -> Result<(Person, Org)> {
        let read = move |conn: &_| {
            let person = store::person(conn, actor.org, actor.user)?;
            Ok((person, store::org(conn, actor.org)?))
        };
        self.0.app.db.core.read(read).await
    }

    /// Changes oneself. A new password ends all other sessions.
    pub(super) async fn change_me(&self, actor: Actor, change: OwnChange) -> Result<(Person, Org)> {
        let name = change
            .name
            .map(|name| names::name("name", &name))
            .transpose()?;
        let hash = match &change.password {
            Some(password) => Some(self.new_own_hash(actor, password).await?),
            None => None,
        };
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let write = move |conn: &_| {
            let mut person = store::person(conn, actor.org, actor.user)?;
            let before = person.clone();
            person.name = name.unwrap_or(person.name);
            person.language = change.language.unwrap_or(person.language);
            store::update_person(conn, &person, now)?;
            let mut notes = noted::changes(&before, &person, false);
            let mut ended = Vec::new();
            if let Some(hash) = hash {
                notes.push(noted::person(Action::OwnPasswordChanged, actor.user));
                store::set_secret(conn, actor.org, actor.user, Way::Password, &hash, now)?;
                store::forget_devices(conn, actor.org, actor.user)?;
                // Whoever knew the old password may have made the card.
                store::recovery::forget_all(conn, actor.org, actor.user)?;
                let keep = Some(actor.session);
                ended = store::delete_sessions_of(conn, actor.org, actor.user, keep)?;
            }
            // The log is about the staff.
            for note in notes.into_iter().filter(|_| actor.is_staff()) {
                audit::record(conn, actor, note, now)?;
            }
            Ok((person, store::org(conn, actor.org)?, ended))
        };
        let then = move |(person, _, ended): &(Person, Org, Vec<SessionId>)| {
            live.end(ended);
            live.change(actor.org, actor.user, |a| a.language = person.language);
        };
        let core = &self.0.app.db.core;
        let (person, org, _) = core.write_then(write, then).await?;
        Ok((person, org))
    }

    async fn new_own_hash(&self, actor: Actor, password: &NewOwnPassword) -> Result<String> {
        let (org, user) = (actor.org, actor.user);
        let read = move |conn: &_| {
            let person = store::person(conn, org, user)?;
            Ok((person, store::password_hash(conn, org, user)?))
        };
        let (person, stored) = self.0.app.db.core.read(read).await?;
        let door = Door {
            org,
            username_key: person.username.key.clone(),
            by: By::Session(actor.session),
        };
        let checked = self.check_secret(door, &person, &password.current, stored);
        checked.await.map_err(|e| e.with_field("password"))?;
        let new = names::new_password(&password.new, person.role, &person.username)?;
        self.0.passwords.hash(new).await
    }

    /// Adds somebody to the actor's school.
    pub(super) async fn add_person(&self, actor: Actor, new: NewPerson) -> Result<Person> {
        may_give(actor, new.role)?;
        let (person, hash) = self.prepare_person(actor.org, new).await?;
        let write = move |conn: &_| {
            store::insert_person(conn, &person, &hash)?;
            let added = noted::person(Action::PersonAdded, person.id).is(person.role.as_str());
            audit::record(conn, actor, added, person.created_at)?;
            Ok(person)
        };
        self.0.app.db.core.write(write).await
    }

    /// Checks everything about a new person and hashes the password.
    pub(super) async fn prepare_person(
        &self,
        org: OrgId,
        new: NewPerson,
    ) -> Result<(Person, String)> {
        let username = names::username(&new.username)?;
        let password = names::new_password(&new.password, new.role, &username)?;
        let person = Person {
            id: UserId::new(),
            org,
            name: names::name("name", &new.name)?,
            username,
            number: None,
            role: new.role,
            age: new.age.filter(|_| new.role == Role::Learner),
            platform_admin: false,
            language: new.language,
            way: Way::Password,
            active: true,
            created_at: self.now(),
            last_seen_at: None,
        };
        let hash = self.0.passwords.hash(password).await?;
        Ok((person, hash))
    }

    /// Changes somebody of the actor's school. A new role, password or
    /// standing ends that person's sessions.
    pub(super) async fn change_person(
        &self,
        actor: Actor,
        id: UserId,
        change: PersonChange,
    ) -> Result<Person> {
        let read = move |conn: &_| store::person(conn, actor.org, id);
        let before = self.0.app.db.core.read(read).await?;
        may_touch(actor, &before)?;
        let role = change.role.unwrap_or(before.role);
        may_give(actor, role)?;
        let name = change
            .name
            .map(|name| names::name("name", &name))
            .transpose()?;
        let hash = match &change.password {
            Some(_) if id == actor.user => {
                let detail = "Change your own password with the current one.";
                return Err(Error::invalid("password", detail));
            }
            Some(password) => {
                let password = names::new_password(password, role, &before.username)?;
                Some(self.0.passwords.hash(password).await?)
            }
            None if names::shortest_password(role) > names::shortest_password(before.role) => {
                let detail = "Staff need a longer password; set one together with the role.";
                return Err(Error::invalid("password", detail));
            }
            None => None,
        };
        let door = Door {
            org: actor.org,
            username_key: before.username.key.clone(),
            by: By::Anyone,
        };
        let (live, now) = (Arc::clone(&self.0.live), self.now());
        let has_new_password = hash.is_some();
        let write = move |conn: &_| {
            let mut person = store::person(conn, actor.org, id)?;
            // Hashing took a while; what was checked must still hold.
            if person.role != before.role || person.platform_admin != before.platform_admin {
                return Err(Error::new(
                    Code::Conflict,
                    "Somebody changed this account just now.",
                ));
            }
            let stood = person.clone();
            person.name = name.unwrap_or(person.name);
            person.role = role;
            // Of the staff nobody needs to know it.
            person.age = person.age.filter(|_| role == Role::Learner);
            person.active = change.active.unwrap_or(person.active);
            person.platform_admin &= role == Role::Admin;
            if before.role == Role::Admin && (role != Role::Admin || !person.active) {
                store::refuse_last_admin(conn, &before)?;
            }
            let new_standing = person.role != before.role || person.active != before.active;
            store::update_person(conn, &person, now)?;
            if new_standing {
                let event = Event::UserChanged {
                    user: id,
                    role: person.role.as_str().to_owned(),
                    active: person.active,
                };
                events::append(conn, actor.org, &event, now)?;
            }
            for note in noted::changes(&stood, &person, hash.is_some()) {
                audit::record(conn, actor, note, now)?;
            }
            if person.role == Role::Learner {
                store::totp::turn_off(conn, actor.org, id)?;
            }
            if let Some(hash) = &hash {
                store::set_secret(conn, actor.org, id, Way::Password, hash, now)?;
                store::forget_devices(conn, actor.org, id)?;
                // Whoever knew the old password may have made a card with it.
                store::recovery::forget_all(conn, actor.org, id)?;
            }
            let mut ended = Vec::new();
            if new_standing || hash.is_some() {
                ended = store::delete_sessions_of(conn, actor.org, id, None)?;
            }
            Ok((person, ended))
        };
        let core = &self.0.app.db.core;
        let (person, _) = core
            .write_then(write, move |(_, ended)| live.end(ended))
            .await?;
        if has_new_password {
            self.throttle().forgive(&door);
        }
        Ok(person)
    }
}

/// Whether `actor` may make somebody a `role`.
pub(crate) fn may_give(actor: Actor, role: Role) -> Result<()> {
    match (actor.role, role) {
        // Nobody is made a guest, and they look after themselves.
        (_, Role::Guest) => Err(Error::new(Code::Forbidden, "Guests come by themselves.")),
        (Role::Admin, _) | (Role::Teacher, Role::Learner) => Ok(()),
        _ => Err(Error::new(
            Code::Forbidden,
            "Teachers manage learners only.",
        )),
    }
}

/// Whether `actor` may change `person`.
pub(super) fn may_touch(actor: Actor, person: &Person) -> Result<()> {
    may_give(actor, person.role)?;
    if person.platform_admin && !actor.platform_admin {
        let detail = "Only an administrator of the box may change one.";
        return Err(Error::new(Code::Forbidden, detail));
    }
    Ok(())
}
