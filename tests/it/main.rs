//! Tests that need more than one module, in one binary so they link once.

mod accounts;
mod api;
mod edge;
mod engines;
mod extract;
mod models;
mod storage;
mod support;
mod tidy;
