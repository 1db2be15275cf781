//! What is in memory follows what is on disk, also when a COMMIT fails.

use serde_json::json;

use super::TestBox;
use crate::support::browser::Browser;
use crate::support::door::setup;

/// Lets every transaction that changes a table this way fail at its end, as a
/// full disk does.
pub fn spoil(change: &str) -> String {
    format!(
        "CREATE TABLE spoilt (x TEXT REFERENCES orgs (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER spoil AFTER {change} BEGIN INSERT INTO spoilt VALUES ('nobody'); END;"
    )
}

pub const MEND: &str = "DROP TRIGGER spoil; DROP TABLE spoilt;";

pub(super) async fn run(test: &TestBox, sql: String) {
    let run = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(&sql)?);
    test.app.db.core.write(run).await.unwrap();
}

#[tokio::test]
async fn a_set_up_that_was_not_kept_can_be_tried_again() {
    let test = TestBox::new().await;
    run(&test, spoil("INSERT ON orgs")).await;
    let browser = Browser::on_box();
    let failed = test.post("/setup", &browser, setup("admin")).await;
    failed.expect(500);
    assert!(!test.accounts.is_set_up());
    run(&test, MEND.into()).await;
    let again = test.post("/setup", &browser, setup("admin")).await;
    again.expect(201);
    assert!(test.accounts.is_set_up());
}

#[tokio::test]
async fn sessions_end_with_their_rows_and_not_before() {
    let (test, admin) = TestBox::set_up().await;
    run(&test, spoil("DELETE ON sessions")).await;
    let failed = test.post("/auth/logout", &admin, json!({})).await;
    failed.expect(500);
    test.get("/auth/me", &admin).await.expect(200);
    run(&test, MEND.into()).await;
    let left = test.post("/auth/logout", &admin, json!({})).await;
    left.expect(204);
    test.get("/auth/me", &admin)
        .await
        .refused(401, "session_ended");
}
