//! How a language model is laid out in the memory of a box. Pure.
//!
//! Weights are needed as they are; the key-value pool takes what is left, up to
//! what a class needs. A box with too little for a small pool is told so before
//! anything is loaded: the kernel would end the worker in the middle of a
//! lesson otherwise.

use std::fmt;

use super::gguf::Shape;
use super::machine::{LimitFrom, Machine};

/// Tokens of the pool that all answers share: thirty of a class on one lesson
/// of 1,000 tokens, and room for what is kept of earlier ones. Each word looks
/// at all of them that are in use, so more would cost time as well.
const MOST_TOKENS: u64 = 12_288;
/// Below this a lesson and one answer hardly fit.
const FEWEST_TOKENS: u64 = 2_048;
/// Pools are multiples of this.
const STEP: u64 = 256;
/// Answers written side by side at most; the worker measures how many pay.
const MOST_ROWS: u64 = 32;
/// Tokens of the pool for each row: a question, its passages and an answer
/// beside a lesson that is shared.
const TOKENS_PER_ROW: u64 = 384;
/// A worker without a model, and what one step computes beside the last layer.
const WORKER_BYTES: u64 = 48 << 20;
/// Rows of results a step has room for; each has a number for every token of
/// the vocabulary.
const RESULT_ROWS: u64 = 72;

/// Bytes of parked conversations at most: some hundred of them.
const MOST_PARKED: u64 = 128 << 20;

/// The layout of a language model that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryPlan {
    /// Tokens of the key-value pool.
    pub pool_tokens: u32,
    /// Bytes of that pool.
    pub pool_bytes: u64,
    /// Bytes of the weights.
    pub weights_bytes: u64,
    /// Bytes for computing.
    pub compute_bytes: u64,
    /// Answers written side by side at most.
    pub rows: u32,
    /// Threads that read prompts.
    pub threads: u32,
    /// Threads that write an answer which is alone.
    pub decode_threads: u32,
    /// Bytes there were for it.
    pub room_bytes: u64,
    /// What limits them.
    pub limit: LimitFrom,
}

impl MemoryPlan {
    /// The same with fewer answers side by side, where the operator wants so.
    pub fn with_at_most(self, rows: Option<u32>) -> Self {
        let rows = rows.map_or(self.rows, |most| self.rows.min(most));
        Self { rows, ..self }
    }

    /// Bytes in all.
    pub fn total_bytes(&self) -> u64 {
        self.weights_bytes + self.pool_bytes + self.compute_bytes
    }

    /// Bytes for the ends of conversations that had to leave the pool: some of
    /// what is left over.
    pub fn parked_bytes(&self) -> u64 {
        let left = self.room_bytes.saturating_sub(self.total_bytes());
        (left / 4).min(MOST_PARKED)
    }

    /// Address space the worker may use, in bytes: parts of the file are read
    /// before they are put into another form; code, stacks and the allocator
    /// count too.
    pub fn address_space(&self) -> u64 {
        self.total_bytes() + self.weights_bytes + (1 << 30)
    }
}

/// A model that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooBig {
    /// Bytes it needs at least.
    pub needed_bytes: u64,
    /// Bytes there are for it.
    pub room_bytes: u64,
    /// What limits them.
    pub limit: LimitFrom,
}

impl fmt::Display for TooBig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.limit {
            LimitFrom::Memory => "of the memory of this machine",
            LimitFrom::Available => "beside other programs",
            LimitFrom::Group => "within the memory limit of the box",
        };
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        write!(
            f,
            "it needs {} MB and there are {} MB for it {of}",
            megabytes(self.needed_bytes),
            self.room_bytes / 1_000_000
        )
    }
}

impl std::error::Error for TooBig {}

