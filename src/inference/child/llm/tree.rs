//! Which beginnings of prompts are in memory, and which sequences hold them.
//! Pure: the caller does the same to the context's sequences.
//!
//! A radix tree over tokens, one root for each organisation, so that no state
//! is ever shared across organisations. Every sequence ends at the end of a
//! node and holds the cells of all tokens above it; a node without a sequence
//! at or below it is gone. In a unified context a copied sequence shares the
//! cells of the original, so the tokens in the tree are the cells in use.

use std::collections::HashMap;

/// A token of the model's vocabulary.
pub type Token = i32;
/// The id of a sequence in the context.
pub type Sequence = i32;
/// Whose prompt it is; state is shared inside one scope only.
pub type Scope = u64;

type NodeId = usize;

#[derive(Debug, Default)]
struct Node {
    /// None for a root.
    parent: Option<NodeId>,
    /// The tokens between the parent and this node; none for a root.
    tokens: Vec<Token>,
    children: Vec<NodeId>,
    /// Sequences that end exactly here.
    ends: Vec<Sequence>,
    /// Sequences that end here or below.
    held: usize,
}

/// The tokens in memory of one context.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Places of removed nodes, for new ones.
    vacant: Vec<NodeId>,
    roots: HashMap<Scope, NodeId>,
    /// Where a sequence ends.
    ends: HashMap<Sequence, (Scope, NodeId)>,
    cells: usize,
}

impl Tree {
    /// Cells in use: every token once, however many sequences share it.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Tokens a sequence holds; 0 for one that is not open.
    pub fn length(&self, sequence: Sequence) -> usize {
        match self.ends.get(&sequence) {
            Some(&(_, end)) => self.depth(end),
            None => 0,
        }
    }

    /// All tokens of a sequence.
    pub fn tokens(&self, sequence: Sequence) -> Vec<Token> {
        let Some(&(_, end)) = self.ends.get(&sequence) else {
            return Vec::new();
        };
        let mut parts: Vec<&[Token]> = self
            .upwards(Some(end))
            .map(|id| self.nodes[id].tokens.as_slice())
            .collect();
        parts.reverse();
        parts.concat()
    }

    /// Tokens at the end of a sequence that no other holds.
    pub fn own(&self, sequence: Sequence) -> usize {
        self.only(std::iter::once(sequence))
    }

    /// Cells that only these sequences hold: free once all of them are closed.
    pub fn only(&self, sequences: impl Iterator<Item = Sequence>) -> usize {
        let mut among: HashMap<NodeId, usize> = HashMap::new();
        for (_, end) in sequences.filter_map(|sequence| self.ends.get(&sequence)) {
            for id in self.upwards(Some(*end)) {
                *among.entry(id).or_default() += 1;
            }
        }
        let nodes = among.iter().map(|(&id, &held)| (&self.nodes[id], held));
        let alone = nodes.filter(|(node, held)| node.held == *held);
        alone.map(|(node, _)| node.tokens.len()).sum()
    }

    /// Whose a sequence is; none for one that is not open.
    pub fn scope(&self, sequence: Sequence) -> Option<Scope> {
        self.ends.get(&sequence).map(|&(scope, _)| scope)
    }

    /// Opens a sequence that holds nothing yet.
    pub fn open(&mut self, scope: Scope, sequence: Sequence) {
        debug_assert!(!self.ends.contains_key(&sequence), "it is open already");
        let root = match self.roots.get(&scope) {
            Some(&root) => root,
            None => {
                let root = self.add(Node::default());
                self.roots.insert(scope, root);
                root
            }
        };
        self.hold(root);
        self.end_at(sequence, scope, root);
    }

    /// The longest beginning of `tokens` in memory: a sequence that holds it,
    /// and its length.
    pub fn longest(&self, scope: Scope, tokens: &[Token]) -> Option<(Sequence, usize)> {
        let root = *self.roots.get(&scope)?;
        let (node, length) = self.deepest(root, tokens);
        (length > 0).then(|| (self.any_below(node), length))
    }

