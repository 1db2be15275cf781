//! Pictures: JPEG, PNG, GIF and WebP, told by their first bytes.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::picture);
