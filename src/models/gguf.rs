//! What the head of a GGUF file says about the network inside it.
//!
//! Only what decides how much memory the model needs is kept. The file is of
//! unknown honesty: every length is checked against the bytes that are left
//! before anything is read, nothing longer than a name is held, and numbers
//! outside what any network has are refused.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail, ensure};

/// No head is longer; large vocabularies take some six megabytes.
const LONGEST_HEAD: u64 = 64 << 20;
/// The longest name that is kept, in bytes.
const LONGEST_NAME: u64 = 256;
/// Bytes of a number in the key-value cache, which is of 16-bit floats.
const CACHE_NUMBER: u64 = 2;

/// The measures of a language model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Such as `llama` or `qwen2`.
    pub architecture: String,
    /// Layers with a key-value cache.
    pub layers: u64,
    /// Key-value heads, summed over all layers.
    pub kv_heads: u64,
    /// Numbers of a key of one head.
    pub key_width: u64,
    /// Numbers of a value of one head.
    pub value_width: u64,
    /// Tokens it was trained to look back on.
    pub trained_context: u64,
    /// Different tokens.
    pub vocabulary: u64,
    /// Bytes of the whole file.
    pub file_bytes: u64,
}

impl Shape {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// The file can not be read, is no GGUF file, or contradicts itself.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let named = || format!("reading {}", path.display());
        let file = File::open(path).with_context(named)?;
        let length = file.metadata().with_context(named)?.len();
        Self::read_from(BufReader::with_capacity(1 << 16, file), length).with_context(named)
    }

    /// [`Shape::read`] from the first byte of a file of `length` bytes.
    pub fn read_from(from: impl BufRead, length: u64) -> anyhow::Result<Self> {
        let mut head = Head {
            from,
            left: length.min(LONGEST_HEAD),
        };
        ensure!(head.array()? == *b"GGUF", "it is not a GGUF file");
        let version = head.u32()?;
        ensure!(
            (2..=3).contains(&version),
            "version {version} of GGUF is unknown"
        );
        let _tensors = head.u64()?;
        let mut facts = Facts::default();
        for _ in 0..head.u64()? {
            facts.take(&mut head)?;
        }
        facts.shape(length)
    }

    /// Bytes of key-value cache for one token.
    pub fn kv_bytes(&self) -> u64 {
        self.kv_heads * (self.key_width + self.value_width) * CACHE_NUMBER
    }
}

/// The metadata that may matter, under their whole names.
#[derive(Default)]
struct Facts {
    architecture: Option<String>,
    numbers: HashMap<String, Number>,
}

/// A number, or the list of one for each layer.
#[derive(Clone, Copy)]
enum Number {
    One(u64),
    /// Their count and sum.
    Many(u64, u64),
}

const TOKENS: &str = "tokenizer.ggml.tokens";
/// Names after that of the architecture.
const WANTED: [&str; 7] = [
    "block_count",
    "embedding_length",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "context_length",
];

impl Facts {
    /// Takes the next piece of metadata.
    fn take(&mut self, head: &mut Head<impl BufRead>) -> anyhow::Result<()> {
        let name = head.name()?;
        let kind = head.u32()?;
        let wanted = name == TOKENS
            || name
                .split_once('.')
                .is_some_and(|(_, rest)| WANTED.contains(&rest));
        match kind {
            TEXT if name == "general.architecture" => self.architecture = Some(head.name()?),
            LIST => {
                let kind = head.u32()?;
                let count = head.u64()?;
                let sum = head.list(kind, count)?;
                if wanted {
                    self.numbers.insert(name, Number::Many(count, sum));
                }
            }
            kind => {
                let value = head.value(kind)?;
                if let (true, Some(value)) = (wanted, value) {
                    self.numbers.insert(name, Number::One(value));
                }
            }
        }
        Ok(())
    }

