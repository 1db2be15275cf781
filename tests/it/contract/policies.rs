//! Who may do what: a policy for every operation of the OpenAPI document. An operation
//! without one fails the test, and so does one that is gone.

use super::policy::Body::{Bytes, Form, Tus};
use super::policy::Grant::{Admin, Anybody, BoxAdmin, Guest, Program, SignedIn, Staff, Teaching};
use super::policy::Policy;
use super::policy::Thing::{
    Answer, Chat, Class, Copy, Import, Invitation, Job, Key, Lesson, Message, Org, Person, Persona,
    Pupil, RejectedAnswer, Rollover, School, Session, Stick, Term, TrashedClass, TrashedUser,
    Upload, User,
};

/// `$n` is a new number, `$now` the time, `$class`, `$term` and `$file` a class, a term
/// and a file on the stick that whoever asks may use, `$pupil` a learner whom the asker
/// teaches.
pub const POLICIES: &[Policy] = &[
    // The box
    Policy::new("GET /health", Anybody),
    Policy::new("GET /ready", Anybody),
    Policy::new("GET /api/v1/box", Anybody),
    Policy::new("GET /api/v1/box/engine", Admin),
    Policy::new("GET /api/v1/box/jobs", Admin),
    Policy::new("DELETE /api/v1/box/jobs/{id}", Admin).of(Job),
    Policy::new("POST /api/v1/box/jobs/{id}/retry", Admin).of(Job),
    Policy::new("POST /api/v1/box/model", BoxAdmin)
        .json(r#"{"id": "fake-llm"}"#)
        .gets(409),
    Policy::new("GET /api/v1/box/models", Admin),
    Policy::new("GET /api/v1/box/status", Admin),
    Policy::new("GET /api/v1/box/time", Admin),
    Policy::new("POST /api/v1/setup", Anybody).json(SETUP),
    Policy::new("GET /api/v1/presets", Anybody).query("language=rw"),
    Policy::new("GET /api/v1/settings", Staff),
    // Guests go on being allowed: one of them asks for the rest.
    Policy::new("PATCH /api/v1/settings", Admin).json(r#"{"quiet_minutes": 15}"#),
    Policy::new("PUT /api/v1/settings/preset", Admin)
        .json(r#"{"kind": "primary", "lines": ["terms"]}"#),
    // Signing in
    Policy::new("POST /api/v1/auth/badge", Anybody).json(r#"{"badge": "K7MP2AXW"}"#),
    Policy::new("POST /api/v1/auth/class", Anybody).json(r#"{"code": "K7MP2AXW"}"#),
    Policy::new("POST /api/v1/auth/class/login", Anybody).json(ENTERING),
    Policy::new("POST /api/v1/auth/guest", Anybody).json(r#"{"language": "en"}"#),
    Policy::new("POST /api/v1/auth/login", Anybody)
        .json(r#"{"username": "nobody", "password": "a long enough one"}"#),
    Policy::new("POST /api/v1/auth/invite", Anybody).json(r#"{"code": "K7MP2AXW"}"#),
    Policy::new("POST /api/v1/auth/register", Anybody).json(REGISTRATION),
    Policy::new("POST /api/v1/auth/recover", Anybody)
        .json(r#"{"code": "K7MP2AXW", "password": "a long enough one"}"#),
    Policy::new("POST /api/v1/auth/logout", Anybody).json("{}"),
    Policy::new("POST /api/v1/auth/refresh", Anybody).json("{}"),
    Policy::new("GET /api/v1/auth/me", Guest),
    Policy::new("PATCH /api/v1/auth/me", SignedIn).json(r#"{"language": "en"}"#),
    Policy::new("GET /api/v1/auth/me/export", SignedIn),
    Policy::new("GET /api/v1/auth/me/recovery", Admin),
    Policy::new("POST /api/v1/auth/me/recovery", Admin).json(OWN_CARD),
    Policy::new("POST /api/v1/auth/login/code", Anybody)
        .json(r#"{"challenge": "K7MP2AXW", "code": "287082"}"#),
    // Nobody stands by the time of this box, and nobody has codes.
    Policy::new("GET /api/v1/auth/me/totp", Staff),
    Policy::new("POST /api/v1/auth/me/totp", Staff)
        .json(r#"{"password": "a long enough one"}"#)
        .gets(409),
    Policy::new("POST /api/v1/auth/me/totp/confirm", Staff)
        .json(r#"{"code": "287082"}"#)
        .gets(409),
    Policy::new("POST /api/v1/auth/me/totp/off", Staff)
        .json(PASSWORD_AND_CODE)
        .gets(409),
    Policy::new("POST /api/v1/auth/me/totp/recovery", Staff)
        .json(PASSWORD_AND_CODE)
        .gets(409),
    Policy::new("DELETE /api/v1/auth/me/totp/trusted", Staff),
    Policy::new("POST /api/v1/box/time", BoxAdmin).json(r#"{"time": $now}"#),
    Policy::new("GET /api/v1/auth/sessions", SignedIn),
    Policy::new("DELETE /api/v1/auth/sessions", SignedIn),
    Policy::new("DELETE /api/v1/auth/sessions/{id}", SignedIn).of(Session),
    // People and schools
    Policy::new("GET /api/v1/users", Staff),
    Policy::new("POST /api/v1/users", Staff).json(NEW_USER),
    Policy::new("PATCH /api/v1/users", Staff).json(r#"{"users": ["$pupil"], "active": true}"#),
    Policy::new("POST /api/v1/users/trash", Admin)
        .json(r#"{"users": []}"#)
        .gets(422),
    Policy::new("POST /api/v1/users/restore", Admin)
        .json(r#"{"users": []}"#)
        .gets(422),
    Policy::new("PATCH /api/v1/users/{id}", Staff)
        .of(User)
        .json(r#"{"name": "Name $n"}"#),
    Policy::new("DELETE /api/v1/users/{id}", Admin).of(User),
    Policy::new("POST /api/v1/users/{id}/restore", Admin).of(TrashedUser),
    Policy::new("POST /api/v1/users/{id}/secret", Staff)
        .of(User)
        .json(r#"{"way": "pin"}"#),
    Policy::new("DELETE /api/v1/users/{id}/badge", Staff).of(User),
    // Learners need no card.
    Policy::new("POST /api/v1/users/{id}/recovery", Admin)
        .of(User)
        .json(r#"{"origin": "http://192.168.1.5:8080"}"#)
        .gets(422),
    Policy::new("GET /api/v1/users/totp", Admin),
    Policy::new("DELETE /api/v1/users/{id}/totp", Admin).of(User),
    Policy::new("GET /api/v1/users/{id}/export", Admin).of(Person),
    Policy::new("GET /api/v1/users/{id}/erasure", Admin).of(Person),
    Policy::new("POST /api/v1/users/{id}/erase", Admin)
        .of(Person)
        .json(ERASING),
    Policy::new("GET /api/v1/erasures", Admin),
    Policy::new("GET /api/v1/users/export", Staff),
    Policy::new("GET /api/v1/users/imports", Staff),
    Policy::new("POST /api/v1/users/imports", Staff).body(Bytes(
        "application/octet-stream",
        "Name,Class\nPupil $n,P1\n",
    )),
    Policy::new("GET /api/v1/users/imports/{id}", Staff).of(Import),
    Policy::new("DELETE /api/v1/users/imports/{id}", Staff).of(Import),
    Policy::new("GET /api/v1/users/imports/{id}/rows", Staff).of(Import),
    Policy::new("POST /api/v1/users/imports/{id}/start", Staff)
        .of(Import)
        .json("{}"),
    // Consents
    Policy::new("GET /api/v1/purpose", Anybody),
    Policy::new("GET /api/v1/consent", Staff),
    Policy::new("POST /api/v1/consent", Staff).json(CONSENT),
    Policy::new("POST /api/v1/consent/undo", Staff)
        .json(r#"{"entries": [1000000]}"#)
        .gets(404),
    Policy::new("PUT /api/v1/consent/age", Staff)
        .json(r#"{"users": ["$pupil"], "age": "under_16"}"#),
    Policy::new("PUT /api/v1/consent/rule", Admin).json(r#"{"missing": "closed"}"#),
    Policy::new("GET /api/v1/consent/export", Staff),
    Policy::new("GET /api/v1/consent/mine", SignedIn),
    Policy::new("GET /api/v1/consent/people/{id}", Teaching).of(Pupil),
    Policy::new("GET /api/v1/orgs", BoxAdmin),
    Policy::new("POST /api/v1/orgs", BoxAdmin).json(NEW_ORG),
    Policy::new("GET /api/v1/orgs/{id}", Admin).of(Org),
    Policy::new("PATCH /api/v1/orgs/{id}", Admin)
        .of(Org)
        .json(r#"{"kind": "primary"}"#),
    Policy::new("POST /api/v1/orgs/{id}/invite", Staff)
        .of(School)
        .json(r#"{"role": "learner", "origin": "http://192.168.1.5:8080"}"#),
    Policy::new("GET /api/v1/invitations", Staff),
    Policy::new("DELETE /api/v1/invitations/{id}", Staff).of(Invitation),
    Policy::new("GET /api/v1/joining", Staff),
    Policy::new("PUT /api/v1/joining", Admin).json(r#"{"open": true}"#),
    Policy::new("GET /api/v1/joining/waiting", Staff),
    Policy::new("POST /api/v1/joining/approve", Staff).json(r#"{"users": []}"#),
    Policy::new("POST /api/v1/joining/refuse", Staff).json(r#"{"users": []}"#),
    Policy::new("POST /api/v1/joining/reconsider", Staff).json(r#"{"users": []}"#),
    Policy::new("GET /api/v1/audit", Admin),
    Policy::new("GET /api/v1/audit/export", Admin),
    // Classes and terms
    Policy::new("GET /api/v1/classes", SignedIn),
    Policy::new("POST /api/v1/classes", Staff).json(r#"{"name": "Class $n"}"#),
    Policy::new("GET /api/v1/classes/{id}", Staff).of(Class),
    Policy::new("PATCH /api/v1/classes/{id}", Teaching)
        .of(Class)
        .json(r#"{"name": "Class $n"}"#),
    Policy::new("DELETE /api/v1/classes/{id}", Teaching).of(Class),
    Policy::new("POST /api/v1/classes/{id}/restore", Teaching).of(TrashedClass),
    Policy::new("PUT /api/v1/classes/{id}/door", Teaching)
        .of(Class)
        .json(r#"{"minutes": 5}"#),
    Policy::new("PATCH /api/v1/classes/{id}/members", Teaching)
        .of(Class)
        .json(r#"{"add": []}"#),
    Policy::new("POST /api/v1/classes/{id}/secrets", Teaching)
        .of(Class)
        .json(r#"{"way": "pin"}"#),
    Policy::new("POST /api/v1/classes/{id}/badges", Teaching)
        .of(Class)
        .json(r#"{"origin": "http://192.168.1.5:8080"}"#),
    Policy::new("GET /api/v1/trash", Staff),
    Policy::new("GET /api/v1/terms", Staff),
    Policy::new("POST /api/v1/terms", Admin).json(NEW_TERM),
    Policy::new("PATCH /api/v1/terms/{id}", Admin)
        .of(Term)
        .json(r#"{"name": "Term $n"}"#),
    Policy::new("DELETE /api/v1/terms/{id}", Admin).of(Term),
    Policy::new("GET /api/v1/rollovers", Admin),
    Policy::new("POST /api/v1/rollovers", Admin)
        .json(r#"{"into": "$term", "classes": [{"id": "$class", "how": "end"}]}"#),
    Policy::new("POST /api/v1/rollovers/{id}/undo", Admin).of(Rollover),
    // Lessons
    Policy::new("GET /api/v1/knowledge", Guest),
    Policy::new("GET /api/v1/knowledge/search", Guest).query("q=crystal"),
    Policy::new("GET /api/v1/knowledge/events", Guest),
    Policy::new("POST /api/v1/knowledge/upload", Staff).body(Form),
    Policy::new("GET /api/v1/knowledge/{id}", Guest).of(Lesson),
    Policy::new("PATCH /api/v1/knowledge/{id}", Staff)
        .of(Lesson)
        .json(r#"{"title": "Title $n"}"#),
    Policy::new("DELETE /api/v1/knowledge/{id}", Staff).of(Lesson),
    Policy::new("GET /api/v1/knowledge/{id}/text", Guest).of(Lesson),
    Policy::new("PATCH /api/v1/knowledge/{id}/text", Staff)
        .of(Lesson)
        .json(r#"{"edits": []}"#),
    Policy::new("GET /api/v1/knowledge/{id}/original", Guest).of(Lesson),
    // What a lesson of plain text does not have.
    Policy::new("GET /api/v1/knowledge/{id}/picture", Guest)
        .of(Lesson)
        .gets(404),
    Policy::new("GET /api/v1/knowledge/{id}/poster", Guest)
        .of(Lesson)
        .gets(404),
    Policy::new("GET /api/v1/knowledge/{id}/captions.vtt", Guest)
        .of(Lesson)
        .gets(404),
    Policy::new("GET /api/v1/knowledge/{id}/loudness", Guest)
        .of(Lesson)
        .gets(404),
    Policy::new("POST /api/v1/knowledge/{id}/read-again", Staff).of(Lesson),
    // It did not fail, and nothing of it is going on.
    Policy::new("POST /api/v1/knowledge/{id}/retry", Staff)
        .of(Lesson)
        .gets(409),
    Policy::new("POST /api/v1/knowledge/{id}/cancel", Staff)
        .of(Lesson)
        .gets(409),
    Policy::new("OPTIONS /api/v1/knowledge/uploads", Staff),
    Policy::new("POST /api/v1/knowledge/uploads", Staff).body(Tus("")),
    Policy::new("HEAD /api/v1/knowledge/uploads/{id}", Staff)
        .of(Upload)
        .body(Tus("")),
    Policy::new("PATCH /api/v1/knowledge/uploads/{id}", Staff)
        .of(Upload)
        .body(Tus("Piece $n.\n")),
    Policy::new("DELETE /api/v1/knowledge/uploads/{id}", Staff)
        .of(Upload)
        .body(Tus("")),
    // Not all of it came yet.
    Policy::new("POST /api/v1/knowledge/uploads/{id}/lesson", Staff)
        .of(Upload)
        .gets(409),
    Policy::new("GET /api/v1/knowledge/sticks", Staff),
    Policy::new("POST /api/v1/knowledge/sticks/{id}/folder", Staff)
        .of(Stick)
        .json("{}"),
    Policy::new("POST /api/v1/knowledge/sticks/{id}/plan", Staff)
        .of(Stick)
        .json(r#"{"chosen": ["$file"]}"#),
    Policy::new("POST /api/v1/knowledge/sticks/{id}/copies", Staff)
        .of(Stick)
        .json(r#"{"chosen": ["$file"]}"#),
    Policy::new("GET /api/v1/knowledge/copies", Staff),
    Policy::new("DELETE /api/v1/knowledge/copies/{id}", Staff).of(Copy),
    Policy::new("POST /api/v1/knowledge/copies/{id}/stop", Staff).of(Copy),
    // Tutors and their answers
    Policy::new("GET /api/v1/personas", Guest),
    Policy::new("POST /api/v1/personas", Staff).json(r#"{"name": "Tutor $n"}"#),
    Policy::new("GET /api/v1/personas/{id}", Guest).of(Persona),
    Policy::new("PATCH /api/v1/personas/{id}", Staff)
        .of(Persona)
        .json(r#"{"name": "Tutor $n"}"#),
    Policy::new("DELETE /api/v1/personas/{id}", Staff).of(Persona),
    Policy::new("PUT /api/v1/personas/{id}/settings", Staff)
        .of(Persona)
        .json(SETTINGS),
    Policy::new("GET /api/v1/ws/chat", Guest).gets(400),
    Policy::new("GET /api/v1/chats", Guest),
    Policy::new("GET /api/v1/chats/{id}", Guest).of(Chat),
    Policy::new("DELETE /api/v1/chats/{id}", Guest).of(Chat),
    Policy::new("PUT /api/v1/chats/messages/{id}/feedback", SignedIn)
        .of(Message)
        .json(r#"{"value": "up"}"#),
    Policy::new("GET /api/v1/answers", Staff),
    Policy::new("GET /api/v1/answers/{id}", Staff).of(Answer),
    Policy::new("PUT /api/v1/answers/{id}", Staff)
        .of(Answer)
        .json(r#"{"text": "It glows in spring."}"#),
    Policy::new("DELETE /api/v1/answers/{id}", Staff).of(Answer),
    Policy::new("POST /api/v1/answers/{id}/approve", Staff).of(Answer),
    Policy::new("POST /api/v1/answers/{id}/restore", Staff).of(RejectedAnswer),
    // Programs
    Policy::new("GET /api/v1/keys", Admin),
    Policy::new("POST /api/v1/keys", Admin).json(r#"{"name": "Key $n", "scopes": ["chat"]}"#),
    Policy::new("DELETE /api/v1/keys/{id}", Admin).of(Key),
    Policy::new("GET /v1/models", Program),
    Policy::new("POST /v1/chat/completions", Program)
        .json(r#"{"model": "fake-llm", "messages": [{"role": "user", "content": "Hello"}]}"#),
    Policy::new("POST /v1/completions", Program)
        .json(r#"{"model": "fake-llm", "prompt": "Hello"}"#),
    Policy::new("POST /v1/embeddings", Program)
        .json(r#"{"model": "fake-embed", "input": "Hello"}"#),
];

const SETUP: &str = r#"{"school_name": "S", "school_kind": "primary", "language": "en",
    "admin_name": "A", "username": "setup", "password": "a long enough one", "sample": false}"#;

const ENTERING: &str = r#"{"code": "K7MP2AXW", "secret": "4821",
    "user": "01900000-0000-7000-8000-000000000000"}"#;

const REGISTRATION: &str = r#"{"code": "K7MP2AXW", "name": "Name $n", "username": "user$n",
    "password": "a long enough one", "language": "en"}"#;

const OWN_CARD: &str = r#"{"password": "a long enough one", "origin": "http://192.168.1.5:8080"}"#;

const PASSWORD_AND_CODE: &str = r#"{"password": "a long enough one", "code": "287082"}"#;
/// As everybody is called who is made to be erased.
pub const ERASING: &str = r#"{"name": "Once More"}"#;

const NEW_USER: &str = r#"{"name": "Name $n", "username": "user$n", "password": "a long enough one",
    "role": "learner", "language": "en"}"#;

const CONSENT: &str = r#"{"users": ["$pupil"], "state": "given", "giver": "mother",
    "way": "paper"}"#;

const NEW_ORG: &str = r#"{"name": "School $n", "kind": "primary", "language": "en",
    "admin": {"name": "A", "username": "admin$n", "password": "a long enough one"}}"#;

const NEW_TERM: &str = r#"{"name": "Term $n", "first_day": "$n-01-05", "last_day": "$n-04-03"}"#;

const SETTINGS: &str = r#"{"language": "auto", "tone": "calm", "lessons": {"mode": "all"},
    "only_from_lessons": true}"#;
