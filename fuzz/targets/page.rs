//! PDF files as pictures.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::page);
