//! Signing in: what is accepted, and how guessing slows down.

use axum::http::Request;

use super::*;

#[tokio::test]
async fn the_user_name_is_folded_and_the_password_is_not() {
    let (bx, _) = TestBox::set_up().await;
    let phone = Browser::phone();
    for (username, password, status) in [
        ("admin", PASSWORD, 200),
        (" ADMIN ", PASSWORD, 200),
        ("ａｄｍｉｎ", PASSWORD, 200),
        ("admin", "A long enough one", 401),
        ("nobody", PASSWORD, 401),
        ("<script>", PASSWORD, 401),
    ] {
        let answer = bx.login(&phone, username, password).await.expect(status);
        if status == 401 {
            assert_eq!(answer.body["code"], "wrong_credentials", "{username}");
            assert!(answer.cookies.keys().eq(["bw_device"]), "only its name");
        }
    }
}

#[tokio::test]
async fn cookies_are_closed_to_scripts_and_other_sites() {
    let (bx, _) = TestBox::set_up().await;
    let request = Request::post("/api/v1/auth/login")
        .header("host", "bwenge.local")
        .header("content-type", "application/json")
        .body(Body::from(
            json!({"username": "admin", "password": PASSWORD}).to_string(),
        ))
        .unwrap();
    let response = bx.router.clone().oneshot(request).await.unwrap();
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 3);
    for cookie in cookies {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        let path = match cookie.split('=').next().unwrap() {
            "bw_access" => "Path=/;",
            "bw_refresh" => "Path=/api/v1/auth;",
            _ => "Path=/api/v1;",
        };
        assert!(cookie.contains(path), "{cookie}");
    }
}

