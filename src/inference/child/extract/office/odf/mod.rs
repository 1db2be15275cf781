//! OpenDocument files of LibreOffice and others: texts and presentations.
//!
//! Left out: deleted text of tracked changes, comments, tables of contents,
//! headers, footers and page numbers, and hidden text and slides (with a
//! warning).

pub mod odp;
pub mod odt;
mod paragraph;
mod styles;
mod table;

use std::io::Read;

use super::super::Failure;
use super::super::output::Output;
use super::package::Package;
use super::xml::{Node, Xml, failure_of_io};
use crate::inference::protocol::FailureCode;

/// Where all text is.
const CONTENT: &str = "content.xml";

/// Opens an archive that says it is of the type that ends with `kind`.
fn open<'a>(bytes: &'a [u8], kind: &str) -> Result<Package<'a>, Failure> {
    let mut package = Package::open(bytes)?;
    let mut kinds = Vec::new();
    if let Some(part) = package.part("mimetype")? {
        let most = part.take(256).read_to_end(&mut kinds);
        most.map_err(|e| failure_of_io(&e))?;
    }
    let kinds = String::from_utf8_lossy(&kinds).into_owned();
    // Templates are documents as well.
    if kinds.trim().trim_end_matches("-template")
        != format!("application/vnd.oasis.opendocument.{kind}")
    {
        let detail = format!("the archive says it is {kinds:?}");
        return Err(Failure::new(FailureCode::WrongType, detail));
    }
    if is_encrypted(&mut package)? {
        let detail = "the document has a password";
        return Err(Failure::new(FailureCode::Encrypted, detail));
    }
    Ok(package)
}

fn is_encrypted(package: &mut Package) -> Result<bool, Failure> {
    let Some(part) = package.part("META-INF/manifest.xml")? else {
        return Ok(false);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "encryption-data" => return Ok(true),
            Node::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// Takes the title from the document's properties, when they have one.
fn read_title(package: &mut Package, out: &mut Output) -> Result<(), Failure> {
    let Some(part) = package.part("meta.xml")? else {
        return Ok(());
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "title" => {
                out.title(&xml.text_content()?);
                return Ok(());
            }
            Node::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn no_content() -> Failure {
    Failure::damaged(format!("the archive has no {CONTENT}"))
}
