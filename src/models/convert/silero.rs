//! Silero's detector of speech, as its package carries it, to the ggml file of
//! whisper.cpp.
//!
//! The package holds safetensors: the length of a JSON index, the index, then the
//! numbers in f32. whisper.cpp wants convolutions in f16, everything else in f32, and
//! the names of the network it was first made from.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use half::f16;
use serde::Deserialize;

use super::input::Input;
use super::write_file;

const MAGIC: u32 = 0x6767_6d6c;
/// The longest index; that of the package has 1.2 kB.
const MAX_INDEX: u64 = 1 << 20;
/// What whisper.cpp prints of it.
const KIND: &str = "silero-16k";
const VERSION: [u32; 3] = [6, 2, 1];
/// Samples that are judged at once, and those of before that are looked at.
const WINDOW: [u32; 2] = [512, 64];
/// Channels in, channels out and width of each convolution.
const ENCODER: [[u32; 3]; 4] = [[129, 128, 3], [128, 64, 3], [64, 64, 3], [64, 128, 3]];
/// Sizes of the recurrent layer (in, hidden) and of the last one (in, out).
const DECODER: [u32; 4] = [128, 128, 128, 1];

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<u32>,
    data_offsets: [u64; 2],
}

/// Names there and here, whether it is stored in f16, and its shape, outermost first.
fn tensors() -> Vec<(String, String, bool, Vec<u32>)> {
    let mut list = vec![(
        "stft_conv.weight".to_owned(),
        "_model.stft.forward_basis_buffer".to_owned(),
        true,
        vec![258, 1, 256],
    )];
    for (n, [from, to, width]) in ENCODER.into_iter().enumerate() {
        let (theirs, ours) = (
            format!("conv{}", n + 1),
            format!("_model.encoder.{n}.reparam_conv"),
        );
        let names = |part| (format!("{theirs}.{part}"), format!("{ours}.{part}"));
        let (theirs, ours) = names("weight");
        list.push((theirs, ours, true, vec![to, from, width]));
        let (theirs, ours) = names("bias");
        list.push((theirs, ours, false, vec![to]));
    }
    let [input, hidden, last, _] = DECODER;
    for (part, width) in [("ih", input), ("hh", hidden)] {
        for (what, shape) in [
            ("weight", vec![4 * hidden, width]),
            ("bias", vec![4 * hidden]),
        ] {
            let theirs = format!("lstm_cell.{what}_{part}");
            let ours = format!("_model.decoder.rnn.{what}_{part}");
            list.push((theirs, ours, false, shape));
        }
    }
    let ours = "_model.decoder.decoder.2";
    for (what, wide, shape) in [("weight", true, vec![1, last]), ("bias", false, vec![1])] {
        list.push((
            format!("final_conv.{what}"),
            format!("{ours}.{what}"),
            wide,
            shape,
        ));
    }
    list
}

/// Reads `model.safetensors` in `from`, writes `model.bin` in `to`.
pub fn convert(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut input = Input::open(&from.join("model.safetensors"))?;
    let length = input.u64()?;
    ensure!(length <= MAX_INDEX, "the index has {length} bytes");
    let index: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&input.bytes(length)?).context("the index is malformed")?;
    let begin = input.position();
    write_file(&to.join("model.bin"), |out| {
        write_header(out)?;
        for (theirs, ours, narrow, shape) in tensors() {
            let entry = index.get(&theirs);
            let entry = entry.with_context(|| format!("{theirs} is missing"))?;
            let entry: Entry = serde_json::from_value(entry.clone())
                .with_context(|| format!("{theirs} is malformed"))?;
            write_tensor(out, &mut input, begin, &entry, (&ours, narrow, &shape))
                .with_context(|| format!("writing {theirs}"))?;
        }
        Ok(())
    })
}

