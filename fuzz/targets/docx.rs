//! Word files.
#![no_main]

bwenge_fuzz::document!(Docx);
