//! The first minutes of a box.

use super::*;

#[tokio::test]
async fn a_browser_on_the_box_needs_no_code() {
    let bx = TestBox::new().await;
    let mut admin = Browser::on_box();
    let info = bx.get("/box", &admin).await.expect(200).body;
    assert_eq!(info["setup_done"], false);
    assert_eq!(info["setup_code_needed"], false);
    assert_eq!(info["languages"], json!(["rw", "en", "fr", "sw"]));

    let answer = bx
        .post("/setup", &admin, setup("Head.Teacher"))
        .await
        .expect(201);
    assert_eq!(answer.body["user"]["role"], "admin");
    assert_eq!(answer.body["user"]["username"], "Head.Teacher");
    assert_eq!(answer.body["user"]["platform_admin"], true);
    assert_eq!(answer.body["org"]["name"], "GS Test");
    assert_eq!(answer.body["org"]["kind"], "primary");
    admin.keep(&answer);
    bx.get("/auth/me", &admin).await.expect(200);

    let info = bx.get("/box", &Browser::phone()).await.expect(200).body;
    assert_eq!(info["setup_done"], true);
    assert_eq!(info["setup_code_needed"], false);
    assert_eq!(info["schools"][0]["name"], "GS Test");
    assert_eq!(bx.samples.load(Ordering::Relaxed), 1);
    assert_eq!(bx.accounts.setup_code(), None);
}

#[tokio::test]
async fn other_browsers_need_the_code_of_the_terminal() {
    let bx = TestBox::new().await;
    let phone = Browser::phone();
    let info = bx.get("/box", &phone).await.expect(200).body;
    assert_eq!(info["setup_code_needed"], true);
    let through_name = Browser {
        host: "bwenge.local".to_owned(),
        ..Browser::on_box()
    };
    for (who, code) in [
        (&phone, json!(null)),
        (&phone, json!("AAAA-AAAA")),
        (&through_name, json!(null)),
    ] {
        let mut body = setup("admin");
        body["code"] = code;
        let answer = bx.post("/setup", who, body).await;
        let answer = answer.refused(403, "setup_code_wrong");
        assert_eq!(answer.body["field"], "code");
        assert!(answer.cookies.is_empty());
    }
    let mut body = setup("admin");
    body["code"] = json!(bx.accounts.setup_code().unwrap().to_lowercase());
    bx.post("/setup", &phone, body).await.expect(201);
}

#[tokio::test]
async fn a_box_is_set_up_once() {
    let (bx, _) = TestBox::set_up().await;
    let again = bx.post("/setup", &Browser::on_box(), setup("second")).await;
    again.refused(409, "setup_done");
    let bx = bx.restarted().await;
    assert!(bx.accounts.is_set_up());
    let again = bx.post("/setup", &Browser::on_box(), setup("second")).await;
    again.refused(409, "setup_done");
}

#[tokio::test]
async fn two_set_ups_at_once_make_one_school() {
    let bx = TestBox::new().await;
    let who = Browser::on_box();
    let both = tokio::join!(
        bx.post("/setup", &who, setup("one")),
        bx.post("/setup", &who, setup("two")),
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let schools = bx.get("/box", &who).await.body["schools"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(schools, 1);
}

#[tokio::test]
async fn fields_are_checked_and_named() {
    let bx = TestBox::new().await;
    for (field, value) in [
        ("school_name", json!("  ")),
        ("admin_name", json!("")),
        ("username", json!("two words")),
        ("password", json!("eleven char")),
    ] {
        let mut body = setup("admin");
        body[field] = value;
        let answer = bx.post("/setup", &Browser::on_box(), body).await;
        let answer = answer.refused(422, "invalid_field");
        assert_eq!(answer.body["field"], field);
    }
    let mut body = setup("admin");
    body["language"] = json!("xx");
    bx.post("/setup", &Browser::on_box(), body)
        .await
        .refused(422, "invalid_field");
    assert!(!bx.accounts.is_set_up());
}

#[tokio::test]
async fn the_outbox_tells_of_the_school_without_names() {
    let (bx, _) = TestBox::set_up().await;
    let read = bx.app.db.core.read(|conn| {
        let mut statement = conn.prepare("SELECT type, payload FROM outbox ORDER BY seq")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<Vec<(String, String)>, _>>()?)
    });
    let events = read.await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["org_created", "user_created"]);
    assert!(
        !events
            .iter()
            .any(|(_, payload)| payload.contains("GS Test"))
    );
}
