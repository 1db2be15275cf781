//! Plain text in any encoding.
#![no_main]

bwenge_fuzz::document!(Text);
