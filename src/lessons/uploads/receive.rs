//! Taking the next bytes of an upload. What came is kept however the request
//! ends: the work goes on in a task of its own when the sender is gone.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::task::spawn_blocking;
use tracing::Instrument;

use super::checksum::Checksum;
use super::finish::Standing;
use super::part::Part;
use super::turns::{Turn, busy};
use super::{LIFE_MS, Upload};
use crate::accounts::Actor;
use crate::error::{Code, Error, Result};
use crate::inference::document::SNIFF_BYTES;
use crate::lessons::incoming;
use crate::lessons::library::Lessons;
use crate::lessons::store;
use crate::types::{Timestamp, UploadId};

/// Some bytes of a file, in order.
pub struct Piece<S> {
    /// Where they belong.
    pub offset: u64,
    /// What they should come to; they are dropped unless they do.
    pub checksum: Option<Checksum>,
    /// The bytes.
    pub body: S,
}

impl Lessons {
    /// Takes a piece of an upload and, when it was the last, makes the lesson.
    ///
    /// # Errors
    /// `conflict` when the piece belongs elsewhere, `upload_busy` while
    /// another is being taken, `checksum_mismatch`, `disk_full`,
    /// `file_type_mismatch` (the upload is gone then).
    pub async fn receive<S, E>(
        &self,
        actor: &Actor,
        id: UploadId,
        piece: Piece<S>,
    ) -> Result<(Upload, Standing)>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: Send + 'static,
    {
        // Others hear that there is none, not that it is busy.
        self.upload(actor, id).await?;
        let turn = self.turns.take(id)?;
        let upload = self.upload(actor, id).await?;
        if upload.received != piece.offset {
            let detail = format!(
                "The next byte of this upload is number {}.",
                upload.received
            );
            return Err(Error::new(Code::Conflict, detail));
        }
        let lessons = self.clone();
        let taking = async move {
            let upload = match upload.is_complete() {
                true => upload,
                false => lessons.take_in(upload, piece, &turn).await?,
            };
            let standing = lessons.standing_of(&upload, false).await?;
            Ok((upload, standing))
        };
        tokio::spawn(taking.in_current_span()).await?
    }

    async fn take_in<S, E>(
        &self,
        mut upload: Upload,
        mut piece: Piece<S>,
        turn: &Turn,
    ) -> Result<Upload>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    {
        self.app.blobs.check_space(0)?;
        let (path, counted, checksum) = (self.part_of(upload.id), upload.received, piece.checksum);
        let mut part = spawn_blocking(move || Part::open(path, counted, checksum)).await??;
        let broken = loop {
            let chunk = tokio::select! {
                biased;
                () = turn.called_off() => break Some(busy()),
                chunk = piece.body.next() => chunk,
            };
            let chunk = match chunk {
                None => break None,
                Some(Ok(chunk)) => chunk,
                Some(Err(_)) => {
                    let detail = "The upload stood still or broke off.";
                    break Some(Error::new(Code::Timeout, detail));
                }
            };
            if chunk.len() as u64 > upload.bytes - part.end() {
                let detail = "There are more bytes than were announced.";
                break Some(Error::new(Code::BadRequest, detail));
            }
            part = spawn_blocking(move || part.write(&chunk).map(|()| part)).await??;
            if part.is_due() {
                part = self.count(&mut upload, part).await?;
            }
        };
        if part.has_checksum() {
            // A piece that broke off can not be told from a damaged one.
            broken.map_or(Ok(()), Err)?;
            part.verify()?;
            self.count(&mut upload, part).await?;
            return Ok(upload);
        }
        if part.has_grown() {
            self.count(&mut upload, part).await?;
        }
        broken.map_or(Ok(upload), Err)
    }

    /// Flushes the bytes that came and counts them, unless they show that the
    /// file is of another kind; then the upload is gone.
    async fn count(&self, upload: &mut Upload, mut part: Part) -> Result<Part> {
        let (format, bytes, before) = (upload.format, upload.bytes, upload.received);
        let flushing = move || -> Result<Part> {
            let enough = bytes.min(SNIFF_BYTES as u64);
            if before < enough && part.end() >= enough {
                incoming::check_kind(format, &part.head()?)?;
            }
            part.flush()?;
            Ok(part)
        };
        let part = match spawn_blocking(flushing).await? {
            Err(error) if error.code() == Code::FileTypeMismatch => {
                self.forget_upload(upload, Timestamp(i64::MAX)).await?;
                return Err(error);
            }
            flushed => flushed?,
        };
        let (id, received) = (upload.id, part.end());
        let expires_at = self.app.clock.now().plus_ms(LIFE_MS);
        let core = &self.app.db.core;
        core.write(move |conn| store::uploads::received(conn, id, received, expires_at))
            .await?;
        (upload.received, upload.expires_at) = (received, expires_at);
        Ok(part)
    }
}
