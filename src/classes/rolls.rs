//! Classes as lists of people know them: who is in which, read and changed for many at
//! once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Class, Classes, may_change, may_place, store};
use crate::accounts::{Actor, Role, checked_name};
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
    /// teaches it.
    ///
    /// # Errors
    /// `name_taken`, `invalid_field`.
    pub(crate) async fn put_classes(
        &self,
        actor: &Actor,
        classes: Vec<(ClassId, String)>,
    ) -> Result<()> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            for (id, name) in classes {
                match store::get(conn, &actor, id) {
                    Err(error) if error.code() == Code::NotFound => {}
                    found => {
                        found?;
                        continue;
                    }
                }
                let name = checked_name("name", &name)?;
                store::insert(conn, actor.org, id, &name, now)?;
                if actor.role == Role::Teacher {
                    store::add(conn, actor.org, id, actor.user)?;
                }
                events::append(conn, actor.org, &Event::ClassSaved { class: id }, now)?;
            }
            Ok(())
        };
        self.app.db.core.write(write).await
    }

    /// Carries out moves; all of them or none. Those of people or classes that are gone
    /// meanwhile are left out.
    ///
    /// # Errors
    /// `forbidden` as for changing the people of one class.
    pub(crate) async fn move_people(&self, actor: &Actor, moves: Vec<Move>) -> Result<()> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut changed = HashMap::<ClassId, Option<u32>>::new();
            for step in moves {
                let Some(role) = store::role(conn, actor.org, step.user)? else {
                    continue;
                };
                let count = match changed.entry(step.class) {
                    std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                    std::collections::hash_map::Entry::Vacant(new) => {
                        let class = store::get(conn, &actor, step.class);
                        new.insert(match class {
                            Ok(class) => {
                                may_change(&actor, &class)?;
                                Some(0)
                            }
                            Err(error) if error.code() == Code::NotFound => None,
                            Err(error) => return Err(error),
                        })
                    }
                };
                let Some(count) = count else {
                    continue;
                };
                may_place(&actor, role)?;
                *count += match step.joins {
                    true => store::add(conn, actor.org, step.class, step.user)?,
                    false => store::take_out(conn, actor.org, step.class, step.user)?,
                };
            }
            for (class, changed) in changed {
                if let Some(changed @ 1..) = changed {
                    let event = Event::ClassMembersChanged { class, changed };
                    events::append(conn, actor.org, &event, now)?;
                }
            }
            Ok::<_, Error>(())
        };
        self.app.db.core.write(write).await
    }
}
