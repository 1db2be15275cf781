//! MPEG layer III.
#![no_main]

bwenge_fuzz::sound!(Mp3);
