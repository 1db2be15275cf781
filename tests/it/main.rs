//! Tests that need more than one module, in one binary so they link once.

mod engines;
mod tidy;
