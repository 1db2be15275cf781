//! Cards to print for a class: what its learners sign in with.

use qrcode::{Color, EcLevel, QrCode};

use super::{Classes, may_change, store};
use crate::accounts::{Actor, Role, Way};
use crate::error::{Error, Result};
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

/// A QR code as an SVG path over squares of one unit, and how many there are in a row;
/// the quiet zone around it is the page's.
pub fn qr_path(text: &str) -> Result<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let code = code.map_err(|e| Error::from(anyhow::anyhow!("QR code: {e}")))?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            let length = run.len();
            if run[0] == Color::Dark {
                path.push_str(&format!("M{x} {y}h{length}v1h-{length}z"));
            }
            x += length;
        }
    }
    Ok((width, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws a path of [`qr_path`], four pixels a square, with the quiet zone around it.
    fn draw(width: usize, path: &str) -> (usize, Vec<u8>) {
        let side = (width + 8) * 4;
        let mut pixels = vec![255; side * side];
        let number = |text: &str| text.parse::<usize>().unwrap();
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let (x, y, length) = (number(x), number(y), number(length));
            for row in (y + 4) * 4..(y + 5) * 4 {
                let start = row * side + (x + 4) * 4;
                pixels[start..start + length * 4].fill(0);
            }
        }
        (side, pixels)
    }

    #[test]
    fn phones_read_what_is_drawn() {
        let text = "http://192.168.1.5:8080/signin/badge#ABCDEFGHJKLMNPQRSTUVWXYZ23";
        let (width, path) = qr_path(text).unwrap();
        let (side, pixels) = draw(width, &path);
        let at = |x: usize, y: usize| pixels[y * side + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, at);
        let (_, read) = image.detect_grids()[0].decode().unwrap();
        assert_eq!(read, text);
    }
}