fn write_header(out: &mut dyn Write) -> anyhow::Result<()> {
    let number = |out: &mut dyn Write, number: u32| out.write_all(&number.to_le_bytes());
    number(out, MAGIC)?;
    number(out, u32::try_from(KIND.len())?)?;
    out.write_all(KIND.as_bytes())?;
    let layers = [u32::try_from(ENCODER.len())?];
    let parts: [&[u32]; 5] = [&VERSION, &WINDOW, &layers, ENCODER.as_flattened(), &DECODER];
    for value in parts.concat() {
        number(out, value)?;
    }
    Ok(())
}

fn write_tensor(
    out: &mut dyn Write,
    input: &mut Input,
    begin: u64,
    entry: &Entry,
    (name, narrow, shape): (&str, bool, &[u32]),
) -> anyhow::Result<()> {
    let count = |shape: &[u32]| shape.iter().map(|n| u64::from(*n)).product::<u64>();
    // Its last layer has one dimension of 1 more there.
    ensure!(
        entry.dtype == "F32" && count(&entry.shape) == count(shape),
        "{} of {:?}, expected {shape:?}",
        entry.dtype,
        entry.shape
    );
    let place = |offset: u64| begin.checked_add(offset).context("an offset is too large");
    let range = place(entry.data_offsets[0])?..place(entry.data_offsets[1])?;
    ensure!(
        range.end.checked_sub(range.start) == Some(4 * count(shape)),
        "its bytes do not fit its shape"
    );
    for number in [shape.len(), name.len(), usize::from(narrow)] {
        out.write_all(&u32::try_from(number)?.to_le_bytes())?;
    }
    for dimension in shape.iter().rev() {
        out.write_all(&dimension.to_le_bytes())?;
    }
    out.write_all(name.as_bytes())?;
    if !narrow {
        return input.copy(&range, out);
    }
    input.pieces(&range, 4, &mut |piece| {
        for number in piece.as_chunks::<4>().0 {
            let number = f16::from_f32(f32::from_le_bytes(*number));
            out.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A container with all tensors, each number a half, but for what `change` does.
    fn convert_changed(change: impl Fn(&mut serde_json::Value)) -> Result<Vec<u8>, String> {
        let mut index = serde_json::json!({ "__metadata__": { "format": "pt" } });
        let mut data = Vec::new();
        for (theirs, _, _, shape) in tensors() {
            let from = data.len();
            let count = shape.iter().product::<u32>() as usize;
            data.extend(0.5_f32.to_le_bytes().repeat(count));
            let offsets = [from, data.len()];
            index[theirs] =
                serde_json::json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets });
        }
        change(&mut index);
        let index = index.to_string();
        let mut file = (index.len() as u64).to_le_bytes().to_vec();
        file.extend(index.as_bytes());
        file.extend(data);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("model.safetensors"), file).unwrap();
        convert(folder.path(), folder.path()).map_err(|error| format!("{error:#}"))?;
        Ok(std::fs::read(folder.path().join("model.bin")).unwrap())
    }

    #[test]
    fn all_tensors_are_written() {
        let made = convert_changed(|_| ()).unwrap();
        assert_eq!(made.len(), 885_106);
        assert!(made.starts_with(b"lmgg\x0a\0\0\0silero-16k\x06\0\0\0"));
    }

    #[test]
    fn a_container_that_lies_is_refused() {
        let check = |change: &dyn Fn(&mut serde_json::Value), expect: &str| {
            let error = convert_changed(change).unwrap_err();
            assert!(error.contains(expect), "{error}");
        };
        check(
            &|index| index["conv1.bias"] = serde_json::Value::Null,
            "conv1.bias is malformed",
        );
        check(
            &|index| index["conv2.bias"]["shape"] = serde_json::json!([7]),
            "expected [64]",
        );
        check(
            &|index| index["conv3.bias"]["data_offsets"] = serde_json::json!([8, 4]),
            "do not fit",
        );
        let beyond = serde_json::json!([1_u64 << 40, (1_u64 << 40) + 256]);
        check(
            &|index| index["conv3.bias"]["data_offsets"] = beyond.clone(),
            "outside the file",
        );
        check(
            &|index| index["conv4.bias"]["data_offsets"] = serde_json::json!([u64::MAX, 0]),
            "too large",
        );
    }
}