    fn shape(self, file_bytes: u64) -> anyhow::Result<Shape> {
        let architecture = self.architecture.clone().context("no architecture")?;
        let number = |name: &str| self.numbers.get(&format!("{architecture}.{name}")).copied();
        let one = |name: &str, most: u64| match number(name) {
            Some(Number::One(value)) if (1..=most).contains(&value) => Ok(Some(value)),
            None => Ok(None),
            Some(Number::One(value)) => bail!("{name} is {value}"),
            Some(Number::Many(..)) => bail!("{name} is a list"),
        };
        let needed =
            |name: &str, most: u64| one(name, most)?.with_context(|| format!("{name} is missing"));
        let layers = needed("block_count", 1 << 12)?;
        // Where layers differ, the heads are those of the widest guess: the
        // width of one head follows from the number of all.
        let heads = match number("attention.head_count") {
            Some(Number::Many(count, sum)) => sum.checked_div(count).unwrap_or(0),
            _ => needed("attention.head_count", 1 << 12)?,
        };
        ensure!((1..=1 << 12).contains(&heads), "head_count is {heads}");
        let kv_heads = match number("attention.head_count_kv") {
            Some(Number::Many(count, sum)) => {
                ensure!(
                    count == layers && sum <= layers << 12,
                    "head_count_kv is not one for each layer"
                );
                sum
            }
            _ => layers * one("attention.head_count_kv", 1 << 12)?.unwrap_or(heads),
        };
        let width = (needed("embedding_length", 1 << 20)? / heads).max(1);
        let vocabulary = match self.numbers.get(TOKENS) {
            Some(Number::Many(count, _)) => *count,
            _ => bail!("it has no tokens"),
        };
        Ok(Shape {
            layers,
            kv_heads,
            key_width: one("attention.key_length", 1 << 16)?.unwrap_or(width),
            value_width: one("attention.value_length", 1 << 16)?.unwrap_or(width),
            trained_context: needed("context_length", 1 << 32)?,
            vocabulary,
            file_bytes,
            architecture,
        })
    }
}

const TEXT: u32 = 8;
const LIST: u32 = 9;

