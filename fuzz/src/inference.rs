//! As in the program.

#[path = "../../src/inference/document.rs"]
pub mod document;

#[path = "../../src/inference/protocol/mod.rs"]
pub mod protocol;

#[path = "../../src/inference/sheet.rs"]
pub mod sheet;

#[path = "child.rs"]
pub mod child;