/// Lays a model out on a machine on which other models use `taken` bytes.
///
/// # Errors
/// [`TooBig`] when not even the smallest pool fits.
pub fn plan(machine: &Machine, taken: u64, model: &Shape) -> Result<MemoryPlan, TooBig> {
    let room = machine.room();
    let room_bytes = room.bytes.saturating_sub(taken);
    let compute_bytes = WORKER_BYTES + RESULT_ROWS.saturating_mul(model.vocabulary * 4);
    let fixed = model.file_bytes.saturating_add(compute_bytes);
    let token = model.kv_bytes().max(1);
    let affordable = room_bytes.saturating_sub(fixed) / token / STEP * STEP;
    let tokens = affordable.min(MOST_TOKENS);
    if tokens < FEWEST_TOKENS || fixed > room_bytes {
        return Err(TooBig {
            needed_bytes: fixed.saturating_add(FEWEST_TOKENS * token),
            room_bytes,
            limit: room.from,
        });
    }
    let rows = (tokens / TOKENS_PER_ROW / 4 * 4).clamp(4, MOST_ROWS);
    let threads = machine.cores.clamp(1, 64);
    Ok(MemoryPlan {
        pool_tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
        pool_bytes: tokens * token,
        weights_bytes: model.file_bytes,
        compute_bytes,
        rows: u32::try_from(rows).unwrap_or(u32::MAX),
        threads,
        // From four cores up one is left to the server; an answer that is
        // alone waits for memory, not for the processor.
        decode_threads: if threads >= 4 { threads - 1 } else { threads },
        room_bytes,
        limit: room.from,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(kv_heads: u64, width: u64, vocabulary: u64, file_bytes: u64) -> Shape {
        Shape {
            architecture: "test".into(),
            layers: 24,
            kv_heads,
            key_width: width,
            value_width: width,
            trained_context: 32_768,
            vocabulary,
            file_bytes,
        }
    }

    fn small() -> Shape {
        shape(30 * 3, 64, 49_152, 98_362_432)
    }

    fn half() -> Shape {
        shape(24 * 2, 64, 151_936, 491_400_064)
    }

    fn large() -> Shape {
        shape(28 * 2, 128, 151_936, 1_117_320_768)
    }

    fn machine(total_mb: u64, group_mb: Option<u64>, cores: u32) -> Machine {
        Machine {
            total: total_mb * 1_000_000,
            available: total_mb * 1_000_000 - 150_000_000,
            group: group_mb.map(|mb| mb * 1_000_000),
            cores,
        }
    }

    #[test]
    fn boxes_of_all_sizes() {
        // Machine, bytes for search, model; pool, rows, threads of both kinds.
        let check = |machine: Machine, model: &Shape, expect: (u32, u32, u32, u32)| {
            let plan = plan(&machine, 250_000_000, model).unwrap();
            let got = (
                plan.pool_tokens,
                plan.rows,
                plan.threads,
                plan.decode_threads,
            );
            assert_eq!(got, expect, "{machine:?}");
            assert!(plan.total_bytes() <= plan.room_bytes);
        };
        let pi = machine(3_980, None, 4);
        check(pi, &half(), (12_288, 32, 4, 3));
        check(pi, &large(), (12_288, 32, 4, 3));
        check(machine(24_680, None, 2), &large(), (12_288, 32, 2, 2));
        check(machine(2_000, None, 2), &half(), (12_288, 32, 2, 2));
        // What is left after the weights is the pool.
        check(machine(1_600, None, 2), &half(), (12_288, 32, 2, 2));
        check(machine(1_160, None, 1), &small(), (6_144, 16, 1, 1));
        check(
            machine(8_000, Some(1_150), 16),
            &half(),
            (9_216, 24, 16, 15),
        );
    }

    #[test]
    fn an_operator_may_want_fewer_side_by_side() {
        let plan = plan(&machine(3_980, None, 4), 0, &half()).unwrap();
        for (wanted, expect) in [(None, 32), (Some(6), 6), (Some(64), 32)] {
            let with = plan.with_at_most(wanted);
            assert_eq!(with.rows, expect);
            assert_eq!(with.pool_tokens, plan.pool_tokens);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_figures() {
        let check = |machine: Machine, model: &Shape, expect: &str| {
            let error = plan(&machine, 0, model).unwrap_err();
            assert_eq!(error.to_string(), expect);
            assert!(error.needed_bytes > error.room_bytes);
        };
        check(
            machine(1_000, None, 4),
            &half(),
            "it needs 611 MB and there are 400 MB for it of the memory of this machine",
        );
        check(
            machine(8_000, Some(512), 4),
            &half(),
            "it needs 611 MB and there are 312 MB for it within the memory limit of the box",
        );
        let busy = Machine {
            available: 1_000_000_000,
            ..machine(8_000, None, 4)
        };
        check(
            busy,
            &large(),
            "it needs 1271 MB and there are 800 MB for it beside other programs",
        );
        // Larger than any memory, and numbers near the end of their type.
        let huge = shape(1 << 24, 1 << 16, 1 << 26, u64::MAX - 1);
        assert!(plan(&machine(4_000, None, 4), 0, &huge).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_plan_stays_within_its_room(
            total in 0..40_000_000_000_u64,
            group in prop::option::of(0..40_000_000_000_u64),
            taken in 0..4_000_000_000_u64,
            heads in 1..4_096_u64,
            width in 1..1_024_u64,
            file in 0..30_000_000_000_u64,
        ) {
            let machine = Machine { total, available: total, group, cores: 4 };
            let model = shape(heads, width, 32_000, file);
            match plan(&machine, taken, &model) {
                Ok(plan) => {
                    prop_assert!(plan.total_bytes() <= machine.room().bytes - taken);
                    prop_assert!(plan.pool_tokens >= 2_048 && plan.pool_tokens <= 12_288);
                    prop_assert!(plan.rows >= 4 && plan.rows <= 32 && plan.rows % 4 == 0);
                }
                Err(error) => prop_assert!(error.needed_bytes > error.room_bytes),
            }
        }
    }
}
