//! What the box can not do right now, in the stable words of `/ready`.

use super::engine::Engine;
use crate::clock::TrustedClock;
use crate::inference::EngineKind;
use crate::inference::worker::State;
use crate::state::App;

/// The words that hold now; `missing` are those known since the start.
pub fn words(
    app: &App,
    engine: &Engine,
    time: &TrustedClock,
    missing: &[&'static str],
) -> Vec<&'static str> {
    let mut words = Vec::new();
    if time.view().held_back {
        words.push("clock_ahead");
    }
    if app.inference.llm_model().is_none() {
        words.push(match engine.refused {
            Some(_) => "llm_too_big",
            None => "llm_missing",
        });
    }
    words.extend(missing);
    for worker in app.inference.status() {
        // A worker that died once is back in a moment.
        let keeps_failing = matches!(worker.state, State::Failed { times, .. } if times > 1);
        match worker.kind {
            EngineKind::Llm if keeps_failing => words.push("llm_down"),
            EngineKind::Embed if keeps_failing => words.push("embed_down"),
            // Nothing uses speech yet, so nothing is missing without it.
            EngineKind::Llm | EngineKind::Embed | EngineKind::Asr => {}
        }
    }
    if app.blobs.check_space(0).is_err() {
        words.push("disk_low");
    }
    words
}
