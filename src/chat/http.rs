//! `/api/v1/chats` and the socket `/api/v1/ws/chat`.

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::service::Chats;
use super::wire::{ClientEvent, MessageBody, ServerEvent};
use super::{Conversation, Feedback, socket};
use crate::accounts::{Accounts, Actor, Anyone, Auth};
use crate::error::Result;
use crate::http::extract::{Json, Path, Query};
use crate::types::{ConversationId, MessageId, PersonaId, Timestamp};

/// Longest message a browser may send, in bytes.
const MOST_BYTES: usize = 16 << 10;

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Chats> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_chats))
        .routes(utoipa_axum::routes!(get_chat, delete_chat))
        .routes(utoipa_axum::routes!(give_feedback))
        .routes(utoipa_axum::routes!(chat_socket))
}

impl Chats {
    /// The routes with these chats.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// A chat.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
struct ConversationBody {
    id: ConversationId,
    persona_id: PersonaId,
    /// The tutor's name; empty when it was deleted.
    persona_name: String,
    /// Whether the tutor takes more questions of this person.
    open: bool,
    /// The first question, shortened.
    title: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The tutors as a person's chats need them.
struct Tutors {
    /// All of the school by name.
    names: HashMap<PersonaId, String>,
    /// Those this person may ask.
    open: HashSet<PersonaId>,
}

impl Tutors {
    async fn of(chats: &Chats, actor: &Actor) -> Result<Self> {
        let open = chats.personas.list(actor).await?;
        Ok(Self {
            names: chats.personas.names(actor.org).await?,
            open: open.into_iter().map(|persona| persona.id).collect(),
        })
    }

    fn body(&self, conversation: Conversation) -> ConversationBody {
        let tutor = conversation.persona;
        ConversationBody {
            id: conversation.id,
            persona_id: tutor,
            persona_name: self.names.get(&tutor).cloned().unwrap_or_default(),
            open: self.open.contains(&tutor),
            title: conversation.title,
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ConversationList {
    conversations: Vec<ConversationBody>,
}

/// This person's chats, last used first.
#[utoipa::path(get, path = "/chats", tag = "chats", responses((status = 200, body = ConversationList)))]
async fn list_chats(
    State(chats): State<Chats>,
    Anyone(actor): Anyone,
) -> Result<Json<ConversationList>> {
    let tutors = Tutors::of(&chats, &actor).await?;
    let conversations = chats.conversations(&actor).await?.into_iter();
    Ok(Json(ConversationList {
        conversations: conversations.map(|chat| tutors.body(chat)).collect(),
    }))
}

#[derive(Serialize, ToSchema)]
struct ConversationWithMessages {
    conversation: ConversationBody,
    /// In the order they were said.
    messages: Vec<MessageBody>,
    /// Whether there are earlier ones.
    has_earlier: bool,
}

#[derive(Deserialize, IntoParams)]
struct Page {
    /// Only messages earlier than this one.
    before: Option<MessageId>,
}

/// One chat with its newest 100 messages, or the newest 100 before one of them.
#[utoipa::path(get, path = "/chats/{id}", tag = "chats",
    params(("id" = ConversationId, Path), Page),
    responses((status = 200, body = ConversationWithMessages)))]
async fn get_chat(
    State(chats): State<Chats>,
    Anyone(actor): Anyone,
    Path(id): Path<ConversationId>,
    Query(page): Query<Page>,
) -> Result<Json<ConversationWithMessages>> {
    let tutors = Tutors::of(&chats, &actor).await?;
    let (conversation, messages, has_earlier) = chats.conversation(&actor, id, page.before).await?;
    Ok(Json(ConversationWithMessages {
        conversation: tutors.body(conversation),
        messages: messages.into_iter().map(Into::into).collect(),
        has_earlier,
    }))
}

/// Deletes a chat.
#[utoipa::path(delete, path = "/chats/{id}", tag = "chats", params(("id" = ConversationId, Path)),
    responses((status = 204)))]
async fn delete_chat(
    State(chats): State<Chats>,
    Anyone(actor): Anyone,
    Path(id): Path<ConversationId>,
) -> Result<StatusCode> {
    chats.delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"value": "up"}))]
struct FeedbackBody {
    /// `null` takes it back.
    value: Option<Feedback>,
}

/// Notes whether an answer helped.
#[utoipa::path(put, path = "/chats/messages/{id}/feedback", tag = "chats",
    params(("id" = MessageId, Path)), request_body = FeedbackBody, responses((status = 204)))]
async fn give_feedback(
    State(chats): State<Chats>,
    Auth(actor): Auth,
    Path(id): Path<MessageId>,
    Json(body): Json<FeedbackBody>,
) -> Result<StatusCode> {
    chats.feedback(&actor, id, body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Both directions of the socket, for the documentation.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "names the socket's events in the OpenAPI document"
)]
struct SocketEvents {
    client: ClientEvent,
    server: ServerEvent,
}

/// Asks and follows answers over a WebSocket; the events are in the schema.
#[utoipa::path(get, path = "/ws/chat", tag = "chats",
    responses((status = 101, description = "Switching to WebSocket.", body = SocketEvents)))]
async fn chat_socket(
    State(chats): State<Chats>,
    Extension(accounts): Extension<Accounts>,
    Anyone(actor): Anyone,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    let place = chats.sockets.take(actor.user)?;
    Ok(upgrade
        .max_message_size(MOST_BYTES)
        // Frames are put together before the message is measured.
        .max_frame_size(MOST_BYTES)
        .on_upgrade(move |socket| async move {
            chats.expect_questions(&actor).await;
            let (outgoing, incoming) = socket.split();
            socket::run(incoming, outgoing, chats, accounts, actor).await;
            drop(place);
        }))
}
