//! Tests that need more than one module, in one binary so they link once.

mod accounts;
mod api;
mod contract;
mod edge;
mod engines;
mod eval;
mod extract;
mod faults;
mod models;
mod openai;
mod recordings;
mod storage;
mod support;
mod tidy;
mod wire;
