//! Cards to print for a class: what its learners sign in with.

use super::{Classes, may_change, store};
use crate::accounts::{Actor, Role, Way};
use crate::error::Result;
use crate::types::{ClassId, UserId};

/// A learner's new secret.
#[derive(Debug)]
pub struct SecretCard {
    /// Whose.
    pub user: UserId,
    /// The learner's name.
    pub name: String,
    /// Digits, or words for pictures.
    pub parts: Vec<String>,
}

/// A learner's new badge.
#[derive(Debug)]
pub struct BadgeCard {
    /// Whose.
    pub user: UserId,
    /// The learner's name.
    pub name: String,
    /// What the badge says.
    pub code: String,
}

impl Classes {
    /// Gives all learners of a class new digits or pictures, by name.
    ///
    /// # Errors
    /// `forbidden` for a teacher of other classes; those of giving one.
    pub async fn give_secrets(
        &self,
        actor: &Actor,
        id: ClassId,
        way: Way,
    ) -> Result<Vec<SecretCard>> {
        let learners = self.learners(actor, id).await?;
        let ids = learners.iter().map(|(user, _)| *user).collect();
        let given = self.accounts.give_secrets(*actor, ids, way).await?;
        let cards = learners.into_iter().zip(given);
        let card = |((user, name), (_, parts))| SecretCard { user, name, parts };
        Ok(cards.map(card).collect())
    }

    /// Gives all learners of a class new badges, by name.
    ///
    /// # Errors
    /// `forbidden` for a teacher of other classes.
    pub async fn give_badges(&self, actor: &Actor, id: ClassId) -> Result<Vec<BadgeCard>> {
        let learners = self.learners(actor, id).await?;
        let ids = learners.iter().map(|(user, _)| *user).collect();
        let given = self.accounts.give_badges(*actor, ids).await?;
        let cards = learners.into_iter().zip(given);
        let card = |((user, name), (_, code))| BadgeCard { user, name, code };
        Ok(cards.map(card).collect())
    }

    /// The learners of a class who may sign in, for those who may change it.
    async fn learners(&self, actor: &Actor, id: ClassId) -> Result<Vec<(UserId, String)>> {
        let actor = *actor;
        let read = move |conn: &_| {
            let (class, members) = store::with_members(conn, &actor, id)?;
            may_change(&actor, &class)?;
            Ok(members)
        };
        let members = self.app.db.core.read(read).await?;
        let learners = members
            .into_iter()
            .filter(|member| member.active && member.role == Role::Learner);
        Ok(learners.map(|member| (member.id, member.name)).collect())
    }
}
