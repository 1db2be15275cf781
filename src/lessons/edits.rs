//! What teachers changed in a text that was read: laid over it before it is cut
//! into passages and before anybody sees it. Pure.
//!
//! What the machine read is never changed, so every change can be taken back.
//! A change names its block by a key made of the page's number, the block's
//! text and how many blocks with the same text come before it on the page. So
//! it holds when the file is read anew by a better parser, as long as the
//! parser makes the same of that block, whatever happens to those around it. A
//! change whose block is no longer there is stale: it does nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::blobs::BlobHash;
use crate::inference::document::{Anchor, AnchorKind, Block, BlockKind, Document, MAX_LABEL};

/// What became of a block or page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It says this instead. Pages have no text of their own, but a picture has
    /// what its teacher wrote about it.
    Text(String),
    /// It is left out.
    Excluded,
}

/// The changes of a lesson by key.
pub type Edits = BTreeMap<String, Edit>;

/// The key of each block, in their order.
pub fn block_keys(document: &Document) -> Vec<String> {
    let mut before: HashMap<(u32, &str), u32> = HashMap::new();
    let blocks = document.blocks.iter();
    blocks
        .map(|block| {
            let same = before.entry((block.anchor, &block.text)).or_default();
            let nth = *same;
            *same += 1;
            let number = block.anchor + 1;
            key(
                "block",
                &[&number.to_string(), &nth.to_string(), &block.text],
            )
        })
        .collect()
}

/// The key of a whole page, slide or section.
pub fn anchor_key(anchor: &Anchor) -> String {
    let label = anchor.label.as_deref().unwrap_or_default();
    key(
        "anchor",
        &[anchor.kind.as_str(), &anchor.number.to_string(), label],
    )
}

/// 128 bits of a hash: enough to never meet by chance.
fn key(what: &str, fields: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for field in [what].iter().chain(fields) {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    let hash = hasher.finalize();
    hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A fingerprint of changes; none without any.
pub fn fingerprint(edits: &Edits) -> Option<BlobHash> {
    if edits.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for (key, edit) in edits {
        all.extend_from_slice(key.as_bytes());
        match edit {
            Edit::Excluded => all.push(0),
            Edit::Text(text) => {
                all.push(1);
                all.extend_from_slice(&(text.len() as u64).to_be_bytes());
                all.extend_from_slice(text.as_bytes());
            }
        }
    }
    Some(BlobHash::of(&all))
}

/// The document as changed, for readers and passages. All its pages stay, so
/// that their numbers hold; a page that is left out has no blocks.
pub fn lay_over(mut document: Document, edits: &Edits) -> Document {
    if edits.is_empty() {
        return document;
    }
    let keys = block_keys(&document);
    let without = left_out(&document, edits);
    relabel(&mut document, &keys, edits);
    let mut keys = keys.into_iter();
    document.blocks.retain_mut(|block| {
        let edit = keys.next().and_then(|key| edits.get(&key));
        if let Some(Edit::Text(text)) = edit {
            block.text.clone_from(text);
        }
        edit != Some(&Edit::Excluded) && !without.contains(&block.anchor)
    });
    for (index, anchor) in (0..).zip(&document.anchors) {
        if let Some(text) = description(anchor, edits) {
            document.blocks.push(Block {
                kind: BlockKind::Paragraph,
                level: 0,
                text: text.to_owned(),
                anchor: index,
            });
        }
    }
    document
}

/// What a teacher wrote about a picture.
pub fn description<'e>(anchor: &Anchor, edits: &'e Edits) -> Option<&'e str> {
    match edits.get(&anchor_key(anchor)) {
        Some(Edit::Text(text)) if anchor.kind == AnchorKind::Picture => Some(text),
        _ => None,
    }
}

/// Puts the lesson's title above a picture's description, so that it is found by
/// its words as well. One without description stays without words.
pub fn entitle(document: &mut Document, title: String) {
    if document.blocks.is_empty() {
        return;
    }
    document.blocks.insert(
        0,
        Block {
            kind: BlockKind::Heading,
            level: 1,
            text: title,
            anchor: 0,
        },
    );
}

/// Indexes of the anchors that are left out as a whole.
pub fn left_out(document: &Document, edits: &Edits) -> HashSet<u32> {
    let anchors = (0..).zip(&document.anchors);
    let is_out = |anchor: &Anchor| edits.get(&anchor_key(anchor)) == Some(&Edit::Excluded);
    anchors
        .filter(|(_, anchor)| is_out(anchor))
        .map(|(index, _)| index)
        .collect()
}

