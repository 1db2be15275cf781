//! The audit log: what is written down and by whom, what never is, who reads it, and that
//! a change of it shows.

mod read;
mod unwritten;
mod written;

use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;

async fn id_of(app: &TestApp, who: &Browser) -> String {
    let me = app.get("/auth/me", who).await.expect(200);
    me.body["user"]["id"].as_str().unwrap().to_owned()
}

async fn org_of(app: &TestApp, who: &Browser) -> Value {
    app.get("/auth/me", who).await.expect(200).body["org"]["id"].clone()
}

/// Entries of a school, the newest first.
async fn log(app: &TestApp, who: &Browser, query: &str) -> Vec<Value> {
    let log = app.get(&format!("/audit?{query}"), who).await;
    log.expect(200).body["entries"].as_array().unwrap().clone()
}

/// The actions of entries, in the order they were done.
fn actions(entries: &[Value]) -> Vec<&str> {
    let actions = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap());
    actions.rev().collect()
}

/// The log of the school as a table.
async fn saved(app: &TestApp, who: &Browser) -> String {
    let saved = app.get("/audit/export", who).await.expect(200);
    let kind = saved.headers["content-type"].to_str().unwrap();
    assert_eq!(kind, "text/csv; charset=utf-8");
    String::from_utf8(saved.bytes).unwrap()
}
