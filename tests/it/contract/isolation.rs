//! Random schools, and for each person what may be listed, opened, searched and answered
//! from, against a model that knows nothing of SQL.
//!
//! It asks the services on a box's own databases: what HTTP adds, who is asking, is in
//! `everybody_does_what_the_policies_say_and_nothing_else`, and without it 100,000 reads
//! take a minute. Schools of earlier cases stay; only their passages go, because every
//! search looks through all there are.
//!
//! `make isolation-test` reads 100,000 times; BWENGE_CASES says how often otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bwenge::accounts::{Accounts, Actor};
use bwenge::chat::Sources;
use bwenge::classes::Classes;
use bwenge::error::{Code, Result};
use bwenge::inference::document::{Anchor, AnchorKind};
use bwenge::lessons::Lessons;
use bwenge::personas::Personas;
use bwenge::retrieval::{Passage, Retrieval};
use bwenge::types::{Language, LessonId, SessionId};
use futures_util::future::{BoxFuture, join_all};
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use super::schools::{School, Standing, schools};
use super::seed::{Ids, seed};
use crate::support::app::TestApp;

const QUESTION: &str = "When does the crystal glow violet?";
/// Reads unless the environment says more.
const FEW: usize = 10_000;

/// A box with many schools.
struct Town {
    app: TestApp,
    lessons: Lessons,
    personas: Personas,
    retrieval: Retrieval,
    /// Reads so far.
    reads: AtomicUsize,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let retrieval = Retrieval::new(app.core.clone());
        Self {
            lessons: Lessons::new(app.core.clone(), retrieval.clone()),
            personas: Personas::new(app.core.clone()),
            retrieval,
            app,
            reads: AtomicUsize::new(0),
        }
    }

    /// Puts schools onto the box and lets everybody look at everything.
    async fn check(&self, schools: &[School]) {
        let made = schools.to_vec();
        let write = move |conn: &rusqlite::Connection| seed(conn, &made);
        let ids = self.app.core.db.core.write(write).await.unwrap();
        let mut indexing = Vec::new();
        for (school, ids) in schools.iter().zip(&ids) {
            for (n, lesson) in ids.lessons.iter().enumerate() {
                if school.is_indexed(n) {
                    indexing.push(self.index(ids, *lesson, n));
                }
            }
        }
        // Side by side, because each waits for a commit that many may share.
        join_all(indexing).await;
        // Opened anew, because sessions are read at the start.
        let nothing =
            Arc::new(|_, _, _| -> BoxFuture<'static, Result<()>> { Box::pin(async { Ok(()) }) });
        let accounts = Accounts::open(self.app.core.clone(), nothing, bwenge::presets::furnish)
            .await
            .unwrap();
        let classes = Classes::new(self.app.core.clone(), accounts.clone());
        for (place, school) in schools.iter().enumerate() {
            for who in 0..school.people.len() {
                let session = ids[place].sessions[who];
                assert_eq!(accounts.is_live(session), school.is_here(who));
                if school.is_here(who) {
                    let looking = Looking {
                        town: self,
                        school,
                        who,
                        actor: actor(school, &ids[place], who, session),
                        own: &ids[place],
                        all: &ids,
                    };
                    looking.at_classes(&classes).await;
                    looking.at_lessons().await;
                    looking.at_tutors().await;
                }
            }
        }
        let lessons = ids.iter().flat_map(|ids| &ids.lessons);
        let removing = lessons.map(|lesson| self.retrieval.remove(*lesson));
        for removed in join_all(removing).await {
            removed.unwrap();
        }
    }

    async fn index(&self, ids: &Ids, lesson: LessonId, n: usize) {
        let passage = Passage {
            lesson,
            ordinal: 0,
            anchor: Anchor {
                kind: AnchorKind::Section,
                number: 1,
                label: None,
                time: None,
            },
            language: Some(Language::English),
            text: format!("The crystal of place {n} glows violet in spring."),
        };
        let indexed = self.retrieval.replace(ids.org, lesson, vec![passage]);
        indexed.await.unwrap();
    }

    fn count(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }
}

fn actor(school: &School, ids: &Ids, who: usize, session: SessionId) -> Actor {
    Actor {
        org: ids.org,
        user: ids.people[who],
        role: school.people[who].role,
        platform_admin: false,
        session,
        language: Language::English,
    }
}

/// Somebody who looks around.
struct Looking<'a> {
    town: &'a Town,
    school: &'a School,
    who: usize,
    actor: Actor,
    own: &'a Ids,
    all: &'a [Ids],
}

