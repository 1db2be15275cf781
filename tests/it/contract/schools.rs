//! Schools as they could be, and a plain model of who sees what in them.

use bwenge::accounts::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Any schools on one box.
pub fn schools() -> impl Strategy<Value = Vec<School>> {
    vec(school(), 2..=3)
}

#[derive(Debug, Clone)]
pub struct School {
    pub people: Vec<Person>,
    pub classes: Vec<Standing>,
    pub lessons: Vec<Lesson>,
    pub tutors: Vec<Tutor>,
}

/// Numbers of things of the same school; those there are none of count nothing.
pub type Numbers = Vec<usize>;

#[derive(Debug, Clone)]
pub struct Person {
    pub role: Role,
    pub standing: Standing,
    pub classes: Numbers,
}

/// How a class or a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    There,
    /// A class that is archived, a person whose account is closed.
    Over,
    Trashed,
}

/// Whom a lesson or a tutor is for.
#[derive(Debug, Clone)]
pub struct Audience {
    pub shared: bool,
    /// None is the whole school.
    pub classes: Option<Numbers>,
}

#[derive(Debug, Clone)]
pub struct Lesson {
    pub audience: Audience,
    /// The word of its status.
    pub status: &'static str,
}

#[derive(Debug, Clone)]
pub struct Tutor {
    pub audience: Audience,
    pub active: bool,
    /// The lessons it answers from; none is all.
    pub lessons: Option<Numbers>,
}

impl School {
    /// Whether somebody signs in and uses the box at all.
    pub fn is_here(&self, who: usize) -> bool {
        self.people[who].standing == Standing::There
    }

    pub fn is_staff(&self, who: usize) -> bool {
        matches!(self.people[who].role, Role::Admin | Role::Teacher)
    }

    pub fn may_read(&self, who: usize, lesson: usize) -> bool {
        self.is_staff(who) || self.reaches(&self.lessons[lesson].audience, who)
    }

    /// Whether searches find it at all.
    pub fn is_indexed(&self, lesson: usize) -> bool {
        ["searchable", "ready"].contains(&self.lessons[lesson].status)
    }

    /// Whether a search of this person finds it.
    pub fn may_find(&self, who: usize, lesson: usize) -> bool {
        self.is_indexed(lesson) && self.may_read(who, lesson)
    }

    pub fn may_ask(&self, who: usize, tutor: usize) -> bool {
        let tutor = &self.tutors[tutor];
        self.is_staff(who) || (tutor.active && self.reaches(&tutor.audience, who))
    }

    /// Whether this tutor answers this person from a lesson.
    pub fn answers_from(&self, who: usize, tutor: usize, lesson: usize) -> bool {
        let allowed = &self.tutors[tutor].lessons;
        let allows = allowed.as_ref().is_none_or(|ids| ids.contains(&lesson));
        allows && self.may_find(who, lesson)
    }

    pub fn sees_class(&self, who: usize, class: usize) -> bool {
        match self.classes[class] {
            Standing::There => self.is_staff(who) || self.is_in(who, class),
            Standing::Over => self.is_staff(who),
            Standing::Trashed => false,
        }
    }

    pub fn is_in(&self, who: usize, class: usize) -> bool {
        self.people[who].classes.contains(&class)
    }

    fn reaches(&self, audience: &Audience, learner: usize) -> bool {
        let learns_in = |class: &usize| {
            let standing = self.classes.get(*class);
            standing == Some(&Standing::There) && self.is_in(learner, *class)
        };
        let classes = audience.classes.as_ref();
        audience.shared && classes.is_none_or(|all| all.iter().any(learns_in))
    }
}

/// Things of one kind that a school has at most.
const MOST: usize = 5;

fn school() -> impl Strategy<Value = School> {
    let parts = (
        vec(person(), 1..=MOST),
        vec(standing(), 0..=MOST),
        vec(lesson(), 0..=MOST),
        vec(tutor(), 0..=3),
    );
    parts.prop_map(|(people, classes, lessons, tutors)| School {
        people,
        classes,
        lessons,
        tutors,
    })
}

fn person() -> impl Strategy<Value = Person> {
    use Role::{Admin, Guest, Learner, Teacher};
    let role = select(vec![Learner, Learner, Learner, Guest, Teacher, Admin]);
    (role, standing(), numbers()).prop_map(|(role, standing, classes)| Person {
        role,
        standing,
        // Guests are in no class.
        classes: if role == Guest { Vec::new() } else { classes },
    })
}

fn standing() -> impl Strategy<Value = Standing> {
    use Standing::{Over, There, Trashed};
    select(vec![There, There, There, Over, Trashed])
}

fn audience() -> impl Strategy<Value = Audience> {
    let shared = proptest::bool::weighted(0.8);
    let classes = proptest::option::of(numbers());
    (shared, classes).prop_map(|(shared, classes)| Audience { shared, classes })
}

fn lesson() -> impl Strategy<Value = Lesson> {
    let status = select(vec!["ready", "ready", "searchable", "queued", "failed"]);
    (audience(), status).prop_map(|(audience, status)| Lesson { audience, status })
}

fn tutor() -> impl Strategy<Value = Tutor> {
    let active = proptest::bool::weighted(0.8);
    let lessons = proptest::option::of(numbers());
    (audience(), active, lessons).prop_map(|(audience, active, lessons)| Tutor {
        audience,
        active,
        lessons,
    })
}

fn numbers() -> impl Strategy<Value = Numbers> {
    proptest::sample::subsequence((0..MOST).collect::<Vec<_>>(), 0..=MOST)
}
