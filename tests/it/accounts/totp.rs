//! Codes of a phone after the password: turned on and off, judged once, lost.

use bwenge::types::Clock;

use super::*;
use crate::support::totp::{code_at, wrong_at};

mod losing;

const STEP: i64 = 30_000;
const NEW: &str = "another long one";

/// What somebody who turned codes on has.
struct Codes {
    secret: String,
    recovery: Vec<String>,
}

impl Codes {
    /// Turns them on for whoever sits at a browser.
    async fn turn_on(bx: &TestBox, who: &Browser) -> Self {
        let begun = bx.post("/auth/me/totp", who, password()).await.expect(201);
        let secret = begun.body["secret"].as_str().unwrap().to_owned();
        let first = json!({"code": code_at(&secret, bx.clock.now())});
        let on = bx.post("/auth/me/totp/confirm", who, first).await;
        let recovery = on.expect(200).body["codes"].as_array().unwrap().clone();
        let recovery = recovery
            .iter()
            .map(|code| code.as_str().unwrap().to_owned());
        // What was typed counts no more.
        bx.clock.advance_ms(STEP);
        Self {
            secret,
            recovery: recovery.collect(),
        }
    }

    fn now(&self, bx: &TestBox) -> String {
        code_at(&self.secret, bx.clock.now())
    }
}

fn password() -> Value {
    json!({ "password": PASSWORD })
}

/// A box that knows the time; its administrator.
async fn sure_box() -> (TestBox, Browser) {
    let (bx, admin) = TestBox::set_up().await;
    bx.clock.confirm();
    (bx, admin)
}

/// A teacher with codes, and the browser they were turned on in.
async fn teacher(bx: &TestBox, admin: &Browser) -> (String, Browser, Codes) {
    let (id, browser) = bx.add(admin, "keza", "teacher").await;
    let codes = Codes::turn_on(bx, &browser).await;
    (id, browser, codes)
}

/// Types the password; what is to be typed next is for this challenge.
async fn challenge(bx: &TestBox, phone: &mut Browser, password: &str) -> Value {
    let asked = bx.login(phone, "keza", password).await.expect(202);
    assert!(asked.cookies.keys().eq(["bw_device"]), "no session yet");
    phone.keep(&asked);
    asked.body["challenge"].clone()
}

async fn type_code(bx: &TestBox, phone: &Browser, challenge: &Value, code: &str) -> Answer {
    let body = json!({"challenge": challenge, "code": code});
    bx.post("/auth/login/code", phone, body).await
}

async fn own(bx: &TestBox, who: &Browser) -> Value {
    bx.get("/auth/me/totp", who).await.expect(200).body
}

