//! The one error type, and the one table from codes to HTTP statuses.
//!
//! Use [`Error::code`]-style outcomes ([`Error::Refused`]) for anything a client
//! can act on; everything else becomes [`Error::Internal`] through `?` and is
//! logged once, where the request or job ends. Rows that are missing turn into
//! `not_found` with [`OrNotFound`]; a broken unique constraint turns into a
//! named refusal with [`OnConstraint`].

use std::fmt;

use crate::word_enum;

/// Result with Bwenge's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

word_enum! {
    /// What a client may tell apart. The web app translates each word.
    Code {
        /// The request is malformed.
        BadRequest = "bad_request",
        /// A named field is missing or out of range.
        InvalidField = "invalid_field",
        /// A new password is among the first that anybody would try.
        PasswordWeak = "password_weak",
        /// No valid session came with the request.
        NotSignedIn = "not_signed_in",
        /// The session existed and was ended.
        SessionEnded = "session_ended",
        /// The user name or password is wrong.
        WrongCredentials = "wrong_credentials",
        /// Too many wrong guesses; wait.
        TooManyTries = "too_many_tries",
        /// Too many wrong tries in a row; a teacher has to help.
        AccountLocked = "account_locked",
        /// A teacher has not approved the account yet.
        AccountWaiting = "account_waiting",
        /// A code of a phone or a recovery code is wrong, or was used before.
        CodeWrong = "code_wrong",
        /// Codes of a phone can not be judged: the time is not known, or there were too
        /// many wrong ones.
        CodesOff = "codes_off",
        /// The second step of signing in took too long; the password comes first again.
        SignInOver = "sign_in_over",
        /// No invitation, school or card has this code, or not any more.
        CodeClosed = "code_closed",
        /// No class has this code, or its names are not shown now.
        ClassClosed = "class_closed",
        /// The tutor of this chat is not for this person any more.
        TutorClosed = "tutor_closed",
        /// The school has no consent of the parents, so no tutor may be asked.
        ConsentMissing = "consent_missing",
        /// Signed in, but not allowed.
        Forbidden = "forbidden",
        /// There is no such thing, or not for this person.
        NotFound = "not_found",
        /// The thing exists already or changed meanwhile.
        Conflict = "conflict",
        /// The user name is taken.
        NameTaken = "name_taken",
        /// The box is already set up.
        SetupDone = "setup_done",
        /// The set-up code is missing or wrong.
        SetupCodeWrong = "setup_code_wrong",
        /// The upload is over the limit of its kind.
        FileTooBig = "file_too_big",
        /// The upload holds no bytes.
        FileEmpty = "file_empty",
        /// This kind of file is not supported.
        FileTypeUnknown = "file_type_unknown",
        /// The name says one kind of file, the bytes another.
        FileTypeMismatch = "file_type_mismatch",
        /// A piece of an upload is not what its sender says it sent.
        ChecksumMismatch = "checksum_mismatch",
        /// Another request is sending the same upload just now.
        UploadBusy = "upload_busy",
        /// The disk has too little free space.
        DiskFull = "disk_full",
        /// The school has as many lessons, or bytes of them, as it may.
        QuotaFull = "quota_full",
        /// No column of a list holds names.
        ColumnsUnknown = "columns_unknown",
        /// A file can not be read: a link, a device, or damaged.
        FileUnreadable = "file_unreadable",
        /// A stick is not plugged in any more.
        StickGone = "stick_gone",
        /// A bounded queue is full; try later.
        QueueFull = "queue_full",
        /// A part of the box is not available now.
        Unavailable = "unavailable",
        /// It took too long.
        Timeout = "timeout",
        /// The Host header names no address of this box.
        HostUnknown = "host_unknown",
        /// A write came from a page of another site.
        OriginUnknown = "origin_unknown",
        /// Too many requests.
        RateLimited = "rate_limited",
        /// A fault of ours; the log has the cause.
        Internal = "internal",
    }
}

impl Code {
    /// Whether it keeps somebody from what is not theirs; worth a line in the log, though
    /// most have forgotten a password. Foreign hosts and too many requests come by the
    /// thousand from one page that loops, and are counted only.
    pub(crate) fn is_of_guards(self) -> bool {
        matches!(
            self,
            Self::WrongCredentials
                | Self::TooManyTries
                | Self::AccountLocked
                | Self::CodeWrong
                | Self::CodeClosed
                | Self::ClassClosed
                | Self::SetupCodeWrong
                | Self::Forbidden
                | Self::OriginUnknown
        )
    }

