//! What the box knows of a person: handed out to that person or the school, and erased.
//!
//! Both go over every table that names a person, whichever feature it belongs to, so the
//! statements are here and not with the features. A test compares them with the schema
//! (`store/coverage.rs`): a column that names a person and is neither handed out nor
//! erased needs a reason there.
//!
//! Erasing is one transaction that deletes the rows, leaves a tombstone (an id, no name)
//! and queues a job; the tombstone is in a journal beside core.db before anybody is told.
//! The job does what is not in core.db, each step of which can be done again: files,
//! passages, kept answers, what prompts begin with, and last both database files are
//! written anew: small ones at once, large ones when the box is quiet, within a day. The
//! same is done once a day for what guests left and what parents took back. A backup from before brings the person back for the moment until the box
//! starts on it: [`Privacy::settle`] erases all that the journal names once more.
//!
//! The audit log and the outbox stay as they are, because they hold ids and no names.

mod archive;
mod erasing;
mod export;
mod http;
mod job;
mod journal;
mod store;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

pub use erasing::{clear_remains, empty_trash};
pub use http::routes;
pub use job::CleanUp;

use crate::accounts::{Accounts, Somebody};
use crate::answers::Answers;
use crate::blobs::BlobHash;
use crate::chat::Chats;
use crate::lessons::{Lessons, Removed};
use crate::state::App;
use crate::types::{AnswerId, LessonId, OrgId, Timestamp, UploadId, UserId};
use crate::word_enum;

/// Archives made side by side; each holds a thread as long as somebody loads it.
const ARCHIVES_AT_ONCE: usize = 2;

word_enum! {
    /// Why somebody was erased.
    ErasureKind {
        /// An administrator asked for it.
        Asked = "asked",
        /// The 30 days in the trash were over.
        Trash = "trash",
    }
}

/// A person who is erased, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Erasure {
    org: OrgId,
    user: UserId,
    kind: ErasureKind,
    /// Lessons of the person that go too.
    lessons: Vec<LessonId>,
    /// Who takes over the others, and whatever else stays with the school.
    heir: Option<UserId>,
    erased_at: Timestamp,
}

/// What is left of erased people outside of core.db, for the job that removes it. No words
/// of theirs are in it: questions are known by their hashes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Left {
    users: Vec<UserId>,
    lessons: Vec<Removed>,
    uploads: Vec<UploadId>,
    blobs: Vec<BlobHash>,
    questions: Vec<BlobHash>,
    answers: Vec<AnswerId>,
}

/// What goes with a person, and what stays with the school.
#[derive(Debug)]
struct Preview {
    person: Somebody,
    counts: Counts,
    lessons: Vec<OwnLesson>,
}

/// How much there is of a person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ErasureCounts)]
struct Counts {
    /// Chats with tutors, which go.
    conversations: u32,
    /// Questions asked in them.
    questions: u32,
    /// Answers kept for the class in the person's own words, which go.
    kept_answers: u32,
    /// Classes the person is in.
    classes: u32,
    /// Devices the person is signed in on.
    sessions: u32,
    /// Files that are still on their way in, which go.
    uploads: u32,
    /// Corrections of lessons, which stay.
    corrections: u32,
    /// Decisions about answers, which stay.
    decisions: u32,
    /// Keys for programs, which stay.
    keys: u32,
}

/// A lesson that a person brought in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ErasureLesson)]
struct OwnLesson {
    id: LessonId,
    title: String,
    /// Size of its file.
    bytes: u64,
}

/// A tombstone as administrators see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Erasure)]
struct Tombstone {
    /// The id the person had.
    user_id: UserId,
    kind: ErasureKind,
    erased_at: Timestamp,
    /// When nothing was left in files and indexes either; none while that goes on.
    cleaned_at: Option<Timestamp>,
}

/// Handing out and erasing what is about people. Cheap to clone.
#[derive(Clone)]
pub struct Privacy {
    app: App,
    accounts: Accounts,
    lessons: Lessons,
    answers: Answers,
    chats: Chats,
    archives: Arc<Semaphore>,
}

impl Privacy {
    /// Over the app's data and the features that keep something about people in memory
    /// or in files.
    pub fn new(
        app: App,
        accounts: Accounts,
        lessons: Lessons,
        answers: Answers,
        chats: Chats,
    ) -> Self {
        Self {
            app,
            accounts,
            lessons,
            answers,
            chats,
            archives: Arc::new(Semaphore::new(ARCHIVES_AT_ONCE)),
        }
    }
}
