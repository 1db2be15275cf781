//! FLAC.
#![no_main]

bwenge_fuzz::sound!(Flac);
