//! The context and what it remembers: [`Tree`] says which tokens are in memory,
//! and everything done to the tree is done to the context's cells as well.
//!
//! A sequence whose answer has ended is kept, so that later prompts can begin
//! from it, until its place or its cells are needed; what only it held is then
//! parked in RAM. Beginnings that came from disk go last.

use std::collections::{HashMap, VecDeque};

use anyhow::{Result, ensure};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::session::LlamaStateSeqFlags;

use super::parked::{self, Parked, Tail};
use super::tree::{Scope, Sequence, Token, Tree};

/// One context and the sequences in it.
pub struct Memory<'m> {
    /// The context.
    pub context: LlamaContext<'m>,
    tree: Tree,
    free: Vec<Sequence>,
    /// Kept after their answers, least recently used first.
    kept: VecDeque<Sequence>,
    /// Beginnings from disk, least recently used first.
    pinned: VecDeque<Sequence>,
    /// Who asked what a sequence holds.
    people: HashMap<Sequence, Person>,
    parked: Parked,
    /// Not in the tree: state moves in and out of the context through it.
    scratch: Sequence,
}

/// Who asked, and how many tokens of the prompt came from somebody else's.
#[derive(Clone, Copy)]
struct Person {
    id: u64,
    shared: usize,
}

impl<'m> Memory<'m> {
    /// An empty memory of a context with so many `sequences`, which parks at
    /// most so many bytes.
    pub fn new(context: LlamaContext<'m>, sequences: Sequence, parked_bytes: usize) -> Self {
        let scratch = sequences - 1;
        Self {
            context,
            tree: Tree::default(),
            free: (0..scratch).rev().collect(),
            kept: VecDeque::new(),
            pinned: VecDeque::new(),
            people: HashMap::new(),
            parked: Parked::new(parked_bytes),
            scratch,
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

    /// Opens a sequence for a person's answer of so many `cells` in all, if they
    /// can be had beside those `promised` to others, and lets it begin from what
    /// is known of its prompt. Forgets kept sequences for it, oldest first.
    pub fn open(
        &mut self,
        scope: Scope,
        person: u64,
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
        let (id, shared) = (person, 0);
        self.people.insert(sequence, Person { id, shared });
        let known = self.adopt(sequence, scope, prompt)?;
        // Nothing is forgotten for one who does not fit all the same.
        let forgettable = self.kept.iter().chain(&self.pinned).copied();
        let needed = self.tree.cells() - self.tree.only(forgettable);
        if needed + promised + cells.saturating_sub(known) > self.context.n_ctx() as usize {
            self.close(sequence)?;
            return Ok(None);
        }
        let known = self.unpark(sequence, scope, prompt, known, promised)?;
        if self.make_room(promised + cells.saturating_sub(known))? {
            return Ok(Some(sequence));
        }
        self.close(sequence)?;
        Ok(None)
    }

    /// Forgets sequences until so many cells are free; false when that can not be.
    fn make_room(&mut self, cells: usize) -> Result<bool> {
        while self.tree.cells() + cells > self.context.n_ctx() as usize {
            if !self.forget_oldest()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Forgets one sequence that no answer needs; false when there is none.
    fn forget_oldest(&mut self) -> Result<bool> {
        let oldest = self.kept.pop_front().or_else(|| self.pinned.pop_front());
        let Some(oldest) = oldest else {
            return Ok(false);
        };
        self.park(oldest)?;
        self.close(oldest)?;
        Ok(true)
    }

    /// Keeps in RAM what only this sequence holds.
    fn park(&mut self, sequence: Sequence) -> Result<()> {
        let own = self.tree.own(sequence);
        let Some(scope) = self.tree.scope(sequence).filter(|_| own >= parked::LEAST) else {
            return Ok(());
        };
        let tokens = self.tree.tokens(sequence);
        let from = tokens.len() - own;
        let state = self.state(sequence, from, tokens.len())?;
        self.parked.put(Tail {
            scope,
            tokens,
            from,
            state,
        });
        Ok(())
    }

    /// Puts back what was parked of a prompt, if that is more than what is
    /// known; returns what is known then.
    fn unpark(
        &mut self,
        sequence: Sequence,
        scope: Scope,
        prompt: &[Token],
        known: usize,
        promised: usize,
    ) -> Result<usize> {
        let beginning = &prompt[..prompt.len().saturating_sub(1)];
        let Some((tail, common)) = self.parked.take(scope, beginning, known) else {
            return Ok(known);
        };
        let more = tail.tokens.len() - tail.from;
        if !self.make_room(promised + more)? {
            self.parked.put(tail);
            return Ok(known);
        }
        if let Err(error) = self.put_state(&tail.state, tail.tokens.len()) {
            // It is only read again.
            eprintln!("what was parked is of no use: {error:#}");
            return Ok(known);
        }
        let (from, to) = (u32::try_from(known)?, u32::try_from(common)?);
        self.context
            .copy_kv_cache_seq(self.scratch, sequence, Some(from), Some(to))?;
        self.clear(self.scratch, 0)?;
        self.tree.grow(sequence, &prompt[known..common]);
        Ok(common)
    }

    /// Takes the beginning of prompts in that an earlier process computed; false
    /// when there is no room for it or it is there already.
    ///
    /// # Errors
    /// When the state is of another model or context.
    pub fn restore(&mut self, scope: Scope, tokens: &[Token], state: &[u8]) -> Result<bool> {
        let room = self.context.n_ctx() as usize - self.tree.cells();
        let longest = self.tree.longest(scope, tokens);
        // Half of the room stays for answers.
        let fits = tokens.len() * 2 <= room && longest.is_none_or(|(_, n)| n < tokens.len());
        let Some(sequence) = self.free.pop_if(|_| fits) else {
            return Ok(false);
        };
        if let Err(error) = self.put_state(state, tokens.len()) {
            self.free.push(sequence);
            return Err(error);
        }
        self.context
            .copy_kv_cache_seq(self.scratch, sequence, None, None)?;
        self.clear(self.scratch, 0)?;
        self.tree.open(scope, sequence);
        self.tree.grow(sequence, tokens);
        self.pinned.push_back(sequence);
        Ok(true)
    }

    /// The computed state of a sequence's tokens `from` to `to`.
    pub fn state(&mut self, sequence: Sequence, from: usize, to: usize) -> Result<Vec<u8>> {
        let (from, to) = (u32::try_from(from)?, u32::try_from(to)?);
        self.context
            .copy_kv_cache_seq(sequence, self.scratch, Some(from), Some(to))?;
        let none = LlamaStateSeqFlags::empty();
        let size = self.context.state_seq_get_size_ext(self.scratch, none);
        let mut state = vec![0; size];
        // SAFETY: the buffer is as large as llama.cpp has just asked for.
        let written = unsafe {
            self.context
                .state_seq_get_data_ext(state.as_mut_ptr(), self.scratch, none)
        };
        self.clear(self.scratch, 0)?;
        ensure!(written == size, "a state of {written} bytes, not {size}");
        Ok(state)
    }

    /// Puts a state of a text of so many tokens into the scratch sequence.
    fn put_state(&mut self, state: &[u8], length: usize) -> Result<()> {
        let none = LlamaStateSeqFlags::empty();
        // SAFETY: `state` came out of `state`, of this model and kind of context.
        let taken = unsafe {
            self.context
                .state_seq_set_data_ext(state, self.scratch, none)
        };
        let last = self.context.kv_cache_seq_pos_max(self.scratch);
        if !taken || usize::try_from(last + 1) != Ok(length) {
            self.clear(self.scratch, 0)?;
            anyhow::bail!("the state ends at {last}, not after {length} tokens");
        }
        Ok(())
    }

    /// How many tokens of a sequence's prompt another person's begins with too.
    pub fn shared(&self, sequence: Sequence) -> usize {
        self.people.get(&sequence).map_or(0, |person| person.shared)
    }

    /// Lets a sequence begin from the most that is known of its prompt; returns
    /// the tokens it then holds. To be called again before each part of the
    /// prompt is computed: another request may have computed it meanwhile.
    pub fn adopt(&mut self, sequence: Sequence, scope: Scope, prompt: &[Token]) -> Result<usize> {
        let length = self.tree.length(sequence);
        let most = prompt.len().saturating_sub(1);
        let found = self.tree.longest(scope, &prompt[..most]);
        let Some((from, length)) = found.filter(|&(_, longest)| longest > length) else {
            return Ok(length);
        };
        self.tree.share(from, sequence, length);
        self.clear(sequence, 0)?;
        self.context
            .copy_kv_cache_seq(from, sequence, Some(0), Some(u32::try_from(length)?))?;
        for list in [&mut self.kept, &mut self.pinned] {
            if let Some(at) = list.iter().position(|kept| *kept == from) {
                list.remove(at);
                list.push_back(from);
            }
        }
        let theirs = self.people.get(&from).map(|person| person.id);
        if let Some(own) = self.people.get_mut(&sequence)
            && theirs.is_some_and(|theirs| theirs != own.id)
        {
            own.shared = length;
        }
        Ok(length)
    }

    /// Notes tokens that the context has computed for a sequence.
    pub fn grow(&mut self, sequence: Sequence, tokens: &[Token]) {
        self.tree.grow(sequence, tokens);
    }

    /// Removes what the context computed for a sequence beyond what was noted.
    pub fn forget_unnoted(&mut self, sequence: Sequence) -> Result<()> {
        self.clear(sequence, self.tree.length(sequence))
    }

    /// Keeps a sequence whose answer has ended.
    pub fn keep(&mut self, sequence: Sequence) {
        self.kept.push_back(sequence);
    }

    /// Forgets a sequence.
    pub fn close(&mut self, sequence: Sequence) -> Result<()> {
        self.tree.close(sequence);
        self.people.remove(&sequence);
        self.clear(sequence, 0)?;
        self.free.push(sequence);
        Ok(())
    }

    /// Forgets what is kept or parked of a scope.
    pub fn forget(&mut self, scope: Scope) -> Result<()> {
        self.parked.forget(scope);
        let tree = &self.tree;
        let theirs = |sequence: &Sequence| tree.scope(*sequence) == Some(scope);
        let idle = self.kept.iter().chain(&self.pinned).copied();
        let gone: Vec<Sequence> = idle.filter(theirs).collect();
        self.kept.retain(|sequence| !gone.contains(sequence));
        self.pinned.retain(|sequence| !gone.contains(sequence));
        gone.into_iter()
            .try_for_each(|sequence| self.close(sequence))
    }

    /// Forgets everything kept.
    pub fn forget_kept(&mut self) -> Result<()> {
        while self.forget_oldest()? {}
        Ok(())
    }

    fn clear(&mut self, sequence: Sequence, from: usize) -> Result<()> {
        let (sequence, from) = (u32::try_from(sequence)?, u32::try_from(from)?);
        self.context
            .clear_kv_cache_seq(Some(sequence), Some(from), None)?;
        Ok(())
    }
}
