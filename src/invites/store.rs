//! Every statement on invitations and on the codes of schools.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::invitation::Wish;
use super::joining::{CODE_LENGTH, Joining};
use super::{Invitation, code_closed, hash};
use crate::accounts::{Actor, Role, new_code};
use crate::audit::{self, Action, By, Note};
use crate::classes;
use crate::error::{OrNotFound, Result};
use crate::events::{self, Event};
use crate::types::{InvitationId, OrgId, Timestamp, UserId};

/// Keeps an invitation by the hash of its code, and forgets those of the school that are
/// over.
pub fn insert(
    conn: &Connection,
    actor: &Actor,
    wish: &Wish,
    sha256: [u8; 32],
    now: Timestamp,
) -> Result<Invitation> {
    conn.prepare_cached(
        "DELETE FROM invitations WHERE org_id = ?1 AND (expires_at <= ?2 OR used >= uses)",
    )?
    .execute((actor.org, now))?;
    conn.prepare_cached(
        "INSERT INTO invitations (org_id, id, sha256, role, name, class_id, uses, made_by,
                                  created_at, expires_at)
         VALUES (:org, :id, :sha256, :role, :name, :class, :uses, :by, :now, :expires_at)",
    )?
    .execute(named_params! {
        ":org": actor.org, ":id": InvitationId::new(), ":sha256": sha256, ":role": wish.role,
        ":name": wish.name, ":class": wish.class, ":uses": wish.uses, ":by": actor.user,
        ":now": now, ":expires_at": wish.expires_at(now),
    })?;
    standing(conn, sha256, now)?.or_not_found("invitation")
}

fn read(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    let class: Option<_> = row.get("class_id")?;
    Ok(Invitation {
        id: row.get("id")?,
        org: row.get("org_id")?,
        role: row.get("role")?,
        name: row.get("name")?,
        class: match class {
            Some(id) => Some((id, row.get("class_name")?)),
            None => None,
        },
        uses: row.get("uses")?,
        used: row.get("used")?,
        made_by: (row.get("made_by")?, row.get("made_by_name")?),
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

/// The invitation of a code that can be accepted now.
pub fn standing(conn: &Connection, sha256: [u8; 32], now: Timestamp) -> Result<Option<Invitation>> {
    Ok(conn
        .prepare_cached("SELECT * FROM standing_invitations WHERE sha256 = ?1 AND expires_at > ?2")?
        .query_row((sha256, now), read)
        .optional()?)
}

/// Counts a use of the invitation of a code and puts whoever came into its class.
///
/// # Errors
/// `code_closed` when somebody else had the last use, or it is over.
pub fn take(conn: &Connection, code: &str, user: UserId, now: Timestamp) -> Result<()> {
    let invitation = standing(conn, hash(code), now)?.ok_or_else(code_closed)?;
    conn.prepare_cached("UPDATE invitations SET used = used + 1 WHERE org_id = ?1 AND id = ?2")?
        .execute((invitation.org, invitation.id))?;
    let event = Event::InvitationAccepted {
        invitation: invitation.id,
        user,
    };
    events::append(conn, invitation.org, &event, now)?;
    let note = Note::new(Action::InvitationAccepted).of(user);
    let note = note.is(invitation.role.as_str()).about(invitation.id);
    audit::record(conn, By::person(invitation.org, user), note, now)?;
    if let Some((class, _)) = invitation.class {
        let changed = classes::put_into(conn, invitation.org, class, user)?;
        let event = Event::ClassMembersChanged { class, changed };
        events::append(conn, invitation.org, &event, now)?;
    }
    Ok(())
}

/// Those that can be accepted: for administrators all of the school, for teachers their
/// own; the last made first.
pub fn list(conn: &Connection, actor: &Actor, now: Timestamp) -> Result<Vec<Invitation>> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM standing_invitations
         WHERE org_id = ?1 AND (?2 OR made_by = ?3) AND expires_at > ?4
         ORDER BY created_at DESC, id",
    )?;
    let all = actor.role == Role::Admin;
    let rows = statement.query_map((actor.org, all, actor.user, now), read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes an invitation back, of the same ones; whether it was there.
pub fn delete(conn: &Connection, actor: &Actor, id: InvitationId) -> Result<bool> {
    let all = actor.role == Role::Admin;
    let gone = conn
        .prepare_cached(
            "DELETE FROM invitations WHERE org_id = ?1 AND id = ?2 AND (?3 OR made_by = ?4)",
        )?
        .execute((actor.org, id, all, actor.user))?;
    Ok(gone > 0)
}

/// The school whose learners may ask for an account with this code.
pub fn joined(conn: &Connection, code: &str) -> Result<Option<OrgId>> {
    Ok(conn
        .prepare_cached("SELECT org_id FROM joining WHERE code = ?1 AND open")?
        .query_row([code], |row| row.get("org_id"))
        .optional()?)
}

/// Whether a school's learners may ask for an account, and with which code.
pub fn joining(conn: &Connection, org: OrgId) -> Result<Option<Joining>> {
    Ok(conn
        .prepare_cached("SELECT code, open FROM joining WHERE org_id = ?1")?
        .query_row([org], |row| {
            Ok(Joining {
                open: row.get("open")?,
                code: row.get("code")?,
            })
        })
        .optional()?)
}

/// Changes that, and says so; with another code when there is none or `renew`.
pub fn change_joining(
    conn: &Connection,
    actor: &Actor,
    (open, renew): (Option<bool>, bool),
    fresh: String,
    now: Timestamp,
) -> Result<Joining> {
    let before = joining(conn, actor.org)?;
    let was_open = before.as_ref().is_some_and(|joining| joining.open);
    let renewed = renew && before.is_some();
    let joining = Joining {
        open: open.unwrap_or(was_open),
        code: match before {
            Some(joining) if !renew => joining.code,
            _ => fresh,
        },
    };
    put_joining(conn, actor.org, &joining)?;
    let event = Event::JoiningChanged {
        by: actor.user,
        open: joining.open,
    };
    events::append(conn, actor.org, &event, now)?;
    let opened = match joining.open {
        true => Action::JoiningOpened,
        false => Action::JoiningClosed,
    };
    let changes = [
        (opened, joining.open != was_open),
        (Action::JoiningRenewed, renewed),
    ];
    for (action, _) in changes.into_iter().filter(|(_, changed)| *changed) {
        audit::record(conn, actor, Note::new(action).of(actor.org), now)?;
    }
    Ok(joining)
}

/// Allows or forbids that; whether it was otherwise before.
pub fn allow_joining(conn: &Connection, actor: &Actor, open: bool, now: Timestamp) -> Result<bool> {
    let is_open = joining(conn, actor.org)?.is_some_and(|joining| joining.open);
    if is_open != open {
        change_joining(
            conn,
            actor,
            (Some(open), false),
            new_code::<CODE_LENGTH>()?,
            now,
        )?;
    }
    Ok(is_open != open)
}

fn put_joining(conn: &Connection, org: OrgId, joining: &Joining) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO joining (org_id, code, open) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET code = excluded.code, open = excluded.open",
    )?
    .execute((org, &joining.code, joining.open))?;
    Ok(())
}
