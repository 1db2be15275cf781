//! Who may add, change and remove whom.

use super::*;

#[tokio::test]
async fn people_are_added_listed_and_renamed() {
    let (bx, admin) = TestBox::set_up().await;
    let added = bx
        .post("/users", &admin, new_user("teacher", "teacher"))
        .await
        .expect(201);
    assert_eq!(added.body["active"], true);
    assert_eq!(added.body["created_at"], START.0);
    assert!(added.body.get("last_seen_at").is_none());
    let path = format!("/users/{}", added.id());
    let changed = bx
        .patch(&path, &admin, json!({"name": "Uwimana"}))
        .await
        .expect(200);
    assert_eq!(changed.body["name"], "Uwimana");
    bx.signed_in("teacher", PASSWORD).await;
    let users = bx.get("/users", &admin).await.expect(200).body;
    assert_eq!(users["users"][1]["name"], "Uwimana");
    assert_eq!(users["users"][1]["last_seen_at"], START.0);
    let twice = bx
        .post("/users", &admin, new_user("TEACHER", "learner"))
        .await;
    assert_eq!(twice.refused(409, "name_taken").body["field"], "username");
    bx.post("/users", &admin, new_user("bad name", "learner"))
        .await
        .refused(422, "invalid_field");
}

#[tokio::test]
async fn roles_decide() {
    let (bx, admin) = TestBox::set_up().await;
    let (teacher_id, teacher) = bx.add(&admin, "teacher", "teacher").await;
    let (pupil_id, pupil) = bx.add(&admin, "pupil", "learner").await;
    let admin_id = bx.get("/auth/me", &admin).await.body["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |id: &str| format!("/users/{id}");

    bx.get("/users", &teacher).await.expect(200);
    bx.post("/users", &teacher, new_user("p2", "learner"))
        .await
        .expect(201);
    for role in ["teacher", "admin"] {
        bx.post("/users", &teacher, new_user("t2", role))
            .await
            .refused(403, "forbidden");
        bx.patch(&path(&pupil_id), &teacher, json!({"role": role}))
            .await
            .refused(403, "forbidden");
    }
    bx.patch(&path(&pupil_id), &teacher, json!({"name": "P"}))
        .await
        .expect(200);
    for id in [&teacher_id, &admin_id] {
        bx.patch(&path(id), &teacher, json!({"name": "X"}))
            .await
            .refused(403, "forbidden");
    }
    bx.send("DELETE", &path(&pupil_id), &teacher, None)
        .await
        .refused(403, "forbidden");

    bx.get("/users", &pupil).await.refused(403, "forbidden");
    bx.post("/users", &pupil, new_user("p3", "learner"))
        .await
        .refused(403, "forbidden");
    bx.patch(&path(&pupil_id), &pupil, json!({"role": "admin"}))
        .await
        .refused(403, "forbidden");
    for who in [&teacher, &pupil] {
        bx.get("/orgs", who).await.refused(403, "forbidden");
        bx.post(
            "/orgs",
            who,
            json!({"name": "X", "kind": "primary", "language": "en",
            "admin": {"name": "X", "username": "x", "password": PASSWORD}}),
        )
        .await
        .refused(403, "forbidden");
    }
    let anon = Browser::phone();
    for path in ["/users", "/auth/me", "/orgs"] {
        bx.get(path, &anon).await.refused(401, "not_signed_in");
    }
}

#[tokio::test]
async fn a_closed_account_is_out_at_once() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, pupil) = bx.add(&admin, "pupil", "learner").await;
    let path = format!("/users/{id}");
    bx.patch(&path, &admin, json!({"active": false}))
        .await
        .expect(200);
    bx.get("/auth/me", &pupil)
        .await
        .refused(401, "session_ended");
    bx.send("POST", "/auth/refresh", &pupil, None)
        .await
        .refused(401, "session_ended");
    bx.login(&pupil, "pupil", PUPIL_PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    bx.patch(&path, &admin, json!({"active": true}))
        .await
        .expect(200);
    bx.signed_in("pupil", PUPIL_PASSWORD).await;
}

