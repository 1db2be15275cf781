//! Staff who forgot their password: cards from a colleague, from a drawer, and from the
//! terminal of the box.

use bwenge::accounts::{leave_note, take_in_notes};

use super::*;

const NEW: &str = "another long one";
const HOUR: i64 = 60 * MINUTE;

fn origin() -> Value {
    json!({"origin": "http://192.168.1.5:8080"})
}

async fn card(bx: &TestBox, admin: &Browser, id: &str) -> String {
    let path = format!("/users/{id}/recovery");
    let made = bx.post(&path, admin, origin()).await.expect(201).body;
    let code = made["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 16);
    let link = format!("http://192.168.1.5:8080/signin/recover#{code}");
    assert_eq!(made["link"], link);
    code
}

async fn recover(bx: &TestBox, code: &str, password: &str) -> Answer {
    let body = json!({"code": code, "password": password});
    bx.post("/auth/recover", &Browser::phone(), body).await
}

async fn own_id(bx: &TestBox, who: &Browser) -> String {
    let me = bx.get("/auth/me", who).await.expect(200).body;
    me["user"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_colleague_gives_a_card_that_counts_once_and_for_a_day() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, teacher) = bx.add(&admin, "keza", "teacher").await;
    let first = card(&bx, &admin, &id).await;
    let code = card(&bx, &admin, &id).await;
    recover(&bx, &first, NEW).await.refused(403, "code_closed");
    // A password that is refused does not use the card up.
    let short = recover(&bx, &code, "eleven char").await;
    assert_eq!(
        short.refused(422, "invalid_field").body["field"],
        "password"
    );
    let typed = format!("{} {}", &code[..8], code[8..].to_lowercase());
    let recovered = recover(&bx, &typed, NEW).await.expect(200);
    assert_eq!(recovered.body["user"]["username"], "keza");
    let mut phone = Browser::phone();
    phone.keep(&recovered);
    bx.get("/auth/me", &phone).await.expect(200);
    bx.get("/auth/me", &teacher)
        .await
        .refused(401, "session_ended");
    bx.login(&Browser::phone(), "keza", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    bx.signed_in("keza", NEW).await;
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");

    let late = card(&bx, &admin, &id).await;
    bx.clock.advance_ms(24 * HOUR);
    recover(&bx, &late, NEW).await.refused(403, "code_closed");
}

#[tokio::test]
async fn a_new_password_or_a_closed_account_makes_a_card_worthless() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, _) = bx.add(&admin, "keza", "teacher").await;
    let path = format!("/users/{id}");
    let code = card(&bx, &admin, &id).await;
    bx.patch(&path, &admin, json!({"password": NEW}))
        .await
        .expect(200);
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
    let code = card(&bx, &admin, &id).await;
    bx.patch(&path, &admin, json!({"active": false}))
        .await
        .expect(200);
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
    bx.patch(&path, &admin, json!({"active": true, "role": "learner"}))
        .await
        .expect(200);
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
}

#[tokio::test]
async fn administrators_give_cards_to_other_staff_of_their_school() {
    let (bx, admin) = TestBox::set_up().await;
    let other = bx.other_school(&admin).await;
    let me = own_id(&bx, &admin).await;
    let add = async |username: &str, role: &str| {
        let added = bx.post("/users", &admin, new_user(username, role)).await;
        added.expect(201).id()
    };
    let teacher = add("keza", "teacher").await;
    let pupil = add("pupil", "learner").await;
    let second = add("second", "admin").await;
    let path = |id: &str| format!("/users/{id}/recovery");
    bx.post(&path(&teacher), &other, origin())
        .await
        .refused(404, "not_found");
    for id in [&pupil, &me] {
        bx.post(&path(id), &admin, origin())
            .await
            .refused(422, "invalid_field");
    }
    let school = bx.get("/auth/me", &admin).await.body["org"]["id"].clone();
    let sign_in = async |username: &str| {
        let body = json!({"username": username, "password": PASSWORD, "org_id": school});
        let mut browser = Browser::phone();
        browser.keep(&bx.post("/auth/login", &browser, body).await.expect(200));
        browser
    };
    let teacher_browser = sign_in("keza").await;
    bx.post(&path(&second), &teacher_browser, origin())
        .await
        .refused(403, "forbidden");
    // Whoever runs the box is out of reach of the school's other administrators.
    let second_browser = sign_in("second").await;
    bx.post(&path(&me), &second_browser, origin())
        .await
        .refused(403, "forbidden");
    bx.post(
        &path(&teacher),
        &second_browser,
        json!({"origin": "nowhere"}),
    )
    .await
    .refused(422, "invalid_field");
    card(&bx, &second_browser, &teacher).await;
}

