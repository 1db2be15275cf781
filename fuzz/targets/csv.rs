//! Tables of text.
#![no_main]

bwenge_fuzz::document!(Csv);
