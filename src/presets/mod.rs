//! What kinds of places need: a preset for primary schools, secondary schools and
//! community centres.
//!
//! A preset is a handful of lines, each of which does one thing that can be done, changed
//! and undone by itself on another page. Set-up shows them in plain words before anything
//! is done, and each can be left out; they are carried out in the transaction that makes
//! the school, or later in one of their own. What is there already is left as it is, so a
//! second time does nothing.

mod http;
mod store;

pub use http::routes;
pub use store::furnish;

use crate::accounts::{Actor, Line, OrgKind, Way};
use crate::error::Result;
use crate::state::App;
use crate::terms::{Day, school_year};
use crate::types::Language;

/// What a kind of place needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Preset {
    /// What learners are given to sign in with.
    pub(crate) way: Way,
    /// Minutes after which a shared device that is left alone signs out.
    pub(crate) quiet_minutes: u32,
    /// Whether learners may ask for an account with a code.
    pub(crate) joining: bool,
    /// Whether guests may look around; no line where they have no business.
    pub(crate) guests: bool,
    /// Whether it has school years.
    pub(crate) terms: bool,
    /// The names of its classes.
    pub(crate) classes: &'static [&'static str],
}

/// Small children do not remember digits, and leave phones lying about.
const PRIMARY: Preset = Preset {
    way: Way::Pictures,
    quiet_minutes: 10,
    joining: false,
    guests: false,
    terms: true,
    classes: &["P1", "P2", "P3", "P4", "P5", "P6"],
};

const SECONDARY: Preset = Preset {
    way: Way::Pin,
    quiet_minutes: 20,
    joining: false,
    guests: false,
    terms: true,
    classes: &["S1", "S2", "S3", "S4", "S5", "S6"],
};

/// People come and go, and nobody has a list of them.
const COMMUNITY: Preset = Preset {
    way: Way::Pin,
    quiet_minutes: 10,
    joining: true,
    guests: true,
    terms: false,
    classes: &[],
};

impl Preset {
    /// What a kind of place needs.
    pub(crate) fn of(kind: OrgKind) -> &'static Self {
        match kind {
            OrgKind::Primary => &PRIMARY,
            OrgKind::Secondary => &SECONDARY,
            OrgKind::Community => &COMMUNITY,
        }
    }

    /// Its lines, in the order people read them.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let has = |line: &Line| match line {
            Line::Way | Line::Quiet | Line::Joining => true,
            Line::Guests => self.guests,
            Line::Terms => self.terms,
            Line::Classes => !self.classes.is_empty(),
        };
        Line::ALL.iter().copied().filter(has).collect()
    }
}

/// A term of the school year to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) days: (Day, Day),
}

/// The terms of the year that goes on or comes next, named in a language.
pub(crate) fn terms(language: Language, today: Day) -> Vec<Planned> {
    let (year, terms) = school_year(today);
    let named = (1..).zip(terms).map(|(number, days)| Planned {
        name: term_name(language, number, year),
        days,
    });
    named.collect()
}

fn term_name(language: Language, number: u8, year: i16) -> String {
    let term = match language {
        Language::Kinyarwanda => "Igihembwe cya",
        Language::English => "Term",
        Language::French => "Trimestre",
        Language::Swahili => "Muhula wa",
    };
    format!("{term} {number}, {year}–{}", year + 1)
}

/// The presets of a box. Cheap to clone.
#[derive(Clone)]
pub struct Presets {
    app: App,
}

impl Presets {
    /// Presets for schools in the app's database.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    fn today(&self) -> Day {
        Day::of(self.app.clock.now())
    }

    /// Carries out lines of a preset for the actor's school; those that changed anything.
    ///
    /// # Errors
    /// `invalid_field` for lines that this kind of place does not have.
    async fn carry_out(&self, actor: &Actor, kind: OrgKind, lines: Vec<Line>) -> Result<Vec<Line>> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| store::carry_out(conn, &actor, kind, &lines, now);
        self.app.db.core.write(write).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_place_has_its_lines() {
        use Line::{Classes, Guests, Joining, Quiet, Terms, Way};
        let check = |kind, expected: &[Line]| assert_eq!(Preset::of(kind).lines(), expected);
        check(OrgKind::Primary, &[Way, Quiet, Joining, Terms, Classes]);
        check(OrgKind::Secondary, &[Way, Quiet, Joining, Terms, Classes]);
        check(OrgKind::Community, &[Way, Quiet, Joining, Guests]);
    }

    #[test]
    fn terms_are_named_in_the_language_of_the_school() {
        let names = |language| {
            let terms = terms(language, "2025-10-01".parse().unwrap());
            terms.into_iter().map(|term| term.name).collect::<Vec<_>>()
        };
        assert_eq!(
            names(Language::English),
            [
                "Term 1, 2025–2026",
                "Term 2, 2025–2026",
                "Term 3, 2025–2026"
            ]
        );
        assert_eq!(
            names(Language::Kinyarwanda)[2],
            "Igihembwe cya 3, 2025–2026"
        );
    }
}
