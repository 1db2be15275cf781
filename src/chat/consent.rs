//! Chats of learners whose parents said no: kept for 30 days, in case it was a mistake or
//! they think better of it, then deleted. The days are counted as those of the trash; the
//! bytes go with the next daily upkeep.

use super::store;
use crate::accounts::kept_since;
use crate::audit::{self, Action, By, Note};
use crate::db::remains;
use crate::error::Result;
use crate::state::App;
use crate::types::Moment;

/// Deletes the chats of learners whose consent was refused or withdrawn 30 days ago.
pub async fn erase_refused(app: &App) -> Result<()> {
    let Moment { now, lived } = app.clock.moment();
    let before = kept_since(lived);
    let due = move |conn: &_| store::refused(conn, before);
    // Looked for first, because every write is a flush.
    if app.db.core.read(due).await?.is_empty() {
        return Ok(());
    }
    let write = move |conn: &_| {
        for (org, user) in store::refused(conn, before)? {
            let chats = store::delete_conversations_of(conn, org, user)?;
            remains::leave(conn, org)?;
            let erased = Note::new(Action::ChatsErased)
                .of(user)
                .number("chats", chats as u64);
            audit::record(conn, By::the_box(org), erased, now)?;
        }
        Ok(())
    };
    app.db.core.write(write).await
}
