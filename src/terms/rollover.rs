//! Roll-over: the classes of a term go on in another one.
//!
//! A class is copied (a new class of the same name, without learners), promoted (its
//! learners go on in the class above) or ended. People stay with the class, lessons and
//! tutors with the name: the new P6 A gets those the P6 A before it had. The old class
//! is archived with its members, so the whole step can be taken back: for 30 days of the
//! box's life, as what is in the trash, because no clock that is set ahead may take a
//! school's way back.

use std::collections::{HashMap, HashSet};

use super::{Terms, store};
use crate::accounts::{Actor, checked_name, kept_since};
use crate::audit::{self, Action, Note};
use crate::classes;
use crate::error::{Code, Error, Result};
use crate::events::{self, Event};
use crate::types::{ClassId, Lived, RolloverId, TermId, Timestamp, UserId};
use crate::word_enum;

/// Classes taken in one request.
const MOST_CLASSES: usize = 500;

word_enum! {
    /// What becomes of a class.
    How {
        /// A new class with its teachers, lessons and tutors, without learners.
        Copy = "copy",
        /// A new class with its learners and teachers.
        Promote = "promote",
        /// Nothing: it is over.
        End = "end",
    }
}

/// What is wanted of one class.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The class.
    pub class: ClassId,
    /// What becomes of it; promoted when absent and its name has a number, else copied.
    pub how: Option<How>,
    /// The name of the new class; the usual one when absent.
    pub name: Option<String>,
    /// Learners who do not go on.
    pub without: Vec<UserId>,
}

/// Which classes are taken.
#[derive(Debug, Clone)]
pub enum Which {
    /// All of a term that are not over.
    Of(TermId),
    /// These.
    These(Vec<Wish>),
}

/// A class that is to go on, as it is now.
#[derive(Debug)]
pub(super) struct Old {
    pub(super) id: ClassId,
    pub(super) name: String,
    pub(super) term: Option<TermId>,
    pub(super) teachers: u32,
    pub(super) lessons: u32,
    pub(super) tutors: u32,
    pub(super) learners: Vec<Learner>,
}

/// A learner of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// Who.
    pub id: UserId,
    /// The learner's name.
    pub name: String,
}

/// What is around the classes that are to go on.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Names of other classes that are not over.
    pub(super) names: Vec<String>,
    /// Learners who are in such a class.
    pub(super) elsewhere: HashSet<UserId>,
}

/// What becomes of one class.
#[derive(Debug)]
pub struct Step {
    /// The class as it is now.
    pub class: ClassId,
    /// Its name now.
    pub name: String,
    /// What becomes of it.
    pub how: How,
    /// The name of the new class.
    pub new_name: Option<String>,
    /// Whether another class has that name, or gets it in the same roll-over.
    pub name_taken: bool,
    /// Learners who go on.
    pub learners: u32,
    /// Learners who do not.
    pub stay: u32,
    /// Teachers who go on.
    pub teachers: u32,
    /// Lessons the new class gets.
    pub lessons: u32,
    /// Tutors the new class gets.
    pub tutors: u32,
    /// The class it gets them from.
    pub(super) heir_of: Option<ClassId>,
    pub(super) without: Vec<UserId>,
}

/// What a roll-over does.
#[derive(Debug)]
pub struct Plan {
    /// By name.
    pub steps: Vec<Step>,
    /// Learners who are in no class afterwards, by name; their accounts stay.
    pub leavers: Vec<Learner>,
}

/// A roll-over that was done.
#[derive(Debug)]
pub struct Rollover {
    /// Its id.
    pub id: RolloverId,
    /// Where the classes were taken.
    pub into: TermId,
    /// When.
    pub done_at: Timestamp,
    /// How long the box had been there then.
    pub done_lived: Lived,
    /// How many classes.
    pub classes: u32,
}

impl Terms {
    /// What a roll-over into a term would do; nothing is changed.
    ///
    /// # Errors
    /// `not_found` for a term that is not there; `invalid_field` for a class that is
    /// not there, is over or in that term already.
    pub async fn plan(&self, actor: &Actor, into: TermId, which: Which) -> Result<Plan> {
        check(&which)?;
        let org = actor.org;
        let read = move |conn: &_| store::rollover::plan(conn, org, into, &which);
        self.app.db.core.read(read).await
    }

