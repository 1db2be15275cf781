//! What the styles of an OpenDocument file say about its text.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use super::super::super::Failure;
use super::super::xml::{Node, Xml};

/// Styles inside each other, followed at most.
const MAX_STEPS: usize = 16;

/// Size of type, in points, that is not meant to be read.
const TINY: f64 = 1.0;

/// The styles named so far: they come before the text that uses them.
#[derive(Default)]
pub struct Styles {
    parents: HashMap<String, String>,
    /// Of text, sections and slides that no reader sees.
    hidden: HashSet<String>,
}

impl Styles {
    /// Reads the style that began, to its end.
    pub fn read<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Failure> {
        let outside = xml.depth() - 1;
        let attr = |name| xml.attr(name).unwrap_or_default().to_owned();
        let (name, parent) = (attr("name"), attr("parent-style-name"));
        if !parent.is_empty() {
            self.parents.insert(name.clone(), parent);
        }
        while xml.depth() > outside {
            if xml.next()? != Node::Start {
                continue;
            }
            let hidden = match xml.name() {
                "text-properties" => {
                    let size = xml
                        .attr("font-size")
                        .and_then(|size| size.strip_suffix("pt"));
                    let size = size.and_then(|size| size.parse::<f64>().ok());
                    xml.attr("display") == Some("none") || size.is_some_and(|size| size <= TINY)
                }
                "drawing-page-properties" => xml.attr("visibility") == Some("hidden"),
                _ => false,
            };
            if hidden {
                self.hidden.insert(name.clone());
            }
        }
        Ok(())
    }

    /// Whether a style or one that it follows is hidden.
    pub fn is_hidden(&self, name: &str) -> bool {
        self.line(name).any(|name| self.hidden.contains(name))
    }

    /// Whether a style is or follows one of these.
    pub fn follows(&self, name: &str, any: &[&str]) -> bool {
        self.line(name).any(|name| any.contains(&name))
    }

    /// A style and those it follows.
    fn line<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let next = |name: &&str| self.parents.get(*name).map(String::as_str);
        std::iter::successors(Some(name), next).take(MAX_STEPS)
    }
}