impl Looking<'_> {
    async fn at_classes(&self, classes: &Classes) {
        let (school, who) = (self.school, self.who);
        let listed = classes.list(&self.actor).await.unwrap();
        self.town.count();
        let mut listed: Vec<_> = listed.iter().map(|class| class.id).collect();
        listed.sort_unstable();
        let seen = |class: &usize| school.sees_class(who, *class);
        assert_eq!(listed, chosen(&self.own.classes, seen));
        for ids in self.all {
            for (n, class) in ids.classes.iter().enumerate() {
                let opened = classes.get(&self.actor, *class).await;
                let expected = ids.org == self.own.org && seen(&n);
                assert_eq!(self.is_there(&opened), expected);
                let Ok((class, members)) = opened else {
                    continue;
                };
                let mut found: Vec<_> = members.iter().map(|member| member.id).collect();
                found.sort_unstable();
                let there = |person: &usize| {
                    school.is_in(*person, n) && school.people[*person].standing != Standing::Trashed
                };
                assert_eq!(found, chosen(&self.own.people, there));
                let active = |person: &usize| {
                    school.is_in(*person, n) && school.is_here(*person) && !school.is_staff(*person)
                };
                let learners = chosen(&self.own.people, active).len();
                assert_eq!(class.learners as usize, learners);
            }
        }
    }

    async fn at_lessons(&self) {
        let (school, who, lessons) = (self.school, self.who, &self.town.lessons);
        let listed = lessons.list(&self.actor).await.unwrap();
        self.town.count();
        let mut found: Vec<_> = listed.iter().map(|lesson| lesson.id).collect();
        found.sort_unstable();
        let readable = |lesson: &usize| school.may_read(who, *lesson);
        assert_eq!(found, chosen(&self.own.lessons, readable));
        for lesson in &listed {
            // Whom else it is for is not a learner's business.
            assert!(school.is_staff(who) || lesson.classes.is_none());
        }
        let findable = chosen(&self.own.lessons, |n| school.may_find(who, *n));
        assert_eq!(self.search(None).await, findable);
        for ids in self.all {
            for (n, lesson) in ids.lessons.iter().enumerate() {
                let opened = lessons.get(&self.actor, *lesson).await;
                let expected = ids.org == self.own.org && readable(&n);
                assert_eq!(self.is_there(&opened), expected);
                let found = self.search(Some(&[*lesson])).await;
                assert_eq!(found.contains(lesson), findable.contains(lesson));
                assert!(found.len() <= 1);
            }
        }
    }

    /// The lessons whose passages a search finds.
    async fn search(&self, wanted: Option<&[LessonId]>) -> Vec<LessonId> {
        let lessons = &self.town.lessons;
        let scope = lessons.scope(&self.actor, wanted).await.unwrap();
        let found = lessons.search(scope, QUESTION, 50).await.unwrap();
        self.town.count();
        let mut found: Vec<_> = found.hits.iter().map(|hit| hit.passage.lesson).collect();
        found.sort_unstable();
        found
    }

    async fn at_tutors(&self) {
        let (school, who, personas) = (self.school, self.who, &self.town.personas);
        let listed = personas.list(&self.actor).await.unwrap();
        self.town.count();
        let mut listed: Vec<_> = listed.iter().map(|tutor| tutor.id).collect();
        listed.sort_unstable();
        let asked = |tutor: &usize| school.may_ask(who, *tutor);
        assert_eq!(listed, chosen(&self.own.tutors, asked));
        for ids in self.all {
            for (n, tutor) in ids.tutors.iter().enumerate() {
                let opened = personas.get(&self.actor, *tutor).await;
                let expected = ids.org == self.own.org && asked(&n);
                assert_eq!(self.is_there(&opened), expected);
                let Ok(tutor) = opened else {
                    continue;
                };
                let question = QUESTION.to_owned();
                let lessons = &self.town.lessons;
                let asking = Sources::find(lessons, &self.actor, &tutor, None, question, None);
                let sources = asking.await.unwrap();
                self.town.count();
                let allows = |lesson: &usize| school.answers_from(who, n, *lesson);
                let allowed = chosen(&self.own.lessons, allows);
                let given = sources.passages.iter().map(|passage| passage.lesson_id);
                let given: Vec<_> = given.collect();
                assert!(given.iter().all(|lesson| allowed.contains(lesson)));
                assert_eq!(given.is_empty(), allowed.is_empty());
            }
        }
    }

    /// Whether something is there for this person; a refusal says that it is not.
    fn is_there<T>(&self, opened: &Result<T>) -> bool {
        self.town.count();
        match opened {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.code(), Code::NotFound);
                false
            }
        }
    }
}

/// The ids of the things with these numbers, in order.
fn chosen<T: Copy + Ord>(ids: &[T], wanted: impl Fn(&usize) -> bool) -> Vec<T> {
    let numbers = (0..ids.len()).filter(wanted);
    let mut chosen: Vec<T> = numbers.map(|n| ids[n]).collect();
    chosen.sort_unstable();
    chosen
}

fn cases() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no configuration to read it from"
    )]
    let wanted = std::env::var("BWENGE_CASES");
    wanted.map_or(FEW, |number| number.parse().expect("a number"))
}

#[test]
fn nobody_sees_what_is_not_for_them() {
    let runtime = Runtime::new().unwrap();
    let town = runtime.block_on(Town::open());
    let config = Config {
        cases: 8,
        failure_persistence: None,
        ..Config::default()
    };
    let wanted = cases();
    while town.reads.load(Ordering::Relaxed) < wanted {
        // A runner counts its cases over all runs, and would be done for good.
        let run = TestRunner::new(config.clone()).run(&schools(), |schools| {
            runtime.block_on(town.check(&schools));
            Ok(())
        });
        if let Err(error) = run {
            panic!("{error}");
        }
    }
    println!("{} reads", town.reads.load(Ordering::Relaxed));
    runtime.block_on(town.app.end());
}
