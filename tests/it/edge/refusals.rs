//! What somebody was kept from stands in the log: where, why, and whose request it was.

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::door::{Door, PATIENCE};
use crate::support::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_the_guards_are_logged_without_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let none = data.path().join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    let server = Server::start(data.path(), &none, &["--log-format", "json"]).await;
    let admin = server.set_up().await;
    let pupil = server.add(&admin, "gasore", "learner").await;
    let me = server.get("/auth/me", &pupil).await.expect(200).body;
    let typed = json!({"username": "gasore", "password": "zanzibarite crystal"});
    server
        .post("/auth/login", &server.anon(), typed)
        .await
        .refused(401, "wrong_credentials");
    server.get("/users", &pupil).await.refused(403, "forbidden");
    // Nobody was kept from anything.
    server
        .get("/auth/me", &server.anon())
        .await
        .refused(401, "not_signed_in");

    let lines = refusals(&server, 2).await;
    let said = |n: usize, what: &str| lines[n].contains(what);
    assert!(said(0, r#""code":"wrong_credentials""#), "{lines:?}");
    assert!(said(0, "/api/v1/auth/login"), "{lines:?}");
    // Whose account it was, so that one that is guessed at can be told from fifty people
    // who forgot.
    assert!(said(0, me["user"]["id"].as_str().unwrap()), "{lines:?}");
    assert!(said(1, r#""code":"forbidden""#), "{lines:?}");
    assert!(said(1, me["user"]["id"].as_str().unwrap()), "{lines:?}");
    assert_eq!(lines.len(), 2, "{lines:?}");
    let log = server.log();
    assert!(
        !log.contains("gasore") && !log.contains("zanzibarite"),
        "{log}"
    );
}

/// The lines about refusals, once there are so many.
async fn refusals(server: &Server, count: usize) -> Vec<String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let log = server.log();
        let lines = log.lines().filter(|line| line.contains(r#""refused""#));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        if lines.len() >= count || Instant::now() > deadline {
            return lines;
        }
        sleep(std::time::Duration::from_millis(20)).await;
    }
}