#[tokio::test]
async fn writes_with_cookies_need_our_own_page() {
    let (bx, admin) = TestBox::set_up().await;
    let cookie = format!("bw_access={}", admin.cookies["bw_access"]);
    for origin in [None, Some("http://evil.example")] {
        let mut request = Request::patch("/api/v1/auth/me")
            .header("host", "localhost:8080")
            .header("content-type", "application/json")
            .header("cookie", &cookie);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let request = request.body(Body::from(r#"{"name":"Mallory"}"#)).unwrap();
        let response = bx.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 403, "{origin:?}");
    }
    assert_eq!(bx.get("/auth/me", &admin).await.body["user"]["name"], "A");
}

#[tokio::test]
async fn programs_get_tokens_in_the_answer() {
    let (bx, _) = TestBox::set_up().await;
    let body = json!({"username": "admin", "password": PASSWORD, "tokens": "body"});
    let answer = bx
        .post("/auth/login", &Browser::phone(), body)
        .await
        .expect(200);
    assert!(answer.cookies.is_empty());
    assert_eq!(answer.body["expires_in"], 900);
    assert_eq!(answer.body["me"]["user"]["username"], "admin");
    let program = Browser::program(answer.body["access_token"].as_str().unwrap());
    bx.get("/auth/me", &program).await.expect(200);

    let body = json!({"refresh_token": answer.body["refresh_token"]});
    let next = bx
        .post("/auth/refresh", &Browser::phone(), body.clone())
        .await
        .expect(200);
    assert_ne!(next.body["refresh_token"], answer.body["refresh_token"]);
    let program = Browser::program(next.body["access_token"].as_str().unwrap());
    bx.get("/auth/me", &program).await.expect(200);
    bx.send("POST", "/auth/logout", &program, None)
        .await
        .expect(204);
    bx.get("/auth/me", &program)
        .await
        .refused(401, "session_ended");
    bx.post("/auth/refresh", &Browser::phone(), body)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn guessing_slows_down_but_not_for_the_owner() {
    let (bx, admin) = TestBox::set_up().await;
    let owner = bx.signed_in("admin", PASSWORD).await;
    let stranger = Browser::phone();
    for _ in 0..3 {
        bx.login(&stranger, "admin", "wrong")
            .await
            .refused(401, "wrong_credentials");
    }
    let slowed = bx.login(&stranger, "admin", PASSWORD).await;
    let slowed = slowed.refused(429, "too_many_tries");
    assert_eq!(slowed.body["retry_after_s"], 5);
    // Another account, and the owner's own phone, are not slowed.
    bx.login(&stranger, "somebody", "wrong")
        .await
        .refused(401, "wrong_credentials");
    bx.login(&owner, "admin", PASSWORD).await.expect(200);
    // On a known device guessing slows down as well.
    for _ in 0..3 {
        bx.login(&owner, "admin", "wrong")
            .await
            .refused(401, "wrong_credentials");
    }
    bx.login(&owner, "admin", PASSWORD)
        .await
        .refused(429, "too_many_tries");
    bx.clock.advance_ms(5000);
    bx.login(&stranger, "admin", PASSWORD).await.expect(200);
    bx.login(&owner, "admin", PASSWORD).await.expect(200);
    bx.get("/auth/me", &admin).await.expect(200);
}

#[tokio::test]
async fn a_device_that_tries_many_accounts_waits_and_no_other_does() {
    let (bx, _) = TestBox::set_up().await;
    let (mut guesser, classmate) = (Browser::phone(), Browser::phone());
    let first = bx.login(&guesser, "pupil0", "wrong").await;
    guesser.keep(&first.refused(401, "wrong_credentials"));
    for n in 1..10 {
        bx.login(&guesser, &format!("pupil{n}"), "wrong")
            .await
            .refused(401, "wrong_credentials");
    }
    for (username, password) in [("pupil10", "wrong"), ("admin", PASSWORD)] {
        let held = bx.login(&guesser, username, password).await;
        let held = held.refused(429, "too_many_tries");
        assert_eq!(held.headers["retry-after"], "60");
    }
    // One of the ten is no further account; the others share only the address.
    bx.login(&guesser, "pupil3", "wrong")
        .await
        .refused(401, "wrong_credentials");
    bx.login(&classmate, "admin", PASSWORD).await.expect(200);
    bx.clock.advance_ms(MINUTE);
    bx.login(&guesser, "admin", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_class_that_shares_a_phone_signs_in_one_after_the_other() {
    let (bx, admin) = TestBox::set_up().await;
    let mut phone = Browser::phone();
    for n in 0..12 {
        let pupil = format!("pupil{n}");
        bx.post("/users", &admin, new_user(&pupil, "learner"))
            .await
            .expect(201);
        let mistyped = bx.login(&phone, &pupil, "wrong").await;
        phone.keep(&mistyped.refused(401, "wrong_credentials"));
        phone.keep(&bx.login(&phone, &pupil, PUPIL_PASSWORD).await.expect(200));
        phone.keep(
            &bx.send("POST", "/auth/logout", &phone, None)
                .await
                .expect(204),
        );
    }
}

#[tokio::test]
async fn a_burst_of_guesses_is_not_faster() {
    let (bx, _) = TestBox::set_up().await;
    let phones = vec![Browser::phone(); 20];
    let guesses = phones.iter().map(|phone| bx.login(phone, "admin", "wrong"));
    let answers = futures_util::future::join_all(guesses).await;
    let compared = answers.iter().filter(|a| a.status == 401).count();
    assert_eq!(compared, 3);
    assert!(answers.iter().all(|a| [401, 429].contains(&a.status)));
}

#[tokio::test]
async fn unknown_names_slow_down_like_known_ones() {
    let (bx, _) = TestBox::set_up().await;
    let phone = Browser::phone();
    for name in ["admin", "nobody"] {
        for _ in 0..3 {
            bx.login(&phone, name, "wrong")
                .await
                .refused(401, "wrong_credentials");
        }
        bx.login(&phone, name, "wrong")
            .await
            .refused(429, "too_many_tries");
    }
}

#[tokio::test]
async fn a_class_on_one_account_and_address_signs_in_at_once() {
    let (bx, admin) = TestBox::set_up().await;
    bx.post("/users", &admin, new_user("pupil", "learner"))
        .await
        .expect(201);
    let phones = (0..40).map(|_| Browser::phone()).collect::<Vec<_>>();
    let logins = phones
        .iter()
        .map(|phone| bx.login(phone, "pupil", PUPIL_PASSWORD));
    let answers = futures_util::future::join_all(logins).await;
    for answer in answers {
        answer.expect(200);
    }
}

#[tokio::test]
async fn with_several_schools_the_school_is_named() {
    let (bx, admin) = TestBox::set_up().await;
    bx.other_school(&admin).await;
    let answer = bx.login(&Browser::phone(), "admin", PASSWORD).await;
    assert_eq!(answer.refused(422, "invalid_field").body["field"], "org_id");
    let schools = bx.get("/box", &Browser::phone()).await.body["schools"].clone();
    let at =
        |i: usize| json!({"username": "admin", "password": PASSWORD, "org_id": schools[i]["id"]});
    bx.post("/auth/login", &Browser::phone(), at(0))
        .await
        .expect(200);
    bx.post("/auth/login", &Browser::phone(), at(1))
        .await
        .refused(401, "wrong_credentials");
}

#[tokio::test]
async fn before_set_up_nobody_can_sign_in() {
    let bx = TestBox::new().await;
    bx.login(&Browser::phone(), "admin", "admin")
        .await
        .refused(401, "wrong_credentials");
    bx.get("/users", &Browser::phone())
        .await
        .refused(401, "not_signed_in");
}
