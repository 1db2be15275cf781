//! Plain values every module shares: identifiers, time and language tags.
//!
//! Identifiers are newtypes so that a lesson id can not be passed where a user
//! id belongs. Time comes only from a [`Clock`], because a school box often
//! boots with a wrong clock and tests need a fixed one.

use std::fmt;
use std::fs;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Declares identifier newtypes: UUIDs (version 7, so they sort by creation)
/// kept as text in SQL and JSON.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new identifier, unique and roughly ordered by creation.
            #[expect(clippy::new_without_default, reason = "a fresh random id is not a default value")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// Its random half, for the engines, which need to tell ids apart and
            /// no more.
            pub fn number(self) -> u64 {
                self.0.as_u64_pair().1
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.0.to_string()))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|e| FromSqlError::Other(Box::new(e)))
            }
        }
    )*};
}

ids! {
    /// An organisation: one school or centre. Every row of its data carries it.
    OrgId,
    /// A person with an account.
    UserId,
    /// A class of a school.
    ClassId,
    /// A year or term of a school.
    TermId,
    /// Classes taken into another term together.
    RolloverId,
    /// An invitation to make an account.
    InvitationId,
    /// A signed-in device or browser of one person.
    SessionId,
    /// An uploaded lesson.
    LessonId,
    /// A file on its way to become a lesson.
    UploadId,
    /// A copy of files from a stick.
    CopyId,
    /// A list of people that somebody sent.
    ImportId,
    /// A tutor.
    PersonaId,
    /// A chat of one person with one tutor.
    ConversationId,
    /// One question or answer in a chat.
    MessageId,
    /// An answer kept for those who ask the same.
    AnswerId,
    /// A row of the job queue.
    JobId,
    /// A program's key to a school's models.
    KeyId,
}

/// Milliseconds since 1970-01-01 UTC, as told by a [`Clock`].
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(value_type = i64)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time moved by `ms` milliseconds, which may be negative.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0))
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// How long a box has been there, in milliseconds since its first start: what is
/// destroyed for good after some days goes by this and not by the date. Dates leap
/// where clocks are set; this counts what passed, and of a leap three days at most
/// (see `src/clock`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Lived(pub i64);

impl Lived {
    /// This moved by `ms` milliseconds, which may be negative.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl ToSql for Lived {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0))
    }
}

impl FromSql for Lived {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// The date, and how long the box had been there then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The date.
    pub now: Timestamp,
    /// How long the box had been there.
    pub lived: Lived,
}

/// Where the time comes from. Two implementations: trusted time, and a fixed
/// clock for tests.
pub trait Clock: Send + Sync {
    /// The current time; never goes backwards.
    fn now(&self) -> Timestamp;

    /// How long the box has been there; never goes backwards.
    fn lived(&self) -> Lived;

    /// Both.
    fn moment(&self) -> Moment {
        let (now, lived) = (self.now(), self.lived());
        Moment { now, lived }
    }

    /// Whether somebody stands by it to half a minute: a time server or an
    /// administrator. Until then it may be behind by as long as the box was off.
    fn is_known(&self) -> bool;
}

/// The clock all code is handed.
pub type SharedClock = Arc<dyn Clock>;

/// What a machine says about the time, right or wrong. Two implementations: the
/// machine itself, and a fixed clock for tests.
pub trait RawClock: Send + Sync {
    /// The wall clock, which may be wrong by decades and jump both ways.
    fn wall(&self) -> Timestamp;

    /// Milliseconds since the machine was switched on, also those it slept; goes
    /// evenly and never backwards.
    fn uptime_ms(&self) -> i64;

    /// A name for the time since the machine was switched on, if it has one: the
    /// uptimes of two programs can be compared where it is the same.
    fn boot(&self) -> Option<String>;

    /// What the wall clock said when a time server set it last, if one did since the
    /// machine was switched on.
    fn confirmed_at(&self) -> Option<Timestamp>;
}

/// The file that systemd touches whenever a time server has set the clock; gone with
/// a reboot.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// Where Linux tells one start of the machine from another.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The machine's clocks.
pub struct SystemClock {
    boot: Option<String>,
}

