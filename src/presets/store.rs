//! Carries presets out, inside the transaction of whoever asks: with the statements of
//! the modules whose things they are.

use rusqlite::Connection;

use super::{Preset, terms as planned};
use crate::accounts::{self, Actor, Line, Org, OrgKind, SettingsChange};
use crate::error::{Error, Result};
use crate::terms::Day;
use crate::types::{Language, Timestamp};
use crate::{classes, invites, terms};

/// Gives a new school the chosen lines of the preset of its kind.
///
/// # Errors
/// `invalid_field` for lines that this kind of place does not have.
pub fn furnish(
    conn: &Connection,
    org: &Org,
    lines: &[Line],
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<Line>> {
    apply(conn, actor, (org.kind, org.language), lines, now)
}

/// The same for a school that is there, which may be treated as one of another kind.
pub fn carry_out(
    conn: &Connection,
    actor: &Actor,
    kind: OrgKind,
    lines: &[Line],
    now: Timestamp,
) -> Result<Vec<Line>> {
    let language = accounts::school_language(conn, actor.org)?;
    apply(conn, actor, (kind, language), lines, now)
}

fn apply(
    conn: &Connection,
    actor: &Actor,
    (kind, language): (OrgKind, Language),
    lines: &[Line],
    now: Timestamp,
) -> Result<Vec<Line>> {
    let preset = Preset::of(kind);
    let offered = preset.lines();
    if lines.iter().any(|line| !offered.contains(line)) {
        let detail = "The preset of this kind of place does nothing like that.";
        return Err(Error::invalid("preset", detail));
    }
    let mut done = Vec::new();
    // In one order, whatever the order they come in, and each once.
    for line in offered.into_iter().filter(|line| lines.contains(line)) {
        let settings =
            |change| accounts::change_settings(conn, actor.org, change, actor.into(), now);
        let changed = match line {
            Line::Way => settings(SettingsChange {
                way: Some(preset.way),
                ..SettingsChange::default()
            })?,
            Line::Quiet => settings(SettingsChange {
                quiet_minutes: Some(preset.quiet_minutes),
                ..SettingsChange::default()
            })?,
            Line::Guests => settings(SettingsChange {
                guests: Some(preset.guests),
                ..SettingsChange::default()
            })?,
            Line::Joining => invites::allow_joining(conn, actor, preset.joining, now)?,
            Line::Terms => make_terms(conn, actor, language, now)?,
            Line::Classes => make_classes(conn, actor, preset.classes, now)?,
        };
        if changed {
            done.push(line);
        }
    }
    Ok(done)
}

/// Makes the terms of the year but those whose name or days are taken.
fn make_terms(
    conn: &Connection,
    actor: &Actor,
    language: Language,
    now: Timestamp,
) -> Result<bool> {
    let there = terms::list(conn, actor.org)?;
    let mut made = false;
    for term in planned(language, Day::of(now)) {
        let taken = there.iter().any(|other| {
            let apart = other.last_day < term.days.0 || term.days.1 < other.first_day;
            !apart || other.name.eq_ignore_ascii_case(&term.name)
        });
        if !taken {
            terms::make(conn, actor, &term.name, term.days, now)?;
            made = true;
        }
    }
    Ok(made)
}

/// Makes the classes but those whose name a class has that goes on.
fn make_classes(conn: &Connection, actor: &Actor, names: &[&str], now: Timestamp) -> Result<bool> {
    let there = classes::going_names(conn, actor.org)?;
    let mut made = false;
    for &name in names {
        if !there.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            classes::make(conn, actor, name, None, now)?;
            made = true;
        }
    }
    Ok(made)
}
