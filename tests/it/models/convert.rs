//! Conversions of small synthetic containers, whole and damaged.

use std::fs;
use std::path::Path;

use bwenge::models::convert::Converter;
use half::f16;
use tempfile::TempDir;

/// Folders for the inputs and outputs of a conversion.
fn folders() -> (TempDir, std::path::PathBuf, std::path::PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    fs::create_dir_all(&from).expect("a folder");
    fs::create_dir_all(&to).expect("a folder");
    (dir, from, to)
}

fn u32s(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// A length of two bytes, the text and a closing NUL, as CTranslate2 has them.
fn ct2_name(name: &str) -> Vec<u8> {
    let length = u16::try_from(name.len() + 1).expect("short");
    [&length.to_le_bytes()[..], name.as_bytes(), &[0]].concat()
}

/// A CTranslate2 Whisper container with one layer on each side, two wide.
struct Ct2 {
    variables: Vec<Vec<u8>>,
    next: f32,
}

impl Ct2 {
    /// Adds an f16 tensor whose numbers count up through the whole container.
    fn tensor(&mut self, name: &str, shape: &[u32]) {
        let count = shape.iter().product();
        let numbers: Vec<f32> = (0..count)
            .map(|_| {
                self.next += 0.5;
                self.next
            })
            .collect();
        self.numbers(name, shape, &numbers);
    }

    fn numbers(&mut self, name: &str, shape: &[u32], numbers: &[f32]) {
        let data: Vec<u8> = numbers
            .iter()
            .flat_map(|&n| f16::from_f32(n).to_le_bytes())
            .collect();
        let mut bytes = ct2_name(name);
        bytes.push(u8::try_from(shape.len()).expect("few"));
        bytes.extend(u32s(shape));
        bytes.push(4);
        bytes.extend(u32s(&[u32::try_from(data.len()).expect("small")]));
        bytes.extend(data);
        self.variables.push(bytes);
    }

    fn linear(&mut self, name: &str, rows: u32, columns: u32) {
        self.tensor(&format!("{name}/weight"), &[rows, columns]);
        self.tensor(&format!("{name}/bias"), &[rows]);
    }

    /// Stacked projections whose second or first third is the keys'.
    fn stacked(&mut self, name: &str, parts: u32, key: u32, key_bias: f32) {
        self.tensor(&format!("{name}/weight"), &[parts * 2, 2]);
        let bias: Vec<f32> = (0..parts * 2)
            .map(|row| {
                if row / 2 == key {
                    key_bias
                } else {
                    100.0 + row as f32
                }
            })
            .collect();
        self.numbers(&format!("{name}/bias"), &[parts * 2], &bias);
    }

    fn norm(&mut self, name: &str) {
        self.tensor(&format!("{name}/gamma"), &[2]);
        self.tensor(&format!("{name}/beta"), &[2]);
    }

    fn layer(&mut self, side: &str, key_bias: f32) {
        let name = format!("{side}/layer_0");
        self.stacked(&format!("{name}/self_attention/linear_0"), 3, 1, key_bias);
        self.linear(&format!("{name}/self_attention/linear_1"), 2, 2);
        self.norm(&format!("{name}/self_attention/layer_norm"));
        self.linear(&format!("{name}/ffn/linear_0"), 8, 2);
        self.linear(&format!("{name}/ffn/linear_1"), 2, 8);
        self.norm(&format!("{name}/ffn/layer_norm"));
    }

    fn build(key_bias: f32) -> Vec<u8> {
        let mut ct2 = Self {
            variables: Vec::new(),
            next: 0.0,
        };
        ct2.tensor("encoder/conv1/weight", &[2, 80, 3]);
        ct2.tensor("encoder/conv1/bias", &[2]);
        ct2.tensor("encoder/conv2/weight", &[2, 2, 3]);
        ct2.tensor("encoder/conv2/bias", &[2]);
        ct2.tensor("encoder/position_encodings/encodings", &[4, 2]);
        ct2.layer("encoder", key_bias);
        ct2.norm("encoder/layer_norm");
        ct2.tensor("decoder/embeddings/weight", &[5, 2]);
        ct2.tensor("decoder/position_encodings/encodings", &[3, 2]);
        ct2.layer("decoder", key_bias);
        ct2.linear("decoder/layer_0/attention/linear_0", 2, 2);
        ct2.stacked("decoder/layer_0/attention/linear_1", 2, 0, key_bias);
        ct2.linear("decoder/layer_0/attention/linear_2", 2, 2);
        ct2.norm("decoder/layer_0/attention/layer_norm");
        ct2.norm("decoder/layer_norm");
        let mut heads = ct2_name("encoder/num_heads");
        heads.extend([0, 2, 2, 0, 0, 0, 1, 0]);
        ct2.variables.push(heads);

        let mut bytes = u32s(&[6]);
        bytes.extend(ct2_name("WhisperSpec"));
        bytes.extend(u32s(&[3, u32::try_from(ct2.variables.len()).expect("few")]));
        bytes.extend(ct2.variables.concat());
        bytes.extend(u32s(&[0]));
        bytes
    }
}

const TOKENIZER: &str = r#"{ "model": { "vocab": { "a": 0, "Ġb": 1, "Ã©": 2, "": 3 } } }"#;

fn whisper(container: &[u8], tokenizer: &str) -> Result<Vec<u8>, String> {
    let (_dir, from, to) = folders();
    fs::write(from.join("model.bin"), container).expect("written");
    fs::write(from.join("tokenizer.json"), tokenizer).expect("written");
    Converter::Whisper
        .run(&from, &to)
        .map_err(|e| format!("{e:#}"))?;
    Ok(fs::read(to.join("model.bin")).expect("the output"))
}

/// A ggml file taken apart: header, tokens, and tensors as name, shape
/// (innermost first), whether f16, and numbers.
struct Ggml {
    header: Vec<u32>,
    tokens: Vec<Vec<u8>>,
    tensors: Vec<(String, Vec<u32>, bool, Vec<f32>)>,
}

impl Ggml {
    fn parse(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at(count);
            rest = left;
            (taken, left.is_empty())
        };
        let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
        let header: Vec<u32> = (0..14).map(|_| number(take(4).0)).collect();
        take(80 * 201 * 4);
        let count = number(take(4).0);
        let tokens = (0..count)
            .map(|_| {
                let length = number(take(4).0) as usize;
                take(length).0.to_vec()
            })
            .collect();
        let mut tensors = Vec::new();
        loop {
            let rank = number(take(4).0);
            let length = number(take(4).0) as usize;
            let half = number(take(4).0) == 1;
            let shape: Vec<u32> = (0..rank).map(|_| number(take(4).0)).collect();
            let name = String::from_utf8(take(length).0.to_vec()).expect("a name");
            let count = shape.iter().product::<u32>() as usize;
            let (data, last) = take(count * if half { 2 } else { 4 });
            let numbers = if half {
                let halves = data.as_chunks::<2>().0.iter();
                halves.map(|b| f16::from_le_bytes(*b).to_f32()).collect()
            } else {
                data.as_chunks::<4>()
                    .0
                    .iter()
                    .map(|b| f32::from_le_bytes(*b))
                    .collect()
            };
            tensors.push((name, shape, half, numbers));
            if last {
                return Self {
                    header,
                    tokens,
                    tensors,
                };
            }
        }
    }

    fn tensor(&self, name: &str) -> &(String, Vec<u32>, bool, Vec<f32>) {
        self.tensors.iter().find(|t| t.0 == name).expect(name)
    }
}

