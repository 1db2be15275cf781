//! A class asks the same: one answer is written, and given again as long as
//! everything it was made from is the same.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Class, QUESTION, whole};
use crate::support::browser::Browser;
use crate::support::chat::{Socket, Told};
use crate::support::door::Door;
use crate::support::upload::Upload;

/// The same to ask, in nearly the same words.
const NEAR: &str = "Please, which light does chlorophyll absorb in the cells of the leaf?";

impl Class {
    /// Asks in a new chat on a new socket.
    async fn told(&self, who: &Browser, question: &str) -> Told {
        let mut socket = Socket::open(&self.app, who).await;
        socket.answer(&self.tutor, question).await.1
    }

    /// How many answers had this outcome, as `/metrics` tells.
    async fn counted(&self, outcome: &str) -> u32 {
        let request = Browser::on_box().send_bytes("GET", "/metrics", None, Vec::new());
        let bytes = self.app.send(request).await.expect(200).bytes;
        let text = String::from_utf8(bytes).unwrap();
        let series = format!("bwenge_answers_total{{outcome=\"{outcome}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&series));
        line.expect(&series).parse().unwrap()
    }

    /// How many answers are kept.
    async fn kept(&self) -> i64 {
        self.app.db_count("SELECT count(*) FROM answers").await
    }

    /// Waits until this many answers are kept: that follows the last event.
    async fn until_kept(&self, wanted: i64) {
        for _ in 0..500 {
            if self.kept().await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} answers kept, not {wanted}", self.kept().await);
    }
}

fn origin(told: &Told) -> &str {
    assert_eq!(told.message["status"], "complete", "{}", told.message);
    told.message["origin"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_is_given_again() {
    let class = Class::with_pause(Duration::from_millis(1)).await;
    let first = class.told(&class.learner, QUESTION).await;
    assert_eq!(origin(&first), "model");
    class.until_kept(1).await;
    let other = class.app.add(&class.admin, "second", "learner").await;
    for question in [
        QUESTION,
        "which LIGHT does chlorophyll absorb in the cells of the leaf",
        NEAR,
    ] {
        let mut socket = Socket::open(&class.app, &other).await;
        let (accepted, told) = socket.answer(&class.tutor, question).await;
        assert_eq!(origin(&told), "class", "{question}");
        assert_eq!(told.message["text"], first.message["text"]);
        assert_eq!(told.message["sentences"], first.message["sentences"]);
        // The text may come with the finished message.
        assert_eq!(told.order[0], "passages");
        assert_eq!(told.order.last().unwrap(), "done");
        assert!(told.text.is_empty() || told.text == whole(&told.passages));
        // It is this pupil's own message, for good.
        let kept = class.messages(&other, &accepted["conversation_id"]).await;
        assert_eq!(kept[1], told.message);
        assert_ne!(kept[1]["id"], first.message["id"]);
    }
    // Another question about the same passage is not the same.
    let question = "Why does chlorophyll absorb light in the cells of the leaf?";
    assert_eq!(origin(&class.told(&other, question).await), "model");
    assert_eq!(
        (class.counted("written").await, class.counted("class").await),
        (2, 3)
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_that_does_not_hold_any_more() {
    let class = Class::with_pause(Duration::ZERO).await;
    let ask = async || class.told(&class.learner, QUESTION).await;
    assert_eq!(origin(&ask().await), "model");
    class.until_kept(1).await;
    assert_eq!(origin(&ask().await), "class");

    // The tutor changed.
    let path = format!("/personas/{}", class.tutor);
    let change = json!({"tone": "strict"});
    class
        .app
        .patch(&path, &class.admin, change)
        .await
        .expect(200);
    assert_eq!(origin(&ask().await), "model");
    class.until_kept(2).await;
    assert_eq!(origin(&ask().await), "class");

    // The lesson was replaced: it takes its answers along.
    let listed = class
        .app
        .get("/knowledge", &class.admin)
        .await
        .expect(200)
        .body;
    let path = format!(
        "/knowledge/{}",
        listed["lessons"][0]["id"].as_str().unwrap()
    );
    class.app.delete(&path, &class.admin).await.expect(204);
    assert_eq!(class.kept().await, 0);
    let lesson = Upload::fixture("photosynthesis.pdf");
    class.app.lesson(&class.admin, &lesson).await;
    assert_eq!(origin(&ask().await), "model");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_schools_and_secret_lessons_share_nothing() {
    let class = Class::with_pause(Duration::ZERO).await;
    assert_eq!(origin(&class.told(&class.learner, QUESTION).await), "model");
    class.until_kept(1).await;
    let other = class.app.other_school(&class.admin).await;
    let lesson = Upload::fixture("photosynthesis.pdf");
    class.app.lesson(&other, &lesson).await;
    let tutor = class.app.tutor(&other, json!({})).await;
    let mut socket = Socket::open(&class.app, &other).await;
    let (_, told) = socket.answer(&tutor, QUESTION).await;
    assert_eq!(origin(&told), "model");

    // What a teacher is told from a lesson of her own is not for learners.
    let secret = "The best light for chlorophyll in the cells of the leaf is secret and violet, \
                  which chlorophyll does absorb.";
    let secret = Upload::text("secret.txt", secret).with("shared", "false");
    class.app.lesson(&class.admin, &secret).await;
    let teachers = class.told(&class.admin, QUESTION).await;
    assert!(
        teachers.message["text"]
            .as_str()
            .unwrap()
            .contains("secret")
    );
    assert_eq!(origin(&teachers), "model");
    let learners = class.told(&class.learner, QUESTION).await;
    assert_eq!(origin(&learners), "class");
    assert!(!learners.message.to_string().contains("secret"));
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_refers_to_an_earlier_exchange_is_nobody_elses() {
    let class = Class::with_pause(Duration::ZERO).await;
    let mut socket = Socket::open(&class.app, &class.learner).await;
    let (accepted, _) = socket.answer(&class.tutor, QUESTION).await;
    class.until_kept(1).await;
    let chat = &accepted["conversation_id"];
    let and_why =
        json!({"persona_id": class.tutor, "text": "Why chlorophyll?", "conversation_id": chat});
    for _ in 0..2 {
        socket.ask_with(and_why.clone()).await;
        assert_eq!(origin(&socket.read_to_the_end().await), "model");
    }
    // Asked by itself it is another question, and shared.
    let alone = class.told(&class.learner, "Why chlorophyll?").await;
    assert_eq!(origin(&alone), "model");
    class.until_kept(2).await;
    let again = class.told(&class.admin, "Why chlorophyll?").await;
    assert_eq!(origin(&again), "class");
    // But not with the one who has a chat about it.
    socket.ask_with(and_why).await;
    assert_eq!(origin(&socket.read_to_the_end().await), "model");
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_ask_at_the_same_time_share_one_answer() {
    let class = Class::slow().await;
    let second = class.app.add(&class.admin, "second", "learner").await;
    let mut one = Socket::open(&class.app, &class.learner).await;
    let mut two = Socket::open(&class.app, &second).await;
    one.ask(&class.tutor, QUESTION).await;
    let begun = one.read_to_first_text().await;
    assert_eq!(begun["offset"], 0);
    two.ask(&class.tutor, NEAR).await;
    let (first, second) = tokio::join!(one.read_to_the_end(), two.read_to_the_end());
    assert_eq!((origin(&first), origin(&second)), ("model", "model"));
    assert_eq!(first.message["text"], second.message["text"]);
    assert_ne!(first.message["id"], second.message["id"]);
    assert_eq!(
        second.from, 0,
        "the second sees the text from its beginning"
    );
    assert_eq!(second.order[0], "passages");
    assert_eq!(
        (
            class.counted("written").await,
            class.counted("shared").await
        ),
        (1, 1)
    );
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_asks_at_once_is_answered_once() {
    let class = Class::with_pause(Duration::from_millis(10)).await;
    let mut sockets = Vec::new();
    for n in 0..8 {
        let pupil = class
            .app
            .add(&class.admin, &format!("pupil{n}"), "learner")
            .await;
        sockets.push(Socket::open(&class.app, &pupil).await);
    }
    let asking = sockets
        .iter_mut()
        .map(|socket| socket.answer(&class.tutor, QUESTION));
    let told = futures_util::future::join_all(asking).await;
    for (_, told) in &told {
        assert_eq!(told.message["text"], whole(&told.passages));
    }
    assert_eq!(class.counted("written").await, 1);
    class.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_on_for_those_who_stay() {
    let class = Class::slow().await;
    let second = class.app.add(&class.admin, "second", "learner").await;
    let mut one = Socket::open(&class.app, &class.learner).await;
    let mut two = Socket::open(&class.app, &second).await;
    let accepted = one.ask(&class.tutor, QUESTION).await;
    one.read_to_first_text().await;
    two.ask(&class.tutor, QUESTION).await;
    two.read_to_first_text().await;
    let stop = |accepted: &Value| json!({"type": "cancel", "message_id": accepted["message_id"]});
    one.say(stop(&accepted)).await;
    let first = one.read_to_the_end().await;
    assert_eq!(first.message["status"], "cancelled");
    let second = two.read_to_the_end().await;
    assert_eq!(origin(&second), "model");
    let shown = second.message["passages"].as_array().unwrap();
    assert_eq!(second.message["text"], whole(shown));
    assert_eq!(class.counted("written").await, 1);

    // When all have left, it stops, and nothing is kept of it.
    class.until_kept(1).await;
    let question = "Where does chlorophyll absorb light in the cells of the leaf?";
    let asked = [
        one.ask(&class.tutor, question).await,
        two.ask(&class.tutor, question).await,
    ];
    for (socket, accepted) in [&mut one, &mut two].into_iter().zip(&asked) {
        socket.read_to_first_text().await;
        socket.say(stop(accepted)).await;
        let told = socket.read_to_the_end().await;
        assert_eq!(told.message["status"], "cancelled");
    }
    assert_eq!(class.counted("shared").await, 2);
    assert_eq!(class.kept().await, 1);
    // Somebody who asks now gets an answer of her own.
    let told = one.answer(&class.tutor, question).await.1;
    assert_eq!(origin(&told), "model");
    class.app.end().await;
}
