//! How much a school may keep: told before a byte comes, however it comes.

use bwenge::config::RawConfig;
use serde_json::json;

use crate::support::app::TestApp;
use crate::support::door::Door;
use crate::support::tus;
use crate::support::upload::Upload;

#[tokio::test(flavor = "multi_thread")]
async fn a_school_has_so_many_lessons() {
    let stick = tempfile::tempdir().unwrap();
    std::fs::write(stick.path().join("a.txt"), "About bees.").unwrap();
    std::fs::write(stick.path().join("b.txt"), "About birds.").unwrap();
    let app = TestApp::with(RawConfig {
        school_lessons: Some(2),
        stick_folders: Some(vec![stick.path().to_owned()]),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    let first = app.lesson(&admin, &Upload::text("1.txt", "One.")).await;
    let on_its_way = tus::start(&app, &admin, &Upload::text("2.txt", "Two.")).await;
    let third = Upload::text("3.txt", "Three.");
    tus::announce(&app, &admin, &third)
        .await
        .refused(507, "quota_full");
    let (kind, body) = third.form();
    let path = "/api/v1/knowledge/upload";
    let form = admin.send_bytes("POST", path, Some(&kind), body);
    app.send(form).await.refused(507, "quota_full");

    let status = app.get("/box/status", &admin).await.expect(200).body;
    let library = &status["library"];
    assert_eq!(
        (&library["lessons"], &library["lessons_limit"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        (&library["bytes"], &library["bytes_limit"]),
        (&json!(8), &json!(null))
    );

    // Another school has room of its own, and what is given up makes room.
    let other = app.other_school(&admin).await;
    tus::start(&app, &other, &third).await;
    let gone = tus::request(&admin, "DELETE", &on_its_way, &[], &[]);
    app.send(gone).await.expect(204);
    let sticks = app.get("/knowledge/sticks", &admin).await.expect(200).body;
    let place = format!(
        "/knowledge/sticks/{}",
        sticks["sticks"][0]["id"].as_str().unwrap()
    );
    let plan = app
        .post(&format!("{place}/plan"), &admin, json!({ "chosen": [""] }))
        .await;
    let plan = plan.expect(200).body;
    assert_eq!(plan["new_files"], 1);
    assert_eq!(plan["refused"][0]["code"], "quota_full");
    tus::start(&app, &admin, &third).await;
    app.ready(&admin, first["id"].as_str().unwrap()).await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_has_so_many_bytes() {
    let app = TestApp::with(RawConfig {
        school_mb: Some(1),
        ..RawConfig::default()
    })
    .await;
    let admin = app.set_up().await;
    let half = Upload::new("half.txt", vec![b'a'; 600 << 10]);
    tus::start(&app, &admin, &half).await;
    let refused = tus::announce(&app, &admin, &half).await;
    refused.refused(507, "quota_full");
    let little = Upload::text("little.txt", "Bees.");
    tus::start(&app, &admin, &little).await;
    let status = app.get("/box/status", &admin).await.expect(200).body;
    let free = (1 << 20) - (600 << 10) - 5;
    assert_eq!(status["library"]["bytes_limit"], 1 << 20);
    assert!(status["library"]["free_bytes"].as_u64().unwrap() <= free);
    app.end().await;
}