#[tokio::test]
async fn a_new_role_counts_at_once_and_staff_need_a_longer_password() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, pupil) = bx.add(&admin, "pupil", "learner").await;
    let path = format!("/users/{id}");
    let answer = bx.patch(&path, &admin, json!({"role": "teacher"})).await;
    assert_eq!(
        answer.refused(422, "invalid_field").body["field"],
        "password"
    );
    let with_password = json!({"role": "teacher", "password": "another long one"});
    bx.patch(&path, &admin, with_password).await.expect(200);
    bx.get("/auth/me", &pupil)
        .await
        .refused(401, "session_ended");
    let teacher = bx.signed_in("pupil", "another long one").await;
    bx.get("/users", &teacher).await.expect(200);
    bx.patch(&path, &admin, json!({"role": "learner"}))
        .await
        .expect(200);
    bx.get("/users", &teacher)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn a_reset_password_ends_sessions_and_the_waiting() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, pupil) = bx.add(&admin, "pupil", "learner").await;
    for _ in 0..3 {
        bx.login(&Browser::phone(), "pupil", "wrong")
            .await
            .refused(401, "wrong_credentials");
    }
    let path = format!("/users/{id}");
    bx.patch(&path, &admin, json!({"password": "new one!"}))
        .await
        .expect(200);
    bx.get("/auth/me", &pupil)
        .await
        .refused(401, "session_ended");
    bx.login(&Browser::phone(), "pupil", "new one!")
        .await
        .expect(200);
    bx.login(&Browser::phone(), "pupil", PUPIL_PASSWORD)
        .await
        .refused(401, "wrong_credentials");
}

#[tokio::test]
async fn ones_own_password_takes_the_old_one_and_ends_other_sessions() {
    let (bx, admin) = TestBox::set_up().await;
    let other = bx.signed_in("admin", PASSWORD).await;
    let body = |current: &str| json!({"language": "sw", "password": {"current": current, "new": "quite another one"}});
    let wrong = bx.patch("/auth/me", &admin, body("wrong")).await;
    assert_eq!(
        wrong.refused(401, "wrong_credentials").body["field"],
        "password"
    );
    assert_eq!(
        bx.get("/auth/me", &admin).await.body["user"]["language"],
        "rw"
    );
    let me = bx
        .patch("/auth/me", &admin, body(PASSWORD))
        .await
        .expect(200);
    assert_eq!(me.body["user"]["language"], "sw");
    bx.get("/auth/me", &admin).await.expect(200);
    bx.get("/auth/me", &other)
        .await
        .refused(401, "session_ended");
    bx.login(&Browser::phone(), "admin", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    bx.signed_in("admin", "quite another one").await;

    let id = bx.get("/auth/me", &admin).await.body["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/users/{id}");
    let around = bx.patch(&path, &admin, json!({"password": "yet another one"}));
    around.await.refused(422, "invalid_field");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (bx, admin) = TestBox::set_up().await;
    let me = bx.get("/auth/me", &admin).await.body["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/users/{me}");
    for change in [json!({"active": false}), json!({"role": "teacher"})] {
        bx.patch(&path, &admin, change)
            .await
            .refused(409, "conflict");
    }
    bx.send("DELETE", &path, &admin, None)
        .await
        .refused(409, "conflict");

    // A second administrator of the school does not run the box, and may not
    // touch the one who does.
    let (second_id, second) = bx.add(&admin, "second", "admin").await;
    bx.patch(&path, &admin, json!({"role": "teacher"}))
        .await
        .refused(409, "conflict");
    for change in [
        json!({"password": "taking it over"}),
        json!({"active": false}),
    ] {
        bx.patch(&path, &second, change)
            .await
            .refused(403, "forbidden");
    }
    bx.send("DELETE", &path, &second, None)
        .await
        .refused(403, "forbidden");
    bx.send("DELETE", &format!("/users/{second_id}"), &admin, None)
        .await
        .expect(204);
    bx.get("/auth/me", &second)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn name_and_counts_are_there_for_other_features() {
    let (bx, admin) = TestBox::set_up().await;
    bx.add(&admin, "pupil", "learner").await;
    let actor = bx.accounts.actor(&admin.cookies["bw_access"]).unwrap();
    let me = bx.get("/auth/me", &admin).await.expect(200).body;
    let name = bx.accounts.school_name().await.unwrap();
    assert_eq!(me["org"]["name"], name.unwrap());
    let counts = bx.accounts.count_by_role(actor.org).await.unwrap();
    assert_eq!(counts[&bwenge::accounts::Role::Learner], 1);
    assert_eq!(counts[&bwenge::accounts::Role::Admin], 1);
    assert_eq!(counts.get(&bwenge::accounts::Role::Teacher), None);
}
