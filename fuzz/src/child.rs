//! As in the program.

#[path = "../../src/inference/child/draw/mod.rs"]
pub mod draw;

#[path = "../../src/inference/child/extract/mod.rs"]
pub mod extract;

#[path = "../../src/inference/child/sound/mod.rs"]
pub mod sound;

#[path = "../../src/inference/child/llm/template.rs"]
pub mod template;