    /// Makes `to` hold the first `length` tokens of `from`, of the same scope,
    /// instead of what it held: the context's `to` is emptied and copied anew,
    /// so that it keeps no cells of its own for the same tokens.
    pub fn share(&mut self, from: Sequence, to: Sequence, length: usize) {
        let (Some(&(scope, source)), Some(&(own, old))) =
            (self.ends.get(&from), self.ends.get(&to))
        else {
            debug_assert!(false, "both must be open");
            return;
        };
        debug_assert_eq!(scope, own, "never across organisations");
        let node = self.split_above(source, length);
        self.hold(node);
        self.end_at(to, scope, node);
        self.leave(to, old);
    }

    /// Adds computed tokens to a sequence.
    pub fn grow(&mut self, sequence: Sequence, tokens: &[Token]) {
        let Some(&(scope, end)) = self.ends.get(&sequence) else {
            debug_assert!(false, "it must be open");
            return;
        };
        if tokens.is_empty() {
            return;
        }
        self.cells += tokens.len();
        let node = &mut self.nodes[end];
        let alone = node.children.is_empty() && node.ends.len() == 1 && node.parent.is_some();
        if alone {
            node.tokens.extend_from_slice(tokens);
            return;
        }
        node.ends.retain(|&other| other != sequence);
        let child = self.add(Node {
            parent: Some(end),
            tokens: tokens.to_vec(),
            held: 1,
            ..Node::default()
        });
        self.nodes[end].children.push(child);
        self.end_at(sequence, scope, child);
    }

