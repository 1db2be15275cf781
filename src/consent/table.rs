//! The register as a table for spreadsheets and for whoever inspects the school.

use super::Learner;
use crate::error::Result;
use crate::text::table::{MARK, Table};

const HEAD: [&str; 12] = [
    "learner_id",
    "learner",
    "classes",
    "age",
    "consent",
    "given_by",
    "how",
    "recorded_at",
    "recorded_by",
    "text_version",
    "note",
    "may_ask_tutors",
];

/// Writes learners as CSV.
pub(super) fn write(learners: Vec<Learner>) -> Result<Vec<u8>> {
    let mut out = Table::new(b',', MARK);
    out.row(HEAD)?;
    for learner in learners {
        out.row(cells(learner).iter().map(String::as_str))?;
    }
    Ok(out.finish()?)
}

fn cells(learner: Learner) -> [String; HEAD.len()] {
    let age = learner.age.map_or("unknown", |age| age.as_str());
    let asks = if learner.closed { "no" } else { "yes" };
    let last = learner.last.as_ref();
    let time = last.map(|entry| {
        let time = jiff::Timestamp::from_millisecond(entry.at.0);
        time.unwrap_or_default().to_string()
    });
    let by = last.and_then(|entry| entry.recorded_by_name.clone());
    let version = last.and_then(|entry| entry.version);
    let giver = last.and_then(|entry| entry.giver);
    let way = last.and_then(|entry| entry.way);
    let note = last.and_then(|entry| entry.note.clone());
    [
        learner.id.to_string(),
        learner.name,
        learner.classes.join(" | "),
        age.to_owned(),
        learner.state.as_str().to_owned(),
        giver.map_or("", |giver| giver.as_str()).to_owned(),
        way.map_or("", |way| way.as_str()).to_owned(),
        time.unwrap_or_default(),
        by.unwrap_or_default(),
        version
            .map(|version| version.to_string())
            .unwrap_or_default(),
        note.unwrap_or_default(),
        asks.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{ConsentGiver, ConsentState, ConsentWay, Entry};
    use super::*;
    use crate::accounts::AgeBand;
    use crate::types::{Timestamp, UserId};

    #[test]
    fn a_learner_is_a_row_without_formulas() {
        let id = UserId::new();
        let learner = Learner {
            id,
            name: "=Gasore".into(),
            age: Some(AgeBand::Under16),
            state: ConsentState::Given,
            last: Some(Entry {
                seq: 7,
                at: Timestamp(1_790_000_000_000),
                recorded_by: UserId::new(),
                recorded_by_name: Some("Keza".into()),
                state: ConsentState::Given,
                giver: Some(ConsentGiver::Mother),
                way: Some(ConsentWay::Paper),
                note: Some("came late, with a stamp".into()),
                version: Some(1),
                undoes: None,
            }),
            lacking: false,
            closed: false,
            classes: vec!["P5 A".into(), "Choir".into()],
        };
        let text = String::from_utf8(write(vec![learner]).unwrap()).unwrap();
        let row = text.lines().nth(1).unwrap();
        let expected = format!(
            "{id},'=Gasore,P5 A | Choir,under_16,given,mother,paper,2026-09-21T14:13:20Z,Keza,1,\
             \"came late, with a stamp\",yes"
        );
        assert_eq!(row, expected);
    }
}
