//! Every SQL statement on chats. Each takes the organisation and the person,
//! so that nobody reaches a chat by guessing its id.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::{Conversation, Feedback, Message};
use crate::error::{Error, OrNotFound, Result};
use crate::types::{ConversationId, Lived, MessageId, OrgId, Timestamp, UserId};

pub fn insert_conversation(conn: &Connection, new: &Conversation) -> Result<()> {
    conn.prepare_cached(include_str!("sql/insert_conversation.sql"))?
        .execute(named_params! {
            ":id": new.id,
            ":org": new.org,
            ":user": new.user,
            ":persona": new.persona,
            ":title": new.title,
            ":now": new.created_at,
        })?;
    Ok(())
}

pub fn touch_conversation(conn: &Connection, id: ConversationId, now: Timestamp) -> Result<()> {
    conn.execute(
        "UPDATE conversations SET updated_at = ?2 WHERE id = ?1",
        params![id, now],
    )?;
    Ok(())
}

pub fn conversations(conn: &Connection, org: OrgId, user: UserId) -> Result<Vec<Conversation>> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM conversations WHERE org_id = ?1 AND user_id = ?2 ORDER BY updated_at DESC, id DESC LIMIT 200",
    )?;
    let rows = statement.query_map(params![org, user], conversation)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub fn get_conversation(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    id: ConversationId,
) -> Result<Conversation> {
    conn.prepare_cached(
        "SELECT * FROM conversations WHERE org_id = ?1 AND user_id = ?2 AND id = ?3",
    )?
    .query_row(params![org, user, id], conversation)
    .or_not_found("chat")
}

pub fn delete_conversation(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    id: ConversationId,
) -> Result<()> {
    get_conversation(conn, org, user, id)?;
    conn.execute("DELETE FROM conversations WHERE id = ?1", [id])?;
    Ok(())
}

/// Learners with chats whose parents said no when the box had been there for `before` or
/// less, and nothing else since.
pub fn refused(conn: &Connection, before: Lived) -> Result<Vec<(OrgId, UserId)>> {
    let mut statement = conn.prepare_cached(include_str!("sql/refused.sql"))?;
    let rows = statement.query_map([before], |row| {
        Ok((row.get("org_id")?, row.get("user_id")?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Deletes all chats of somebody; how many there were.
pub fn delete_conversations_of(conn: &Connection, org: OrgId, user: UserId) -> Result<usize> {
    let deleted = conn
        .prepare_cached("DELETE FROM conversations WHERE org_id = ?1 AND user_id = ?2")?
        .execute(params![org, user])?;
    Ok(deleted)
}

/// Adds a message; questions carry the browser's id.
pub fn insert_message(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    message: &Message,
    client_id: Option<&str>,
) -> Result<()> {
    conn.prepare_cached(include_str!("sql/insert_message.sql"))?
        .execute(named_params! {
            ":id": message.id,
            ":org": org,
            ":conversation": message.conversation,
            ":user": user,
            ":role": message.role,
            ":text": message.text,
            ":status": message.status,
            ":client_id": client_id,
            ":created_at": message.created_at,
        })?;
    Ok(())
}

/// The newest `most` messages of a chat in the order they were said, or the
/// newest before one of them.
///
/// # Errors
/// `not_found` when `before` is no message of this chat.
pub fn messages(
    conn: &Connection,
    id: ConversationId,
    before: Option<MessageId>,
    most: usize,
) -> Result<Vec<Message>> {
    if let Some(before) = before {
        let sql = "SELECT 1 FROM messages WHERE id = ?1 AND conversation_id = ?2";
        if !conn.prepare_cached(sql)?.exists(params![before, id])? {
            return Err(Error::not_found("message"));
        }
    }
    let mut statement = conn.prepare_cached(include_str!("sql/messages.sql"))?;
    let values = named_params! { ":conversation": id, ":before": before, ":most": most as i64 };
    let mut messages = statement
        .query_map(values, message)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    messages.reverse();
    Ok(messages)
}

pub fn get_message(conn: &Connection, org: OrgId, user: UserId, id: MessageId) -> Result<Message> {
    conn.prepare_cached("SELECT * FROM messages WHERE org_id = ?1 AND user_id = ?2 AND id = ?3")?
        .query_row(params![org, user, id], message)
        .or_not_found("message")
}

/// The chat, question and answer that an earlier try with the same browser's
/// id made.
pub fn find_by_client(
    conn: &Connection,
    user: UserId,
    client_id: &str,
) -> Result<Option<(ConversationId, MessageId, MessageId)>> {
    Ok(conn
        .prepare_cached(include_str!("sql/find_by_client.sql"))?
        .query_row(params![user, client_id], |row| {
            Ok((
                row.get("conversation_id")?,
                row.get("question")?,
                row.get("answer")?,
            ))
        })
        .optional()?)
}

/// Writes back a finished answer.
pub fn finish(conn: &Connection, message: &Message, now: Timestamp) -> Result<()> {
    conn.prepare_cached(include_str!("sql/finish_message.sql"))?
        .execute(named_params! {
            ":id": message.id,
            ":text": message.text,
            ":status": message.status,
            ":code": message.code,
            ":origin": message.origin,
            ":passages": serde_json::to_string(&message.passages)?,
            ":sentences": serde_json::to_string(&message.sentences)?,
            ":now": now,
        })?;
    Ok(())
}

/// Ends answers that a stopped server left behind; returns how many.
pub fn fail_unfinished(conn: &Connection, now: Timestamp) -> Result<usize> {
    Ok(conn.execute(
        "UPDATE messages SET status = 'failed', code = 'interrupted', finished_at = ?1 \
         WHERE status IN ('queued', 'writing')",
        [now],
    )?)
}

pub fn set_feedback(
    conn: &Connection,
    org: OrgId,
    user: UserId,
    id: MessageId,
    feedback: Option<Feedback>,
) -> Result<()> {
    let changed = conn.execute(
        "UPDATE messages SET feedback = ?4 WHERE org_id = ?1 AND user_id = ?2 AND id = ?3 AND role = 'assistant'",
        params![org, user, id, feedback],
    )?;
    if changed == 0 {
        return Err(Error::not_found("answer"));
    }
    Ok(())
}

/// The last finished question and answer of a chat, before `before`.
pub fn last_exchange(
    conn: &Connection,
    id: ConversationId,
    before: MessageId,
) -> Result<Option<(String, String)>> {
    let values = named_params! { ":conversation": id, ":before": before };
    Ok(conn
        .prepare_cached(include_str!("sql/last_exchange.sql"))?
        .query_row(values, |row| Ok((row.get("question")?, row.get("answer")?)))
        .optional()?)
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: row.get("id")?,
        org: row.get("org_id")?,
        user: row.get("user_id")?,
        persona: row.get("persona_id")?,
        title: row.get("title")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        id: row.get("id")?,
        conversation: row.get("conversation_id")?,
        role: row.get("role")?,
        text: row.get("text")?,
        status: row.get("status")?,
        code: row.get("code")?,
        passages: json(row, "passages")?,
        origin: row.get("origin")?,
        sentences: json(row, "sentences")?,
        feedback: row.get("feedback")?,
        created_at: row.get("created_at")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}
