//! Matroska and WebM.
#![no_main]

bwenge_fuzz::sound!(Mkv);
