//! E-books: the chapters of an EPUB in reading order, each a web page.

use std::collections::HashMap;
use std::io::Read;

use percent_encoding::percent_decode_str;

use super::super::Failure;
use super::super::html::{self, Titles};
use super::super::output::Output;
use super::package::{Package, resolve};
use super::xml::{Node, Xml, failure_of_io};
use crate::inference::document::Document;
use crate::inference::protocol::FailureCode;

/// Where every EPUB says what it holds.
const CONTAINER: &str = "META-INF/container.xml";

/// Reads an EPUB file.
pub fn read(bytes: &[u8]) -> Result<Document, Failure> {
    let mut package = Package::open(bytes)?;
    // Rights that no reader but the shop's can follow.
    for lock in ["META-INF/rights.xml", "META-INF/license.lcpl"] {
        if package.part(lock)?.is_some() {
            return Err(Failure::new(FailureCode::Encrypted, "the book is locked"));
        }
    }
    let main = main_part(&mut package)?;
    let (title, chapters) = contents(&mut package, &main)?;
    let mut out = Output::new();
    out.title(&title);
    for chapter in chapters {
        if out.is_full() {
            break;
        }
        let Some(mut part) = package.part(&chapter)? else {
            continue;
        };
        let mut page = Vec::new();
        part.read_to_end(&mut page).map_err(|e| failure_of_io(&e))?;
        out = html::write(&html::decode(&page), out, Titles::Chapter)?;
    }
    Ok(out.finish())
}

/// The name of the cover's picture in the archive.
pub fn cover(package: &mut Package) -> Result<Option<String>, Failure> {
    let main = main_part(package)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Some(part) = package.part(&main)? else {
        return Ok(None);
    };
    let mut xml = Xml::new(part);
    let (mut named, mut pictures) = (None, HashMap::new());
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "item" => {
                let attr = |name| xml.attr(name).unwrap_or_default();
                let path = percent_decode_str(attr("href")).decode_utf8_lossy();
                let path = resolve(folder, &path);
                let mut properties = attr("properties").split_whitespace();
                if properties.any(|property| property == "cover-image") {
                    return Ok(Some(path));
                }
                if attr("media-type").starts_with("image/") {
                    pictures.insert(attr("id").to_owned(), path);
                }
            }
            // As books before version 3 say it.
            Node::Start if xml.name() == "meta" && xml.attr("name") == Some("cover") => {
                named = xml.attr("content").map(str::to_owned);
            }
            Node::Eof => return Ok(named.and_then(|id| pictures.remove(&id))),
            _ => {}
        }
    }
}

fn main_part(package: &mut Package) -> Result<String, Failure> {
    let missing = || Failure::new(FailureCode::WrongType, "no book in the archive");
    let mut xml = Xml::new(package.part(CONTAINER)?.ok_or_else(missing)?);
    loop {
        match xml.next()? {
            Node::Start if xml.name() == "rootfile" => {
                let path = xml.attr("full-path").ok_or_else(missing)?;
                return Ok(resolve("", path));
            }
            Node::Eof => return Err(missing()),
            _ => {}
        }
    }
}

/// The title, and the chapters' names in the archive in reading order.
fn contents(package: &mut Package, main: &str) -> Result<(String, Vec<String>), Failure> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let missing = || Failure::damaged(format!("the archive has no {main}"));
    let mut xml = Xml::new(package.part(main)?.ok_or_else(missing)?);
    let (mut title, mut pages, mut chapters) = (String::new(), HashMap::new(), Vec::new());
    loop {
        match xml.next()? {
            Node::Start => match xml.name() {
                "title" if title.is_empty() => title = xml.text_content()?,
                "item" => {
                    let attr = |name| xml.attr(name).unwrap_or_default();
                    // The list of contents only repeats the headings.
                    let is_nav = attr("properties").split_whitespace().any(|p| p == "nav");
                    if attr("media-type").contains("html") && !is_nav {
                        let path = percent_decode_str(attr("href")).decode_utf8_lossy();
                        pages.insert(attr("id").to_owned(), resolve(folder, &path));
                    }
                }
                "itemref" => chapters.push(xml.attr("idref").unwrap_or_default().to_owned()),
                _ => {}
            },
            Node::Eof => break,
            _ => {}
        }
    }
    // Taken out, so that no chapter comes twice.
    let chapters = chapters.iter().filter_map(|id| pages.remove(id)).collect();
    Ok((title, chapters))
}
