//! PDF files.
#![no_main]

bwenge_fuzz::document!(Pdf);
