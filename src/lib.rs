//! Bwenge: a school's lesson library and tutor in one binary.
//!
//! `ARCHITECTURE.md` is the map. Modules are listed in the order of their
//! dependencies: each may use those above it and none below.

pub mod types;

pub mod text;

pub mod error;

pub mod config;

pub mod telemetry;

pub mod blobs;

pub mod models;

pub mod db;

pub mod clock;

pub mod events;

pub mod audit;

pub mod jobs;

pub mod inference;

pub mod rates;

pub mod state;

pub mod http;

pub mod accounts;

pub mod classes;

pub mod invites;

pub mod roster;

pub mod consent;

pub mod retrieval;

pub mod lessons;

pub mod personas;

pub mod terms;

pub mod presets;

pub mod answers;

pub mod chat;

pub mod openai;

pub mod privacy;

pub mod eval;

pub mod discovery;

pub mod app;

pub mod cli;
