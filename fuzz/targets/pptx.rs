//! PowerPoint files.
#![no_main]

bwenge_fuzz::document!(Pptx);
