//! Making what requests are about, and taking it away again.

use bwenge::jobs::{self, NewJob};
use bwenge::types::{Clock, OrgId};
use serde_json::{Value, json};

use super::policies::ERASING;
use super::policy::{Thing, Which, Who};
use super::world::{PIECE, World};
use crate::support::chat::Socket;
use crate::support::door::{Door, PASSWORD, PUPIL_PASSWORD};
use crate::support::tus;
use crate::support::upload::Upload;

/// Nothing has this id.
const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

impl World {
    /// The id of the thing somebody asks for.
    pub async fn subject(&self, thing: Thing, who: Who, which: Which) -> String {
        let of_everybody = match thing {
            Thing::Chat | Thing::Message => true,
            // A guest has the one session.
            Thing::Session => who != Who::Guest,
            _ => false,
        };
        let of_learner = matches!(who, Who::Guest | Who::Learner) && !of_everybody;
        let (maker, apart) = match (which, who) {
            // There is nobody in the other school but its administrator.
            (Which::Theirs, Who::Foreigner) => (Who::BoxAdmin, false),
            (Which::Theirs, _) => (Who::Foreigner, false),
            (_, Who::Foreigner) => (who, false),
            (Which::Another, Who::Teacher) => (Who::Colleague, true),
            (Which::Another, _) => (Who::Teacher, true),
            _ if !thing.is_personal() => (Who::BoxAdmin, false),
            (_, Who::Stranger | Who::Key) => (Who::Teacher, false),
            _ if of_learner => (Who::Teacher, false),
            _ => (who, false),
        };
        // What teachers make belongs to their classes.
        let maker = match thing {
            Thing::Class | Thing::TrashedClass | Thing::Pupil if apart => Who::Colleague,
            _ if apart && !thing.is_personal() => Who::BoxAdmin,
            _ => maker,
        };
        match (thing, which) {
            (Thing::Nothing, _) => String::new(),
            (Thing::Org | Thing::School, _) => self.orgs[Self::school(maker)].clone(),
            (Thing::Stick, Which::Deleted) => NOBODY.to_owned(),
            (Thing::Stick, _) => self.stick.0.clone(),
            (_, Which::Deleted) => self.deleted(thing, maker).await,
            _ => {
                let place = (thing, maker, apart);
                let kept = self.things.lock().unwrap().get(&place).cloned();
                if let Some(id) = kept {
                    return id;
                }
                let id = self.make(thing, maker, apart).await;
                self.things.lock().unwrap().insert(place, id.clone());
                id
            }
        }
    }

