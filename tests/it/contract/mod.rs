//! What the API promises: who may do what with whose things, in two schools on one box,
//! and who sees what in any school there could be.

mod isolation;
mod policies;
mod policy;
mod schools;
mod seed;
mod things;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use policies::POLICIES;
use policy::{Grant, Outcome, Policy, Which, Who, outcome};
use world::World;

use crate::support::browser::Answer;

/// Every documented operation by `METHOD /path/{id}`.
fn operations() -> BTreeMap<String, Value> {
    let document = serde_json::to_value(bwenge::app::openapi()).unwrap();
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.insert(
                format!("{} {path}", method.to_uppercase()),
                operation.clone(),
            );
        }
    }
    found
}

#[test]
fn every_operation_has_a_policy() {
    let operations = operations();
    let documented: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    let decided: BTreeSet<&str> = POLICIES.iter().map(|policy| policy.operation).collect();
    assert_eq!(
        decided.len(),
        POLICIES.len(),
        "an operation has two policies"
    );
    let without: Vec<_> = documented.difference(&decided).collect();
    assert!(without.is_empty(), "without a policy: {without:?}");
    let gone: Vec<_> = decided.difference(&documented).collect();
    assert!(gone.is_empty(), "not in the document any more: {gone:?}");
    for policy in POLICIES {
        let security = &operations[policy.operation]["security"];
        let documented = match policy.grant {
            Grant::Anybody => *security == json!([{}]),
            Grant::Program => *security == json!([{"key": []}]),
            _ => security.is_null(),
        };
        assert!(documented, "{policy:?} is documented as {security}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_does_what_the_policies_say_and_nothing_else() {
    let world = World::open().await;
    let operations = operations();
    let mut cases = 0;
    for policy in POLICIES {
        for who in Who::ALL {
            for which in [Which::Own, Which::Another, Which::Theirs, Which::Deleted] {
                if let Some(expected) = outcome(policy, who, which) {
                    let answer = world.ask(policy, who, which).await;
                    let successes = &operations[policy.operation]["responses"];
                    check(policy, who, which, expected, &answer, successes);
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 1000, "only {cases} cases");
    world.end().await;
}

fn check(
    policy: &Policy,
    who: Who,
    which: Which,
    expected: Outcome,
    answer: &Answer,
    successes: &Value,
) {
    let status = answer.status;
    let code = answer.body["code"].as_str().unwrap_or_default();
    let as_expected = match expected {
        Outcome::Unknown => status == 401,
        Outcome::Forbidden => status == 403,
        Outcome::Missing => status == 404,
        Outcome::Done => match policy.gets {
            Some(wanted) => status == wanted,
            None => (200..300).contains(&status) && successes[status.to_string()].is_object(),
        },
        Outcome::Allowed => {
            let refused = matches!(code, "forbidden" | "not_found");
            status < 500 && (!refused || policy.gets == Some(status))
        }
    };
    assert!(
        as_expected,
        "{who:?}, {which:?}, {policy:?}: expected {expected:?}, got {status} {}",
        answer.body
    );
}
