//! Office files and e-books: zip archives of XML parts, read as streams.
//!
//! The limits hold while inflating, whatever sizes the archive declares:
//! [`package`] counts bytes, [`xml`] counts depth and attributes. Archives
//! inside the archive (embedded workbooks, for example) are never opened.

mod cover;
pub mod docx;
pub mod epub;
pub mod odf;
mod package;
pub mod pptx;
mod styles;
pub mod xlsx;
mod xml;

pub use cover::cover;
pub(super) use package::Package;

use super::Failure;
use super::output::Output;
use crate::inference::protocol::FailureCode;
use xml::{Node, Xml};

/// Follows the package's main relationship, by default to `usual`, and checks
/// that the part found begins with the element `root`.
fn main_part(package: &mut Package, usual: &str, root: &str) -> Result<String, Failure> {
    let main = package
        .relations("")?
        .into_iter()
        .find(|r| r.kind == "officeDocument")
        .map_or_else(|| usual.to_owned(), |r| r.target);
    let Some(part) = package.part(&main)? else {
        let detail = format!("the archive has no {main}");
        return Err(Failure::new(FailureCode::WrongType, detail));
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == root => return Ok(main),
            Node::Start => {
                let detail = format!("{main} holds a {}, not a {root}", xml.name());
                return Err(Failure::new(FailureCode::WrongType, detail));
            }
            Node::Eof => return Err(Failure::damaged(format!("{main} is empty"))),
            _ => {}
        }
    }
}

/// Takes the title from the document's properties, when they have one.
fn read_title(package: &mut Package, out: &mut Output) -> Result<(), Failure> {
    let Some(part) = package.part("docProps/core.xml")? else {
        return Ok(());
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "title" => {
                let title = xml.text_content()?;
                // python-pptx and python-docx leave this behind in their templates.
                if title != "PowerPoint Presentation" && title != "Word Document" {
                    out.title(&title);
                }
                return Ok(());
            }
            Node::Eof => return Ok(()),
            _ => {}
        }
    }
}