#[tokio::test]
async fn they_are_turned_on_with_a_first_code_and_asked_for_from_then_on() {
    let (bx, admin) = sure_box().await;
    let (_, keza) = bx.add(&admin, "keza", "teacher").await;
    let elsewhere = bx.signed_in("keza", PASSWORD).await;
    let wrong = json!({"password": "not the right one"});
    let wrong = bx.post("/auth/me/totp", &keza, wrong).await;
    let wrong = wrong.refused(401, "wrong_credentials");
    assert_eq!(wrong.body["field"], "password");
    let begun = bx
        .post("/auth/me/totp", &keza, password())
        .await
        .expect(201);
    let secret = begun.body["secret"].as_str().unwrap().to_owned();
    let address = begun.body["address"].as_str().unwrap();
    assert!(address.starts_with("otpauth://totp/"), "{address}");
    let parts = format!("secret={secret}&issuer=");
    assert!(
        address.contains(&parts) && address.contains("keza"),
        "{address}"
    );
    assert!(begun.body["path"].as_str().unwrap().starts_with('M'));
    // Until a first code was right, nothing is asked for.
    assert_eq!(own(&bx, &keza).await["on_since"], Value::Null);
    bx.signed_in("keza", PASSWORD).await;
    let first = |code: String| json!({ "code": code });
    let wrong = first(wrong_at(&secret, bx.clock.now()));
    bx.post("/auth/me/totp/confirm", &keza, wrong)
        .await
        .refused(401, "code_wrong");
    let right = first(code_at(&secret, bx.clock.now()));
    let on = bx.post("/auth/me/totp/confirm", &keza, right.clone()).await;
    assert_eq!(on.expect(200).body["codes"].as_array().unwrap().len(), 10);
    for path in ["/auth/me/totp/confirm", "/auth/me/totp"] {
        let body = if path.ends_with("totp") {
            password()
        } else {
            right.clone()
        };
        bx.post(path, &keza, body).await.refused(409, "conflict");
    }
    bx.get("/auth/me", &elsewhere)
        .await
        .refused(401, "session_ended");
    let state = own(&bx, &keza).await;
    assert_eq!(state["recovery_left"], 10);
    assert!(state["on_since"].is_number() && state["trusted"] == json!([]));

    let mut phone = Browser::phone();
    let challenge = challenge(&bx, &mut phone, PASSWORD).await;
    bx.get("/auth/me", &phone)
        .await
        .refused(401, "not_signed_in");
    let used = code_at(&secret, bx.clock.now());
    type_code(&bx, &phone, &challenge, &used)
        .await
        .refused(401, "code_wrong");
    bx.clock.advance_ms(STEP);
    let next = code_at(&secret, bx.clock.now());
    let entered = type_code(&bx, &phone, &challenge, &next).await.expect(200);
    assert_eq!(entered.body["user"]["username"], "keza");
    phone.keep(&entered);
    bx.get("/auth/me", &phone).await.expect(200);
}

#[tokio::test]
async fn a_code_counts_once_and_half_a_minute_early_or_late() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let mut phone = Browser::phone();
    let mut attempt = async |bx: &TestBox, offset: i64| {
        let challenge = challenge(bx, &mut phone, PASSWORD).await;
        let code = code_at(&codes.secret, bx.clock.now().plus_ms(offset));
        type_code(bx, &phone, &challenge, &code).await
    };
    bx.clock.advance_ms(10 * STEP);
    attempt(&bx, -2 * STEP).await.refused(401, "code_wrong");
    attempt(&bx, 2 * STEP).await.refused(401, "code_wrong");
    attempt(&bx, -STEP).await.expect(200);
    attempt(&bx, -STEP).await.refused(401, "code_wrong");
    attempt(&bx, STEP).await.expect(200);
    // What comes before one that counted counts no more.
    attempt(&bx, 0).await.refused(401, "code_wrong");
    bx.clock.advance_ms(2 * STEP);
    attempt(&bx, 0).await.expect(200);
}

#[tokio::test]
async fn one_code_typed_in_two_browsers_at_once_opens_one() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let (mut one, mut other) = (Browser::phone(), Browser::phone());
    for code in [codes.now(&bx), codes.recovery[0].clone()] {
        let first = challenge(&bx, &mut one, PASSWORD).await;
        let second = challenge(&bx, &mut other, PASSWORD).await;
        let both = futures_util::future::join(
            type_code(&bx, &one, &first, &code),
            type_code(&bx, &other, &second, &code),
        );
        let (first, second) = both.await;
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }
}

#[tokio::test]
async fn a_recovery_code_counts_once_and_new_ones_replace_all() {
    let (bx, admin) = sure_box().await;
    let (_, keza, codes) = teacher(&bx, &admin).await;
    let mut phone = Browser::phone();
    let mut attempt = async |code: &str| {
        let challenge = challenge(&bx, &mut phone, PASSWORD).await;
        type_code(&bx, &phone, &challenge, code).await
    };
    let spelt = format!(
        "{}-{}",
        &codes.recovery[0][..5],
        codes.recovery[0][5..].to_lowercase()
    );
    attempt(&spelt).await.expect(200);
    attempt(&codes.recovery[0]).await.refused(401, "code_wrong");
    attempt(&codes.recovery[1]).await.expect(200);
    assert_eq!(own(&bx, &keza).await["recovery_left"], 8);
    let both = json!({"password": PASSWORD, "code": codes.now(&bx)});
    let renewed = bx
        .post("/auth/me/totp/recovery", &keza, both)
        .await
        .expect(200);
    let new = renewed.body["codes"][0].as_str().unwrap().to_owned();
    attempt(&codes.recovery[2]).await.refused(401, "code_wrong");
    attempt(&new).await.expect(200);
    assert_eq!(own(&bx, &keza).await["recovery_left"], 9);
}

