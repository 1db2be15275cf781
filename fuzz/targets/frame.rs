//! Frames from a child that a file took over.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::frame);