#[test]
fn whisper_tensors_are_renamed_cut_and_widened() {
    let bytes = whisper(&Ct2::build(0.0), TOKENIZER).expect("converted");
    let ggml = Ggml::parse(&bytes);
    assert_eq!(
        ggml.header,
        [0x6767_6d6c, 5, 4, 2, 1, 1, 3, 2, 1, 1, 80, 1, 80, 201]
    );
    let expect: [&[u8]; 4] = [b"a", b" b", "é".as_bytes(), b""];
    assert_eq!(ggml.tokens, expect);
    assert_eq!(ggml.tensors.len(), 3 + 15 + 9 + 2 + 4 + 15 + 2);

    let bias = ggml.tensor("encoder.conv1.bias");
    assert_eq!((&bias.1[..], bias.2), (&[1, 2][..], false));
    assert!(!ggml.tensor("encoder.positional_embedding").2);
    assert!(ggml.tensor("encoder.conv1.weight").2);
    assert_eq!(ggml.tensor("encoder.conv1.weight").1, [3, 80, 2]);
    // Rows 0-1 are the query, 4-5 the value; the keys have no bias.
    let attention = "encoder.blocks.0.attn";
    assert_eq!(
        ggml.tensor(&format!("{attention}.query.bias")).3,
        [100.0, 101.0]
    );
    assert_eq!(
        ggml.tensor(&format!("{attention}.value.bias")).3,
        [104.0, 105.0]
    );
    assert!(ggml.tensors.iter().all(|t| !t.0.ends_with("key.bias")));
    let query = &ggml.tensor(&format!("{attention}.query.weight")).3;
    let key = &ggml.tensor(&format!("{attention}.key.weight")).3;
    assert_eq!(key[0], query[3] + 0.5);
    assert_eq!(
        ggml.tensor("decoder.blocks.0.cross_attn.value.bias").3,
        [102.0, 103.0]
    );
}