#[tokio::test]
async fn a_sign_in_waits_in_its_browser_for_five_minutes_and_for_the_same_password() {
    let (bx, admin) = sure_box().await;
    let (id, _, codes) = teacher(&bx, &admin).await;
    let (mut phone, mut thief) = (Browser::phone(), Browser::phone());
    thief.keep(&bx.login(&thief, "nobody", "wrong").await);
    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    for who in [&thief, &Browser::phone()] {
        type_code(&bx, who, &begun, &codes.now(&bx))
            .await
            .refused(401, "sign_in_over");
    }
    type_code(&bx, &phone, &json!("K7MP2AXW"), &codes.now(&bx))
        .await
        .refused(401, "sign_in_over");
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .expect(200);
    bx.clock.advance_ms(STEP);
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .refused(401, "sign_in_over");

    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    bx.clock.advance_ms(5 * MINUTE);
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .refused(401, "sign_in_over");

    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    bx.patch(&format!("/users/{id}"), &admin, json!({"password": NEW}))
        .await
        .expect(200);
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .refused(401, "wrong_credentials");
    let begun = challenge(&bx, &mut phone, NEW).await;
    let bx = bx.restarted().await;
    bx.clock.confirm();
    bx.clock.advance_ms(STEP);
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .refused(401, "sign_in_over");
}

#[tokio::test]
async fn guessing_codes_slows_down_and_the_right_password_forgives_nothing() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let mut guesser = Browser::phone();
    for _ in 0..3 {
        let challenge = challenge(&bx, &mut guesser, PASSWORD).await;
        let wrong = wrong_at(&codes.secret, bx.clock.now());
        type_code(&bx, &guesser, &challenge, &wrong)
            .await
            .refused(401, "code_wrong");
    }
    let begun = challenge(&bx, &mut guesser, PASSWORD).await;
    for code in [codes.now(&bx), codes.recovery[0].clone()] {
        let held = type_code(&bx, &guesser, &begun, &code).await;
        let held = held.refused(429, "too_many_tries");
        assert_eq!(held.headers["retry-after"], "5");
    }
    bx.clock.advance_ms(5000);
    type_code(&bx, &guesser, &begun, &codes.now(&bx))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_hundred_wrong_codes_in_a_row_are_the_last_until_a_recovery_code() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let mut guesser = Browser::phone();
    for _ in 0..100 {
        let challenge = challenge(&bx, &mut guesser, PASSWORD).await;
        let wrong = wrong_at(&codes.secret, bx.clock.now());
        type_code(&bx, &guesser, &challenge, &wrong)
            .await
            .refused(401, "code_wrong");
        bx.clock.advance_ms(5 * MINUTE);
    }
    // Counted on disk: a restart gives no more.
    let bx = bx.restarted().await;
    bx.clock.confirm();
    let mut phone = Browser::phone();
    let asked = bx.login(&phone, "keza", PASSWORD).await.expect(202);
    assert_eq!(asked.body["codes"], "locked");
    phone.keep(&asked);
    let begun = &asked.body["challenge"];
    type_code(&bx, &phone, begun, &codes.now(&bx))
        .await
        .refused(409, "codes_off");
    type_code(&bx, &phone, begun, &codes.recovery[0])
        .await
        .expect(200);
    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    type_code(&bx, &phone, &begun, &codes.now(&bx))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_trusted_browser_is_not_asked_for_thirty_days() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let mut phone = Browser::phone();
    let begun = challenge(&bx, &mut phone, PASSWORD).await;
    let before = phone.cookies["bw_device"].clone();
    let body = json!({"challenge": begun, "code": codes.now(&bx), "trust": true});
    let trusted = bx.post("/auth/login/code", &phone, body).await.expect(200);
    phone.keep(&trusted);
    assert_ne!(before, phone.cookies["bw_device"], "known to nobody before");
    assert_eq!(
        own(&bx, &phone).await["trusted"].as_array().unwrap().len(),
        1
    );
    bx.login(&phone, "keza", PASSWORD).await.expect(200);
    bx.login(&phone, "keza", "wrong")
        .await
        .refused(401, "wrong_credentials");
    bx.login(&Browser::phone(), "keza", PASSWORD)
        .await
        .expect(202);
    let mut old_name = Browser::phone();
    old_name.cookies.insert("bw_device".into(), before);
    bx.login(&old_name, "keza", PASSWORD).await.expect(202);
    // Trust is one person's.
    bx.post("/users", &admin, new_user("mugisha", "teacher"))
        .await
        .expect(201);
    let mugisha = bx.signed_in("mugisha", PASSWORD).await;
    Codes::turn_on(&bx, &mugisha).await;
    bx.login(&phone, "mugisha", PASSWORD).await.expect(202);

    bx.clock.advance_ms(30 * DAY - 2 * MINUTE);
    bx.login(&phone, "keza", PASSWORD).await.expect(200);
    bx.clock.advance_ms(2 * MINUTE);
    bx.login(&phone, "keza", PASSWORD).await.expect(202);
}

