//! Files on their way to the box, as the multipart forms browsers send.

use super::hostile;

const BOUNDARY: &str = "----bwenge-test-form-5b1f9c";

/// A file and what the teacher wrote beside it.
pub struct Upload {
    pub name: String,
    pub bytes: Vec<u8>,
    pub fields: Vec<(&'static str, String)>,
}

impl Upload {
    /// Any bytes under any name.
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            bytes,
            fields: Vec::new(),
        }
    }

    /// A lesson of the fixtures.
    pub fn fixture(name: &str) -> Self {
        Self::new(name, hostile::lesson(name))
    }

    /// A short lesson of plain text or Markdown.
    pub fn text(name: &str, text: &str) -> Self {
        Self::new(name, text.as_bytes().to_vec())
    }

    /// With a field of the form filled in.
    pub fn with(mut self, field: &'static str, value: &str) -> Self {
        self.fields.push((field, value.to_owned()));
        self
    }

    /// The content type and the body.
    pub fn form(&self) -> (String, Vec<u8>) {
        let mut body = Vec::with_capacity(self.bytes.len() + 1024);
        for (field, value) in &self.fields {
            let part = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             content-type: application/octet-stream\r\n\r\n",
            self.name
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&self.bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        (format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }
}
