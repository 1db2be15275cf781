//! Excel files.
#![no_main]

bwenge_fuzz::document!(Xlsx);
