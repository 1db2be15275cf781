//! Opus and Vorbis in Ogg.
#![no_main]

bwenge_fuzz::sound!(Ogg);
