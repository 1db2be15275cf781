//! The place of the language model, and changing the model in it while people
//! ask.
//!
//! A change lets the answers in progress end, for a while; questions without a
//! word of their answer are given back and wait with the new ones. Then the old
//! worker ends, because two models seldom fit, and the new one must start and
//! write a few words. If it can not, the old model comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::engine::{Engine, no_model};
use super::generation::Generation;
use super::link::{Link, Replies};
use super::protocol::{Generate, Request};
use super::worker::{Launcher, State};
use super::{EngineKind, MAX_ANSWERS, ModelPlan, TRY_AGAIN_S};
use crate::error::{Code, Error, Result};
use crate::word_enum;

/// How long answers in progress may go on when the model is to be changed.
const LAST_WORDS: Duration = Duration::from_secs(30);

word_enum! {
    /// How far a change of the model has come.
    ChangeStep {
        /// Answers in progress end.
        Finishing = "finishing",
        /// The new model is loaded and tried out.
        Loading = "loading",
        /// It can not be used; the old one is loaded again.
        Returning = "returning",
    }
}

/// A change of the model in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Catalogue id of the new model.
    pub to: String,
    /// How far it has come.
    pub step: ChangeStep,
}

/// How the last change ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Catalogue id of the model that was to be used.
    pub to: String,
    /// Why it is not in use, as a sentence; none when it is.
    pub failed: Option<String>,
}

/// What is in the place.
#[derive(Clone, Default)]
pub struct Place {
    /// The model that answers, or answered until the change began.
    pub engine: Option<Arc<Engine>>,
    /// The change in progress.
    pub change: Option<Change>,
    /// How the last one ended.
    pub changed: Option<Changed>,
}

/// The place of the language model.
pub struct Slot {
    launcher: Launcher,
    place: watch::Sender<Place>,
    /// Requests that wait for a change to end.
    waiting: AtomicUsize,
}

impl Slot {
    /// A place with the model of `plan` in it, not started yet.
    pub fn new(plan: Option<ModelPlan>, launcher: &Launcher) -> Self {
        let engine = plan.map(|plan| Arc::new(Engine::new(EngineKind::Llm, plan, launcher)));
        let place = Place {
            engine,
            ..Place::default()
        };
        Self {
            launcher: launcher.clone(),
            place: watch::Sender::new(place),
            waiting: AtomicUsize::new(0),
        }
    }

    /// What is in it now.
    pub fn place(&self) -> Place {
        self.place.borrow().clone()
    }

    /// Begins an answer; waits while the model is changed.
    ///
    /// # Errors
    /// `unavailable` without a model or while it keeps failing; `queue_full`
    /// when too many answers are waiting.
    pub async fn generate(self: &Arc<Self>, request: Generate) -> Result<Generation> {
        let replies = self.send(&request, MAX_ANSWERS).await?;
        Ok(Generation::new(self.clone(), request, replies))
    }

