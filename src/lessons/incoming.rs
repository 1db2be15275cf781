//! What a file must be to become a lesson, and what is said beside it: the same
//! rules whether it comes as a form or piece by piece.

use super::library::check_name;
use crate::error::{Code, Error, Result};
use crate::inference::document::Format;
use crate::types::Language;

/// Longest file name kept, in characters.
const LONGEST_FILE_NAME: usize = 150;

/// What a teacher says about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The title; none takes it from the name of the file.
    pub title: Option<String>,
    /// School subject.
    pub subject: Option<String>,
    /// Its language, when known.
    pub language: Option<Language>,
    /// Whether learners may read it.
    pub shared: bool,
}

impl Default for Naming {
    fn default() -> Self {
        Self {
            title: None,
            subject: None,
            language: None,
            shared: true,
        }
    }
}

impl Naming {
    /// Fills in one field; fields it does not know are not for it.
    ///
    /// # Errors
    /// `invalid_field` when the field can not have that value.
    pub fn set(&mut self, field: &str, value: &str) -> Result<()> {
        let value = value.trim();
        let some = (!value.is_empty()).then(|| value.to_owned());
        match field {
            "title" => self.title = some,
            "subject" => self.subject = some,
            "language" => self.language = parse(value, "language")?,
            "shared" => self.shared = parse(value, "shared")?.unwrap_or(true),
            _ => {}
        }
        Ok(())
    }

    /// The title of a lesson made of this file.
    ///
    /// # Errors
    /// `invalid_field` when title or subject is too long.
    pub fn title_of(&self, file_name: &str) -> Result<String> {
        let title = self.title.clone();
        let title = title.unwrap_or_else(|| title_from(file_name));
        check_name("title", &title, 1)?;
        check_name("subject", self.subject.as_deref().unwrap_or_default(), 0)?;
        Ok(title)
    }
}

/// The name of a file as it is kept, and the format it stands for.
///
/// # Errors
/// `file_type_unknown` when the box reads no such files.
pub fn named(file_name: &str) -> Result<(String, Format)> {
    let file_name = clean_file_name(file_name);
    let Some(format) = Format::from_name(&file_name) else {
        let detail = "Upload a document (PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, HTML, \
                      CSV, Markdown or text), a recording or a picture (JPEG, PNG, WebP or GIF).";
        return Err(Error::new(Code::FileTypeUnknown, detail));
    };
    Ok((file_name, format))
}

/// Refuses a file of this size.
///
/// # Errors
/// `file_too_big`.
pub fn check_size(format: Format, bytes: u64) -> Result<()> {
    if bytes <= format.max_bytes() {
        return Ok(());
    }
    let most = format.max_bytes() >> 20;
    let detail = format!("A {} file may have up to {most} MB.", format.as_str());
    Err(Error::new(Code::FileTooBig, detail))
}

/// The refusal of a file without a byte.
pub fn empty() -> Error {
    Error::new(Code::FileEmpty, "The file is empty.")
}

/// Refuses a file that begins with `head` (as much as [`Format::looks_like`]
/// looks at).
///
/// # Errors
/// `file_type_mismatch`.
pub fn check_kind(format: Format, head: &[u8]) -> Result<()> {
    if format.looks_like(head) {
        return Ok(());
    }
    let detail = format!(
        "The file is named .{} but holds something else.",
        format.as_str()
    );
    Err(Error::new(Code::FileTypeMismatch, detail))
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
        let mut naming = Naming::default();
        assert_eq!(naming.title_of("a_b.pdf").unwrap(), "A b");
        naming.set("title", "  Amazi ").unwrap();
        assert_eq!(naming.title_of("a_b.pdf").unwrap(), "Amazi");
    }

    #[test]
    fn fields_are_checked_one_by_one() {
        let mut naming = Naming::default();
        for (field, value) in [("language", "rw"), ("shared", "false"), ("colour", "red")] {
            naming.set(field, value).unwrap();
        }
        assert_eq!(naming.language, Some(Language::Kinyarwanda));
        assert!(!naming.shared);
        for (field, value) in [("language", "xx"), ("shared", "maybe")] {
            let refused = naming.set(field, value).unwrap_err();
            assert_eq!(refused.code(), Code::InvalidField, "{field}");
        }
        naming.set("subject", &"x".repeat(201)).unwrap();
        assert_eq!(
            naming.title_of("a.pdf").unwrap_err().code(),
            Code::InvalidField
        );
    }
}
