//! AAC in a stream of its own.
#![no_main]

bwenge_fuzz::sound!(Aac);
