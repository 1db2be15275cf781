//! Web pages.
#![no_main]

bwenge_fuzz::document!(Html);
