//! The loop of one chat socket.
//!
//! It runs over any stream and sink of WebSocket messages, so tests need no
//! network. Each answer the browser follows is a task that feeds one outgoing
//! channel; closing the socket ends them, and nothing else.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::interval;

use super::service::Chats;
use super::wire::{ClientEvent, ServerEvent};
use crate::accounts::{Accounts, Actor};
use crate::error::{Code, Error};
use crate::types::MessageId;

/// Between pings; a phone that answers none of three is gone.
const PING: Duration = Duration::from_secs(20);
/// Between looks at the session row.
const SESSION_CHECK: Duration = Duration::from_secs(60);
/// At most 20 text events a second for one browser.
const BREATH: Duration = Duration::from_millis(50);
/// Close code for an ended session, from the range for applications.
const SESSION_ENDED: u16 = 4401;

/// Serves one browser until it leaves or its session ends.
pub async fn run<E>(
    mut incoming: impl Stream<Item = Result<Message, E>> + Unpin,
    mut outgoing: impl Sink<Message> + Unpin,
    chats: Chats,
    accounts: Accounts,
    actor: Actor,
) {
    let (events, mut queue) = mpsc::channel::<ServerEvent>(64);
    let mut followers = JoinSet::new();
    let mut revoked = accounts.subscribe_revocations();
    let mut ping = interval(PING);
    let mut check = interval(SESSION_CHECK);
    let mut unanswered = 0;
    if send(&mut outgoing, &ServerEvent::Hello).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            message = incoming.next() => {
                unanswered = 0;
                let text = match message {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => continue,
                };
                let answer = handle(&text, &chats, &actor, &events, &mut followers).await;
                if let Some(event) = answer && send(&mut outgoing, &event).await.is_err() {
                    return;
                }
            }
            Some(event) = queue.recv() => {
                if send(&mut outgoing, &event).await.is_err() {
                    return;
                }
            }
            _ = ping.tick() => {
                unanswered += 1;
                if unanswered > 3 || outgoing.send(Message::Ping(Default::default())).await.is_err() {
                    return;
                }
            }
            _ = check.tick() => {
                if !accounts.is_live(actor.session) {
                    break;
                }
            }
            session = revoked.recv() => {
                // A lagging receiver can not know whose session ended; look.
                let mine = session.map_or(true, |session| session == actor.session);
                if mine && !accounts.is_live(actor.session) {
                    break;
                }
            }
            Some(_) = followers.join_next(), if !followers.is_empty() => {}
        }
    }
    let close = CloseFrame {
        code: SESSION_ENDED,
        reason: Utf8Bytes::from_static("session_ended"),
    };
    // The browser may be gone already.
    let _ = outgoing.send(Message::Close(Some(close))).await;
}

/// Does what the browser says; returns what to tell it right away.
async fn handle(
    text: &str,
    chats: &Chats,
    actor: &Actor,
    events: &mpsc::Sender<ServerEvent>,
    followers: &mut JoinSet<()>,
) -> Option<ServerEvent> {
    let Ok(event) = serde_json::from_str::<ClientEvent>(text) else {
        return Some(refusal(&Error::new(Code::BadRequest, ""), None, None));
    };
    match event {
        ClientEvent::Ask(ask) => {
            let client_id = ask.client_id.clone();
            match chats.ask(actor, ask).await {
                Ok((accepted, id)) => {
                    follow(chats, actor, id, 0, events, followers).await;
                    Some(accepted)
                }
                Err(error) => Some(refusal(&error, Some(client_id), None)),
            }
        }
        ClientEvent::Resume { message_id, offset } => {
            follow(chats, actor, message_id, offset as usize, events, followers).await
        }
        ClientEvent::Cancel { message_id } => {
            chats.cancel(actor, message_id);
            None
        }
    }
}

/// Begins to follow an answer; returns the last word on one that is finished.
async fn follow(
    chats: &Chats,
    actor: &Actor,
    id: MessageId,
    offset: usize,
    events: &mpsc::Sender<ServerEvent>,
    followers: &mut JoinSet<()>,
) -> Option<ServerEvent> {
    let mut follower = match chats.follow(actor, id, offset).await {
        Ok(Ok(follower)) => follower,
        Ok(Err(done)) => return Some(done),
        Err(error) => return Some(refusal(&error, None, Some(id))),
    };
    let events = events.clone();
    followers.spawn(async move {
        while let Some(news) = follower.next().await {
            for event in news {
                if events.send(event).await.is_err() {
                    return;
                }
            }
            tokio::time::sleep(BREATH).await;
        }
    });
    None
}

fn refusal(error: &Error, client_id: Option<String>, message_id: Option<MessageId>) -> ServerEvent {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "chat.socket_failed");
    }
    ServerEvent::Error {
        code: error.code(),
        client_id,
        message_id,
    }
}

async fn send<S: Sink<Message> + Unpin>(to: &mut S, event: &ServerEvent) -> Result<(), ()> {
    let json = serde_json::to_string(event).map_err(|_| ())?;
    to.send(Message::Text(json.into())).await.map_err(|_| ())
}
