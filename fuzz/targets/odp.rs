//! OpenDocument presentations.
#![no_main]

bwenge_fuzz::document!(Odp);
