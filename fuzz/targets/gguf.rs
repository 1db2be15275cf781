//! Heads of language models.
#![no_main]

bwenge_fuzz::target!(bwenge_fuzz::targets::gguf);
