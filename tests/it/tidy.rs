//! The repository's own rules, checked by scanning its files.
//!
//! Every invariant of `ARCHITECTURE.md` that can be read off the text is a
//! [`Rule`] here. A check that can not fail is worth nothing, so each rule
//! carries small examples it must catch and examples it must let pass.

mod documents;
mod hygiene;
mod lex;
mod modules;
mod tree;

use tree::{Problem, Tree};

/// A handful of made-up files: path and text.
type Example = &'static [(&'static str, &'static str)];

/// One rule of the repository.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Problem>,
    /// Each of these breaks the rule.
    bad: &'static [Example],
    /// None of these does.
    good: &'static [Example],
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    [modules::RULES, hygiene::RULES, documents::RULES]
        .into_iter()
        .flatten()
}

#[test]
fn the_repository_keeps_its_rules() {
    let tree = Tree::of_repository();
    let mut report = String::new();
    for rule in rules() {
        for problem in (rule.check)(&tree) {
            report.push_str(&format!("{}: {problem}\n", rule.name));
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn every_rule_catches_its_bad_examples() {
    for rule in rules() {
        assert!(!rule.bad.is_empty(), "{} has no bad example", rule.name);
        for example in rule.bad {
            let found = (rule.check)(&Tree::of(example));
            assert!(!found.is_empty(), "{} missed {example:?}", rule.name);
        }
    }
}

#[test]
fn every_rule_lets_its_good_examples_pass() {
    for rule in rules() {
        for example in rule.good {
            let found = (rule.check)(&Tree::of(example));
            assert!(
                found.is_empty(),
                "{} refused {example:?}: {}",
                rule.name,
                found[0]
            );
        }
    }
}