    /// Closes a sequence; its id may be used again.
    pub fn close(&mut self, sequence: Sequence) {
        if let Some((_, end)) = self.ends.remove(&sequence) {
            self.leave(sequence, end);
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        match self.vacant.pop() {
            Some(id) => {
                self.nodes[id] = node;
                id
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        }
    }

    /// A node and those above it, up to the root.
    fn upwards(&self, from: Option<NodeId>) -> impl Iterator<Item = NodeId> {
        std::iter::successors(from, |&id| self.nodes[id].parent)
    }

    fn depth(&self, node: NodeId) -> usize {
        self.upwards(Some(node))
            .map(|id| self.nodes[id].tokens.len())
            .sum()
    }

    /// The node where the longest match of `tokens` below `node` ends, perhaps
    /// inside its tokens, and the length of the match. Siblings may begin alike:
    /// what two computed at once stays apart.
    fn deepest(&self, node: NodeId, tokens: &[Token]) -> (NodeId, usize) {
        let below = self.nodes[node].children.iter().filter_map(|&child| {
            let edge = &self.nodes[child].tokens;
            let same = edge.iter().zip(tokens).take_while(|(a, b)| a == b).count();
            if same == 0 {
                return None;
            }
            if same < edge.len() {
                return Some((child, same));
            }
            let (end, more) = self.deepest(child, &tokens[same..]);
            Some((end, same + more))
        });
        below.max_by_key(|&(_, length)| length).unwrap_or((node, 0))
    }

    fn any_below(&self, node: NodeId) -> Sequence {
        let mut at = node;
        loop {
            if let Some(&sequence) = self.nodes[at].ends.first() {
                return sequence;
            }
            // Every node has a sequence at or below it.
            at = self.nodes[at].children[0];
        }
    }

    /// The node at depth `length` on the way from the root to `node`, made by
    /// splitting one if need be.
    fn split_above(&mut self, node: NodeId, length: usize) -> NodeId {
        let mut at = node;
        let mut end = self.depth(node);
        debug_assert!(length <= end);
        loop {
            let begin = end - self.nodes[at].tokens.len();
            if length >= end {
                return at;
            }
            if length > begin {
                return self.split(at, length - begin);
            }
            match self.nodes[at].parent {
                Some(parent) => (at, end) = (parent, begin),
                None => return at,
            }
        }
    }

    /// Cuts a node in two; returns the upper part, which is a new node.
    fn split(&mut self, node: NodeId, at: usize) -> NodeId {
        let below = self.nodes[node].tokens.split_off(at);
        let above = std::mem::replace(&mut self.nodes[node].tokens, below);
        let (parent, held) = (self.nodes[node].parent, self.nodes[node].held);
        let upper = self.add(Node {
            parent,
            tokens: above,
            children: vec![node],
            ends: Vec::new(),
            held,
        });
        self.nodes[node].parent = Some(upper);
        if let Some(parent) = parent {
            for child in &mut self.nodes[parent].children {
                if *child == node {
                    *child = upper;
                }
            }
        }
        upper
    }

    /// Undoes a split that no sequence needs any more.
    fn join(&mut self, node: NodeId) {
        let upper = &self.nodes[node];
        let (Some(parent), [], &[child]) = (upper.parent, &upper.ends[..], &upper.children[..])
        else {
            return;
        };
        let mut tokens = std::mem::take(&mut self.nodes[node].tokens);
        tokens.append(&mut self.nodes[child].tokens);
        self.nodes[child].tokens = tokens;
        self.nodes[child].parent = Some(parent);
        for other in &mut self.nodes[parent].children {
            if *other == node {
                *other = child;
            }
        }
        self.nodes[node] = Node::default();
        self.vacant.push(node);
    }

    /// Counts one more sequence at or below a node and those above it.
    fn hold(&mut self, node: NodeId) {
        let mut at = Some(node);
        while let Some(id) = at {
            self.nodes[id].held += 1;
            at = self.nodes[id].parent;
        }
    }

    fn end_at(&mut self, sequence: Sequence, scope: Scope, node: NodeId) {
        self.nodes[node].ends.push(sequence);
        self.ends.insert(sequence, (scope, node));
    }

    /// Takes a sequence from where it ended and removes what nobody holds.
    fn leave(&mut self, sequence: Sequence, end: NodeId) {
        self.nodes[end].ends.retain(|&other| other != sequence);
        let mut at = Some(end);
        while let Some(id) = at {
            let node = &mut self.nodes[id];
            node.held -= 1;
            at = node.parent;
            if node.held > 0 {
                self.join(id);
                continue;
            }
            self.cells -= node.tokens.len();
            *node = Node::default();
            self.vacant.push(id);
            match at {
                Some(parent) => self.nodes[parent].children.retain(|&child| child != id),
                None => self.roots.retain(|_, root| *root != id),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// The context as the engine sees it: cells, each with its token, place and
    /// the sequences that hold it. Slow and obvious.
    #[derive(Default)]
    struct Cells(Vec<(Scope, usize, Token, BTreeSet<Sequence>)>);

    impl Cells {
        fn grow(&mut self, scope: Scope, at: usize, token: Token, sequence: Sequence) {
            self.0.push((scope, at, token, [sequence].into()));
        }

        fn copy(&mut self, from: Sequence, to: Sequence, length: usize) {
            for (_, at, _, held) in &mut self.0 {
                held.remove(&to);
                if *at < length && held.contains(&from) {
                    held.insert(to);
                }
            }
            self.0.retain(|(_, _, _, held)| !held.is_empty());
        }

        fn close(&mut self, sequence: Sequence) {
            for (_, _, _, held) in &mut self.0 {
                held.remove(&sequence);
            }
            self.0.retain(|(_, _, _, held)| !held.is_empty());
        }

        fn tokens(&self, sequence: Sequence) -> Vec<Token> {
            let mine = self.0.iter().filter(|cell| cell.3.contains(&sequence));
            let placed: BTreeMap<usize, Token> = mine.map(|cell| (cell.1, cell.2)).collect();
            placed.into_values().collect()
        }

        fn only(&self, sequences: &BTreeSet<Sequence>) -> usize {
            let mine = self.0.iter().filter(|cell| cell.3.is_subset(sequences));
            mine.count()
        }
    }

    /// One thing an engine does.
    #[derive(Debug, Clone)]
    enum Act {
        /// A prompt is read, from its beginning or further: it shares what it can
        /// and computes so many tokens of the rest.
        Read(Scope, Sequence, Vec<Token>, usize),
        Write(Sequence, Token),
        Close(Sequence),
    }

    fn act() -> impl Strategy<Value = Act> {
        let sequence = 0..6_i32;
        // Two tokens only, so that prompts share a lot.
        let prompt = prop::collection::vec(0..2_i32, 1..12);
        prop_oneof![
            4 => (0..2_u64, sequence.clone(), prompt, 1..8_usize).prop_map(|(s, q, p, n)| Act::Read(s, q, p, n)),
            3 => (sequence.clone(), 0..2_i32).prop_map(|(s, t)| Act::Write(s, t)),
            1 => sequence.prop_map(Act::Close),
        ]
    }

    fn play(acts: Vec<Act>) {
        let mut tree = Tree::default();
        let mut cells = Cells::default();
        let mut scopes: BTreeMap<Sequence, Scope> = BTreeMap::new();
        for act in acts {
            match act {
                Act::Read(scope, sequence, prompt, chunk) => {
                    let held = cells.tokens(sequence);
                    if scopes.get(&sequence) != Some(&scope) || !prompt.starts_with(&held) {
                        tree.close(sequence);
                        cells.close(sequence);
                        tree.open(scope, sequence);
                        scopes.insert(sequence, scope);
                    }
                    let mut have = tree.length(sequence);
                    if let Some((from, length)) = tree.longest(scope, &prompt)
                        && length > have
                    {
                        assert_eq!(scopes[&from], scope, "shared across organisations");
                        assert_eq!(cells.tokens(from)[..length], prompt[..length]);
                        tree.share(from, sequence, length);
                        cells.copy(from, sequence, length);
                        have = length;
                    }
                    let best = scopes.iter().filter(|(_, own)| **own == scope);
                    let best = best.map(|(other, _)| {
                        let theirs = cells.tokens(*other);
                        let both = theirs.iter().zip(&prompt);
                        both.take_while(|(a, b)| a == b).count()
                    });
                    assert_eq!(
                        have,
                        best.max().unwrap_or(0),
                        "a longer beginning was there"
                    );
                    let upto = prompt.len().min(have + chunk);
                    tree.grow(sequence, &prompt[have..upto]);
                    for (at, &token) in prompt[..upto].iter().enumerate().skip(have) {
                        cells.grow(scope, at, token, sequence);
                    }
                }
                Act::Write(sequence, token) => {
                    if let Some(&scope) = scopes.get(&sequence) {
                        let at = cells.tokens(sequence).len();
                        tree.grow(sequence, &[token]);
                        cells.grow(scope, at, token, sequence);
                    }
                }
                Act::Close(sequence) => {
                    tree.close(sequence);
                    cells.close(sequence);
                    scopes.remove(&sequence);
                }
            }
            assert_eq!(tree.cells(), cells.0.len());
            for sequence in 0..6 {
                assert_eq!(tree.tokens(sequence), cells.tokens(sequence));
                assert_eq!(tree.length(sequence), cells.tokens(sequence).len());
                assert_eq!(tree.own(sequence), cells.only(&[sequence].into()));
            }
            for some in [[0, 1, 2].into(), [1, 3, 4, 5].into()] {
                assert_eq!(
                    tree.only(BTreeSet::clone(&some).into_iter()),
                    cells.only(&some)
                );
            }
            assert!(
                tree.nodes.len() - tree.vacant.len() <= 2 * scopes.len() + 2,
                "nodes leak"
            );
        }
        for sequence in 0..6 {
            tree.close(sequence);
        }
        assert_eq!((tree.cells(), tree.nodes.len()), (0, tree.vacant.len()));
        assert!(tree.ends.is_empty() && tree.roots.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A hundred thousand operations and more, against the obvious model.
        #[test]
        fn the_tree_counts_and_shares_as_the_context_does(acts in prop::collection::vec(act(), 100..120)) {
            play(acts);
        }
    }
}