    /// Takes classes into a term, all or none.
    ///
    /// # Errors
    /// As for the plan; `name_taken` when two classes would have one name.
    pub async fn roll_over(
        &self,
        actor: &Actor,
        into: TermId,
        which: Which,
    ) -> Result<(RolloverId, Plan)> {
        check(&which)?;
        let (actor, org) = (*actor, actor.org);
        let (id, at) = (RolloverId::new(), self.app.clock.moment());
        let now = at.now;
        let write = move |conn: &_| {
            let plan = store::rollover::plan(conn, org, into, &which)?;
            if plan.steps.is_empty() {
                return Err(Error::invalid(
                    "classes",
                    "There is no class to take along.",
                ));
            }
            if let Some(step) = plan.steps.iter().find(|step| step.name_taken) {
                let name = step.new_name.as_deref().unwrap_or_default();
                let detail = format!("Two classes would be called {name}.");
                return Err(Error::new(Code::NameTaken, detail).with_field("classes"));
            }
            store::rollover::carry_out(conn, org, (id, into), &plan, at)?;
            let classes = u32::try_from(plan.steps.len()).unwrap_or(u32::MAX);
            let event = Event::RolledOver {
                rollover: id,
                term: into,
                classes,
            };
            events::append(conn, org, &event, now)?;
            let term = store::get(conn, org, into)?;
            let note = Note::new(Action::RolledOver).of(id).name(&term.name);
            audit::record(conn, actor, note.number("classes", classes), now)?;
            Ok((id, plan))
        };
        self.app.db.core.write(write).await
    }

    /// The roll-overs of a school that can be undone, the last one first.
    pub async fn rollovers(&self, actor: &Actor) -> Result<Vec<Rollover>> {
        let (org, since) = (actor.org, kept_since(self.app.clock.lived()));
        let core = &self.app.db.core;
        core.read(move |conn| store::rollover::list(conn, org, since))
            .await
    }

    /// Undoes a roll-over: the classes that were made go to the trash, those they were
    /// made of go on.
    ///
    /// # Errors
    /// `not_found` after 30 days; `name_taken` when a class that goes on has the name of
    /// another by now; `conflict` when one that was made was taken further.
    pub async fn undo(&self, actor: &Actor, id: RolloverId) -> Result<()> {
        let (actor, org, at) = (*actor, actor.org, self.app.clock.moment());
        let now = at.now;
        let write = move |conn: &_| {
            store::rollover::undo(conn, org, id, kept_since(at.lived), at)?;
            events::append(conn, org, &Event::RolloverUndone { rollover: id }, now)?;
            audit::record(conn, actor, Note::new(Action::RolloverUndone).of(id), now)
        };
        self.app.db.core.write(write).await
    }
}

fn check(which: &Which) -> Result<()> {
    match which {
        Which::These(wishes) if wishes.len() > MOST_CLASSES => {
            let detail = format!("Take at most {MOST_CLASSES} classes at once.");
            Err(Error::invalid("classes", detail))
        }
        _ => Ok(()),
    }
}

/// What becomes of classes: those of `olds` that somebody has a wish for, or all of them.
pub(super) fn plan(olds: &[Old], wishes: Option<&[Wish]>, around: &Around) -> Result<Plan> {
    let usual = |old: &Old| Wish {
        class: old.id,
        how: None,
        name: None,
        without: Vec::new(),
    };
    let wishes: HashMap<ClassId, Wish> = match wishes {
        Some(wishes) => wishes.iter().map(|w| (w.class, w.clone())).collect(),
        None => olds.iter().map(|old| (old.id, usual(old))).collect(),
    };
    let by_name: HashMap<String, &Old> = olds.iter().map(|old| (key(&old.name), old)).collect();
    let mut steps = Vec::new();
    for old in olds {
        if let Some(wish) = wishes.get(&old.id) {
            steps.push(step(old, wish, &by_name)?);
        }
    }
    let mut names: HashMap<String, u32> = HashMap::new();
    for name in around
        .names
        .iter()
        .chain(steps.iter().filter_map(|step| step.new_name.as_ref()))
    {
        *names.entry(key(name)).or_default() += 1;
    }
    for step in &mut steps {
        let name = step.new_name.as_deref().map(key);
        step.name_taken = name.is_some_and(|name| names[&name] > 1);
    }
    Ok(Plan {
        leavers: leavers(olds, &steps, around),
        steps,
    })
}

fn step(old: &Old, wish: &Wish, by_name: &HashMap<String, &Old>) -> Result<Step> {
    let raised = classes::raised(&old.name);
    let how = wish.how.unwrap_or(match raised {
        Some(_) => How::Promote,
        None => How::Copy,
    });
    let usual = match how {
        How::Promote => raised.unwrap_or_else(|| old.name.clone()),
        How::Copy | How::End => old.name.clone(),
    };
    let wanted = match &wish.name {
        Some(name) => checked_name("name", name)?,
        None => usual,
    };
    let new_name = (how != How::End).then_some(wanted);
    let heir_of = match (how, &new_name) {
        (How::Copy, _) => Some(old),
        (How::Promote, Some(name)) => by_name.get(&key(name)).copied(),
        _ => None,
    };
    let going = |learner: &&Learner| how == How::Promote && !wish.without.contains(&learner.id);
    let learners = old.learners.iter().filter(going).count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Step {
        class: old.id,
        name: old.name.clone(),
        how,
        name_taken: false,
        learners: count(learners),
        stay: count(old.learners.len() - learners),
        teachers: if new_name.is_some() { old.teachers } else { 0 },
        lessons: heir_of.map_or(0, |heir| heir.lessons),
        tutors: heir_of.map_or(0, |heir| heir.tutors),
        heir_of: heir_of.map(|heir| heir.id),
        without: wish.without.clone(),
        new_name,
    })
}