    /// Makes a thing; `apart` from those who ask for it.
    pub async fn make(&self, thing: Thing, maker: Who, apart: bool) -> String {
        let (app, who, n) = (&self.app, &self.people[&maker], self.next());
        let name = format!("{n}");
        match thing {
            Thing::Nothing | Thing::Org | Thing::School | Thing::Stick => {
                unreachable!("{thing:?} is not made")
            }
            Thing::User | Thing::Person => {
                let role = if apart { "teacher" } else { "learner" };
                let name = if thing == Thing::Person {
                    "Once More"
                } else {
                    &name
                };
                let user = json!({"name": name, "username": format!("made{n}"),
                    "password": PASSWORD, "role": role, "language": "en"});
                app.post("/users", who, user).await.expect(201).id()
            }
            Thing::Class => {
                let class = app.post("/classes", who, json!({ "name": name })).await;
                let id = class.expect(201).id();
                if maker == Who::BoxAdmin && !apart {
                    let teacher = app.get("/auth/me", &self.people[&Who::Teacher]).await;
                    let add = json!({"add": [teacher.body["user"]["id"]]});
                    let members = format!("/classes/{id}/members");
                    app.patch(&members, who, add).await.expect(200);
                }
                id
            }
            Thing::Pupil => {
                let class = Box::pin(self.make(Thing::Class, maker, apart)).await;
                let user = json!({"name": name, "username": format!("pupil{n}"),
                    "password": PASSWORD, "role": "learner", "language": "en"});
                let id = app.post("/users", who, user).await.expect(201).id();
                let members = format!("/classes/{class}/members");
                let add = json!({ "add": [id] });
                app.patch(&members, who, add).await.expect(200);
                id
            }
            Thing::TrashedUser => {
                let id = Box::pin(self.make(Thing::User, maker, apart)).await;
                self.delete(&format!("/users/{id}"), maker).await;
                id
            }
            Thing::TrashedClass => {
                let id = Box::pin(self.make(Thing::Class, maker, apart)).await;
                self.delete(&format!("/classes/{id}"), maker).await;
                id
            }
            Thing::Term => {
                let term = json!({"name": name, "first_day": format!("{n}-01-05"),
                    "last_day": format!("{n}-04-03")});
                app.post("/terms", who, term).await.expect(201).id()
            }
            Thing::Rollover => {
                let class = Box::pin(self.make(Thing::Class, maker, false)).await;
                let term = Box::pin(self.make(Thing::Term, maker, false)).await;
                let body = json!({"into": term, "classes": [{"id": class, "how": "end"}]});
                app.post("/rollovers", who, body).await.expect(201).id()
            }
            Thing::Import => {
                self.forget_list(maker);
                let list = format!("Name,Class\nPupil {n},P1\n");
                let kind = Some("application/octet-stream");
                let path = "/api/v1/users/imports?name=list.csv";
                let sent = who.send_bytes("POST", path, kind, list.into());
                let sent = app.send(sent).await.expect(201).body;
                sent["import"]["id"].as_str().unwrap().to_owned()
            }
            Thing::Invitation => {
                let path = format!("/orgs/{}/invite", self.orgs[Self::school(maker)]);
                let body = json!({"role": "learner", "origin": "http://192.168.1.5:8080"});
                let made = app.post(&path, who, body).await.expect(201).body;
                made["invitation"]["id"].as_str().unwrap().to_owned()
            }
            Thing::Session => self.session(maker).await,
            Thing::Lesson => self.lesson(maker, apart, &format!("Lesson {n}.")).await,
            Thing::Upload => {
                let file = Upload::text("piece.txt", PIECE);
                let place = tus::start(app, who, &file).await;
                place.rsplit('/').next().unwrap().to_owned()
            }
            Thing::Copy => {
                self.renew_file();
                let path = format!("/knowledge/sticks/{}/copies", self.stick.0);
                let chosen = json!({"chosen": [self.stick.1]});
                let id = app.post(&path, who, chosen).await.expect(202).id();
                self.quiet().await;
                id
            }
            Thing::Job => self.dead_job(maker).await,
            Thing::Persona => {
                let classes = self.classes(maker, apart).await;
                app.tutor(who, json!({"name": name, "classes": classes}))
                    .await
            }
            Thing::Chat => self.chat(maker, "What glows?").await.0,
            Thing::Message => self.chat(maker, "What glows?").await.1,
            Thing::Answer => self.answer(maker, n).await,
            Thing::RejectedAnswer => {
                let id = self.answer(maker, n).await;
                self.delete(&format!("/answers/{id}"), maker).await;
                id
            }
            Thing::Key => {
                let key = json!({"name": name, "scopes": ["chat"]});
                app.post("/keys", who, key).await.expect(201).id()
            }
        }
    }

    /// A list that is sent takes the place of the person's one before.
    fn forget_list(&self, maker: Who) {
        let mut things = self.things.lock().unwrap();
        things.retain(|(kind, of, _), _| (*kind, *of) != (Thing::Import, maker));
    }

    /// The id of a thing that was made and taken away; of one that never goes for good,
    /// an id of nothing.
    async fn deleted(&self, thing: Thing, maker: Who) -> String {
        let path = match thing {
            // What was not deleted is not in the trash.
            Thing::TrashedUser => return self.make(Thing::User, maker, false).await,
            Thing::TrashedClass => return self.make(Thing::Class, maker, false).await,
            Thing::User | Thing::Pupil => "/users",
            Thing::Class => "/classes",
            Thing::Term => "/terms",
            Thing::Import => "/users/imports",
            Thing::Invitation => "/invitations",
            Thing::Session => "/auth/sessions",
            Thing::Lesson => "/knowledge",
            Thing::Copy => "/knowledge/copies",
            Thing::Job => "/box/jobs",
            Thing::Persona => "/personas",
            Thing::Chat => "/chats",
            Thing::Rollover => {
                let id = self.make(thing, maker, false).await;
                let undo = format!("/rollovers/{id}/undo");
                let undone = self.app.post(&undo, &self.people[&maker], json!({}));
                undone.await.expect(204);
                return id;
            }
            Thing::Person => {
                let id = self.make(thing, maker, false).await;
                let body = serde_json::from_str(ERASING).unwrap();
                let erase = format!("/users/{id}/erase");
                let erased = self.app.post(&erase, &self.people[&maker], body);
                erased.await.expect(200);
                return id;
            }
            Thing::Upload => {
                let id = self.make(thing, maker, false).await;
                let place = format!("{}/{id}", tus::UPLOADS);
                let request = tus::request(&self.people[&maker], "DELETE", &place, &[], &[]);
                self.app.send(request).await.expect(204);
                return id;
            }
            _ => return NOBODY.to_owned(),
        };
        let id = self.make(thing, maker, false).await;
        self.delete(&format!("{path}/{id}"), maker).await;
        id
    }