/// Pages are called after their headings, also after corrected ones.
pub fn relabel(document: &mut Document, keys: &[String], edits: &Edits) {
    let mut names: HashMap<String, String> = HashMap::new();
    for (block, key) in document.blocks.iter().zip(keys) {
        if block.kind == BlockKind::Heading
            && let Some(Edit::Text(text)) = edits.get(key)
        {
            names.insert(one_line(&block.text), one_line(text));
        }
    }
    for anchor in &mut document.anchors {
        let Some(label) = &mut anchor.label else {
            continue;
        };
        if let Some(name) = names.get(label) {
            label.clone_from(name);
        }
    }
}

/// A heading as a label: on one line, not too long.
fn one_line(heading: &str) -> String {
    let words: Vec<&str> = heading.split_whitespace().collect();
    words.join(" ").chars().take(MAX_LABEL).collect()
}

/// Numbers of the anchors with changes, in order.
pub fn changed(document: &Document, keys: &[String], edits: &Edits) -> Vec<u32> {
    let in_blocks = document.blocks.iter().zip(keys);
    let in_blocks = in_blocks.filter(|(_, key)| edits.contains_key(*key));
    let mut changed = left_out(document, edits);
    changed.extend(in_blocks.map(|(block, _)| block.anchor));
    let described = (0..).zip(&document.anchors);
    let described = described.filter(|(_, anchor)| description(anchor, edits).is_some());
    changed.extend(described.map(|(index, _)| index));
    let mut numbers: Vec<u32> = changed.into_iter().map(|index| index + 1).collect();
    numbers.sort_unstable();
    numbers
}

