//! What goes over the wire: the JSON of set-up, signing in, people, schools.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AgeBand, Browser, Line, Org, OrgKind, Person, Role, Way};
use crate::config::Secret;
use crate::types::{Language, OrgId, Timestamp, UserId};

/// What anybody may know about the box before signing in.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoxInfo {
    /// The product's name.
    #[schema(example = "Bwenge", value_type = String)]
    pub name: &'static str,
    /// The release.
    #[schema(value_type = String)]
    pub version: &'static str,
    /// Whether a school is there.
    pub setup_done: bool,
    /// Whether set-up asks for the code of the terminal.
    pub setup_code_needed: bool,
    /// The schools one can sign in to.
    pub schools: Vec<School>,
    /// Languages of the interface.
    #[schema(value_type = Vec<Language>)]
    pub languages: &'static [Language],
    /// The port of HTTPS, where it is served beside HTTP.
    pub https_port: Option<u16>,
}

/// A school as shown before signing in.
#[derive(Debug, Serialize, ToSchema)]
pub struct School {
    /// Its id, for signing in.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// The language it starts in.
    pub language: Language,
    /// Whether one may look around without an account.
    pub guests: bool,
}

/// The first school and its administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"school_name": "Our school", "school_kind": "primary",
    "language": "rw", "admin_name": "The headteacher", "username": "head",
    "password": "inzu ikawa umusozi", "sample": true, "preset": ["way", "terms"]}))]
pub struct Setup {
    /// 1 to 80 characters.
    pub school_name: String,
    /// The kind of place it is.
    pub school_kind: OrgKind,
    /// The language it starts in.
    pub language: Language,
    /// The administrator's name, 1 to 80 characters.
    pub admin_name: String,
    /// Letters, digits and `. _ -`, up to 40.
    pub username: String,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub password: Secret<String>,
    /// Whether to load the sample lessons.
    pub sample: bool,
    /// What the preset of its kind is to do; nothing unless said.
    #[serde(default)]
    pub preset: Vec<Line>,
    /// The code of the terminal, unless the browser is on the box.
    #[serde(default)]
    pub code: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The person.
    pub user: MeUser,
    /// The person's school.
    pub org: OrgView,
    /// Whether the session is one of a device that others use too.
    pub shared: bool,
    /// The minutes without a request after which such a session is over.
    #[schema(required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_minutes: Option<u32>,
}

impl Me {
    /// A person of a school, in a session that is over after some quiet minutes if it is
    /// one of a shared device.
    pub(super) fn new(person: Person, org: Org, quiet_minutes: Option<u32>) -> Self {
        Self {
            user: MeUser {
                id: person.id,
                name: person.name,
                username: person.username.shown,
                role: person.role,
                language: person.language,
                way: person.way,
                platform_admin: person.platform_admin,
            },
            org: org.into(),
            shared: quiet_minutes.is_some(),
            quiet_minutes,
        }
    }
}

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeUser {
    /// The person's id.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The name the person signs in with.
    pub username: String,
    /// What the person may do in the school.
    pub role: Role,
    /// The language of the interface.
    pub language: Language,
    /// What the person signs in with.
    pub way: Way,
    /// Also runs the box.
    pub platform_admin: bool,
}

/// A school.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Org)]
pub struct OrgView {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// The kind of place it is.
    pub kind: OrgKind,
    /// The language it starts in.
    pub language: Language,
}

impl From<Org> for OrgView {
    fn from(org: Org) -> Self {
        Self {
            id: org.id,
            name: org.name,
            kind: org.kind,
            language: org.language,
        }
    }
}

/// A user name and a password.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"username": "head", "password": "inzu ikawa umusozi", "tokens": "body"}))]
pub struct Credentials {
    /// The user name, in any case.
    pub username: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: Secret<String>,
    /// The school; needed when the box has several.
    #[serde(default)]
    pub org_id: Option<OrgId>,
    /// Where the tokens go.
    #[serde(default)]
    pub tokens: TokenPlace,
}

/// Where tokens go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenPlace {
    /// Into cookies, for browsers.
    #[default]
    Cookies,
    /// Into the answer, for programs.
    Body,
}

impl TokenPlace {
    /// The browser as whoever signs in comes by it: tokens in an answer replace no
    /// cookies, so what these are of goes on.
    pub(super) fn carrier(self, browser: Browser) -> Browser {
        match self {
            Self::Cookies => browser,
            Self::Body => Browser {
                before: None,
                ..browser
            },
        }
    }
}

/// Tokens for a program that sends them as bearer tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenSet {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// For `/auth/refresh`; each one counts once.
    pub refresh_token: String,
    /// How long the access token is good for, in seconds.
    pub expires_in: i64,
    /// Who signed in; only after signing in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub me: Option<Me>,
}

