//! MP4, M4A and QuickTime.
#![no_main]

bwenge_fuzz::sound!(Mp4);
