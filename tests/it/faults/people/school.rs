//! The school whose people are busy.

use std::path::Path;

use serde_json::{Value, json};

use super::ledger::{Fact, Ledger};
use crate::support::browser::Browser;
use crate::support::door::{Door, PASSWORD};
use crate::support::server::Server;

/// Ends after which a guesser gets new digits: before 20 tries lock the account, three
/// of them each time.
const GUESSED: usize = 5;

/// A learner with a way in.
#[derive(Clone)]
pub struct Pupil {
    /// Who.
    pub id: String,
    /// Digits or a badge.
    pub secret: String,
}

/// A school with a class that is open.
#[derive(Clone)]
pub struct School {
    /// Signed in.
    pub admin: Browser,
    /// A teacher's id, who has [`PASSWORD`].
    pub teacher: String,
    /// The code of the class.
    pub code: String,
    /// Signs in with digits.
    pub by_digits: Pupil,
    /// Signs in with a badge.
    pub by_badge: Pupil,
    /// Types wrong digits.
    pub guesses: Pupil,
    /// How often the box was ended before.
    pub round: usize,
}

impl School {
    /// Sets up a box and a class.
    pub async fn found(server: &Server) -> Self {
        let admin = server.set_up().await;
        // A box that was just set up has kept no time, and would take the next start for one
        // after a night, which ends the sessions on shared devices.
        let now = server.get("/box/time", &admin).await.expect(200).body["now"].clone();
        let sure = server
            .post("/box/time", &admin, json!({ "time": now }))
            .await;
        sure.expect(200);
        server.add(&admin, "teacher", "teacher").await;
        let class = server.post("/classes", &admin, json!({"name": "P5"})).await;
        let class = class.expect(201).id();
        let mut ids = Vec::new();
        for name in ["gasore", "keza", "uwase"] {
            let who = server.add(&admin, name, "learner").await;
            ids.push(user_id(server, &who).await);
        }
        let members = format!("/classes/{class}/members");
        server
            .patch(&members, &admin, json!({ "add": ids }))
            .await
            .expect(200);
        let door = format!("/classes/{class}/door");
        let open = server.put(&door, &admin, json!({"minutes": 600})).await;
        let code = open.expect(200).body["code"].as_str().unwrap().to_owned();
        let badges = format!("/classes/{class}/badges");
        let origin = json!({"origin": "http://192.168.1.5:8080"});
        let cards = server.post(&badges, &admin, origin).await.expect(200).body;
        let cards = cards["cards"].as_array().unwrap().iter();
        let badge = cards.clone().find(|card| card["user"] == json!(ids[1]));
        let by_badge = Pupil {
            id: ids[1].clone(),
            secret: badge.unwrap()["code"].as_str().unwrap().to_owned(),
        };
        let teacher = server.sign_in("teacher", PASSWORD, Value::Null).await;
        Self {
            teacher: user_id(server, &teacher).await,
            by_digits: digits(server, &admin, &ids[0]).await,
            guesses: digits(server, &admin, &ids[2]).await,
            by_badge,
            admin,
            code,
            round: 0,
        }
    }

    /// Makes ready for the next end.
    pub async fn prepare(&mut self, server: &Server, ledger: &Ledger, round: usize, data: &Path) {
        self.round = round;
        if round % GUESSED == GUESSED - 1 {
            ledger.forget(&self.guesses.id, Fact::Tries);
            self.guesses = digits(server, &self.admin, &self.guesses.id).await;
        }
        // As the box does with its next copy: what a copy left that was cut short goes,
        // and old ones go.
        let last = ledger.keep_last_copy();
        let folder = data.join("backups");
        std::fs::create_dir_all(&folder).unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if Some(&path) != last.as_ref() {
                std::fs::remove_file(path).unwrap();
            }
        }
        std::fs::File::open(data).unwrap().sync_all().unwrap();
    }
}

/// Who is signed in.
pub async fn user_id(server: &Server, who: &Browser) -> String {
    let me = server.get("/auth/me", who).await.expect(200).body;
    me["user"]["id"].as_str().unwrap().to_owned()
}

/// A learner with new digits.
async fn digits(server: &Server, admin: &Browser, id: &str) -> Pupil {
    let path = format!("/users/{id}/secret");
    let given = server.post(&path, admin, json!({"way": "pin"})).await;
    let given = given.expect(200).body;
    let parts = given["parts"].as_array().unwrap().iter();
    Pupil {
        id: id.to_owned(),
        secret: parts.map(|part| part.as_str().unwrap()).collect(),
    }
}