#[test]
fn whisper_containers_that_do_not_fit_are_refused() {
    let good = Ct2::build(0.0);
    let check = |container: &[u8], tokenizer: &str, expect: &str| {
        let error = whisper(container, tokenizer).expect_err(expect);
        assert!(error.contains(expect), "{error}");
    };
    check(&Ct2::build(0.25), TOKENIZER, "can not be dropped");
    check(b"\x07\0\0\0", TOKENIZER, "container version 7");
    check(
        &good,
        r#"{ "model": { "vocab": { "a": 0, "b": 2 } } }"#,
        "no token 1",
    );
    check(
        &good,
        r#"{ "model": { "vocab": { "漢": 0 } } }"#,
        "not byte-level",
    );
    check(&good, "{}", "no tokenizer");
    let other = String::from_utf8_lossy(&good[6..17]).replace("Whisper", "Whimper");
    let mut bytes = good.clone();
    bytes[6..17].copy_from_slice(other.as_bytes());
    check(&bytes, TOKENIZER, "WhimperSpec");
    cut_everywhere(&good, &|bytes| whisper(bytes, TOKENIZER).map(drop));
}

/// Every way of cutting a container short is an error, never a crash.
fn cut_everywhere(whole: &[u8], convert: &dyn Fn(&[u8]) -> Result<(), String>) {
    // The last four bytes may be a list nobody reads.
    let points = (0..whole.len() - 4).step_by(whole.len() / 97);
    for point in points {
        assert!(convert(&whole[..point]).is_err(), "cut at {point}");
    }
}

const PIECES: [(&str, f32); 7] = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁a", -1.5),
    ("b", -2.25),
    ("<mask>", 0.0),
];

/// An E5S1 container: hidden 32, one layer, 7 pieces.
fn e5s1() -> Vec<u8> {
    let mut bytes = b"E5S1".to_vec();
    bytes.extend(u32s(&[1, 32, 1, 1, 32, 7, 2, 2]));
    bytes.extend(1e-12f32.to_le_bytes());
    bytes.extend(u32s(&[32, 7, 0, 2, 1, 3]));
    let text: String = PIECES.iter().map(|p| p.0).collect();
    bytes.extend((text.len() as u64).to_le_bytes());
    let mut offset = 0;
    bytes.extend(u32s(&[0]));
    for (piece, _) in PIECES {
        offset += u32::try_from(piece.len()).expect("short");
        bytes.extend(u32s(&[offset]));
    }
    for (_, score) in PIECES {
        bytes.extend(score.to_le_bytes());
    }
    bytes.extend(text.as_bytes());
    // Two entries: tab to space, and a ligature to two letters.
    bytes.extend(u32s(&[2, 9 + 13, 9]));
    bytes.push(1);
    bytes.extend(u32s(&[32, 0xfb01]));
    bytes.push(2);
    bytes.extend(u32s(&[0x66, 0x69]));

    let tensors: Vec<(&str, u8, u32)> = vec![
        ("emb.word", 1, 7 * 32),
        ("emb.pos", 0, 2 * 32),
        ("l0.q.w", 1, 32 * 32),
        ("l0.q.b", 0, 32),
    ];
    let index: usize = tensors.iter().map(|t| 2 + t.0.len() + 1 + 4 + 8 + 8).sum();
    let mut at = (bytes.len() + 4 + index) as u64;
    let mut data: Vec<u8> = Vec::new();
    bytes.extend(u32s(&[u32::try_from(tensors.len()).expect("few")]));
    for (name, kind, count) in tensors {
        let length = if kind == 1 {
            count / 32 * 18
        } else {
            count * 4
        };
        bytes.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        bytes.extend(name.as_bytes());
        bytes.push(kind);
        bytes.extend(u32s(&[count]));
        bytes.extend(at.to_le_bytes());
        bytes.extend(u64::from(length).to_le_bytes());
        data.extend((0..length).map(|n| (n % 251) as u8));
        at += u64::from(length);
    }
    bytes.extend(data);
    bytes
}

