//! What a policy says, and what follows from it for somebody who asks for something.

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// No account is needed.
    Anybody,
    /// Whoever is signed in, guests too.
    Guest,
    /// Whoever has an account.
    SignedIn,
    /// Teachers and administrators.
    Staff,
    /// Administrators, and the teachers of the class it is about.
    Teaching,
    /// Administrators of the school.
    Admin,
    /// Administrators of the box.
    BoxAdmin,
    /// Programs with a key.
    Program,
}

/// What `{id}` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    Nothing,
    User,
    /// Somebody who may be in the trash; who is gone was erased.
    Person,
    TrashedUser,
    /// A learner in a class.
    Pupil,
    Class,
    TrashedClass,
    Term,
    Rollover,
    Import,
    /// For whoever runs schools.
    Org,
    /// The same for its own people.
    School,
    Invitation,
    Session,
    Lesson,
    Upload,
    Stick,
    Copy,
    Job,
    Persona,
    Chat,
    Message,
    Answer,
    RejectedAnswer,
    Key,
}

impl Thing {
    /// Whether only the person who made it may know of it.
    pub fn is_personal(self) -> bool {
        use Thing::{Chat, Copy, Import, Invitation, Message, Session, Upload};
        matches!(
            self,
            Chat | Copy | Import | Invitation | Message | Session | Upload
        )
    }

    fn is_class(self) -> bool {
        matches!(self, Self::Class | Self::TrashedClass | Self::Pupil)
    }
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    Empty,
    Json(&'static str),
    /// A type and a text.
    Bytes(&'static str, &'static str),
    /// A lesson as a browser sends it.
    Form,
    /// A request of the tus protocol, with a piece of a file unless it is empty.
    Tus(&'static str),
}

/// Who may do one thing, and how it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Method and path, as in the OpenAPI document.
    pub operation: &'static str,
    pub grant: Grant,
    pub thing: Thing,
    pub query: &'static str,
    pub body: Body,
    /// What those get who may, when it is no success.
    pub gets: Option<u16>,
}

impl Policy {
    pub const fn new(operation: &'static str, grant: Grant) -> Self {
        Self {
            operation,
            grant,
            thing: Thing::Nothing,
            query: "",
            body: Body::Empty,
            gets: None,
        }
    }

    pub const fn of(mut self, thing: Thing) -> Self {
        self.thing = thing;
        self
    }

    pub const fn query(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }

    pub const fn json(self, text: &'static str) -> Self {
        self.body(Body::Json(text))
    }

    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    pub const fn gets(mut self, status: u16) -> Self {
        self.gets = Some(status);
        self
    }

    pub fn method(&self) -> &'static str {
        self.operation.split_once(' ').unwrap().0
    }

    /// The path with `id` in it.
    pub fn path(&self, id: &str) -> String {
        let template = self.operation.split_once(' ').unwrap().1;
        let path = template.replace("{id}", id);
        match self.query {
            "" => path,
            query => format!("{path}?{query}"),
        }
    }

    pub fn is_read(&self) -> bool {
        matches!(self.method(), "GET" | "HEAD" | "OPTIONS")
    }
}

/// Who asks. Each is of the first school but the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    Stranger,
    /// A program with a key of the school.
    Key,
    /// Without an account.
    Guest,
    /// In no class.
    Learner,
    Teacher,
    /// A teacher of other classes.
    Colleague,
    Admin,
    /// The administrator of the box.
    BoxAdmin,
    /// The administrator of another school.
    Foreigner,
}

impl Who {
    pub const ALL: [Self; 9] = [
        Self::Stranger,
        Self::Key,
        Self::Guest,
        Self::Learner,
        Self::Teacher,
        Self::Colleague,
        Self::Admin,
        Self::BoxAdmin,
        Self::Foreigner,
    ];

    fn is_admin(self) -> bool {
        matches!(self, Self::Admin | Self::BoxAdmin | Self::Foreigner)
    }

    fn teaches(self) -> bool {
        matches!(self, Self::Teacher | Self::Colleague)
    }
}

/// Which one of the things there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// One's own, or of one's school and one's class.
    Own,
    /// Another person's or class's of the same school.
    Another,
    /// Another school's.
    Theirs,
    /// It was there once.
    Deleted,
}

/// What is to come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 401.
    Unknown,
    /// 403.
    Forbidden,
    /// 404: as if there were no such thing.
    Missing,
    /// It is done, or what the policy says.
    Done,
    /// It is not refused for who asks.
    Allowed,
}

/// What has to come of it when `who` asks for one of its things; none when there is no
/// such case.
pub fn outcome(policy: &Policy, who: Who, which: Which) -> Option<Outcome> {
    use Outcome::{Allowed, Done, Forbidden, Missing, Unknown};
    let thing = policy.thing;
    let exists = match (thing, which) {
        (_, Which::Own) => true,
        (Thing::Nothing, _) => false,
        (Thing::Stick, which) => which == Which::Deleted,
        (Thing::Org | Thing::School, which) => which == Which::Theirs,
        _ => true,
    };
    let asks = match who {
        // Who they are decides, whatever it is about.
        Who::Stranger | Who::Key => which == Which::Own,
        Who::Colleague => which == Which::Own && thing.is_class(),
        Who::Foreigner if thing == Thing::Nothing => true,
        Who::Foreigner => which == Which::Theirs,
        _ => true,
    };
    if !exists || !asks {
        return None;
    }
    match (policy.grant, who) {
        (Grant::Anybody, Who::Stranger) => return Some(Allowed),
        // Whoever signs in or out again is not whom the next requests expect.
        (Grant::Anybody, _) => return None,
        (Grant::Program, Who::Key) => return Some(Done),
        (Grant::Program, _) | (_, Who::Stranger | Who::Key) => return Some(Unknown),
        _ => {}
    }
    let may = match policy.grant {
        Grant::Anybody | Grant::Guest | Grant::Program => true,
        Grant::SignedIn => who != Who::Guest,
        Grant::Staff | Grant::Teaching => who.is_admin() || who.teaches(),
        Grant::Admin => who.is_admin(),
        Grant::BoxAdmin => who == Who::BoxAdmin,
    };
    // Guests are told at the door that they are guests.
    if !may && who == Who::Guest {
        return Some(Forbidden);
    }
    // Other schools do not exist, whatever one may do in one's own.
    if thing == Thing::Org {
        let runs = who == Who::BoxAdmin || (may && which == Which::Own);
        return Some(if runs { Done } else { Missing });
    }
    if !may {
        return Some(Forbidden);
    }
    Some(match which {
        Which::Deleted | Which::Theirs => Missing,
        Which::Own if policy.grant == Grant::Teaching && who == Who::Colleague => Forbidden,
        Which::Own => Done,
        Which::Another if thing == Thing::Invitation && who.is_admin() => Allowed,
        Which::Another if thing.is_personal() => Missing,
        Which::Another => match thing {
            Thing::User if who.teaches() => Forbidden,
            Thing::Class | Thing::TrashedClass | Thing::Pupil
                if policy.grant == Grant::Teaching && who.teaches() =>
            {
                Forbidden
            }
            Thing::Lesson | Thing::Persona if matches!(who, Who::Guest | Who::Learner) => Missing,
            Thing::User
            | Thing::Pupil
            | Thing::Person
            | Thing::Class
            | Thing::TrashedClass
            | Thing::Lesson
            | Thing::Persona => Allowed,
            _ => return None,
        },
    })
}
