//! Turned off by oneself and by others, lost, and who never sees them.

use bwenge::accounts::{leave_note, take_in_notes};

use super::*;

#[tokio::test]
async fn turning_off_takes_the_password_and_a_code() {
    let (bx, admin) = sure_box().await;
    let (_, keza, codes) = teacher(&bx, &admin).await;
    let off = async |password: &str, code: String| {
        let both = json!({"password": password, "code": code});
        bx.post("/auth/me/totp/off", &keza, both).await
    };
    off("not the right one", codes.now(&bx))
        .await
        .refused(401, "wrong_credentials");
    off(PASSWORD, wrong_at(&codes.secret, bx.clock.now()))
        .await
        .refused(401, "code_wrong");
    bx.login(&Browser::phone(), "keza", PASSWORD)
        .await
        .expect(202);
    off(PASSWORD, codes.now(&bx)).await.expect(204);
    bx.signed_in("keza", PASSWORD).await;
    off(PASSWORD, codes.now(&bx)).await.refused(409, "conflict");
    // Turned on again, the secret is another one.
    let again = Codes::turn_on(&bx, &keza).await;
    assert_ne!(again.secret, codes.secret);
}

#[tokio::test]
async fn an_administrator_turns_off_a_colleagues_and_the_log_says_so() {
    let (bx, admin) = sure_box().await;
    let other = bx.other_school(&admin).await;
    let add = async |username: &str, role: &str| {
        let added = bx.post("/users", &admin, new_user(username, role)).await;
        added.expect(201).id()
    };
    let school = bx.get("/auth/me", &admin).await.body["org"]["id"].clone();
    let sign_in = async |username: &str| {
        let body = json!({"username": username, "password": PASSWORD, "org_id": school});
        bx.post("/auth/login", &Browser::phone(), body).await
    };
    let (keza, colleague, pupil) = (
        add("keza", "teacher").await,
        add("mugisha", "teacher").await,
        add("pupil", "learner").await,
    );
    let mut browsers = Vec::new();
    for username in ["keza", "mugisha"] {
        let mut browser = Browser::phone();
        browser.keep(&sign_in(username).await.expect(200));
        browsers.push(browser);
    }
    Codes::turn_on(&bx, &browsers[0]).await;
    let own_codes = Codes::turn_on(&bx, &admin).await;
    let listed = bx.get("/users/totp", &admin).await.expect(200).body["users"].clone();
    let me = bx.get("/auth/me", &admin).await.body["user"]["id"].clone();
    let listed: Vec<_> = listed.as_array().unwrap().clone();
    assert!(listed.len() == 2 && listed.contains(&json!(keza)) && listed.contains(&me));
    let lift = async |who: &Browser, id: &str| {
        let path = format!("/users/{id}/totp");
        bx.send("DELETE", &path, who, None).await
    };
    lift(&browsers[1], &keza).await.refused(403, "forbidden");
    lift(&other, &keza).await.refused(404, "not_found");
    lift(&admin, me.as_str().unwrap())
        .await
        .refused(422, "invalid_field");
    sign_in("keza").await.expect(202);
    for id in [&keza, &colleague, &pupil] {
        lift(&admin, id).await.expect(204);
    }
    sign_in("keza").await.expect(200);
    let both = json!({"password": PASSWORD, "code": own_codes.recovery[0]});
    bx.post("/auth/me/totp/recovery", &admin, both.clone())
        .await
        .expect(200);
    bx.post("/auth/me/totp/off", &admin, both)
        .await
        .refused(401, "code_wrong");
    let words = |conn: &rusqlite::Connection| {
        let sql = "SELECT action FROM audit WHERE action LIKE '%code%' ORDER BY seq";
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<Vec<String>, _>>()?)
    };
    assert_eq!(
        bx.app.db.core.read(words).await.unwrap(),
        [
            "codes_on",
            "codes_on",
            "codes_lifted",
            "recovery_codes_renewed"
        ]
    );
}