/// Bytes of a value of a kind, unless it has a length of its own.
fn size(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

/// Whether numbers of a kind are whole.
fn is_whole(kind: u32) -> bool {
    matches!(kind, 0..=5 | 10 | 11)
}

/// A reader that knows how many bytes may still come.
struct Head<R> {
    from: R,
    left: u64,
}

impl<R: BufRead> Head<R> {
    fn take_from_left(&mut self, count: u64) -> anyhow::Result<()> {
        self.left = self
            .left
            .checked_sub(count)
            .context("the head ends too early")?;
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> anyhow::Result<[u8; N]> {
        self.take_from_left(N as u64)?;
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> anyhow::Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> anyhow::Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn name(&mut self) -> anyhow::Result<String> {
        let length = self.u64()?;
        ensure!(length <= LONGEST_NAME, "a name of {length} bytes");
        self.take_from_left(length)?;
        let mut bytes = vec![0; usize::try_from(length)?];
        self.from.read_exact(&mut bytes)?;
        String::from_utf8(bytes).context("a name is not text")
    }

    fn skip(&mut self, mut count: u64) -> anyhow::Result<()> {
        self.take_from_left(count)?;
        while count > 0 {
            let have = self.from.fill_buf()?.len();
            ensure!(have > 0, "the file ends too early");
            let step = have.min(usize::try_from(count).unwrap_or(have));
            self.from.consume(step);
            count -= step as u64;
        }
        Ok(())
    }

    /// One value; the number, if it is a whole one that is not negative.
    fn value(&mut self, kind: u32) -> anyhow::Result<Option<u64>> {
        let Some(size) = size(kind) else {
            ensure!(kind == TEXT, "values of kind {kind} are unknown");
            let length = self.u64()?;
            self.skip(length)?;
            return Ok(None);
        };
        self.take_from_left(size)?;
        let mut bytes = [0; 8];
        let used = usize::try_from(size)?;
        self.from.read_exact(&mut bytes[..used])?;
        let negative = matches!(kind, 1 | 3 | 5 | 11) && bytes[used - 1] >= 0x80;
        Ok((is_whole(kind) && !negative).then(|| u64::from_le_bytes(bytes)))
    }

    /// Passes over a list; the sum of its whole numbers.
    fn list(&mut self, kind: u32, count: u64) -> anyhow::Result<u64> {
        if !is_whole(kind)
            && let Some(size) = size(kind)
        {
            self.skip(size.checked_mul(count).context("a list is too long")?)?;
            return Ok(0);
        }
        let mut sum = 0_u64;
        // Every turn takes bytes, so a lie about the count ends at the end.
        for _ in 0..count {
            sum = sum.saturating_add(self.value(kind)?.unwrap_or(0));
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Vec<u8> {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes
    }

    fn pair(name: &str, kind: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = text(name);
        bytes.extend(kind.to_le_bytes());
        bytes.extend(value);
        bytes
    }

    fn number(name: &str, value: u32) -> Vec<u8> {
        pair(name, 4, &value.to_le_bytes())
    }

    fn list(name: &str, kind: u32, values: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((values.len() as u64).to_le_bytes());
        bytes.extend(values.concat());
        pair(name, LIST, &bytes)
    }

    fn file(pairs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend((pairs.len() as u64).to_le_bytes());
        bytes.extend(pairs.concat());
        bytes
    }

    /// Qwen2.5 with half a billion parameters, but for its words.
    fn qwen() -> Vec<Vec<u8>> {
        vec![
            list("tokenizer.ggml.tokens", TEXT, &[text("a"), text("ubwenge")]),
            pair("general.architecture", TEXT, &text("qwen2")),
            number("qwen2.block_count", 24),
            number("qwen2.embedding_length", 896),
            number("qwen2.attention.head_count", 14),
            number("qwen2.attention.head_count_kv", 2),
            number("qwen2.context_length", 32_768),
            pair("qwen2.rope.freq_base", 6, &1e6_f32.to_le_bytes()),
            list("tokenizer.ggml.scores", 6, &[vec![0; 4], vec![0; 4]]),
        ]
    }

    fn read(bytes: &[u8]) -> anyhow::Result<Shape> {
        Shape::read_from(bytes, bytes.len() as u64)
    }

    #[test]
    fn the_measures_of_a_model_are_found() {
        let shape = read(&file(&qwen())).unwrap();
        assert_eq!(shape.kv_bytes(), 12 << 10, "12 KiB a token");
        assert_eq!((shape.layers, shape.vocabulary), (24, 2));
        assert_eq!(shape.trained_context, 32_768);

        let mut wide = qwen();
        wide.push(number("qwen2.attention.key_length", 128));
        wide.push(number("qwen2.attention.value_length", 64));
        assert_eq!(read(&file(&wide)).unwrap().kv_bytes(), 24 * 2 * 192 * 2);

        let mut uneven = qwen();
        let heads: Vec<_> = (0..24_u32)
            .map(|n| (n % 2 * 4).to_le_bytes().to_vec())
            .collect();
        uneven[5] = list("qwen2.attention.head_count_kv", 4, &heads);
        assert_eq!(read(&file(&uneven)).unwrap().kv_heads, 48);
    }

    #[test]
    fn damage_is_refused_with_its_place() {
        let check = |pairs: Vec<Vec<u8>>, expect: &str| {
            let error = format!("{:#}", read(&file(&pairs)).unwrap_err());
            assert!(error.contains(expect), "{error}");
        };
        let with = |at: usize, pair: Vec<u8>| {
            let mut pairs = qwen();
            pairs[at] = pair;
            pairs
        };
        check(with(2, number("qwen2.block_count", 0)), "block_count is 0");
        check(
            with(2, number("qwen2.block_count", u32::MAX)),
            "block_count is",
        );
        check(with(2, number("other", 1)), "block_count is missing");
        check(with(1, number("other", 1)), "no architecture");
        check(with(0, number("other", 1)), "no tokens");
        check(
            with(2, pair("qwen2.block_count", 5, &(-1_i32).to_le_bytes())),
            "block_count is missing",
        );
        check(
            with(
                5,
                list("qwen2.attention.head_count_kv", 4, &[vec![1, 0, 0, 0]]),
            ),
            "not one for each layer",
        );
        check(with(7, pair("x", 13, &[])), "kind 13");
        check(with(7, list("x", LIST, &[vec![0; 12]])), "kind 9");
        // Lengths that lie.
        let endless = pair("x", TEXT, &u64::MAX.to_le_bytes());
        check(with(7, endless.clone()), "too early");
        let mut many = 6_u32.to_le_bytes().to_vec();
        many.extend(u64::MAX.to_le_bytes());
        check(with(7, pair("x", LIST, &many)), "too long");
        many[0] = 0;
        check(with(7, pair("x", LIST, &many)), "too early");
        check(vec![u64::MAX.to_le_bytes().to_vec()], "a name of");
        assert!(read(b"GGML").is_err());
        assert!(read(b"GGUF\x01\0\0\0").is_err());
    }

    #[test]
    fn a_cut_file_is_refused_wherever_it_is_cut() {
        let whole = file(&qwen());
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
            // The same when the file claims to be whole.
            let claims = Shape::read_from(&whole[..length], whole.len() as u64);
            assert!(claims.is_err(), "{length}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is changed, reading ends without a panic, and what is
        /// believed can be computed with.
        #[test]
        fn changed_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut bytes = file(&qwen());
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok(shape) = read(&bytes) {
                prop_assert!(shape.kv_bytes() > 0 || shape.kv_heads == 0);
            }
        }
    }
}