#[tokio::test]
async fn trust_ends_when_it_is_taken_back_or_the_password_changes() {
    let (bx, admin) = sure_box().await;
    let (_, _, codes) = teacher(&bx, &admin).await;
    let trusted = async |password: &str| {
        bx.clock.advance_ms(2 * STEP);
        let mut phone = Browser::phone();
        let begun = challenge(&bx, &mut phone, password).await;
        let body = json!({"challenge": begun, "code": codes.now(&bx), "trust": true});
        phone.keep(&bx.post("/auth/login/code", &phone, body).await.expect(200));
        phone.keep(&bx.login(&phone, "keza", password).await.expect(200));
        phone
    };
    let (one, other) = (trusted(PASSWORD).await, trusted(PASSWORD).await);
    bx.send("DELETE", "/auth/me/totp/trusted", &one, None)
        .await
        .expect(204);
    assert_eq!(own(&bx, &one).await["trusted"], json!([]));
    for phone in [&one, &other] {
        bx.login(phone, "keza", PASSWORD).await.expect(202);
    }
    let phone = trusted(PASSWORD).await;
    let change = json!({"password": {"current": PASSWORD, "new": NEW}});
    bx.patch("/auth/me", &phone, change).await.expect(200);
    bx.login(&phone, "keza", NEW).await.expect(202);
}

#[tokio::test]
async fn while_the_time_is_unknown_only_recovery_codes_count() {
    let (bx, admin) = TestBox::set_up().await;
    let (_, keza) = bx.add(&admin, "keza", "teacher").await;
    assert_eq!(own(&bx, &keza).await["time_known"], false);
    bx.post("/auth/me/totp", &keza, password())
        .await
        .refused(409, "codes_off");
    bx.clock.confirm();
    let codes = Codes::turn_on(&bx, &keza).await;
    // Nobody stands by the clock of a box that was just switched on.
    let bx = bx.restarted().await;
    let mut phone = Browser::phone();
    let asked = bx.login(&phone, "keza", PASSWORD).await.expect(202);
    assert_eq!(asked.body["codes"], "time_unknown");
    phone.keep(&asked);
    let begun = &asked.body["challenge"];
    for _ in 0..5 {
        type_code(&bx, &phone, begun, &codes.now(&bx))
            .await
            .refused(409, "codes_off");
    }
    let entered = type_code(&bx, &phone, begun, &codes.recovery[0]).await;
    phone.keep(&entered.expect(200));
    for (code, status) in [(codes.now(&bx), 409), (codes.recovery[1].clone(), 204)] {
        let both = json!({"password": PASSWORD, "code": code});
        bx.post("/auth/me/totp/off", &phone, both)
            .await
            .expect(status);
    }
    bx.signed_in("keza", PASSWORD).await;
}
