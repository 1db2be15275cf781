//! Receiving a file as a form, for programs: streamed to a blob, recognised,
//! refused early. The page sends its files piece by piece; see `uploads`.

use axum::extract::Multipart;
use axum::extract::multipart::Field;

use crate::accounts::Actor;
use crate::blobs::BlobWriter;
use crate::error::{Code, Error, Result};
use crate::inference::document::{Format, SNIFF_BYTES};
use crate::lessons::NewLesson;
use crate::lessons::incoming::{self, Naming};
use crate::lessons::{quota, store};
use crate::state::App;
use crate::types::{LessonId, OrgId};

/// Reads the form of an upload and stores its file.
///
/// # Errors
/// Says what is wrong with the file or the form; nothing stays behind then.
pub async fn receive(app: &App, actor: &Actor, mut form: Multipart) -> Result<NewLesson> {
    let mut file = None;
    let mut naming = Naming::default();
    while let Some(field) = form.next_field().await.map_err(broken_form)? {
        let name = match field.name().unwrap_or_default() {
            "file" if file.is_some() => {
                return Err(Error::invalid("file", "Send one file at a time."));
            }
            "file" => {
                file = Some(receive_file(app, actor.org, field).await?);
                continue;
            }
            "title" => "title",
            "subject" => "subject",
            "language" => "language",
            "shared" => "shared",
            _ => continue,
        };
        naming.set(name, &text(field, name).await?)?;
    }
    let Some(Received {
        writer,
        format,
        file_name,
    }) = file
    else {
        return Err(Error::invalid(
            "file",
            "Send the file as the form field \"file\".",
        ));
    };
    let title = naming.title_of(&file_name)?;
    let bytes = writer.len();
    // Only now: until it has its name, a dropped upload leaves nothing behind.
    let original = tokio::task::spawn_blocking(move || writer.finish()).await??;
    Ok(NewLesson {
        id: LessonId::new(),
        org: actor.org,
        title,
        subject: naming.subject,
        language: naming.language,
        format,
        file_name,
        bytes,
        original,
        shared: naming.shared,
        created_by: actor.user,
    })
}

/// Bytes after which the room on the disk is looked at again.
const CHECK_EVERY: u64 = 8 << 20;

struct Received {
    writer: BlobWriter,
    format: Format,
    file_name: String,
}

async fn receive_file(app: &App, org: OrgId, mut field: Field<'_>) -> Result<Received> {
    let (file_name, format) = incoming::named(field.file_name().unwrap_or_default())?;
    let read = app.db.core.read(move |conn| {
        let promised = store::uploads::promised(conn)?;
        Ok((promised, store::usage(conn, org)?))
    });
    let (promised, used) = read.await?;
    quota::check(&app.config, used, 1, 0)?;
    app.blobs.check_space(promised)?;
    let mut writer = app.blobs.writer()?;
    let mut head = Vec::new();
    let mut recognised = false;
    let mut checked = 0;
    while let Some(chunk) = field.chunk().await.map_err(broken_form)? {
        let bytes = writer.len() + chunk.len() as u64;
        incoming::check_size(format, bytes)?;
        // Nobody said how long it is, and others are sending too.
        if bytes - checked > CHECK_EVERY {
            app.blobs.check_space(promised)?;
            checked = bytes;
        }
        if !recognised {
            head.extend_from_slice(&chunk[..chunk.len().min(SNIFF_BYTES - head.len())]);
            if head.len() == SNIFF_BYTES {
                incoming::check_kind(format, &head)?;
                recognised = true;
            }
        }
        writer = write(writer, chunk).await?;
    }
    if writer.len() == 0 {
        return Err(incoming::empty());
    }
    if !recognised {
        incoming::check_kind(format, &head)?;
    }
    Ok(Received {
        writer,
        format,
        file_name,
    })
}

async fn write(mut writer: BlobWriter, chunk: bytes::Bytes) -> Result<BlobWriter> {
    tokio::task::spawn_blocking(move || {
        writer.write(&chunk)?;
        Ok(writer)
    })
    .await?
}

async fn text(mut field: Field<'_>, name: &'static str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken_form)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 4096 {
            return Err(Error::invalid(name, "This is too long."));
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid(name, "This is not UTF-8."))
}

fn broken_form(error: axum::extract::multipart::MultipartError) -> Error {
    if error.status().as_u16() == 413 {
        return Error::new(Code::FileTooBig, "The file is over the limit.");
    }
    Error::new(Code::BadRequest, "The upload broke off or is not a form.")
}