/// The keys of changes that no block or page has any more.
pub fn stale(document: &Document, keys: &[String], edits: &Edits) -> Vec<String> {
    let mut left: HashSet<&String> = edits.keys().collect();
    for key in keys {
        left.remove(key);
    }
    for anchor in &document.anchors {
        if left.is_empty() {
            break;
        }
        left.remove(&anchor_key(anchor));
    }
    let mut stale: Vec<String> = left.into_iter().cloned().collect();
    stale.sort();
    stale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(blocks: &[(u32, &str)]) -> Document {
        let pages = blocks.iter().map(|block| block.0).max().unwrap_or(0);
        Document {
            anchors: (1..=pages)
                .map(|number| Anchor {
                    kind: AnchorKind::Page,
                    number,
                    label: None,
                    time: None,
                })
                .collect(),
            blocks: blocks
                .iter()
                .map(|(page, text)| Block {
                    kind: BlockKind::Paragraph,
                    level: 0,
                    text: (*text).to_owned(),
                    anchor: page - 1,
                })
                .collect(),
            ..Document::default()
        }
    }

    /// Lays an edit of the block at `index` over and tells what is left.
    fn check(blocks: &[(u32, &str)], index: usize, edit: Edit, expect: &[(u32, &str)]) {
        let document = document(blocks);
        let keys = block_keys(&document);
        let edits = Edits::from([(keys[index].clone(), edit)]);
        assert!(stale(&document, &keys, &edits).is_empty());
        let laid = lay_over(document, &edits);
        laid.check().expect("a document as promised");
        let left: Vec<(u32, &str)> = laid
            .blocks
            .iter()
            .map(|block| (block.anchor + 1, block.text.as_str()))
            .collect();
        assert_eq!(left, expect);
    }

    #[test]
    fn a_change_meets_its_block_only() {
        let text = |text: &str| Edit::Text(text.to_owned());
        check(
            &[(1, "Leafs are green."), (1, "Roots drink.")],
            0,
            text("Leaves are green."),
            &[(1, "Leaves are green."), (1, "Roots drink.")],
        );
        // The same words twice on a page, and again on the next.
        let thrice = [(1, "See below."), (1, "See below."), (2, "See below.")];
        check(
            &thrice,
            1,
            text("See page 3."),
            &[(1, "See below."), (1, "See page 3."), (2, "See below.")],
        );
        check(
            &thrice,
            0,
            Edit::Excluded,
            &[(1, "See below."), (2, "See below.")],
        );
    }

    #[test]
    fn a_page_can_be_left_out() {
        let document = document(&[(1, "Cover"), (2, "Leaves are green.")]);
        let edits = Edits::from([(anchor_key(&document.anchors[0]), Edit::Excluded)]);
        let keys = block_keys(&document);
        assert_eq!(changed(&document, &keys, &edits), [1]);
        let laid = lay_over(document, &edits);
        assert_eq!(laid.anchors.len(), 2);
        assert_eq!(laid.blocks.len(), 1);
        assert_eq!(laid.blocks[0].anchor, 1);
    }

    #[test]
    fn a_picture_says_what_its_teacher_wrote() {
        let mut document = document(&[(1, "x")]);
        document.blocks.clear();
        document.anchors[0].kind = AnchorKind::Picture;
        entitle(&mut document, "Bean".into());
        assert!(document.blocks.is_empty(), "a title alone says nothing");
        let key = anchor_key(&document.anchors[0]);
        let edits = Edits::from([(key, Edit::Text("A bean and its root.".into()))]);
        assert_eq!(changed(&document, &[], &edits), [1]);
        assert!(stale(&document, &[], &edits).is_empty());
        let mut laid = lay_over(document, &edits);
        entitle(&mut laid, "Bean".into());
        laid.check().expect("a document as promised");
        let said: Vec<&str> = laid.blocks.iter().map(|b| b.text.as_str()).collect();
        assert_eq!(said, ["Bean", "A bean and its root."]);
    }

    #[test]
    fn keys_hold_when_a_parser_finds_more_around_them() {
        let before = document(&[(1, "Leaves are green."), (1, "Roots drink.")]);
        let after = document(&[(1, "Plants"), (1, "Leaves are green."), (1, "Roots drink.")]);
        assert_eq!(block_keys(&before), block_keys(&after)[1..]);
        let moved = document(&[(1, "Plants"), (2, "Leaves are green.")]);
        assert_ne!(block_keys(&before)[0], block_keys(&moved)[1]);
    }

    #[test]
    fn every_key_is_another() {
        let document = document(&[(1, "a"), (1, "a"), (2, "a"), (1, "b"), (11, "a"), (1, "1a")]);
        let mut keys = block_keys(&document);
        keys.extend(document.anchors.iter().map(anchor_key));
        let different: HashSet<&String> = keys.iter().collect();
        assert_eq!(different.len(), keys.len());
    }

    #[test]
    fn changes_of_blocks_that_are_gone_do_nothing_and_are_told() {
        let document = document(&[(1, "Leaves are green.")]);
        let keys = block_keys(&document);
        let edits = Edits::from([
            ("gone".to_owned(), Edit::Excluded),
            (keys[0].clone(), Edit::Text("Leaves were green.".into())),
        ]);
        assert_eq!(stale(&document, &keys, &edits), ["gone"]);
        assert_eq!(changed(&document, &keys, &edits), [1]);
        let laid = lay_over(document, &edits);
        assert_eq!(laid.blocks[0].text, "Leaves were green.");
    }

    #[test]
    fn a_corrected_heading_names_its_pages() {
        let mut document = document(&[(1, "Lim1ting  factors"), (2, "Light.")]);
        document.blocks[0].kind = BlockKind::Heading;
        for anchor in &mut document.anchors {
            anchor.label = Some("Lim1ting factors".into());
        }
        let key = block_keys(&document).swap_remove(0);
        let edits = Edits::from([(key, Edit::Text("Limiting factors".into()))]);
        let laid = lay_over(document, &edits);
        for anchor in laid.anchors {
            assert_eq!(anchor.label.as_deref(), Some("Limiting factors"));
        }
    }

    #[test]
    fn fingerprints_tell_changes_apart() {
        let of = |edits: &[(&str, Edit)]| {
            let edits = edits.iter().map(|(k, e)| ((*k).to_owned(), e.clone()));
            fingerprint(&edits.collect())
        };
        let text = |text: &str| Edit::Text(text.to_owned());
        assert_eq!(of(&[]), None);
        let some = of(&[("a", text("b"))]);
        assert!(some.is_some());
        assert_eq!(some, of(&[("a", text("b"))]));
        assert_ne!(some, of(&[("a", text("c"))]));
        assert_ne!(some, of(&[("a", Edit::Excluded)]));
        assert_ne!(some, of(&[("a", text("b")), ("c", Edit::Excluded)]));
    }
}
