//! Classes as lists of people know them: who is in which, read and changed for many at
//! once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::{Class, Classes, may_change, may_place, store};
use crate::accounts::{Actor, ImportLeftReason, Role, checked_name};
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, UserId};

/// A class that is not over, with its people.
#[derive(Debug, Clone)]
pub(crate) struct Roll {
    pub(crate) id: ClassId,
    pub(crate) name: String,
    /// Whether the person who asks may change it.
    pub(crate) changeable: bool,
    pub(crate) members: Vec<UserId>,
}

/// Somebody who comes into a class or leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) class: ClassId,
    pub(crate) user: UserId,
    /// Whether the person comes.
    pub(crate) joins: bool,
}

impl Classes {
    /// All classes of the actor's school that are not over, by name.
    pub(crate) async fn rolls(&self, actor: &Actor) -> Result<Vec<Roll>> {
        let actor = *actor;
        let read = move |conn: &_| {
            let classes = store::list(conn, &actor)?;
            let mut members = HashMap::<ClassId, Vec<UserId>>::new();
            for (class, user) in store::all_members(conn, actor.org)? {
                members.entry(class).or_default().push(user);
            }
            Ok((classes, members))
        };
        let (classes, mut members) = self.app.db.core.read(read).await?;
        let open = classes.into_iter().filter(|c| c.archived_at.is_none());
        let roll = |class: Class| Roll {
            id: class.id,
            changeable: may_change(&actor, &class).is_ok(),
            members: members.remove(&class.id).unwrap_or_default(),
            name: class.name,
        };
        Ok(open.map(roll).collect())
    }

    /// Makes classes of which there is none with that id yet; a teacher who makes one
    /// teaches it. One that somebody moved to the trash since, or whose name somebody gave
    /// to another class, is not made: those who were to come into it are told so.
    pub(crate) async fn put_classes(
        &self,
        actor: &Actor,
        classes: Vec<(ClassId, String)>,
    ) -> Result<()> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            for (id, name) in classes {
                let there = found(store::get(conn, &actor, id))?.is_some();
                if there || store::trash::has(conn, actor.org, id)? {
                    continue;
                }
                let name = checked_name("name", &name)?;
                match store::insert(conn, actor.org, id, &name, now) {
                    Err(error) if error.code() == Code::NameTaken => continue,
                    made => made?,
                }
                if actor.role == Role::Teacher {
                    store::add(conn, actor.org, id, actor.user)?;
                }
                events::append(conn, actor.org, &Event::ClassSaved { class: id }, now)?;
            }
            Ok(())
        };
        self.app.db.core.write(write).await
    }

    /// Carries out moves, in one transaction; who was left where they were, and why.
    /// Whoever can not come into a class leaves none for it.
    pub(crate) async fn move_people(
        &self,
        actor: &Actor,
        moves: Vec<Move>,
    ) -> Result<Vec<(UserId, ImportLeftReason)>> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut may = HashMap::<ClassId, Result<(), ImportLeftReason>>::new();
            let mut left = HashMap::<UserId, ImportLeftReason>::new();
            for step in &moves {
                let class = match may.entry(step.class) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        let class = found(store::get(conn, &actor, step.class))?;
                        *new.insert(match class {
                            None => Err(ImportLeftReason::ClassGone),
                            Some(class) => may_change(&actor, &class)
                                .map_err(|_| ImportLeftReason::ClassNotYours),
                        })
                    }
                };
                let role = store::role(conn, actor.org, step.user)?;
                let person = match role.map(|role| may_place(&actor, role)) {
                    None => Err(ImportLeftReason::PersonGone),
                    Some(Err(_)) => Err(ImportLeftReason::PersonNotYours),
                    Some(Ok(())) => Ok(()),
                };
                // Whoever is to leave a class that is gone has left it.
                let class = match class {
                    Err(ImportLeftReason::ClassGone) if !step.joins => Ok(()),
                    class => class,
                };
                if let Err(reason) = person.and(class) {
                    left.entry(step.user).or_insert(reason);
                }
            }
            let mut changed = HashMap::<ClassId, u32>::new();
            for step in moves.iter().filter(|step| !left.contains_key(&step.user)) {
                if may.get(&step.class) != Some(&Ok(())) {
                    continue;
                }
                *changed.entry(step.class).or_default() += match step.joins {
                    true => store::add(conn, actor.org, step.class, step.user)?,
                    false => store::take_out(conn, actor.org, step.class, step.user)?,
                };
            }
            for (class, changed) in changed.into_iter().filter(|(_, count)| *count > 0) {
                let event = Event::ClassMembersChanged { class, changed };
                events::append(conn, actor.org, &event, now)?;
            }
            Ok::<_, Error>(left.into_iter().collect())
        };
        self.app.db.core.write(write).await
    }
}

/// What was asked for, if it is there.
fn found(class: Result<Class>) -> Result<Option<Class>> {
    match class {
        Ok(class) => Ok(Some(class)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
