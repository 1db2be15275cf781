//! Receiving an upload: streamed to a blob, recognised, refused early.

use axum::extract::Multipart;
use axum::extract::multipart::Field;

use crate::accounts::Actor;
use crate::blobs::BlobWriter;
use crate::error::{Code, Error, Result};
use crate::inference::document::Format;
use crate::lessons::{NewLesson, library};
use crate::state::App;
use crate::types::{Language, LessonId};

/// Bytes that tell the kind of a file.
const HEAD: usize = 4096;
/// Longest file name kept, in characters.
const LONGEST_FILE_NAME: usize = 150;

/// Reads the form of an upload and stores its file.
///
/// # Errors
/// Says what is wrong with the file or the form; nothing stays behind then.
pub async fn receive(app: &App, actor: &Actor, mut form: Multipart) -> Result<NewLesson> {
    let mut file = None;
    let (mut title, mut subject, mut language, mut shared) = (None, None, None, true);
    while let Some(field) = form.next_field().await.map_err(broken_form)? {
        match field.name().unwrap_or_default() {
            "file" if file.is_some() => {
                return Err(Error::invalid("file", "Send one file at a time."));
            }
            "file" => file = Some(receive_file(app, field).await?),
            "title" => title = Some(text(field, "title").await?),
            "subject" => subject = Some(text(field, "subject").await?),
            "language" => {
                let word = text(field, "language").await?;
                language = parse(&word, "language")?;
            }
            "shared" => {
                shared = parse::<bool>(&text(field, "shared").await?, "shared")?.unwrap_or(true)
            }
            _ => {}
        }
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
    let title = title
        .filter(|t| !t.is_empty())
        .unwrap_or_else(|| title_from(&file_name));
    library::check_name("title", &title, 1)?;
    library::check_name("subject", subject.as_deref().unwrap_or_default(), 0)?;
    let bytes = writer.len();
    // Only now: until it has its name, a dropped upload leaves nothing behind.
    let original = tokio::task::spawn_blocking(move || writer.finish()).await??;
    Ok(NewLesson {
        id: LessonId::new(),
        org: actor.org,
        title,
        subject: subject.filter(|s| !s.is_empty()),
        language: language as Option<Language>,
        format,
        file_name,
        bytes,
        original,
        shared,
        created_by: actor.user,
    })
}

struct Received {
    writer: BlobWriter,
    format: Format,
    file_name: String,
}

async fn receive_file(app: &App, mut field: Field<'_>) -> Result<Received> {
    let file_name = clean_file_name(field.file_name().unwrap_or_default());
    let Some(format) = Format::from_name(&file_name) else {
        let detail = "Upload a document: PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, HTML, CSV, \
                      Markdown or text.";
        return Err(Error::new(Code::FileTypeUnknown, detail));
    };
    app.blobs.check_space()?;
    let mut writer = app.blobs.writer()?;
    let mut head = Vec::new();
    let mut recognised = false;
    while let Some(chunk) = field.chunk().await.map_err(broken_form)? {
        if writer.len() + chunk.len() as u64 > format.max_bytes() {
            let most = format.max_bytes() >> 20;
            let detail = format!("A {} file may have up to {most} MB.", format.as_str());
            return Err(Error::new(Code::FileTooBig, detail));
        }
        if !recognised {
            head.extend_from_slice(&chunk[..chunk.len().min(HEAD - head.len())]);
            if head.len() == HEAD {
                check_kind(format, &head)?;
                recognised = true;
            }
        }
        writer = write(writer, chunk).await?;
    }
    if writer.len() == 0 {
        return Err(Error::new(Code::FileEmpty, "The file is empty."));
    }
    if !recognised {
        check_kind(format, &head)?;
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

fn check_kind(format: Format, head: &[u8]) -> Result<()> {
    if format.looks_like(head) {
        return Ok(());
    }
    let detail = format!(
        "The file is named .{} but holds something else.",
        format.as_str()
    );
    Err(Error::new(Code::FileTypeMismatch, detail))
}

async fn text(mut field: Field<'_>, name: &'static str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken_form)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 4096 {
            return Err(Error::invalid(name, "This is too long."));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::invalid(name, "This is not UTF-8."))?;
    Ok(text.trim().to_owned())
}

fn parse<T: std::str::FromStr>(word: &str, name: &'static str) -> Result<Option<T>> {
    if word.is_empty() {
        return Ok(None);
    }
    let value = word
        .parse()
        .map_err(|_| Error::invalid(name, "This value is not known."))?;
    Ok(Some(value))
}

fn broken_form(error: axum::extract::multipart::MultipartError) -> Error {
    if error.status().as_u16() == 413 {
        return Error::new(Code::FileTooBig, "The file is over the limit.");
    }
    Error::new(Code::BadRequest, "The upload broke off or is not a form.")
}

/// The last part of a file name, without control characters and of bearable
/// length. It is shown and offered for download, never used as a path.
fn clean_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let length = clean.chars().count();
    clean
        .chars()
        .skip(length.saturating_sub(LONGEST_FILE_NAME))
        .collect()
}

/// A title from a file name: without its ending, underscores as spaces.
fn title_from(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    let title = stem.replace(['_', '-'], " ");
    let title = title.trim();
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => file_name.to_owned(),
    }
}

/// A `Content-Disposition` that offers the file under its name (RFC 6266 with
/// the encoding of RFC 8187).
pub fn attachment(file_name: &str) -> String {
    let encoded: String = file_name
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(b).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_folders() {
        assert_eq!(clean_file_name("../../etc/passwd\u{0}.pdf"), "passwd.pdf");
        assert_eq!(clean_file_name("C:\\lessons\\amazi.docx"), "amazi.docx");
        assert!(clean_file_name(&"x".repeat(9000)).len() <= LONGEST_FILE_NAME);
    }

    #[test]
    fn titles_come_from_file_names() {
        assert_eq!(title_from("uruziga_rw-amazi.pdf"), "Uruziga rw amazi");
        assert_eq!(title_from(".pdf"), ".pdf");
    }

    #[test]
    fn names_are_encoded_in_headers() {
        assert_eq!(
            attachment("é\".pdf"),
            "attachment; filename*=UTF-8''%C3%A9%22.pdf"
        );
    }
}
