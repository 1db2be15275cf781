//! The whole API through the real routes, with a fake engine, real document
//! parsers and a clock that stands still.

mod answers;
mod audit;
mod class_sign_in;
mod classes;
mod clocks;
mod consent;
mod corrections;
mod engine;
mod guests;
mod hostile;
mod invites;
mod isolation;
mod leftovers;
mod lessons;
mod limits;
mod lists;
mod metrics;
mod news;
mod originals;
mod others;
mod pictures;
mod presets;
mod privacy;
mod quota;
mod ready;
mod registering;
mod routes;
mod search;
mod shared_devices;
mod sticks;
mod tasks;
mod terms;
mod trash;
mod tutors;
mod uploads;
