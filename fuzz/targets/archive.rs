//! The archives that Office files and e-books are.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::archive);
