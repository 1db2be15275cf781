//! A box whose clock is wrong: in 1970, a year back, ten years ahead, after 2038,
//! and jumping. Sessions, waiting times and open classes go by trusted time.

use serde_json::{Value, json};

use bwenge::types::{RawClock, Timestamp};
use bwenge::{classes, privacy};

use crate::accounts::commits::{MEND, spoil};
use crate::support::app::{START, TestApp};
use crate::support::browser::{Answer, Browser};
use crate::support::door::{Door, PASSWORD};
use crate::support::totp::code_at;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;
const YEAR: i64 = 365 * DAY;

/// The second after which 32 bits are not enough.
const IN_2038: Timestamp = Timestamp(2_147_483_648 * SECOND);

/// Where clocks are that were never set, lost their battery or were set wrongly.
const WRONG: [Timestamp; 4] = [
    Timestamp(0),
    Timestamp(START.0 - YEAR),
    Timestamp(START.0 + 10 * YEAR),
    IN_2038,
];

/// The clock is set while the box runs.
fn jump(app: &TestApp, wall: Timestamp) {
    app.clock.set_wall(wall);
}

async fn refresh(app: &TestApp, who: &Browser) -> Answer {
    app.send(who.request("POST", "/auth/refresh", None)).await
}

async fn login(app: &TestApp, who: &Browser, password: &str) -> Answer {
    let body = json!({"username": "admin", "password": password});
    app.post("/auth/login", who, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_wakes_up_at_a_wrong_time_knows_its_people() {
    let mut app = TestApp::start().await;
    let mut admin = app.set_up().await;
    for wall in WRONG {
        let before = app.core.clock.now();
        app = app.again_at(wall).await;
        assert!(app.core.clock.now() >= before, "{wall:?}");
        assert!(app.core.clock.now() < before.plus_ms(MINUTE), "{wall:?}");
        app.get("/auth/me", &admin).await.expect(200);
        admin.keep(&refresh(&app, &admin).await.expect(204));
        login(&app, &app.anon(), PASSWORD).await.expect(200);
        // The quarter of an hour of an access token goes by the box's own clock.
        app.clock.advance_ms(15 * MINUTE);
        app.get("/auth/me", &admin)
            .await
            .refused(401, "session_ended");
        admin.keep(&refresh(&app, &admin).await.expect(204));
    }
    // Corrected, the clock is believed again: the box was off for weeks.
    let weeks_later = START.plus_ms(30 * DAY);
    app = app.again_at(weeks_later).await;
    assert!(app.core.clock.now() < weeks_later.plus_ms(MINUTE));
    refresh(&app, &admin).await.refused(401, "session_ended");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_age_while_the_box_runs_wherever_its_clock_jumps() {
    let app = TestApp::start().await;
    let mut used = app.set_up().await;
    let idle = app.sign_in("admin", PASSWORD, Value::Null).await;
    for day in 0..14 {
        jump(&app, WRONG[day % WRONG.len()]);
        app.clock.advance_ms(DAY);
        used.keep(&refresh(&app, &used).await.expect(204));
    }
    refresh(&app, &idle).await.refused(401, "session_ended");
    for day in 14..90 {
        jump(&app, WRONG[day % WRONG.len()]);
        app.clock.advance_ms(DAY);
        let answer = refresh(&app, &used).await;
        if day == 89 {
            answer.refused(401, "session_ended");
        } else {
            used.keep(&answer.expect(204));
        }
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_given_again_for_a_minute_of_any_clock() {
    let app = TestApp::start().await;
    let mut browser = app.set_up().await;
    for wall in WRONG {
        let first = refresh(&app, &browser).await.expect(204);
        jump(&app, wall);
        app.clock.advance_ms(59 * SECOND);
        let again = refresh(&app, &browser).await.expect(204);
        assert_eq!(first.cookies["bw_refresh"], again.cookies["bw_refresh"]);
        browser.keep(&again);
    }
    let copy = browser.clone();
    refresh(&app, &browser).await.expect(204);
    jump(&app, Timestamp(0));
    app.clock.advance_ms(MINUTE);
    refresh(&app, &copy).await.refused(401, "session_ended");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_jump_shortens_a_guessers_wait() {
    let app = TestApp::start().await;
    app.set_up().await;
    let stranger = app.anon();
    for wall in WRONG {
        let mut wait = loop {
            let answer = login(&app, &stranger, "wrong").await;
            if answer.status == 429 {
                break answer.body["retry_after_s"].as_i64().unwrap();
            }
        };
        jump(&app, wall);
        let still = login(&app, &stranger, PASSWORD).await;
        let still = still.refused(429, "too_many_tries");
        wait = wait.min(still.body["retry_after_s"].as_i64().unwrap());
        app.clock.advance_ms(wait * SECOND);
        login(&app, &stranger, PASSWORD).await.expect(200);
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_open_as_long_as_its_teacher_said() {
    let mut app = TestApp::start().await;
    let mut admin = app.set_up().await;
    let made = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let door = format!("/classes/{}/door", made.expect(201).id());
    let knock = async |app: &TestApp, code: &Value| {
        let answer = app
            .post("/auth/class", &app.anon(), json!({ "code": code }))
            .await;
        answer.status
    };
    for wall in WRONG {
        let opened = app.put(&door, &admin, json!({"minutes": 10})).await;
        let code = opened.expect(200).body["code"].clone();
        jump(&app, wall);
        app.clock.advance_ms(5 * MINUTE);
        assert_eq!(knock(&app, &code).await, 200, "{wall:?}");
        app = app.again_at(wall).await;
        assert_eq!(knock(&app, &code).await, 200, "{wall:?} after a restart");
        app.clock.advance_ms(5 * MINUTE);
        assert_eq!(knock(&app, &code).await, 403, "{wall:?}");
        admin.keep(&refresh(&app, &admin).await.expect(204));
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_loses_minutes_not_years() {
    let app = TestApp::start().await;
    app.set_up().await;
    app.clock.advance_ms(40 * DAY);
    app.sign_in("admin", PASSWORD, Value::Null).await;
    // No mark was stored so far; the newest row stands in for it.
    let memory = app.core.db.core.read(bwenge::clock::memory).await.unwrap();
    assert_eq!(memory.mark, None);
    assert!(memory.newest_row.unwrap() >= START.plus_ms(40 * DAY));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_back_an_administrator_moves_forward_and_nobody_back() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let teacher = app.add(&admin, "keza", "teacher").await;
    let after_a_year = START.plus_ms(YEAR);
    let app = app.again_at(after_a_year).await;
    let time = app.get("/box/time", &admin).await.expect(200).body;
    assert_eq!(time["held_back"], true);
    let status = app.get("/box/status", &admin).await.expect(200).body;
    assert_eq!(status["degraded"], json!(["clock_ahead"]));
    assert!(time["wall"].as_i64().unwrap() >= after_a_year.0);
    let now = time["now"].as_i64().unwrap();
    assert!(now < START.plus_ms(MINUTE).0);

    let moved = json!({ "time": after_a_year });
    for who in [&app.anon(), &teacher] {
        let refused = app.post("/box/time", who, moved.clone()).await;
        assert!([401, 403].contains(&refused.status));
    }
    for wrong in [now - MINUTE, now + 6 * YEAR, i64::MAX, i64::MIN] {
        let answer = app
            .post("/box/time", &admin, json!({ "time": wrong }))
            .await;
        let field = answer.refused(422, "invalid_field").body["field"].clone();
        assert_eq!(field, "time", "{wrong}");
    }
    let time = app.post("/box/time", &admin, moved).await.expect(200).body;
    assert_eq!(time["held_back"], false);
    assert!(time["now"].as_i64().unwrap() >= after_a_year.0);
    // The holidays were longer than any session.
    refresh(&app, &admin).await.refused(401, "session_ended");
    let app = app.again_at(Timestamp(0)).await;
    assert!(app.core.clock.now() >= after_a_year, "the move is kept");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_later_is_dated_later() {
    let mut app = TestApp::start().await;
    let mut admin = app.set_up().await;
    let mut dates = Vec::new();
    for wall in WRONG {
        app = app.again_at(wall).await;
        admin.keep(&refresh(&app, &admin).await.expect(204));
        let body = json!({"name": "Homework club", "scopes": ["chat"]});
        app.post("/keys", &admin, body).await.expect(201);
        let keys = app.get("/keys", &admin).await.expect(200).body;
        let made = keys["keys"].as_array().unwrap().iter();
        let newest = made.map(|key| key["created_at"].as_i64().unwrap()).max();
        dates.push(newest.unwrap());
    }
    let in_order = dates.is_sorted_by(|earlier, later| earlier < later);
    assert!(in_order, "{dates:?}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_lives_past_2038() {
    let app = TestApp::start().await;
    app.set_up().await;
    let near = IN_2038.plus_ms(-MINUTE);
    // Years of service, in short.
    let mut year = START;
    while year.plus_ms(4 * YEAR) < near {
        year = year.plus_ms(4 * YEAR);
        let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
        let body = json!({ "time": year });
        app.post("/box/time", &admin, body).await.expect(200);
    }
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    app.post("/box/time", &admin, json!({ "time": near }))
        .await
        .expect(200);
    let app = app.again_at(near).await;
    let mut admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    app.clock.advance_ms(10 * MINUTE);
    assert!(app.clock.wall() > IN_2038);
    app.get("/auth/me", &admin).await.expect(200);
    admin.keep(&refresh(&app, &admin).await.expect(204));
    app.get("/auth/me", &admin).await.expect(200);
    let app = app.again_at(Timestamp(0)).await;
    assert!(app.core.clock.now() > IN_2038);
    app.get("/auth/me", &admin).await.expect(200);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_not_kept_is_not_moved() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let run = async |sql: String| {
        let run = move |conn: &rusqlite::Connection| Ok(conn.execute_batch(&sql)?);
        app.core.db.core.write(run).await.unwrap();
    };
    let tomorrow = START.plus_ms(DAY);
    let move_on = async || {
        let moved = json!({ "time": tomorrow });
        app.post("/box/time", &admin, moved).await
    };
    run(spoil("INSERT ON audit")).await;
    move_on().await.expect(500);
    assert!(app.core.clock.now() < START.plus_ms(MINUTE), "it moved");
    run(MEND.into()).await;
    move_on().await.expect(200);
    assert!(app.core.clock.now() >= tomorrow);
    let app = app.again_at(Timestamp(0)).await;
    assert!(app.core.clock.now() >= tomorrow, "and is kept");
    app.end().await;
}

/// How many classes and people are in the trash after it was emptied.
async fn trash(app: &TestApp) -> (usize, usize) {
    privacy::empty_trash(&app.core).await.unwrap();
    classes::empty_trash(&app.core).await.unwrap();
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    let trash = app.get("/trash", &admin).await.expect(200).body;
    let now = app.core.clock.now().0;
    let count = |kind: &str| {
        let all = trash[kind].as_array().unwrap();
        let later = |one: &Value| one["until"].as_i64().unwrap() > now;
        assert!(all.iter().all(later), "{trash}");
        all.len()
    };
    (count("classes"), count("people"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_ahead_empties_no_trash() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    app.add(&admin, "gasore", "learner").await;
    let users = app.get("/users", &admin).await.expect(200).body;
    let users = users["users"].as_array().unwrap();
    let pupil = users.iter().find(|user| user["name"] == "gasore").unwrap();
    let made = app.post("/classes", &admin, json!({"name": "P5"})).await;
    let class = format!("/classes/{}", made.expect(201).id());
    let pupil = format!("/users/{}", pupil["id"].as_str().unwrap());
    for path in [&class, &pupil] {
        app.delete(path, &admin).await.expect(204);
    }
    jump(&app, START.plus_ms(60 * DAY));
    assert!(app.core.clock.now() >= START.plus_ms(60 * DAY));
    assert_eq!(trash(&app).await, (1, 1));
    // A box that was off for so long can not be told from it.
    let app = app.again_at(START.plus_ms(120 * DAY)).await;
    assert_eq!(trash(&app).await, (1, 1));
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    app.post(&format!("{class}/restore"), &admin, json!({}))
        .await
        .expect(200);
    // Three days of either leap may have been days.
    app.clock.advance_ms(23 * DAY);
    assert_eq!(trash(&app).await, (0, 1));
    app.clock.advance_ms(DAY);
    assert_eq!(trash(&app).await, (0, 0));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_ahead_takes_no_way_back_from_a_roll_over() {
    let app = TestApp::start().await;
    let mut admin = app.set_up().await;
    let term = json!({"name": "2026", "first_day": "2026-09-07", "last_day": "2026-12-18"});
    let into = app.post("/terms", &admin, term).await.expect(201).id();
    let mut done = Vec::new();
    for name in ["Choir", "Chess"] {
        let made = app.post("/classes", &admin, json!({ "name": name })).await;
        let classes = json!([{"id": made.expect(201).id(), "how": "copy"}]);
        let step = json!({"into": into, "classes": classes});
        done.push(app.post("/rollovers", &admin, step).await.expect(201).id());
    }
    // What may be undone, as the page shows it.
    let listed = async |app: &TestApp, admin: &Browser| {
        let list = app.get("/rollovers", admin).await.expect(200).body;
        let now = app.core.clock.now().0;
        let all = list["rollovers"].as_array().unwrap();
        let later = |one: &Value| one["until"].as_i64().unwrap() > now;
        assert!(all.iter().all(later), "{list}");
        all.len()
    };
    // Ten years are held back until somebody stands by them, two months are believed.
    for ahead in [10 * YEAR, 60 * DAY] {
        jump(&app, START.plus_ms(ahead));
        app.clock.advance_ms(MINUTE);
        admin = app.sign_in("admin", PASSWORD, Value::Null).await;
        assert_eq!(listed(&app, &admin).await, 2, "{ahead}");
    }
    assert!(app.core.clock.now() >= START.plus_ms(60 * DAY));
    let in_ten_years = START.plus_ms(10 * YEAR);
    jump(&app, in_ten_years);
    for year in [5, 10] {
        // Nobody can move it further at once.
        let time = START.plus_ms(year * YEAR);
        let moved = json!({ "time": time });
        app.post("/box/time", &admin, moved).await.expect(200);
        admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    }
    assert!(app.core.clock.now() >= in_ten_years);
    assert_eq!(listed(&app, &admin).await, 2);
    let undo = |id: &str| format!("/rollovers/{id}/undo");
    app.post(&undo(&done[0]), &admin, json!({}))
        .await
        .expect(204);

    // Three days of each of the three leaps may have been days.
    app.clock.advance_ms(20 * DAY);
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    assert_eq!(listed(&app, &admin).await, 1);
    app.clock.advance_ms(DAY);
    let admin = app.sign_in("admin", PASSWORD, Value::Null).await;
    assert_eq!(listed(&app, &admin).await, 0);
    app.post(&undo(&done[1]), &admin, json!({}))
        .await
        .refused(404, "not_found");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_a_phone_count_while_somebody_stands_by_the_time() {
    let app = TestApp::start().await;
    let mut admin = app.set_up().await;
    let own = json!({ "password": PASSWORD });
    app.post("/auth/me/totp", &admin, own.clone())
        .await
        .refused(409, "codes_off");
    stand_by(&app, &admin).await;
    let secret = app.post("/auth/me/totp", &admin, own).await.expect(201);
    let secret = secret.body["secret"].as_str().unwrap().to_owned();
    let first = json!({"code": code_at(&secret, app.core.clock.now())});
    let on = app.post("/auth/me/totp/confirm", &admin, first).await;
    let mut recovery = on.expect(200).body["codes"].as_array().unwrap().clone();

    // Wherever the wall clock jumps, trusted time goes on evenly.
    for wall in WRONG {
        jump(&app, wall);
        app.clock.advance_ms(MINUTE);
        let (codes, answer) = second_step(&app, code_at(&secret, app.core.clock.now())).await;
        answer.expect(200);
        assert_eq!(codes, "count", "{wall:?}");
    }
    // A leap that trusted time followed may be wrong.
    jump(&app, app.core.clock.now().plus_ms(60 * MINUTE));
    let (codes, answer) = second_step(&app, code_at(&secret, app.core.clock.now())).await;
    answer.refused(409, "codes_off");
    assert_eq!(codes, "time_unknown");
    admin.keep(&refresh(&app, &admin).await.expect(204));
    let time = app.get("/box/time", &admin).await.expect(200).body;
    assert_eq!(time["known"], false);
    stand_by(&app, &admin).await;
    app.clock.advance_ms(MINUTE);
    let (_, answer) = second_step(&app, code_at(&secret, app.core.clock.now())).await;
    answer.expect(200);

    // A box that was off does not know for how long, wherever its clock is.
    let mut app = app;
    for wall in [Timestamp(0), app.clock.wall().plus_ms(DAY)] {
        app = app.again_at(wall).await;
        let code = code_at(&secret, app.core.clock.now().plus_ms(MINUTE));
        let (codes, answer) = second_step(&app, code).await;
        answer.refused(409, "codes_off");
        assert_eq!(codes, "time_unknown");
        let code = recovery.pop().unwrap().as_str().unwrap().to_owned();
        let (_, answer) = second_step(&app, code).await;
        admin.keep(&answer.expect(200));
    }
    // A time server stands by it.
    app.clock.confirm();
    app.clock.advance_ms(MINUTE);
    let (codes, answer) = second_step(&app, code_at(&secret, app.core.clock.now())).await;
    answer.expect(200);
    assert_eq!(codes, "count");
    app.end().await;
}

/// The administrator's own device shows the same time.
async fn stand_by(app: &TestApp, admin: &Browser) {
    let body = json!({ "time": app.core.clock.now() });
    let time = app.post("/box/time", admin, body).await.expect(200).body;
    assert_eq!(time["known"], true);
}

/// Signs in as the administrator, in a new browser; what the box says of codes, and to
/// this one.
async fn second_step(app: &TestApp, code: String) -> (Value, Answer) {
    let mut phone = app.anon();
    let asked = login(app, &phone, PASSWORD).await.expect(202);
    phone.keep(&asked);
    let body = json!({"challenge": asked.body["challenge"], "code": code});
    let answer = app.post("/auth/login/code", &phone, body).await;
    (asked.body["codes"].clone(), answer)
}