#[tokio::test]
async fn an_administrators_own_card_waits_for_years_and_is_replaced_by_the_next() {
    let (bx, admin) = TestBox::set_up().await;
    let (_, teacher) = bx.add(&admin, "keza", "teacher").await;
    let wish = |password: &str| {
        let mut wish = origin();
        wish["password"] = json!(password);
        wish
    };
    bx.post("/auth/me/recovery", &teacher, wish(PASSWORD))
        .await
        .refused(403, "forbidden");
    bx.post("/auth/me/recovery", &admin, wish("wrong"))
        .await
        .refused(401, "wrong_credentials");
    let made_at = async |who: &Browser| {
        let own = bx.get("/auth/me/recovery", who).await.expect(200);
        own.body["made_at"].clone()
    };
    assert_eq!(made_at(&admin).await, Value::Null);
    let make = async || {
        let made = bx.post("/auth/me/recovery", &admin, wish(PASSWORD)).await;
        made.expect(201).body["code"].as_str().unwrap().to_owned()
    };
    let (first, code) = (make().await, make().await);
    assert_eq!(made_at(&admin).await, START.0);
    recover(&bx, &first, NEW).await.refused(403, "code_closed");
    bx.clock.advance_ms(3 * 365 * DAY);
    let recovered = recover(&bx, &code, NEW).await.expect(200);
    let mut phone = Browser::phone();
    phone.keep(&recovered);
    assert_eq!(made_at(&phone).await, Value::Null);
    recover(&bx, &code, NEW).await.refused(403, "code_closed");
    // Whoever knew the old password may have made the card.
    let made = bx.post("/auth/me/recovery", &phone, wish(NEW)).await;
    let code = made.expect(201).body["code"].as_str().unwrap().to_owned();
    let change = json!({"password": {"current": NEW, "new": PASSWORD}});
    bx.patch("/auth/me", &phone, change).await.expect(200);
    recover(&bx, &code, NEW).await.refused(403, "code_closed");
}

#[tokio::test]
async fn a_password_from_a_colleague_ends_the_own_card() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, second) = bx.add(&admin, "second", "admin").await;
    let mut wish = origin();
    wish["password"] = json!(PASSWORD);
    let made = bx.post("/auth/me/recovery", &second, wish).await;
    let code = made.expect(201).body["code"].as_str().unwrap().to_owned();
    bx.patch(&format!("/users/{id}"), &admin, json!({"password": NEW}))
        .await
        .expect(200);
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
}

#[tokio::test]
async fn two_who_press_together_use_a_card_once() {
    let (bx, admin) = TestBox::set_up().await;
    let (id, _) = bx.add(&admin, "keza", "teacher").await;
    let code = card(&bx, &admin, &id).await;
    let (one, other) = tokio::join!(recover(&bx, &code, NEW), recover(&bx, &code, PASSWORD));
    let mut found = [one.status, other.status];
    found.sort_unstable();
    assert_eq!(found, [200, 403]);
}

#[tokio::test]
async fn the_terminal_makes_a_code_while_the_box_runs() {
    let (bx, admin) = TestBox::set_up().await;
    bx.add(&admin, "keza", "teacher").await;
    bx.add(&admin, "pupil", "learner").await;
    // The database of these tests lies elsewhere.
    std::fs::write(bx.data.path().join("core.db"), "").unwrap();
    let leave = |username: &str, school: Option<&str>| {
        leave_note(bx.data.path(), username, school).unwrap()
    };
    let code = leave("Keza", None);
    recover(&bx, &code, NEW).await.expect(200);
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
    for (username, school) in [("pupil", None), ("nobody", None), ("keza", Some("Other"))] {
        let code = leave(username, school);
        recover(&bx, &code, NEW).await.refused(403, "code_closed");
    }
    // A day begins when the box takes a note in, whatever the terminal's clock says.
    let code = leave("admin", Some("gs test"));
    bx.clock.advance_ms(30 * DAY);
    take_in_notes(&bx.app).await.unwrap();
    bx.clock.advance_ms(24 * HOUR - 1);
    let late = leave("keza", None);
    recover(&bx, &code, NEW).await.expect(200);
    take_in_notes(&bx.app).await.unwrap();
    bx.clock.advance_ms(24 * HOUR);
    recover(&bx, &late, NEW).await.refused(403, "code_closed");
}

#[tokio::test]
async fn a_note_that_comes_back_after_a_power_cut_makes_no_second_card() {
    let (bx, admin) = TestBox::set_up().await;
    bx.add(&admin, "keza", "teacher").await;
    let folder = bx.data.path();
    std::fs::write(folder.join("core.db"), "").unwrap();
    let code = leave_note(folder, "keza", None).unwrap();
    let files = std::fs::read_dir(folder).unwrap();
    let mut files = files.map(|file| file.unwrap());
    let is_note = |name: &str| name.starts_with("recover-");
    let note = files.find(|file| is_note(file.file_name().to_str().unwrap()));
    let note = note.unwrap().path();
    let text = std::fs::read(&note).unwrap();
    recover(&bx, &code, NEW).await.expect(200);
    assert!(!note.exists());
    // Its removal was not flushed.
    std::fs::write(&note, text).unwrap();
    take_in_notes(&bx.app).await.unwrap();
    assert!(!note.exists());
    recover(&bx, &code, PASSWORD)
        .await
        .refused(403, "code_closed");
    // One that is not kept stays, for the next time.
    super::commits::run(&bx, super::commits::spoil("INSERT ON recovery_cards")).await;
    let code = leave_note(folder, "keza", None).unwrap();
    take_in_notes(&bx.app).await.unwrap_err();
    super::commits::run(&bx, super::commits::MEND.into()).await;
    recover(&bx, &code, PASSWORD).await.expect(200);
}
