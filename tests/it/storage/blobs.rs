//! Content-addressed files.

use std::collections::HashSet;
use std::fs;
use std::io::Write;

use bwenge::blobs::{BlobHash, Blobs, durable_rename, durable_replace};
use bwenge::error::{Code, Error};
use bwenge::types::Timestamp;

const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const LATER: Timestamp = Timestamp(i64::MAX);

fn files_below(dir: &std::path::Path) -> usize {
    walkdir::WalkDir::new(dir)
        .into_iter()
        .filter(|entry| entry.as_ref().unwrap().file_type().is_file())
        .count()
}

#[test]
fn bytes_come_back_under_their_hash() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let hash = blobs.put(b"abc").unwrap();
    assert_eq!(hash.to_string(), ABC);
    assert_eq!(ABC.parse::<BlobHash>().unwrap(), hash);
    assert!(blobs.path(&hash).ends_with(format!("ba/{ABC}")));
    assert_eq!(blobs.get(&hash).unwrap(), b"abc");

    let mut writer = blobs.writer().unwrap();
    writer.write(b"a").unwrap();
    writer.write(b"bc").unwrap();
    assert_eq!(writer.len(), 3);
    assert_eq!(writer.finish().unwrap(), hash);
    assert_eq!(files_below(folder.path()), 1, "stored once");

    assert!(blobs.exists(&hash));
    blobs.remove(&hash).unwrap();
    blobs.remove(&hash).unwrap();
    assert!(!blobs.exists(&hash));
    assert_eq!(blobs.get(&hash).unwrap_err().code(), Code::NotFound);
}

#[test]
fn hashes_are_64_small_digits() {
    for bad in [
        "",
        "ba78",
        &ABC.to_uppercase(),
        &format!("{ABC}0"),
        &ABC.replace('b', "g"),
        &ABC.replacen("ba", "é", 1),
    ] {
        assert!(bad.parse::<BlobHash>().is_err(), "{bad}");
    }
    let hash: BlobHash = ABC.parse().unwrap();
    let json = serde_json::to_string(&hash).unwrap();
    assert_eq!(json, format!("\"{ABC}\""));
    assert_eq!(serde_json::from_str::<BlobHash>(&json).unwrap(), hash);
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let back: BlobHash = db.query_row("SELECT ?1", [hash], |row| row.get(0)).unwrap();
    assert_eq!(back, hash);
}

#[test]
fn a_dropped_writer_and_a_crashed_one_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let mut dropped = blobs.writer().unwrap();
    dropped.write(b"half").unwrap();
    drop(dropped);
    assert_eq!(files_below(folder.path()), 0);

    let mut crashed = blobs.writer().unwrap();
    crashed.write(b"half").unwrap();
    std::mem::forget(crashed);
    assert_eq!(files_below(folder.path()), 1);
    Blobs::open(folder.path()).unwrap();
    assert_eq!(files_below(folder.path()), 0);
}

#[test]
fn a_finished_file_is_taken_in_as_often_as_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
    let file = folder.path().join("upload");
    let hash = BlobHash::of(b"abc");
    blobs.adopt(&file, &hash).unwrap_err();
    for _ in 0..2 {
        // The second time the same bytes are there already.
        fs::write(&file, b"abc").unwrap();
        for _ in 0..2 {
            // The second time an earlier try, cut short, had moved it.
            blobs.adopt(&file, &hash).unwrap();
            assert_eq!(blobs.get(&hash).unwrap(), b"abc");
            assert_eq!(files_below(folder.path()), 1);
        }
    }
    // What a power cut tore is replaced.
    fs::write(blobs.path(&hash), b"a").unwrap();
    fs::write(&file, b"abc").unwrap();
    blobs.adopt(&file, &hash).unwrap();
    assert_eq!(blobs.get(&hash).unwrap(), b"abc");
    let swept = blobs.sweep(&HashSet::new(), LATER).unwrap();
    assert_eq!(swept, 0, "the row that names it may not be written yet");
}

#[test]
fn damage_is_an_error_and_never_wrong_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let hash = blobs.put(b"abc").unwrap();
    fs::write(blobs.path(&hash), "abd").unwrap();
    let error = blobs.get(&hash).unwrap_err();
    assert!(matches!(error, Error::Internal(_)), "{error}");
    // A file cut short is replaced when its content comes again.
    fs::write(blobs.path(&hash), "").unwrap();
    blobs.put(b"abc").unwrap();
    assert_eq!(blobs.get(&hash).unwrap(), b"abc");
}

#[test]
fn a_sweep_spares_the_named_the_young_and_those_of_this_process() {
    let folder = tempfile::tempdir().unwrap();
    let (kept, stale) = {
        let earlier = Blobs::open(folder.path()).unwrap();
        (
            earlier.put(b"kept").unwrap(),
            earlier.put(b"stale").unwrap(),
        )
    };
    let again = {
        let earlier = Blobs::open(folder.path()).unwrap();
        earlier.put(b"again").unwrap()
    };
    let blobs = Blobs::open(folder.path()).unwrap();
    let keep = HashSet::from([kept]);
    assert_eq!(
        blobs.sweep(&keep, Timestamp(0)).unwrap(),
        0,
        "all are young"
    );
    let fresh = blobs.put(b"fresh").unwrap();
    assert_eq!(
        blobs.put(b"again").unwrap(),
        again,
        "about to be named once more"
    );
    assert_eq!(blobs.sweep(&keep, LATER).unwrap(), 1);
    assert!(!blobs.exists(&stale));
    for spared in [kept, fresh, again] {
        assert!(blobs.exists(&spared));
    }
}

#[test]
fn replacing_is_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings");
    durable_replace(&path, |file| Ok(file.write_all(b"one")?)).unwrap();
    let failed = durable_replace(&path, |file| {
        file.write_all(b"half of tw")?;
        Err(Error::new(Code::Conflict, "asked for"))
    });
    assert_eq!(failed.unwrap_err().code(), Code::Conflict);
    assert_eq!(fs::read(&path).unwrap(), b"one");
    durable_replace(&path, |file| Ok(file.write_all(b"two")?)).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(files_below(folder.path()), 1);

    let moved = folder.path().join("moved");
    durable_rename(&path, &moved).unwrap();
    assert_eq!(
        (fs::read(&moved).unwrap(), path.exists()),
        (b"two".to_vec(), false)
    );
    durable_rename(&path, &moved).unwrap_err();
}