impl Default for SystemClock {
    fn default() -> Self {
        let boot = fs::read_to_string(BOOT_ID).ok();
        Self {
            boot: boot.map(|id| id.trim().to_owned()),
        }
    }
}

fn since_1970(time: SystemTime) -> Timestamp {
    let passed = time.duration_since(UNIX_EPOCH);
    Timestamp(passed.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
}

impl RawClock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clocks"
    )]
    fn wall(&self) -> Timestamp {
        since_1970(SystemTime::now())
    }

    fn uptime_ms(&self) -> i64 {
        let time = clock_gettime(ClockId::Boottime);
        time.tv_sec
            .saturating_mul(1000)
            .saturating_add(time.tv_nsec / 1_000_000)
    }

    fn boot(&self) -> Option<String> {
        self.boot.clone()
    }

    fn confirmed_at(&self) -> Option<Timestamp> {
        let touched = fs::metadata(SYNCHRONIZED).and_then(|file| file.modified());
        touched.ok().map(since_1970)
    }
}

/// Clocks that tests set and move by hand.
pub struct FixedClock {
    wall: AtomicI64,
    uptime_ms: AtomicI64,
    confirmed_at: AtomicI64,
    boot: String,
}

/// In place of a time when there was none.
const NEVER: i64 = i64::MIN;

impl FixedClock {
    /// Clocks standing at `start`, of a machine that was just switched on.
    pub fn new(start: Timestamp) -> Self {
        Self {
            wall: AtomicI64::new(start.0),
            uptime_ms: AtomicI64::new(0),
            confirmed_at: AtomicI64::new(NEVER),
            boot: uuid::Uuid::new_v4().to_string(),
        }
    }

    /// Lets `ms` milliseconds pass.
    pub fn advance_ms(&self, ms: i64) {
        self.wall.fetch_add(ms, Ordering::Relaxed);
        self.uptime_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Sets the wall clock, forth or back, while no time passes.
    pub fn set_wall(&self, wall: Timestamp) {
        self.wall.store(wall.0, Ordering::Relaxed);
    }

    /// A time server sets the wall clock to what it says already.
    pub fn confirm(&self) {
        self.confirmed_at.store(self.wall().0, Ordering::Relaxed);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.wall()
    }

    fn lived(&self) -> Lived {
        Lived(self.uptime_ms())
    }

    fn is_known(&self) -> bool {
        self.confirmed_at().is_some()
    }
}

impl RawClock for FixedClock {
    fn wall(&self) -> Timestamp {
        Timestamp(self.wall.load(Ordering::Relaxed))
    }

    fn uptime_ms(&self) -> i64 {
        self.uptime_ms.load(Ordering::Relaxed)
    }

    fn boot(&self) -> Option<String> {
        Some(self.boot.clone())
    }

    fn confirmed_at(&self) -> Option<Timestamp> {
        let at = self.confirmed_at.load(Ordering::Relaxed);
        (at != NEVER).then_some(Timestamp(at))
    }
}

/// Declares an enum stored and sent as a fixed lower-case word.
#[macro_export]
macro_rules! word_enum {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word used in SQL and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                match s {
                    $($word => Ok(Self::$variant),)*
                    other => Err(format!("{other:?} is not a {}", stringify!($name))),
                }
            }
        }

        // utoipa's own derive would list the names of the variants.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!($($doc, "\n"),*).trim()))
                    .enum_values(Some(Self::ALL.iter().map(|value| value.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|e: String| rusqlite::types::FromSqlError::Other(e.into()))
            }
        }
    };
}

word_enum! {
    /// The languages of the interface and of lessons (BCP 47 primary tags).
    Language {
        /// Kinyarwanda.
        Kinyarwanda = "rw",
        /// English.
        English = "en",
        /// French.
        French = "fr",
        /// Swahili.
        Swahili = "sw",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for &language in Language::ALL {
            assert_eq!(language.as_str().parse(), Ok(language));
        }
        assert!("xx".parse::<Language>().is_err());
    }
}