fn e5(container: &[u8], to: &Path) -> Result<(), String> {
    let (_dir, from, _) = folders();
    fs::write(from.join("model.e5s1"), container).expect("written");
    Converter::E5s1.run(&from, to).map_err(|e| format!("{e:#}"))
}

#[test]
fn e5_becomes_gguf_tokenizer_and_table() {
    let (_dir, _, to) = folders();
    e5(&e5s1(), &to).expect("converted");

    let table = fs::read(to.join("charsmap.bin")).expect("the table");
    let expect = [
        u32s(&[2, 9]),
        vec![1],
        u32s(&[32, 0xfb01]),
        vec![2],
        u32s(&[0x66, 0x69]),
    ];
    assert_eq!(table, expect.concat());

    let gguf = fs::read(to.join("model.gguf")).expect("the model");
    let mut reader = std::io::Cursor::new(&gguf);
    let content = candle_core::quantized::gguf_file::Content::read(&mut reader).expect("GGUF");
    assert_eq!(
        content.metadata["bert.embedding_length"]
            .to_u32()
            .expect("a number"),
        32
    );
    let words = &content.tensor_infos["emb.word"];
    assert_eq!(words.ggml_dtype, candle_core::quantized::GgmlDType::Q4_0);
    assert_eq!(words.shape.dims(), [7, 32]);
    let bias = &content.tensor_infos["l0.q.b"];
    assert_eq!(bias.shape.dims(), [32]);
    // The bytes of a quantised tensor are the container's.
    let start = usize::try_from(content.tensor_data_offset + words.offset).expect("small");
    let bytes: Vec<u8> = (0..7 * 18u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(&gguf[start..start + bytes.len()], &bytes);
    assert_eq!(start % 32, 0);

    let tokenizer = tokenizers::Tokenizer::from_file(to.join("tokenizer.json")).expect("loads");
    let check = |text: &str, expect: &[u32]| {
        assert_eq!(
            tokenizer.encode(text, true).expect("tokens").get_ids(),
            expect,
            "{text:?}"
        );
    };
    check("ab", &[0, 4, 5, 2]);
    check("a  ab", &[0, 4, 4, 5, 2]);
    check("a<mask>", &[0, 4, 6, 2]);
    check("ax", &[0, 4, 3, 2]);
    assert_eq!(tokenizer.decode(&[4, 5, 4], true).expect("text"), "ab a");
}

#[test]
fn e5_containers_that_do_not_fit_are_refused() {
    let (_dir, _, to) = folders();
    let good = e5s1();
    let check = |from: &[u8], into: &[u8], expect: &str| {
        let at = good
            .windows(from.len())
            .position(|w| w == from)
            .expect(expect);
        let mut bytes = good.clone();
        bytes[at..at + into.len()].copy_from_slice(into);
        let error = e5(&bytes, &to).expect_err(expect);
        assert!(error.contains(expect), "{error}");
    };
    check(b"E5S1", b"E5S2", "not an E5S1");
    check(b"l0.q.w", b"l1.q.w", "unknown tensor");
    check(b"emb.pos", b"emb.wor", "unknown tensor");
    check(&u32s(&[0xfb01]), &u32s(&[5]), "not sorted");
    check(&u32s(&[0xfb01]), &u32s(&[0xd800]), "no character");
    check("▁a".as_bytes(), &[0xff, 0xff], "not text");
    // More pieces than any file could hold.
    check(
        &u32s(&[32, 7, 0]),
        &u32s(&[32, 0x7fff_ffff]),
        "ends too early",
    );
    cut_everywhere(&good, &|bytes| e5(bytes, &to));
}