    /// Asks the worker there is, or will be after a change, unless it has `most`
    /// requests already.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub async fn send(&self, request: &Generate, most: usize) -> Result<Replies> {
        let link = self.link(most).await?;
        let request = request.clone();
        Ok(link.request(|id| Request::Generate(Generate { id, ..request })))
    }

    /// The way to the worker there is, or will be after a change, unless it has
    /// `most` requests already.
    ///
    /// # Errors
    /// As [`Self::generate`].
    pub async fn link(&self, most: usize) -> Result<Link> {
        loop {
            let engine = self.settled(most).await?;
            let ready = match engine.worker.ready().await {
                Ok(ready) => ready,
                // It may have been replaced meanwhile.
                Err(error) if self.holds(&engine) => return Err(error),
                Err(_) => continue,
            };
            if ready.link.is_leaving() {
                continue;
            }
            if ready.link.open_count() >= most {
                return Err(too_many());
            }
            return Ok(ready.link);
        }
    }

    /// The engine, once no change is in progress.
    async fn settled(&self, most: usize) -> Result<Arc<Engine>> {
        let mut place = self.place.subscribe();
        if place.borrow().change.is_some() {
            let guard = Waiting::new(&self.waiting);
            if guard.before >= most {
                return Err(too_many());
            }
            // The sender lives as long as this.
            let _ = place.wait_for(|place| place.change.is_none()).await;
        }
        let engine = place.borrow().engine.clone();
        engine.ok_or_else(|| no_model("language"))
    }

    fn holds(&self, engine: &Arc<Engine>) -> bool {
        let place = self.place.borrow();
        let same = |held: &Arc<Engine>| Arc::ptr_eq(held, engine);
        place.change.is_none() && place.engine.as_ref().is_some_and(same)
    }

    /// Notes that a change begins.
    ///
    /// # Errors
    /// `conflict` while another is in progress.
    pub fn begin_change(&self, to: &str) -> Result<()> {
        let begun = self.place.send_if_modified(|place| {
            let free = place.change.is_none();
            if free {
                place.change = Some(Change {
                    to: to.to_owned(),
                    step: ChangeStep::Finishing,
                });
                place.changed = None;
            }
            free
        });
        match begun {
            true => Ok(()),
            false => Err(Error::new(
                Code::Conflict,
                "The model is being changed already.",
            )),
        }
    }

    /// Carries out a change that was begun. Must run to its end.
    ///
    /// # Errors
    /// Why the new model is not in use, as a sentence; the old one is back.
    pub async fn change(&self, plan: ModelPlan) -> std::result::Result<(), String> {
        let old = self.place.borrow().engine.clone();
        if let Some(old) = &old {
            if let State::Ready(ready) = old.worker.state() {
                ready.link.leave(LAST_WORDS).await;
            }
            old.worker.stop().await;
        }
        self.step(ChangeStep::Loading);
        let to = plan.id.clone();
        let new = Arc::new(Engine::new(EngineKind::Llm, plan, &self.launcher));
        tracing::info!(model = to, "llm.changing");
        let (engine, failed) = match new.try_out().await {
            Ok(()) => (Some(new), None),
            Err(why) => {
                tracing::warn!(model = to, why, "llm.change_failed");
                self.step(ChangeStep::Returning);
                new.worker.stop().await;
                (self.restore(old.as_deref()).await, Some(why))
            }
        };
        let outcome = failed.clone().map_or(Ok(()), Err);
        self.place.send_replace(Place {
            engine,
            change: None,
            changed: Some(Changed { to, failed }),
        });
        outcome
    }

    /// A new worker for the model that was there before.
    async fn restore(&self, old: Option<&Engine>) -> Option<Arc<Engine>> {
        let plan = old?.plan.clone();
        let engine = Arc::new(Engine::new(EngineKind::Llm, plan, &self.launcher));
        if let Err(why) = engine.worker.first_start().await {
            // It is tried again like any worker that died.
            tracing::error!(model = engine.plan.id, why, "llm.return_failed");
        }
        Some(engine)
    }

    fn step(&self, step: ChangeStep) {
        self.place.send_modify(|place| {
            if let Some(change) = &mut place.change {
                change.step = step;
            }
        });
    }
}

fn too_many() -> Error {
    Error::new(Code::QueueFull, "Too many answers are waiting.").retry_after(TRY_AGAIN_S)
}

