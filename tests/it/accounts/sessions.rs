//! Sessions: their length, their turns, their end.

use super::*;

async fn refresh(bx: &TestBox, who: &Browser) -> Answer {
    bx.send("POST", "/auth/refresh", who, None).await
}

#[tokio::test]
async fn an_access_token_lasts_a_quarter_of_an_hour() {
    let (bx, mut admin) = TestBox::set_up().await;
    bx.clock.advance_ms(15 * MINUTE - 1);
    bx.get("/auth/me", &admin).await.expect(200);
    bx.clock.advance_ms(1);
    bx.get("/auth/me", &admin)
        .await
        .refused(401, "session_ended");
    let answer = refresh(&bx, &admin).await.expect(204);
    admin.keep(&answer);
    bx.get("/auth/me", &admin).await.expect(200);
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_a_copy_ends_the_session() {
    let (bx, admin) = TestBox::set_up().await;
    let first = refresh(&bx, &admin).await.expect(204);
    bx.clock.advance_ms(59_000);
    let again = refresh(&bx, &admin).await.expect(204);
    assert_eq!(first.cookies["bw_refresh"], again.cookies["bw_refresh"]);

    let session = bx.accounts.actor(&admin.cookies["bw_access"]).unwrap();
    let over = tokio::spawn(bx.accounts.clone().session_over(session.session));
    bx.clock.advance_ms(1000);
    refresh(&bx, &admin).await.refused(401, "session_ended");
    // It is told, and does not look for itself, which it does once a minute.
    let soon = std::time::Duration::from_secs(50);
    tokio::time::timeout(soon, over).await.unwrap().unwrap();
    let mut rightful = admin.clone();
    rightful.keep(&first);
    refresh(&bx, &rightful).await.refused(401, "session_ended");
    bx.get("/auth/me", &rightful)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn two_tabs_that_refresh_together_both_stay() {
    let (bx, admin) = TestBox::set_up().await;
    let (one, two) = tokio::join!(refresh(&bx, &admin), refresh(&bx, &admin));
    let (one, two) = (one.expect(204), two.expect(204));
    assert_eq!(one.cookies["bw_refresh"], two.cookies["bw_refresh"]);
}

#[tokio::test]
async fn signing_out_counts_at_once_even_with_an_old_access_token() {
    let (bx, mut admin) = TestBox::set_up().await;
    let elsewhere = bx.signed_in("admin", PASSWORD).await;
    bx.clock.advance_ms(20 * MINUTE);
    let answer = bx
        .send("POST", "/auth/logout", &admin, None)
        .await
        .expect(204);
    let stale = admin.clone();
    admin.keep(&answer);
    assert!(!admin.cookies.contains_key("bw_access") && !admin.cookies.contains_key("bw_refresh"));
    refresh(&bx, &stale).await.refused(401, "session_ended");
    refresh(&bx, &elsewhere).await.expect(204);
    bx.send("POST", "/auth/logout", &Browser::phone(), None)
        .await
        .expect(204);
}

#[tokio::test]
async fn whoever_signs_in_ends_the_session_the_browser_carried() {
    let (bx, admin) = TestBox::set_up().await;
    let (_, mut phone) = bx.add(&admin, "keza", "teacher").await;
    let before = phone.clone();
    // Its access token ran out while it lay in a drawer.
    bx.clock.advance_ms(20 * MINUTE);
    let body = json!({"username": "admin", "password": PASSWORD});
    let answer = bx.send("POST", "/auth/login", &phone, Some(body.clone()));
    phone.keep(&answer.await.expect(200));
    refresh(&bx, &before).await.refused(401, "session_ended");
    bx.get("/auth/me", &phone).await.expect(200);
    // A try that fails ends nothing.
    let wrong = json!({"username": "admin", "password": "no such password"});
    bx.send("POST", "/auth/login", &phone, Some(wrong))
        .await
        .refused(401, "wrong_credentials");
    bx.get("/auth/me", &phone).await.expect(200);
    // Tokens in an answer replace no cookies.
    let program = json!({"username": "admin", "password": PASSWORD, "tokens": "body"});
    bx.send("POST", "/auth/login", &phone, Some(program))
        .await
        .expect(200);
    bx.get("/auth/me", &phone).await.expect(200);
    // Another browser of the same person goes on.
    let elsewhere = bx.signed_in("admin", PASSWORD).await;
    let again = bx.send("POST", "/auth/login", &phone, Some(body)).await;
    again.expect(200);
    bx.get("/auth/me", &elsewhere).await.expect(200);
    bx.get("/auth/me", &phone)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn unused_sessions_end_and_used_ones_last() {
    let (bx, idle) = TestBox::set_up().await;
    let mut used = bx.signed_in("admin", PASSWORD).await;
    for _ in 0..2 {
        bx.clock.advance_ms(7 * DAY);
        let answer = refresh(&bx, &used).await.expect(204);
        used.keep(&answer);
    }
    refresh(&bx, &idle).await.refused(401, "session_ended");
    refresh(&bx, &used).await.expect(204);
}

#[tokio::test]
async fn sessions_survive_a_restart_and_ended_ones_do_not() {
    let (bx, admin) = TestBox::set_up().await;
    let other = bx.signed_in("admin", PASSWORD).await;
    bx.send("POST", "/auth/logout", &other, None)
        .await
        .expect(204);
    let bx = bx.restarted().await;
    bx.get("/auth/me", &admin).await.expect(200);
    bx.get("/auth/me", &other)
        .await
        .refused(401, "session_ended");
    refresh(&bx, &admin).await.expect(204);
}

#[tokio::test]
async fn a_lost_key_signs_everybody_out() {
    let (bx, admin) = TestBox::set_up().await;
    std::fs::remove_file(bx.data.path().join("session.key")).unwrap();
    let bx = bx.restarted().await;
    bx.get("/auth/me", &admin)
        .await
        .refused(401, "session_ended");
    refresh(&bx, &admin).await.refused(401, "session_ended");
    bx.signed_in("admin", PASSWORD).await;
}

#[tokio::test]
async fn rubbish_is_no_session() {
    let (bx, admin) = TestBox::set_up().await;
    for token in ["x", "", "a.b.c", admin.cookies["bw_refresh"].as_str()] {
        let program = Browser::program(token);
        bx.get("/auth/me", &program)
            .await
            .refused(401, "session_ended");
    }
    let mut forged = Browser::phone();
    forged
        .cookies
        .insert("bw_refresh".into(), admin.cookies["bw_access"].clone());
    refresh(&bx, &forged).await.refused(401, "session_ended");
    refresh(&bx, &Browser::phone())
        .await
        .refused(401, "not_signed_in");
}
