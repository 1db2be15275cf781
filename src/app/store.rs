//! Every statement on `settings`.

use rusqlite::{Connection, OptionalExtension};

use crate::accounts::Actor;
use crate::audit::{self, Action, Note};
use crate::error::Result;
use crate::events::{self, Event};
use crate::types::Timestamp;

/// The language model chosen on the box page, if one was.
pub fn chosen_llm(conn: &Connection) -> Result<Option<String>> {
    let sql = "SELECT value FROM settings WHERE key = 'llm'";
    Ok(conn.query_row(sql, [], |row| row.get("value")).optional()?)
}

/// Keeps the language model that an administrator chose.
pub fn choose_llm(conn: &Connection, actor: &Actor, model: &str, now: Timestamp) -> Result<()> {
    conn.execute(
        "INSERT INTO settings (key, value, updated_at) VALUES ('llm', ?1, ?2)
         ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        (model, now),
    )?;
    let event = Event::ModelChosen {
        model: model.to_owned(),
    };
    events::append(conn, actor.org, &event, now)?;
    audit::record(conn, actor, Note::new(Action::ModelChanged).is(model), now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::db::{Which, test_connection};
    use crate::types::{Language, OrgId, SessionId, UserId};

    #[test]
    fn the_last_choice_counts() {
        let conn = test_connection(Which::Core).unwrap();
        assert_eq!(chosen_llm(&conn).unwrap(), None);
        let admin = Actor {
            org: OrgId::new(),
            user: UserId::new(),
            role: Role::Admin,
            platform_admin: true,
            session: SessionId::new(),
            language: Language::English,
        };
        for model in ["first", "second"] {
            choose_llm(&conn, &admin, model, Timestamp(5)).unwrap();
            assert_eq!(chosen_llm(&conn).unwrap().as_deref(), Some(model));
        }
    }
}
