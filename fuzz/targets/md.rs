//! Markdown.
#![no_main]

bwenge_fuzz::document!(Markdown);
