//! The lesson library: uploads, what was read from them, and who may read it.
//!
//! An upload is a blob and a row in core.db, acknowledged once both are on
//! disk; the job that reads it is enqueued in the same transaction. The text
//! read is a blob too, because reading is the expensive part: passages and
//! vectors in derived.db are made from it again whenever they are lost.

mod chunk;
mod correct;
mod edits;
pub mod feed;
mod http;
mod incoming;
pub mod ingest;
mod library;
mod mend;
mod noted;
mod pages;
pub mod poster;
mod quota;
pub mod sticks;
pub mod transcribe;
mod uploads;

mod store;

pub use chunk::of_paragraph as pieces;
pub use http::{PassageBody, routes};
pub use library::{Lessons, Readable};
pub use quota::Usage;
pub(crate) use store::{drop_arrivals, hand_over, remove as remove_lesson};

use crate::blobs::BlobHash;
use crate::inference::document::{AnchorKind, Format, Warning};
use crate::types::{ClassId, Language, LessonId, OrgId, Timestamp, UserId};
use crate::word_enum;

word_enum! {
    /// How far a lesson is.
    LessonStatus {
        /// Waiting to be read.
        Queued = "queued",
        /// Being read.
        Working = "working",
        /// Keywords find it; vectors are still being made.
        Searchable = "searchable",
        /// Done.
        Ready = "ready",
        /// A picture about which nobody wrote anything yet.
        NeedsDescription = "needs_description",
        /// It could not be read; see the failure.
        Failed = "failed",
    }
}

impl LessonStatus {
    /// Whether something is still done for it.
    fn is_going_on(self) -> bool {
        matches!(self, Self::Queued | Self::Working | Self::Searchable)
    }
}

/// A lesson of a school.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// Whose it is.
    pub org: OrgId,
    /// Its title, at first the document's own or the file's name.
    pub title: String,
    /// School subject, as the teacher writes it.
    pub subject: Option<String>,
    /// Language the teacher gave it.
    pub language: Option<Language>,
    /// What kind of file it is.
    pub format: Format,
    /// The name the file had on the teacher's device; never used as a path.
    pub file_name: String,
    /// Size of the original.
    pub bytes: u64,
    /// The original.
    pub original: BlobHash,
    /// Whether learners may read it.
    pub shared: bool,
    /// The classes whose learners may, when not all of the school.
    pub classes: Option<Vec<ClassId>>,
    /// How far it is.
    pub status: LessonStatus,
    /// The small picture for its card, when there is one.
    pub poster: Option<BlobHash>,
    /// The text read, as JSON of `inference::document::Document`.
    pub text: Option<BlobHash>,
    /// Pages, slides or sections.
    pub pages: Option<u32>,
    /// What `pages` counts.
    pub page_kind: AnchorKind,
    /// Passages it was cut into.
    pub passages: u32,
    /// Length of a recording in milliseconds, once it was listened to.
    pub duration_ms: Option<u32>,
    /// Why it could not be read.
    pub failure: Option<Failure>,
    /// What the teacher should know.
    pub warnings: Vec<Warning>,
    /// Whether its original is being read once more; `text` serves until there is another.
    pub anew: bool,
    /// Who uploaded it.
    pub created_by: UserId,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Lesson {
    /// All that is kept of it beside its row.
    fn blobs(&self) -> impl Iterator<Item = BlobHash> + use<> {
        let made = self.text.into_iter().chain(self.poster);
        std::iter::once(self.original).chain(made)
    }
}

/// A lesson whose row is gone, with what was kept beside it.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Removed {
    pub(crate) id: LessonId,
    pub(crate) original: BlobHash,
    pub(crate) blobs: Vec<BlobHash>,
}

/// Why a lesson could not be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Failure {
    /// A stable word, translated by the web app.
    pub code: String,
    /// A sentence for people who read API answers.
    pub detail: String,
}

/// A lesson about to be added.
#[derive(Debug, Clone)]
pub struct NewLesson {
    /// Its id.
    pub id: LessonId,
    /// Whose it is.
    pub org: OrgId,
    /// Its title.
    pub title: String,
    /// School subject.
    pub subject: Option<String>,
    /// Its language, when known.
    pub language: Option<Language>,
    /// What kind of file it is.
    pub format: Format,
    /// The name the file had.
    pub file_name: String,
    /// Size of the original.
    pub bytes: u64,
    /// The original, already stored.
    pub original: BlobHash,
    /// Whether learners may read it.
    pub shared: bool,
    /// Who uploads it.
    pub created_by: UserId,
}

/// What the pages of a format are called.
fn page_kind(format: Format) -> AnchorKind {
    match format {
        Format::Pdf => AnchorKind::Page,
        Format::Pptx | Format::Odp => AnchorKind::Slide,
        format if format.is_media() => AnchorKind::Moment,
        format if format.is_picture() => AnchorKind::Picture,
        _ => AnchorKind::Section,
    }
}
