//! Every statement on how a school works.

use rusqlite::{Connection, OptionalExtension};

use crate::accounts::noted;
use crate::accounts::settings::{Settings, SettingsChange};
use crate::audit::{self, By};
use crate::error::Result;
use crate::events::{self, Event};
use crate::types::{Language, OrgId, Timestamp};

/// The language a school starts in.
pub fn language(conn: &Connection, org: OrgId) -> Result<Language> {
    Ok(super::org(conn, org)?.language)
}

/// How a school works; as usual before anybody chose.
pub fn of(conn: &Connection, org: OrgId) -> Result<Settings> {
    let found = conn
        .prepare_cached("SELECT * FROM school_settings WHERE org_id = ?1")?
        .query_row([org], |row| {
            Ok(Settings {
                way: row.get("way")?,
                quiet_minutes: row.get("quiet_minutes")?,
                guests: row.get("guests")?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

fn put(conn: &Connection, org: OrgId, settings: Settings) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO school_settings (org_id, way, quiet_minutes, guests) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET way = excluded.way, quiet_minutes = excluded.quiet_minutes,
                                   guests = excluded.guests",
    )?
    .execute((org, settings.way, settings.quiet_minutes, settings.guests))?;
    Ok(())
}

/// Changes how a school works, with the entry in its log; whether anything did.
pub fn change(
    conn: &Connection,
    org: OrgId,
    change: SettingsChange,
    by: By,
    now: Timestamp,
) -> Result<bool> {
    let before = of(conn, org)?;
    let after = Settings {
        way: change.way.unwrap_or(before.way),
        quiet_minutes: change.quiet_minutes.unwrap_or(before.quiet_minutes),
        guests: change.guests.unwrap_or(before.guests),
    };
    let school = super::org(conn, org)?;
    let Some(note) = noted::settings(&school, before, after) else {
        return Ok(false);
    };
    put(conn, org, after)?;
    events::append(conn, org, &Event::OrgChanged { org }, now)?;
    audit::record(conn, by, note, now)?;
    Ok(true)
}
