//! The context and what it remembers: [`Tree`] says which tokens are in memory,
//! and everything done to the tree is done to the context's cells as well.
//!
//! A sequence whose answer has ended is kept, so that later prompts can begin
//! from it, until its place or its cells are needed.

use std::collections::VecDeque;

use anyhow::Result;
use llama_cpp_2::context::LlamaContext;

use super::tree::{Scope, Sequence, Token, Tree};

/// One context and the sequences in it.
pub struct Memory<'m> {
    /// The context.
    pub context: LlamaContext<'m>,
    tree: Tree,
    free: Vec<Sequence>,
    /// Kept after their answers, least recently used first.
    kept: VecDeque<Sequence>,
}

impl<'m> Memory<'m> {
    /// An empty memory of so many sequences.
    pub fn new(context: LlamaContext<'m>, sequences: Sequence) -> Self {
        Self {
            context,
            tree: Tree::default(),
            free: (0..sequences).rev().collect(),
            kept: VecDeque::new(),
        }
    }

    /// Cells in use, and sequences kept after their answers.
    pub fn used(&self) -> (usize, usize) {
        (self.tree.cells(), self.kept.len())
    }

    /// Tokens a sequence holds, which is also the place of its next token.
    pub fn length(&self, sequence: Sequence) -> usize {
        self.tree.length(sequence)
    }

    /// How much of a prompt is in memory, wherever it is; never all of it, as
    /// the first word of an answer comes out of computing its last token.
    pub fn known(&self, scope: Scope, prompt: &[Token]) -> usize {
        let longest = self.tree.longest(scope, prompt);
        longest.map_or(0, |(_, length)| length.min(prompt.len().saturating_sub(1)))
    }

    /// Opens a sequence for an answer of so many `cells` in all, if they can be
    /// had beside those `promised` to others, and lets it begin from what is
    /// known of its prompt. Forgets kept sequences for it, oldest first.
    pub fn open(
        &mut self,
        scope: Scope,
        prompt: &[Token],
        cells: usize,
        promised: usize,
    ) -> Result<Option<Sequence>> {
        if self.free.is_empty() {
            self.forget_oldest()?;
        }
        let Some(sequence) = self.free.pop() else {
            return Ok(None);
        };
        self.tree.open(scope, sequence);
        let known = self.adopt(sequence, scope, prompt)?;
        let all = self.context.n_ctx() as usize;
        while self.tree.cells() + promised + cells.saturating_sub(known) > all {
            if !self.forget_oldest()? {
                self.close(sequence)?;
                return Ok(None);
            }
        }
        Ok(Some(sequence))
    }

    fn forget_oldest(&mut self) -> Result<bool> {
        match self.kept.pop_front() {
            Some(oldest) => self.close(oldest).map(|()| true),
            None => Ok(false),
        }
    }

    /// Lets a sequence begin from the most that is known of its prompt; returns
    /// the tokens it then holds. To be called again before each part of the
    /// prompt is computed: another request may have computed it meanwhile.
    pub fn adopt(&mut self, sequence: Sequence, scope: Scope, prompt: &[Token]) -> Result<usize> {
        let have = self.tree.length(sequence);
        let most = prompt.len().saturating_sub(1);
        let Some((from, length)) = self.tree.longest(scope, &prompt[..most]) else {
            return Ok(have);
        };
        if length <= have {
            return Ok(have);
        }
        self.tree.share(from, sequence, length);
        self.context
            .clear_kv_cache_seq(Some(u32::try_from(sequence)?), None, None)?;
        self.context
            .copy_kv_cache_seq(from, sequence, Some(0), Some(u32::try_from(length)?))?;
        if let Some(at) = self.kept.iter().position(|kept| *kept == from) {
            self.kept.remove(at);
            self.kept.push_back(from);
        }
        Ok(length)
    }

    /// Notes tokens that the context has computed for a sequence.
    pub fn grow(&mut self, sequence: Sequence, tokens: &[Token]) {
        self.tree.grow(sequence, tokens);
    }

    /// Removes what the context computed for a sequence beyond what was noted.
    pub fn forget_unnoted(&mut self, sequence: Sequence) -> Result<()> {
        let noted = u32::try_from(self.tree.length(sequence))?;
        self.context
            .clear_kv_cache_seq(Some(u32::try_from(sequence)?), Some(noted), None)?;
        Ok(())
    }

    /// Keeps a sequence whose answer has ended.
    pub fn keep(&mut self, sequence: Sequence) {
        self.kept.push_back(sequence);
    }

    /// Forgets a sequence.
    pub fn close(&mut self, sequence: Sequence) -> Result<()> {
        self.tree.close(sequence);
        self.context
            .clear_kv_cache_seq(Some(u32::try_from(sequence)?), None, None)?;
        self.free.push(sequence);
        Ok(())
    }

    /// Forgets everything kept.
    pub fn forget_kept(&mut self) -> Result<()> {
        while self.forget_oldest()? {}
        Ok(())
    }
}
