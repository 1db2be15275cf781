//! The extract child: one document or recording, read or drawn, then the end.
//!
//! The bytes of a document are read from the inherited descriptor before the door
//! is shut and parsed after it; those of a recording are read while it is decoded,
//! because they may be more than fits in memory. The child has one thread and gets
//! no other.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{FromRawFd, OwnedFd};

use anyhow::{Context, Result, ensure};

use super::{Session, draw, extract, sound};
use crate::inference::document::Format;
use crate::inference::protocol::{FailureCode, Finish, Reply, Request, Usage, read_frame};
use crate::inference::sheet::Sheet;

/// No upload the box takes is larger.
const MAX_BYTES: u64 = 100 << 20;

/// What the server handed over.
enum Content {
    Document(Vec<u8>),
    /// None once it was listened to.
    Recording(Option<File>),
}

/// Takes what is in descriptor `fd`, greets the server and reads it on request.
pub fn serve(fd: i32, format: Format, session: &Session) -> Result<()> {
    let mut content = match format.is_media() {
        true => Content::Recording(Some(file(fd)?)),
        false => Content::Document(read_document(fd)?),
    };
    session.model_loaded()?;
    session.ready(Vec::new(), Vec::new(), 0)?;
    while let Some(request) = read_frame(io::stdin().lock())? {
        match request {
            Request::Extract { id } => match &mut content {
                Content::Document(bytes) => answer(id, bytes, format, session)?,
                Content::Recording(file) => listen(id, file.take(), format, session)?,
            },
            Request::Tabulate { id } => match &content {
                Content::Document(bytes) => tabulated(id, extract::tabulate(bytes), session)?,
                Content::Recording(_) => refuse(id, session)?,
            },
            Request::Draw { id, part, width } => match &content {
                Content::Document(bytes) => {
                    drawn(id, draw::draw(bytes, format, part, width), session)?
                }
                Content::Recording(_) => refuse(id, session)?,
            },
            // Parsing can not be interrupted; to stop it the server ends the child.
            Request::Cancel { .. } | Request::Restore(_) | Request::Forget { .. } => {}
            Request::Generate(generate) => refuse(generate.id, session)?,
            Request::Transcribe { id, .. } | Request::Embed { id, .. } => refuse(id, session)?,
        }
    }
    Ok(())
}

fn file(fd: i32) -> Result<File> {
    ensure!(fd > 2, "descriptor {fd} is not a document");
    // SAFETY: the server opened the descriptor for this child alone, and nothing
    // else here uses it.
    Ok(File::from(unsafe { OwnedFd::from_raw_fd(fd) }))
}

fn read_document(fd: i32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file(fd)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .context("can not read the document")?;
    ensure!(bytes.len() as u64 <= MAX_BYTES, "the document is too big");
    Ok(bytes)
}

fn answer(id: u64, bytes: &[u8], format: Format, session: &Session) -> Result<()> {
    let document = match extract::parse(bytes, format) {
        Ok(document) => document,
        Err(failure) => {
            let (code, detail) = (failure.code, failure.detail);
            return Ok(session.replies.send(&Reply::Failed { id, code, detail })?);
        }
    };
    session.replies.send(&Reply::Document { id, document })?;
    Ok(session.replies.send(&done(id))?)
}

fn tabulated(id: u64, read: Result<Vec<Sheet>, extract::Failure>, session: &Session) -> Result<()> {
    match read {
        Ok(sheets) => {
            session.replies.send(&Reply::Sheets { id, sheets })?;
            Ok(session.replies.send(&done(id))?)
        }
        Err(extract::Failure { code, detail }) => {
            Ok(session.replies.send(&Reply::Failed { id, code, detail })?)
        }
    }
}

fn drawn(
    id: u64,
    drawn: Result<Option<Vec<u8>>, extract::Failure>,
    session: &Session,
) -> Result<()> {
    match drawn {
        Ok(Some(jpeg)) => session.replies.send(&Reply::Picture { id, jpeg })?,
        Ok(None) => {}
        Err(extract::Failure { code, detail }) => {
            return Ok(session.replies.send(&Reply::Failed { id, code, detail })?);
        }
    }
    Ok(session.replies.send(&done(id))?)
}

fn done(id: u64) -> Reply {
    Reply::Done {
        id,
        finish: Finish::Stop,
        usage: Usage::default(),
    }
}

fn listen(id: u64, file: Option<File>, format: Format, session: &Session) -> Result<()> {
    let Some(file) = file else {
        return refuse(id, session);
    };
    let mut sent = Ok(());
    let decoded = sound::decode(file, format, |samples| {
        sent = session.replies.send(&Reply::Sound { id, samples });
        sent.is_ok()
    });
    sent?;
    match decoded {
        Ok(ending) => {
            session.replies.send(&Reply::Ending { id, ending })?;
            Ok(session.replies.send(&done(id))?)
        }
        Err(extract::Failure { code, detail }) => {
            Ok(session.replies.send(&Reply::Failed { id, code, detail })?)
        }
    }
}

fn refuse(id: u64, session: &Session) -> Result<()> {
    Ok(session.replies.send(&Reply::Failed {
        id,
        code: FailureCode::BadRequest,
        detail: "this child only parses its document".into(),
    })?)
}
