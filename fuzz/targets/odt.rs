//! OpenDocument texts.
#![no_main]

bwenge_fuzz::document!(Odt);