/// Those who are in none of the new classes and in none that stays.
fn leavers(olds: &[Old], steps: &[Step], around: &Around) -> Vec<Learner> {
    let of = |step: &Step| olds.iter().find(|old| old.id == step.class);
    let mut stay = around.elsewhere.clone();
    for step in steps.iter().filter(|step| step.how == How::Promote) {
        let learners = of(step).into_iter().flat_map(|old| &old.learners);
        let going = learners.filter(|learner| !step.without.contains(&learner.id));
        stay.extend(going.map(|learner| learner.id));
    }
    let mut seen = HashSet::new();
    let mut leavers: Vec<Learner> = steps
        .iter()
        .filter_map(of)
        .flat_map(|old| &old.learners)
        .filter(|learner| !stay.contains(&learner.id) && seen.insert(learner.id))
        .cloned()
        .collect();
    leavers.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    leavers
}

/// What names are compared by: as the database does, without the case of A to Z.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learner(name: &str) -> Learner {
        Learner {
            id: UserId::new(),
            name: name.into(),
        }
    }

    fn old(name: &str, lessons: u32, learners: &[&Learner]) -> Old {
        Old {
            id: ClassId::new(),
            name: name.into(),
            term: None,
            teachers: 2,
            lessons,
            tutors: 0,
            learners: learners.iter().map(|one| (*one).clone()).collect(),
        }
    }

    fn wish(old: &Old, how: How) -> Wish {
        Wish {
            class: old.id,
            how: Some(how),
            name: None,
            without: Vec::new(),
        }
    }

    fn names(plan: &Plan) -> Vec<&str> {
        plan.leavers.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn a_ladder_goes_up_and_lessons_stay_with_the_name() {
        let (a, b, c) = (learner("A"), learner("B"), learner("C"));
        let olds = [old("P5 A", 3, &[&a, &b]), old("P6 A", 7, &[&c])];
        let mut out = wish(&olds[0], How::Promote);
        out.without = vec![b.id];
        let wishes = [out, wish(&olds[1], How::End)];
        let plan = plan(&olds, Some(&wishes), &Around::default()).unwrap();
        let [up, end] = &plan.steps[..] else {
            panic!("{plan:?}");
        };
        assert_eq!(up.new_name.as_deref(), Some("P6 A"));
        assert!(!up.name_taken, "the one of that name ends");
        assert_eq!((up.learners, up.stay, up.teachers), (1, 1, 2));
        assert_eq!(up.lessons, 7, "those of the P6 A before");
        assert_eq!(
            (end.new_name.as_deref(), end.stay, end.teachers),
            (None, 1, 0)
        );
        assert_eq!(names(&plan), ["B", "C"]);
    }

    #[test]
    fn a_copy_keeps_teachers_and_lessons_and_no_learners() {
        let (a, b) = (learner("A"), learner("B"));
        let olds = [old("Choir", 3, &[&b, &a])];
        let around = Around {
            elsewhere: HashSet::from([b.id]),
            ..Around::default()
        };
        let plan = plan(&olds, None, &around).unwrap();
        let [copy] = &plan.steps[..] else {
            panic!("{plan:?}");
        };
        assert_eq!(copy.how, How::Copy, "no number to raise");
        assert_eq!(copy.new_name.as_deref(), Some("Choir"));
        assert_eq!(
            (copy.learners, copy.stay, copy.teachers, copy.lessons),
            (0, 2, 2, 3)
        );
        assert_eq!(names(&plan), ["A"], "the other is in a class that stays");
    }

    #[test]
    fn names_that_are_taken_are_told() {
        let olds = [
            old("P5 A", 0, &[]),
            old("P6 A", 0, &[]),
            old("p5 B", 0, &[]),
        ];
        let check = |wishes: &[Wish], around: &[&str], expect: &[bool]| {
            let around = Around {
                names: around.iter().map(|name| (*name).to_owned()).collect(),
                ..Around::default()
            };
            let plan = plan(&olds, Some(wishes), &around).unwrap();
            let taken: Vec<bool> = plan.steps.iter().map(|step| step.name_taken).collect();
            assert_eq!(taken, expect);
        };
        let (up, copied) = (wish(&olds[0], How::Promote), wish(&olds[1], How::Copy));
        check(&[up.clone(), copied], &[], &[true, true]);
        check(std::slice::from_ref(&up), &["p6 a"], &[true]);
        check(std::slice::from_ref(&up), &["P6 B"], &[false]);
        let mut renamed = wish(&olds[2], How::Promote);
        renamed.name = Some("P6 a".into());
        check(&[up, renamed], &[], &[true, true]);
    }
}
