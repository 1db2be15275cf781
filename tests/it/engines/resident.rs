//! What a language worker has resident is what it needs. With SmolLM2, and with
//! a copy whose output matrix is a tensor of its own, as larger models have it.

use std::path::Path;

use bwenge::inference::protocol::Request;

use super::llm::{question, start, start_with};
use super::smollm2;

const MB: u64 = 1 << 20;
/// Bytes of the pool of 12,288 tokens: 22.5 KiB each.
const POOL: u64 = 270 * MB;

fn weights() -> u64 {
    std::fs::metadata(smollm2()).unwrap().len()
}

fn ask(id: u64) -> Request {
    Request::Generate(question(id, "Why do leaves look green to us?", 24))
}

#[test]
fn an_empty_pool_takes_no_memory() {
    let mut worker = start(32, 12_288);
    worker.ask(&ask(1), 1);
    let peak = worker.memory("VmHWM:");
    assert!(peak < weights() + POOL / 2, "{} MB", peak / MB);
}

#[test]
fn a_word_table_is_mapped_unless_it_is_the_output_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("untied.gguf");
    let table = untie(&std::fs::read(smollm2()).unwrap(), &path);
    let mut one = start(4, 2_048);
    let mut two = start_with(path.to_str().unwrap().to_owned(), 4, 2_048);
    let texts = [&mut one, &mut two].map(|worker| worker.ask(&ask(1), 1).text);
    assert_eq!(texts[0], texts[1]);
    // The table is read before it is mapped, so the peak would not tell. How much
    // of the file a look maps is up to the system, which can take it back.
    let [one, two] = [one, two].map(|worker| worker.memory("RssAnon:"));
    assert!(table > 10 * MB, "{table} bytes");
    assert!(
        two < one + table / 2,
        "{} and {} MB, {} of the table",
        one / MB,
        two / MB,
        table / MB
    );
}

/// Writes a model anew with its word table as output matrix once more; returns
/// the table's bytes.
fn untie(file: &[u8], to: &Path) -> u64 {
    let mut head = Head { file, at: 8 };
    let tensors = head.number(8);
    for _ in 0..head.number(8) {
        head.text();
        let kind = head.number(4);
        head.skip(kind);
    }
    // The dimensions and type of the table, where it begins and all beginnings.
    let mut table = None;
    let mut begins = Vec::new();
    for _ in 0..tensors {
        let name = head.text();
        let from = head.at;
        let dimensions = head.number(4);
        head.at += 8 * dimensions as usize + 4;
        let shape = &file[from..head.at];
        let begin = head.number(8) as usize;
        begins.push(begin);
        if name == b"token_embd.weight" {
            table = Some((shape, begin));
        }
    }
    let data = &file[head.at.next_multiple_of(32)..];
    let (shape, begin) = table.expect("it has a word table");
    let after = begins.iter().copied().filter(|&other| other > begin).min();
    let words = &data[begin..after.unwrap_or(data.len())];

    let mut copy = file[..head.at].to_vec();
    copy[8..16].copy_from_slice(&(tensors + 1).to_le_bytes());
    let name = b"output.weight";
    copy.extend((name.len() as u64).to_le_bytes());
    copy.extend(name);
    copy.extend(shape);
    copy.extend((data.len().next_multiple_of(32) as u64).to_le_bytes());
    copy.resize(copy.len().next_multiple_of(32), 0);
    copy.extend(data);
    copy.resize(copy.len().next_multiple_of(32), 0);
    copy.extend(words);
    std::fs::write(to, copy).unwrap();
    words.len() as u64
}

/// The head of a GGUF file, read as far as `at`.
struct Head<'f> {
    file: &'f [u8],
    at: usize,
}

impl<'f> Head<'f> {
    fn number(&mut self, bytes: usize) -> u64 {
        let mut number = [0; 8];
        number[..bytes].copy_from_slice(&self.file[self.at..self.at + bytes]);
        self.at += bytes;
        u64::from_le_bytes(number)
    }

    fn text(&mut self) -> &'f [u8] {
        let length = self.number(8) as usize;
        self.at += length;
        &self.file[self.at - length..self.at]
    }

    /// Goes past a value of this kind.
    fn skip(&mut self, kind: u64) {
        match kind {
            0 | 1 | 7 => self.at += 1,
            2 | 3 => self.at += 2,
            4..=6 => self.at += 4,
            10..=12 => self.at += 8,
            8 => {
                self.text();
            }
            9 => {
                let kind = self.number(4);
                for _ in 0..self.number(8) {
                    self.skip(kind);
                }
            }
            other => panic!("kind {other} of metadata"),
        }
    }
}
