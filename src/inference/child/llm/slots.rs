//! Sequences of the context: who computes in which, and what each keeps.
//!
//! A slot keeps the tokens of its last answer after the answer has ended, so
//! that the next prompt can start from what both share. In a unified context
//! copying a sequence only marks cells as belonging to both, so sharing costs
//! neither time nor memory.

use anyhow::Result;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::token::LlamaToken;

use super::answer::Answer;
use super::prefix::{best_prefix, common_length};

/// One sequence of the context; its id is its index.
#[derive(Default)]
pub struct Slot {
    /// The tokens whose state the sequence holds.
    pub kept: Vec<LlamaToken>,
    /// The answer that computes here.
    pub answer: Option<Answer>,
    /// When an answer came or went last; a count, not a time.
    pub touched: u64,
}

impl Slot {
    /// Whether its prompt still has tokens to compute.
    pub fn is_reading(&self) -> bool {
        self.answer
            .as_ref()
            .is_some_and(|answer| self.kept.len() < answer.prompt.len())
    }
}

/// All sequences of one context.
pub struct Slots<'m> {
    /// The context; its sequences are the slots.
    pub context: LlamaContext<'m>,
    /// The slots by sequence id.
    pub all: Vec<Slot>,
    touches: u64,
}

impl<'m> Slots<'m> {
    /// `rows` empty slots of a fresh context.
    pub fn new(context: LlamaContext<'m>, rows: u32) -> Self {
        Self {
            context,
            all: (0..rows).map(|_| Slot::default()).collect(),
            touches: 0,
        }
    }

    /// Notes that an answer came to or went from the slot.
    pub fn touch(&mut self, index: usize) {
        self.touches += 1;
        self.all[index].touched = self.touches;
    }

    /// Gives the answer a slot if one is free and all cells it may come to need
    /// are; otherwise hands it back.
    pub fn place(&mut self, answer: Answer) -> Result<Option<Answer>> {
        let cells = self.context.n_ctx() as usize;
        let active = self.all.iter().filter_map(|slot| slot.answer.as_ref());
        let wanted = active.map(Answer::cells).sum::<usize>() + answer.cells();
        let source = best_prefix(&answer.prompt, self.all.iter().map(|s| s.kept.as_slice()));
        let Some(index) = self.free_slot(source) else {
            return Ok(Some(answer));
        };
        if wanted > cells {
            return Ok(Some(answer));
        }
        self.make_room(cells - wanted, index, source)?;
        self.all[index].answer = Some(answer);
        self.touch(index);
        self.adopt(index)?;
        Ok(None)
    }

    /// The free slot used least recently, sparing the one to share with.
    fn free_slot(&self, source: Option<(usize, usize)>) -> Option<usize> {
        let spared = source.map(|(index, _)| index);
        let free = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, slot)| slot.answer.is_none());
        free.min_by_key(|&(index, slot)| (spared == Some(index), slot.touched))
            .map(|(index, _)| index)
    }

    /// Forgets kept sequences, oldest first, until they occupy at most `cells`.
    /// The part of the source that will be shared costs nothing extra.
    fn make_room(
        &mut self,
        cells: usize,
        target: usize,
        source: Option<(usize, usize)>,
    ) -> Result<()> {
        let shared = |index: usize| match source {
            Some((at, length)) if at == index => length,
            _ => 0,
        };
        let mut idle: Vec<usize> = (0..self.all.len())
            .filter(|&index| index != target && self.all[index].answer.is_none())
            .collect();
        idle.sort_by_key(|&index| (shared(index) > 0, self.all[index].touched));
        let mut kept: usize = idle
            .iter()
            .map(|&i| self.all[i].kept.len() - shared(i))
            .sum();
        for index in idle {
            if kept <= cells {
                break;
            }
            kept -= self.all[index].kept.len() - shared(index);
            self.cut(index, shared(index))?;
        }
        Ok(())
    }

    /// Starts the slot's prompt from the longest state any slot holds of it.
    pub fn adopt(&mut self, index: usize) -> Result<()> {
        let Some(answer) = &self.all[index].answer else {
            return Ok(());
        };
        let best = best_prefix(&answer.prompt, self.all.iter().map(|s| s.kept.as_slice()));
        let own = common_length(&answer.prompt, &self.all[index].kept)
            .min(answer.prompt.len().saturating_sub(1));
        match best {
            Some((source, length)) if length > own => {
                let tokens = answer.prompt[..length].to_vec();
                self.cut(index, 0)?;
                let (from, to) = (sequence(source), sequence(index));
                self.context
                    .copy_kv_cache_seq(from, to, Some(0), Some(u32::try_from(length)?))?;
                self.all[index].kept = tokens;
                Ok(())
            }
            _ => self.cut(index, own),
        }
    }

    /// Keeps the first `length` tokens of a sequence and frees the rest.
    pub fn cut(&mut self, index: usize, length: usize) -> Result<()> {
        let slot = &mut self.all[index];
        if length < slot.kept.len() {
            slot.kept.truncate(length);
            let from = u32::try_from(length)?;
            self.context
                .clear_kv_cache_seq(Some(u32::try_from(index)?), Some(from), None)?;
        }
        Ok(())
    }

    /// Forgets everything that no answer is using.
    pub fn forget_idle(&mut self) -> Result<()> {
        for index in 0..self.all.len() {
            if self.all[index].answer.is_none() {
                self.cut(index, 0)?;
            }
        }
        Ok(())
    }

    /// The slot whose prompt is to be read next: the one waiting longest.
    pub fn next_to_read(&self) -> Option<usize> {
        let reading = self
            .all
            .iter()
            .enumerate()
            .filter(|(_, slot)| slot.is_reading());
        reading
            .min_by_key(|(_, slot)| slot.touched)
            .map(|(index, _)| index)
    }
}

/// The context's id of a slot's sequence.
pub fn sequence(index: usize) -> i32 {
    i32::try_from(index).unwrap_or(i32::MAX)
}
