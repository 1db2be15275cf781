//! The embedding child: candle with multilingual-e5-small or MiniLM.
//!
//! Texts become tokens ([`tokens`]), tokens are packed into batches without
//! padding ([`pack`]), and each batch goes through the encoder ([`bert`]).
//! Questions overtake passages between two batches, so that a pupil does not
//! wait for a lesson that is being read.

mod bert;
mod charsmap;
mod gelu;
mod linear;
mod pack;
mod tokens;
mod unigram;
mod weights;
mod work;

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Session, pipe};
use crate::inference::protocol::EmbedPurpose;
use bert::Encoder;
use tokens::Tokens;

/// Loads the model, greets the server and embeds until it hangs up.
pub fn serve(model: &str, threads: u32, session: &Session) -> Result<()> {
    set_threads(threads);
    let embedder = Embedder::load(Path::new(model))?;
    session.model_loaded()?;
    // Starts candle's threads and packs its weights, while that may still be done.
    embedder.embed(EmbedPurpose::Passage, &["Muraho"])?;
    let dimensions = u32::try_from(embedder.encoder.dimensions())?;
    session.ready(simd_features(), embedder.facts(), dimensions)?;
    work::Work::new(embedder, session.replies.clone()).run(&pipe::requests()?)
}

/// A model with its tokenizer.
pub struct Embedder {
    encoder: Encoder,
    tokens: Tokens,
}

impl Embedder {
    /// Loads a folder of the catalogue; the files in it tell which model it is.
    pub fn load(folder: &Path) -> Result<Self> {
        let folder_name = || format!("can not load {}", folder.display());
        let weights = weights::load(folder).with_context(folder_name)?;
        let encoder = Encoder::new(weights)?;
        let tokens = Tokens::load(folder, encoder.positions()).with_context(folder_name)?;
        Ok(Self { encoder, tokens })
    }

    /// Unit vectors of texts, in their order.
    pub fn embed(&self, purpose: EmbedPurpose, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        let tokens = self.tokens.encode(purpose, texts)?;
        let mut vectors = vec![Vec::new(); texts.len()];
        for batch in pack::batches(&tokens.iter().map(Vec::len).collect::<Vec<_>>()) {
            self.embed_batch(&tokens, &batch, &mut vectors)?;
        }
        Ok(vectors)
    }

    /// Embeds the texts of one batch into their places.
    fn embed_batch(
        &self,
        tokens: &[Vec<u32>],
        batch: &[usize],
        vectors: &mut [Vec<f32>],
    ) -> Result<()> {
        let chosen: Vec<&[u32]> = batch
            .iter()
            .map(|&index| tokens[index].as_slice())
            .collect();
        let results = self.encoder.embed(&chosen)?;
        ensure!(results.len() == batch.len(), "a vector is missing");
        for (&index, vector) in batch.iter().zip(results) {
            vectors[index] = vector;
        }
        Ok(())
    }

    fn facts(&self) -> Vec<(String, String)> {
        vec![
            ("architecture".to_owned(), "bert".to_owned()),
            ("layers".to_owned(), self.encoder.layers().to_string()),
            ("weights".to_owned(), linear::number_format().to_owned()),
        ]
    }
}

/// Tells candle, rayon and the tokenizer how many threads to use. They read
/// it from the environment and would otherwise count processors in files that
/// the sandbox forbids.
fn set_threads(threads: u32) {
    let threads = threads.clamp(1, 64).to_string();
    for name in ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS"] {
        // SAFETY: this process has no other thread yet.
        unsafe { std::env::set_var(name, &threads) };
    }
}

/// candle chooses its kernels at run time; these are what it looks for.
fn simd_features() -> Vec<String> {
    let features = [
        ("AVX2", candle_core::utils::with_avx()),
        ("F16C", candle_core::utils::with_f16c()),
        ("NEON", candle_core::utils::with_neon()),
    ];
    let present = features.into_iter().filter(|(_, present)| *present);
    present.map(|(name, _)| name.to_owned()).collect()
}
