//! The extract child: one document, then the end.
//!
//! The bytes are read from the inherited descriptor before the door is shut;
//! they are parsed after it. The child has one thread and gets no other.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{FromRawFd, OwnedFd};

use anyhow::{Context, Result, ensure};

use super::{Session, extract};
use crate::inference::document::Format;
use crate::inference::protocol::{FailureCode, Finish, Reply, Request, Usage, read_frame};

/// No upload the box takes is larger.
const MAX_BYTES: u64 = 100 << 20;

/// Reads the document in descriptor `fd`, greets the server and parses on request.
pub fn serve(fd: i32, format: Format, session: &Session) -> Result<()> {
    let bytes = read_document(fd)?;
    session.model_loaded()?;
    session.ready(Vec::new(), Vec::new(), 0)?;
    while let Some(request) = read_frame(io::stdin().lock())? {
        match request {
            Request::Extract { id } => answer(id, &bytes, format, session)?,
            // Parsing can not be interrupted; to stop it the server ends the child.
            Request::Cancel { .. } | Request::Restore(_) | Request::Forget { .. } => {}
            Request::Generate(generate) => refuse(generate.id, session)?,
            Request::Transcribe { id, .. } | Request::Embed { id, .. } => refuse(id, session)?,
        }
    }
    Ok(())
}

fn read_document(fd: i32) -> Result<Vec<u8>> {
    ensure!(fd > 2, "descriptor {fd} is not a document");
    // SAFETY: the server opened the descriptor for this child alone, and nothing
    // else here uses it.
    let file = File::from(unsafe { OwnedFd::from_raw_fd(fd) });
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
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
    let (finish, usage) = (Finish::Stop, Usage::default());
    Ok(session.replies.send(&Reply::Done { id, finish, usage })?)
}

fn refuse(id: u64, session: &Session) -> Result<()> {
    Ok(session.replies.send(&Reply::Failed {
        id,
        code: FailureCode::BadRequest,
        detail: "this child only parses its document".into(),
    })?)
}
