//! Live news of lessons: what changed, and how far the reading is.
//!
//! Progress is kept in memory only; after a restart the job reports again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::http::places::Places;
use crate::types::{LessonId, OrgId};

/// Streams of news that one person may have open: one for each tab or phone.
const MOST_STREAMS: usize = 4;

/// How far the reading of a lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Progress {
    /// The stage it is in.
    pub stage: Stage,
    /// Units of this stage done.
    pub done: u32,
    /// Units of this stage in all; 0 when unknown.
    pub total: u32,
}

crate::word_enum! {
    /// The stages of reading a lesson.
    Stage {
        /// The file is parsed in the sandbox.
        Extract = "extract",
        /// A recording is listened to; counted in its seconds.
        Transcribe = "transcribe",
        /// The text is cut into passages, which keywords find from then on.
        Index = "index",
        /// The passages get their vectors.
        Embed = "embed",
    }
}

/// Something changed.
#[derive(Debug, Clone)]
pub struct News {
    /// Whose lesson.
    pub org: OrgId,
    /// Which one.
    pub lesson: LessonId,
    /// Whether it is gone.
    pub removed: bool,
}

/// The feed of one box.
pub struct Feed {
    news: broadcast::Sender<News>,
    progress: Mutex<HashMap<LessonId, Progress>>,
    /// Ends the streams of news, which would keep their connections open.
    pub closing: CancellationToken,
    /// Who holds how many streams.
    pub streams: Arc<Places>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            news: broadcast::channel(256).0,
            progress: Mutex::default(),
            closing: CancellationToken::new(),
            streams: Places::new(MOST_STREAMS),
        }
    }
}

impl Feed {
    /// News from now on. A listener that lags should read everything anew.
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Tells that a lesson changed.
    pub fn changed(&self, org: OrgId, lesson: LessonId) {
        self.tell(org, lesson, false);
    }

    /// Tells that a lesson is gone.
    pub fn removed(&self, org: OrgId, lesson: LessonId) {
        self.map().remove(&lesson);
        self.tell(org, lesson, true);
    }

    /// Tells how far the reading is.
    pub fn progress(&self, org: OrgId, lesson: LessonId, progress: Progress) {
        self.map().insert(lesson, progress);
        self.tell(org, lesson, false);
    }

    /// Forgets the progress of a lesson whose reading ended.
    pub fn ended(&self, lesson: LessonId) {
        self.map().remove(&lesson);
    }

    /// How far the reading of a lesson is, while it runs.
    pub fn progress_of(&self, lesson: LessonId) -> Option<Progress> {
        self.map().get(&lesson).copied()
    }

    fn tell(&self, org: OrgId, lesson: LessonId, removed: bool) {
        // Nobody may be looking.
        let _ = self.news.send(News {
            org,
            lesson,
            removed,
        });
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<LessonId, Progress>> {
        self.progress.lock().unwrap_or_else(|e| e.into_inner())
    }
}
