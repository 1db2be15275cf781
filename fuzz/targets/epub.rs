//! E-books.
#![no_main]

bwenge_fuzz::document!(Epub);
