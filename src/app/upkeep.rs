//! What a box does for itself: once a day a copy of core.db, the bytes of what guests left,
//! and a look whether the outbox and the audit logs are whole; more often it gives up uploads nobody went
//! on with, deletes what was in the trash for its 30 days and
//! chats whose pupil's parents said no as long ago, takes notes of the terminal
//! in, and keeps the time.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::accounts::{self, Accounts};
use crate::audit;
use crate::chat;
use crate::classes;
use crate::clock::{self, TrustedClock};
use crate::error::Result;
use crate::events::{self, Stream};
use crate::lessons::Lessons;
use crate::privacy;
use crate::roster;
use crate::state::App;

/// Between two looks whether a day has passed. The first comes as long after
/// the start: a box that was just switched on has better things to do.
const LOOK: Duration = Duration::from_secs(600);

/// Between two times that are kept; a power cut loses as much at most.
const KEEP_TIME: Duration = Duration::from_secs(300);

/// Never ends by itself.
pub async fn run(app: App, time: Arc<TrustedClock>, accounts: Accounts, lessons: Lessons) {
    tokio::join!(look(&app, &accounts, &lessons), remember(&app, &time));
}

async fn look(app: &App, accounts: &Accounts, lessons: &Lessons) {
    loop {
        sleep(LOOK).await;
        for done in [
            once(app).await,
            lessons.expire_uploads().await,
            accounts.forget_sessions().await,
            roster::forget_old(app).await,
            privacy::empty_trash(app).await,
            privacy::clear_remains(app).await,
            accounts::take_in_notes(app).await,
            classes::empty_trash(app).await,
            chat::erase_refused(app).await,
        ] {
            if let Err(error) = done {
                tracing::error!(%error, "upkeep.failed");
            }
        }
    }
}

async fn remember(app: &App, time: &TrustedClock) {
    loop {
        sleep(KEEP_TIME).await;
        keep_time(app, time).await;
    }
}

/// Keeps the time for the next start.
pub async fn keep_time(app: &App, time: &TrustedClock) {
    let mark = time.mark();
    let keep = move |conn: &_| clock::keep(conn, &mark);
    let kept = app.db.core.write(keep).await;
    if let Err(error) = kept {
        tracing::error!(%error, "clock.not_kept");
    }
}

async fn once(app: &App) -> Result<()> {
    let Some(path) = app.db.daily_backup(app.clock.now()).await? else {
        return Ok(());
    };
    tracing::info!(db.backup = %path.display(), "upkeep.backup");
    for &stream in Stream::ALL {
        let core = &app.db.core;
        core.read(move |conn| events::verify(conn, stream)).await?;
    }
    check_logs(app).await
}

/// A log that is broken stays so, and its school's administrators see it on its page.
async fn check_logs(app: &App) -> Result<()> {
    let core = &app.db.core;
    for org in core.read(audit::schools).await? {
        let mut walk = core
            .read(move |conn| audit::walk(conn, org, audit::Place::default()))
            .await?;
        while walk.goes_on() {
            walk = core
                .read(move |conn| audit::walk(conn, org, walk.to))
                .await?;
        }
        core.write(move |conn| audit::keep(conn, org, &walk))
            .await?;
        if let Some(entry) = walk.broken_at {
            tracing::error!(%org, entry, "audit.broken");
        }
    }
    Ok(())
}