/// Counts a request as waiting while it lives.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::super::fake::FakeEngine;
    use super::super::protocol::{
        FailureCode, Finish, Lane, LlmConfig, Prompt, Reply, WorkerConfig,
    };
    use super::*;

    const WORD: Duration = Duration::from_secs(1);

    fn plan(model: &str) -> ModelPlan {
        ModelPlan {
            id: model.to_owned(),
            config: WorkerConfig::Llm(LlmConfig {
                model: model.to_owned(),
                threads: 1,
                decode_threads: 1,
                context: 512,
                rows: 1,
                parked_bytes: 0,
            }),
            memory_bytes: 0,
            languages: Vec::new(),
            relevance_floor: None,
            memory: None,
            beginnings: None,
        }
    }

    fn slot() -> (Arc<Slot>, FakeEngine) {
        let engine = FakeEngine {
            word_pause: WORD,
            ..FakeEngine::default()
        };
        let launcher = Launcher::Fake(engine.clone());
        (Arc::new(Slot::new(Some(plan("old")), &launcher)), engine)
    }

    fn question(words: usize) -> Generate {
        Generate {
            id: 0,
            scope: 1,
            person: 1,
            lane: Lane::Pupil,
            prompt: Prompt::Text("word ".repeat(words)),
            max_tokens: 1000,
            least_tokens: 1000,
            temperature: 0.0,
            top_p: 1.0,
            seed: 0,
            stop: Vec::new(),
            schema: None,
            guesses: true,
        }
    }

    /// Words written and the last frame.
    async fn read(mut replies: Generation) -> (usize, Reply) {
        let (mut words, mut last) = (0, None);
        while let Some(reply) = replies.next().await {
            words += usize::from(matches!(reply, Reply::Token { .. }));
            last = Some(reply);
        }
        (words, last.expect("a last frame"))
    }

    fn is_done((words, last): &(usize, Reply), expected: usize) -> bool {
        let finish = Finish::Stop;
        *words == expected && matches!(last, Reply::Done { finish: f, .. } if *f == finish)
    }

    async fn change(slot: &Slot, to: &str) -> std::result::Result<(), String> {
        slot.begin_change(to).unwrap();
        slot.change(plan(to)).await
    }

    fn written_by(engine: &FakeEngine) -> Vec<String> {
        engine.written_by.lock().unwrap().clone()
    }

    #[tokio::test(start_paused = true)]
    async fn answers_end_and_questions_wait_while_the_model_changes() {
        let (slot, engine) = slot();
        let begun = tokio::spawn(read(slot.generate(question(10)).await.unwrap()));
        tokio::time::sleep(WORD * 3).await;
        // These two have no word of their answer yet, and one is given up.
        let early = tokio::spawn(read(slot.generate(question(4)).await.unwrap()));
        let mut unwanted = slot.generate(question(4)).await.unwrap();
        let changing = tokio::spawn({
            let slot = slot.clone();
            async move { change(&slot, "new").await }
        });
        tokio::time::sleep(WORD / 2).await;
        let step = slot.place().change.unwrap();
        assert_eq!(
            (step.to.as_str(), step.step),
            ("new", ChangeStep::Finishing)
        );
        let again = slot.begin_change("third").unwrap_err();
        assert_eq!(again.code(), Code::Conflict);
        unwanted.cancel();
        let (words, last) = read(unwanted).await;
        let cancelled = matches!(
            last,
            Reply::Done {
                finish: Finish::Cancelled,
                ..
            }
        );
        assert!(words == 0 && cancelled, "{last:?}");
        let late = tokio::spawn({
            let slot = slot.clone();
            async move { read(slot.generate(question(5)).await.unwrap()).await }
        });
        assert_eq!(changing.await.unwrap(), Ok(()));
        assert!(is_done(&begun.await.unwrap(), 10));
        assert!(is_done(&early.await.unwrap(), 4));
        assert!(is_done(&late.await.unwrap(), 5));
        // The second is the trial of the new model.
        assert_eq!(written_by(&engine), ["old", "new", "new", "new"]);
        let place = slot.place();
        assert_eq!(place.engine.unwrap().plan.id, "new");
        let (to, failed) = ("new".to_owned(), None);
        assert_eq!(place.changed, Some(Changed { to, failed }));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_too_long_is_cut() {
        let (slot, engine) = slot();
        let long = tokio::spawn(read(slot.generate(question(100)).await.unwrap()));
        tokio::time::sleep(WORD * 2).await;
        let began = Instant::now();
        change(&slot, "new").await.unwrap();
        let took = began.elapsed();
        assert!(took >= LAST_WORDS && took < LAST_WORDS * 2, "{took:?}");
        let (words, last) = long.await.unwrap();
        let code = FailureCode::Crashed;
        assert!(
            matches!(last, Reply::Failed { code: c, .. } if c == code),
            "{last:?}"
        );
        assert!((30..40).contains(&words), "{words}");
        assert_eq!(written_by(&engine), ["new"]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_old_model_comes_back_when_the_new_one_fails() {
        let (slot, engine) = slot();
        for (bad, why) in [
            ("broken", "the fake model is broken"),
            ("silent", "no hello in time"),
            ("mute", "it wrote no words"),
        ] {
            let waiting = tokio::spawn(read(slot.generate(question(2)).await.unwrap()));
            tokio::time::sleep(WORD / 2).await;
            let failed = change(&slot, bad).await.unwrap_err();
            assert!(failed.contains(why), "{failed}");
            assert!(is_done(&waiting.await.unwrap(), 2), "{bad}");
            let place = slot.place();
            assert_eq!(place.change, None);
            let (to, failed) = (bad.to_owned(), Some(failed));
            assert_eq!(place.changed, Some(Changed { to, failed }));
            assert_eq!(place.engine.unwrap().plan.id, "old");
        }
        let by_old = written_by(&engine).iter().filter(|by| *by == "old").count();
        assert_eq!(by_old, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_box_without_a_model_gets_one() {
        let launcher = Launcher::Fake(FakeEngine::default());
        let slot = Arc::new(Slot::new(None, &launcher));
        let none = slot.generate(question(1)).await.err().unwrap();
        assert_eq!(none.code(), Code::Unavailable);
        change(&slot, "broken").await.unwrap_err();
        assert!(slot.place().engine.is_none());
        change(&slot, "new").await.unwrap();
        assert!(is_done(
            &read(slot.generate(question(1)).await.unwrap()).await,
            1
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn not_everybody_may_wait() {
        let (slot, _) = slot();
        slot.begin_change("new").unwrap();
        let waiting: Vec<_> = (0..MAX_ANSWERS)
            .map(|_| {
                let slot = slot.clone();
                tokio::spawn(async move { read(slot.generate(question(1)).await.unwrap()).await })
            })
            .collect();
        tokio::time::sleep(WORD).await;
        let refused = slot.generate(question(1)).await.err().unwrap();
        assert_eq!(refused.code(), Code::QueueFull);
        slot.change(plan("new")).await.unwrap();
        for answer in waiting {
            assert!(is_done(&answer.await.unwrap(), 1));
        }
    }
}