    /// Another session of somebody.
    async fn session(&self, who: Who) -> String {
        let me = self.app.get("/auth/me", &self.people[&who]).await;
        let username = me.body["user"]["username"].as_str().unwrap();
        let password = match who {
            Who::Learner => PUPIL_PASSWORD,
            _ => PASSWORD,
        };
        let org = json!(self.orgs[Self::school(who)]);
        let browser = self.app.sign_in(username, password, org).await;
        let list = self.app.get("/auth/sessions", &browser).await.expect(200);
        let mut sessions = list.body["sessions"].as_array().unwrap().iter();
        let current = sessions.find(|session| session["current"] == true);
        current.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn delete(&self, path: &str, who: Who) {
        let deleted = self.app.delete(path, &self.people[&who]).await;
        deleted.expect(204);
    }

    /// The classes something is kept for; none is the whole school.
    async fn classes(&self, maker: Who, apart: bool) -> Value {
        match apart {
            true => json!([Box::pin(self.make(Thing::Class, maker, true)).await]),
            false => Value::Null,
        }
    }

    async fn lesson(&self, maker: Who, apart: bool, text: &str) -> String {
        let (app, who) = (&self.app, &self.people[&maker]);
        let id = app.upload(who, &Upload::text("lesson.txt", text)).await;
        let id = id.expect(202).id();
        self.quiet().await;
        if apart {
            let classes = json!({"classes": self.classes(maker, apart).await});
            let path = format!("/knowledge/{id}");
            app.patch(&path, who, classes).await.expect(200);
        }
        id
    }

    /// Asks the school's tutor; the ids of the chat and of the answer.
    async fn chat(&self, who: Who, question: &str) -> (String, String) {
        let mut socket = Socket::open(&self.app, &self.people[&who]).await;
        let tutor = &self.tutors[Self::school(who)];
        let (accepted, _) = socket.answer(tutor, question).await;
        let id = |name: &str| accepted[name].as_str().unwrap().to_owned();
        (id("conversation_id"), id("message_id"))
    }

    /// An answer that is kept, about a lesson of its own.
    async fn answer(&self, who: Who, n: u32) -> String {
        let text = format!("The crystal zanzi{n} glows violet when the umuvumu tree blossoms.");
        self.lesson(who, false, &text).await;
        let question = format!("When does the crystal zanzi{n} glow violet?");
        self.chat(who, &question).await;
        let is_it = |answer: &Value| answer["question"] == question.as_str();
        let kept = |body: &Value| body["answers"].as_array().unwrap().iter().any(is_it);
        let list = "/answers?sort=newest";
        let body = self.app.until(&self.people[&who], list, kept).await;
        let mut answers = body["answers"].as_array().unwrap().iter();
        answers.find(|answer| is_it(answer)).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A job that was given up, about a lesson that is gone.
    async fn dead_job(&self, who: Who) -> String {
        let org: OrgId = self.orgs[Self::school(who)].parse().unwrap();
        let now = self.app.clock.now();
        let write = move |conn: &rusqlite::Connection| {
            let job = NewJob {
                kind: "read_lesson",
                queue: "read",
                org,
                subject: NOBODY.to_owned(),
                payload: json!({ "lesson": NOBODY }),
            };
            let id = jobs::enqueue(conn, job, now)?;
            conn.execute("UPDATE jobs SET state = 'dead' WHERE id = ?1", [id])?;
            Ok(id.to_string())
        };
        self.app.core.db.core.write(write).await.unwrap()
    }
}
