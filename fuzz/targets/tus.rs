//! Headers of resumable uploads.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::tus);