/// Who signed in, or with `"tokens":"body"` the tokens.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is one or the other")]
pub enum LoginAnswer {
    /// For browsers, with cookies.
    Me(Me),
    /// For programs.
    Tokens(TokenSet),
}

/// A refresh token in the body, for programs.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"refresh_token": "eyJhbGciOiJIUzI1NiJ9"}))]
pub struct RefreshBody {
    /// The last refresh token received.
    #[schema(value_type = String)]
    pub refresh_token: Secret<String>,
}

/// Changes to oneself; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"language": "fr"}))]
pub struct MePatch {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// A new language of the interface.
    #[serde(default)]
    pub language: Option<Language>,
    /// A new password; ends all other sessions.
    #[serde(default)]
    pub password: Option<PasswordPatch>,
}

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PasswordPatch {
    /// The password so far.
    #[schema(value_type = String, format = Password)]
    pub current: Secret<String>,
    /// Staff at least 12 characters, learners 8.
    #[schema(value_type = String, format = Password)]
    pub new: Secret<String>,
}

/// A person of the school.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// The person's id.
    pub id: UserId,
    /// The person's name.
    pub name: String,
    /// The name the person signs in with.
    pub username: String,
    /// What the person may do.
    pub role: Role,
    /// How old a learner is; none where nobody has said it, which counts as under 16.
    pub age: Option<AgeBand>,
    /// The language of the interface.
    pub language: Language,
    /// What the person signs in with.
    pub way: Way,
    /// Whether the person may sign in.
    pub active: bool,
    /// When the account was opened.
    pub created_at: Timestamp,
    /// When the person was last here, to a quarter of an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            username: person.username.shown,
            role: person.role,
            age: person.age,
            language: person.language,
            way: person.way,
            active: person.active,
            created_at: person.created_at,
            last_seen_at: person.last_seen_at,
        }
    }
}

/// A person to add.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "A learner", "username": "learner.1",
    "password": "amazi meza", "role": "learner", "language": "rw"}))]
pub struct NewUser {
    /// 1 to 80 characters.
    pub name: String,
    /// Letters, digits and `. _ -`, up to 40.
    pub username: String,
    /// Staff at least 12 characters, learners 8.
    #[schema(value_type = String, format = Password, min_length = 8)]
    pub password: Secret<String>,
    /// Teachers add learners only.
    pub role: Role,
    /// How old a learner is, where it is known.
    #[serde(default)]
    pub age: Option<AgeBand>,
    /// The language of the interface.
    pub language: Language,
}

/// Changes to somebody; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Another name"}))]
pub struct UserPatch {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// A new role; ends the person's sessions. A learner who joins the staff
    /// needs a new password with it.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether the person may sign in; ends the person's sessions.
    #[serde(default)]
    pub active: Option<bool>,
    /// A new password; ends the person's sessions.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<Secret<String>>,
}

/// The schools of the box.
#[derive(Debug, Serialize, ToSchema)]
pub struct Orgs {
    /// The oldest first.
    pub orgs: Vec<OrgView>,
}

/// A school to add.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Another school", "kind": "secondary", "language": "fr",
    "admin": {"name": "The headteacher", "username": "head",
    "password": "inzu ikawa umusozi"}}))]
pub struct NewOrg {
    /// 1 to 80 characters.
    pub name: String,
    /// The kind of place it is.
    pub kind: OrgKind,
    /// The language it starts in.
    pub language: Language,
    /// Its first administrator.
    pub admin: NewOrgAdmin,
}

/// The first administrator of a school.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewOrgAdmin {
    /// 1 to 80 characters.
    pub name: String,
    /// Letters, digits and `. _ -`, up to 40.
    pub username: String,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub password: Secret<String>,
}

/// Changes to a school; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Another school"}))]
pub struct OrgPatch {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// The kind of place it is.
    #[serde(default)]
    pub kind: Option<OrgKind>,
    /// The language it starts in.
    #[serde(default)]
    pub language: Option<Language>,
}

/// What a learner is to sign in with from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"way": "pin"}))]
pub struct NewSecret {
    /// `pin` or `pictures`.
    pub way: Way,
}

/// A short secret, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenSecret {
    /// What it is made of.
    pub way: Way,
    /// Its parts in order: digits, or what the pictures show.
    pub parts: Vec<String>,
}

/// What a badge says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"badge": "K7MP-2AXW"}))]
pub struct BadgeCode {
    /// Its code, as scanned or typed.
    #[schema(value_type = String, format = Password)]
    pub badge: Secret<String>,
    /// Whether the device is the learner's own, to stay signed in on it.
    #[serde(default)]
    pub own_device: bool,
}