    /// The HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::InvalidField
            | Self::PasswordWeak
            | Self::FileEmpty
            | Self::FileTypeMismatch
            | Self::ColumnsUnknown
            | Self::FileUnreadable => 422,
            Self::NotSignedIn
            | Self::SessionEnded
            | Self::WrongCredentials
            | Self::CodeWrong
            | Self::SignInOver => 401,
            Self::AccountLocked
            | Self::AccountWaiting
            | Self::CodeClosed
            | Self::ClassClosed
            | Self::TutorClosed
            | Self::ConsentMissing
            | Self::Forbidden
            | Self::SetupCodeWrong
            | Self::OriginUnknown => 403,
            Self::NotFound | Self::StickGone => 404,
            Self::Conflict | Self::NameTaken | Self::SetupDone | Self::CodesOff => 409,
            Self::FileTooBig => 413,
            Self::FileTypeUnknown => 415,
            Self::HostUnknown => 421,
            Self::UploadBusy => 423,
            Self::TooManyTries | Self::QueueFull | Self::RateLimited => 429,
            // The number the tus protocol gives it.
            Self::ChecksumMismatch => 460,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
            Self::DiskFull | Self::QuotaFull => 507,
        }
    }
}

/// A refusal: an outcome the client can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which outcome.
    pub code: Code,
    /// A sentence for people who read API answers; the web app shows its own.
    pub detail: String,
    /// The request field at fault, for forms.
    pub field: Option<&'static str>,
    /// When to try again, in seconds.
    pub retry_after_s: Option<u64>,
}

/// Everything that can go wrong in Bwenge.
#[derive(Debug)]
pub enum Error {
    /// An outcome the client can act on.
    Refused(Refusal),
    /// A fault of ours or of the machine; logged where handled, never shown.
    Internal(anyhow::Error),
}

impl Error {
    /// A refusal with a code and a sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            code,
            detail: detail.into(),
            field: None,
            retry_after_s: None,
        })
    }

    /// A request field is missing or out of range.
    pub fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidField, detail).with_field(field)
    }

    /// No such thing, or none this person may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    /// Names the request field at fault.
    #[must_use]
    pub fn with_field(mut self, field: &'static str) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.field = Some(field);
        }
        self
    }

    /// Says when to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.retry_after_s = Some(seconds);
        }
        self
    }

    /// With all causes, for where there is no client: start-up and the command
    /// line.
    pub fn into_anyhow(self) -> anyhow::Error {
        match self {
            Self::Internal(error) => error,
            refused => anyhow::anyhow!("{refused}"),
        }
    }

    /// The code a client would see.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::Internal(_) => Code::Internal,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(r) => write!(f, "{} ({})", r.detail, r.code.as_str()),
            Self::Internal(e) => write!(f, "{e:#}"),
        }
    }
}

// Not `std::error::Error`: that would collide with the blanket conversion
// below, which lets `?` carry any library error into `Internal`.
impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

/// Turns an absent row into `not_found`.
pub trait OrNotFound<T> {
    /// The value, or `not_found` naming `what` was looked for.
    fn or_not_found(self, what: &str) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, what: &str) -> Result<T> {
        self.ok_or_else(|| Error::not_found(what))
    }
}

impl<T> OrNotFound<T> for rusqlite::Result<T> {
    fn or_not_found(self, what: &str) -> Result<T> {
        match self {
            Err(rusqlite::Error::QueryReturnedNoRows) => Err(Error::not_found(what)),
            other => Ok(other?),
        }
    }
}

/// Turns a broken unique or foreign-key constraint into a refusal.
pub trait OnConstraint<T> {
    /// The value, or `refusal()` when `constraint` (part of SQLite's message,
    /// such as `users.username`) was broken.
    fn on_constraint(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for rusqlite::Result<T> {
    fn on_constraint(self, constraint: &str, refusal: impl FnOnce() -> Error) -> Result<T> {
        match self {
            Err(rusqlite::Error::SqliteFailure(e, Some(message)))
                if e.code == rusqlite::ErrorCode::ConstraintViolation
                    && message.contains(constraint) =>
            {
                Err(refusal())
            }
            other => Ok(other?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_error_status() {
        for &code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code:?}");
        }
    }

    #[test]
    fn missing_rows_and_constraints_become_refusals() {
        let missing: rusqlite::Result<()> = Err(rusqlite::Error::QueryReturnedNoRows);
        assert_eq!(
            missing.or_not_found("lesson").unwrap_err().code(),
            Code::NotFound
        );
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t (name TEXT UNIQUE); INSERT INTO t VALUES ('a')")
            .unwrap();
        let taken = db
            .execute("INSERT INTO t VALUES ('a')", [])
            .on_constraint("t.name", || Error::new(Code::NameTaken, "taken"));
        assert_eq!(taken.unwrap_err().code(), Code::NameTaken);
    }
}