#[tokio::test]
async fn a_card_stands_for_the_password_and_the_terminal_for_both() {
    let (bx, admin) = sure_box().await;
    let (id, _, codes) = teacher(&bx, &admin).await;
    let mut phone = Browser::phone();
    let origin = json!({"origin": "http://192.168.1.5:8080"});
    let card = bx
        .post(&format!("/users/{id}/recovery"), &admin, origin)
        .await;
    let card = card.expect(201).body["code"].clone();
    let body = json!({"code": card, "password": NEW});
    let asked = bx.post("/auth/recover", &phone, body).await.expect(202);
    phone.keep(&asked);
    let entered = type_code(&bx, &phone, &asked.body["challenge"], &codes.now(&bx)).await;
    phone.keep(&entered.expect(200));
    bx.get("/auth/me", &phone).await.expect(200);
    challenge(&bx, &mut phone, NEW).await;

    std::fs::write(bx.data.path().join("core.db"), "").unwrap();
    let code = leave_note(bx.data.path(), "keza", None).unwrap();
    take_in_notes(&bx.app).await.unwrap();
    let body = json!({"code": code, "password": PASSWORD});
    let entered = bx.post("/auth/recover", &Browser::phone(), body).await;
    phone.keep(&entered.expect(200));
    assert_eq!(own(&bx, &phone).await["on_since"], Value::Null);
    bx.signed_in("keza", PASSWORD).await;
}

#[tokio::test]
async fn learners_never_see_codes() {
    let (bx, admin) = sure_box().await;
    let (_, pupil) = bx.add(&admin, "pupil", "learner").await;
    bx.get("/auth/me/totp", &pupil)
        .await
        .refused(403, "forbidden");
    let short = json!({ "password": PUPIL_PASSWORD });
    bx.post("/auth/me/totp", &pupil, short)
        .await
        .refused(403, "forbidden");
    let (id, _, _) = teacher(&bx, &admin).await;
    bx.patch(&format!("/users/{id}"), &admin, json!({"role": "learner"}))
        .await
        .expect(200);
    bx.signed_in("keza", PASSWORD).await;
    bx.patch(
        &format!("/users/{id}"),
        &admin,
        json!({"role": "teacher", "password": NEW}),
    )
    .await
    .expect(200);
    bx.signed_in("keza", NEW).await;
}

#[tokio::test]
async fn programs_are_asked_too_and_are_known_by_the_challenge() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let login = json!({"username": "keza", "password": PASSWORD, "tokens": "body"});
    let asked = bx
        .post("/auth/login", &Browser::phone(), login)
        .await
        .expect(202);
    assert!(asked.cookies.is_empty());
    let body = json!({"challenge": asked.body["challenge"], "code": codes.now(&bx),
        "trust": true, "tokens": "body"});
    let told = bx.post("/auth/login/code", &Browser::phone(), body).await;
    let told = told.expect(200);
    assert!(told.cookies.is_empty());
    let program = Browser::program(told.body["access_token"].as_str().unwrap());
    assert_eq!(own(&bx, &program).await["trusted"], json!([]));
}

#[tokio::test]
async fn the_database_alone_opens_nothing() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let text = |conn: &rusqlite::Connection| {
        let sql = "SELECT group_concat(nonce) || hex(group_concat(mac)) FROM totp, totp_recovery";
        Ok(conn.query_row(sql, [], |row| row.get::<_, String>(0))?)
    };
    let kept = bx.app.db.core.read(text).await.unwrap();
    assert!(!kept.contains(&codes.secret) && !kept.contains(&codes.recovery[0]));
    // Restored where the key is another one, it knows no code; an administrator helps.
    std::fs::remove_file(bx.data.path().join("pepper.key")).unwrap();
    let bx = bx.restarted().await;
    bx.clock.confirm();
    let mut phone = Browser::phone();
    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    for code in [codes.now(&bx), codes.recovery[0].clone()] {
        type_code(&bx, &phone, &begun, &code)
            .await
            .refused(401, "code_wrong");
    }
}
