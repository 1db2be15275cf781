//! Uncompressed sound.
#![no_main]

bwenge_fuzz::sound!(Wav);
