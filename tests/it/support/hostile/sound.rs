//! Recordings made to harm a decoder, in the shapes that decoders fell over.

/// The recordings the box must survive, as file name and bytes; none holds a sound.
pub fn uploads() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("endless-private.mkv", endless_private()),
        ("huge-private.mkv", huge_private()),
        ("huge-frames.mkv", huge_frames()),
        ("no-time.mkv", no_time()),
        ("nested.mkv", nested()),
        ("huge-tag.mp3", huge_tag()),
        ("restricted.mp3", restricted_tag()),
        ("huge-comment.flac", huge_comment()),
        ("huge-tables.mp4", huge_tables()),
        ("nested.mp4", nested_boxes()),
        ("huge-rate.wav", huge_rate()),
    ]
}

/// An element of Matroska: its id, its size in eight bytes, its content.
fn element(id: u32, content: &[u8]) -> Vec<u8> {
    sized(id, content.len() as u64, content)
}

/// An element that says it has `size` bytes.
fn sized(id: u32, size: u64, content: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let mut bytes = id[id.iter().take_while(|b| **b == 0).count()..].to_vec();
    bytes.extend((size | 1 << 56).to_be_bytes());
    bytes.extend(content);
    bytes
}

/// A Matroska file of one track with this codec, what belongs to it, and this
/// cluster.
fn mkv(scale: &[u8], codec: &str, private: Vec<u8>, cluster: &[u8]) -> Vec<u8> {
    let rate = element(0xB5, &48_000_f64.to_be_bytes());
    let audio = element(0xE1, &[rate, element(0x9F, &[2])].concat());
    let track = [
        element(0xD7, &[1]),
        element(0x73C5, &[1]),
        element(0x83, &[2]),
        element(0x86, codec.as_bytes()),
        private,
        audio,
    ];
    let segment = [
        element(0x1549_A966, &element(0x2A_D7B1, scale)),
        element(0x1654_AE6B, &element(0xAE, &track.concat())),
        element(
            0x1F43_B675,
            &[element(0xE7, &[0]), cluster.to_vec()].concat(),
        ),
    ];
    let head = [
        element(0x4282, b"matroska"),
        element(0x4287, &[4]),
        element(0x4285, &[2]),
    ];
    let head = element(0x1A45_DFA3, &head.concat());
    [head, element(0x1853_8067, &segment.concat())].concat()
}

/// A millisecond in nanoseconds.
const SCALE: &[u8] = &[0x0F, 0x42, 0x40];
/// A block of track 1 with four bytes of sound.
const BLOCK: &[u8] = &[0x81, 0, 0, 0x80, 1, 2, 3, 4];

/// FLAC whose private data leads far beyond its end; a decoder went there byte by
/// byte for ever.
pub fn endless_private() -> Vec<u8> {
    let private = element(0x63A2, b"fLaC\x01\xFF\xFF\xFF\x01\xFF\xFF\xFF");
    mkv(SCALE, "A_FLAC", private, &element(0xA3, BLOCK))
}

/// Private data that says it has a terabyte, in 339 bytes; a decoder asked for as
/// much memory.
pub fn huge_private() -> Vec<u8> {
    let private = |size| sized(0x63A2, size, b"\x02\x1E\x40");
    let mut bytes = mkv(SCALE, "A_VORBIS", private(1 << 40), &element(0xA3, BLOCK));
    // Filled up with an element that means nothing.
    let rest = 339 - bytes.len() - 9;
    bytes.extend(element(0xEC, &vec![0; rest]));
    assert_eq!(bytes.len(), 339);
    bytes
}

/// A block of 256 frames whose lengths add up to more than there is memory.
fn huge_frames() -> Vec<u8> {
    // Lacing as EBML: the count, a length of eight bytes, differences.
    let mut block = vec![
        0x81, 0, 0, 0x86, 0xFF, 0x01, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE,
    ];
    block.extend([0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF].repeat(254));
    mkv(SCALE, "A_OPUS", Vec::new(), &element(0xA3, &block))
}

/// A file whose unit of time is nothing.
fn no_time() -> Vec<u8> {
    mkv(&[0], "A_PCM/INT/LIT", Vec::new(), &element(0xA3, BLOCK))
}

/// Tags inside of each other, two thousand deep.
fn nested() -> Vec<u8> {
    let tags = (0..2000).fold(Vec::new(), |inner, _| element(0x67C8, &inner));
    let mut bytes = mkv(SCALE, "A_PCM/INT/LIT", Vec::new(), &element(0xA3, BLOCK));
    bytes.extend(element(0x1254_C367, &element(0x7373, &tags)));
    bytes
}

/// An MP3's tag that says it has 256 MB, of which one picture takes all.
fn huge_tag() -> Vec<u8> {
    let size = [0x7F, 0x7F, 0x7F, 0x7F];
    [
        &b"ID3\x04\0\0"[..],
        &size,
        b"APIC",
        &[0x7F, 0x7F, 0x7F, 0x70],
        &[0; 64],
    ]
    .concat()
}

/// A tag with a restriction that tags can not have; a decoder took that for
/// unreachable.
fn restricted_tag() -> Vec<u8> {
    let extended = [0, 0, 0, 8, 1, 0x10, 1, 0xFF];
    [&b"ID3\x04\0\x40\0\0\0\x17"[..], &extended, &[0; 15]].concat()
}

/// A FLAC file whose comments are four thousand million, of four gigabytes each.
fn huge_comment() -> Vec<u8> {
    let mut stream_info = vec![0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0];
    stream_info.extend([0x0B, 0xB8, 0x02, 0xF0, 0, 0, 0, 0]);
    stream_info.extend([0; 16]);
    let comment = [&u32::MAX.to_le_bytes()[..], &[b'a'; 24]].concat();
    let comment = [&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &comment].concat();
    let block = |kind: u8, content: &[u8]| {
        let length = (content.len() as u32).to_be_bytes();
        [&[kind], &length[1..], content].concat()
    };
    [
        b"fLaC".to_vec(),
        block(0, &stream_info),
        block(0x84, &comment),
    ]
    .concat()
}

/// A box of MP4.
fn mp4_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], name, content].concat()
}

/// An MP4 file around the boxes of its one table of samples.
fn mp4(tables: &[Vec<u8>]) -> Vec<u8> {
    let handler = [&[0; 8][..], b"soun", &[0; 13]].concat();
    let mut header = vec![0; 12];
    header.extend(48_000_u32.to_be_bytes());
    header.extend([0; 8]);
    let information = mp4_box(b"minf", &mp4_box(b"stbl", &tables.concat()));
    let media = [
        mp4_box(b"mdhd", &header),
        mp4_box(b"hdlr", &handler),
        information,
    ];
    let track = [
        mp4_box(b"tkhd", &[0; 84]),
        mp4_box(b"mdia", &media.concat()),
    ];
    let movie = [
        mp4_box(b"mvhd", &[0; 100]),
        mp4_box(b"trak", &track.concat()),
    ];
    let kind = mp4_box(b"ftyp", b"M4A \0\0\0\0isom");
    [kind, mp4_box(b"moov", &movie.concat())].concat()
}

/// Tables of samples that say they have four thousand million rows, all alike.
fn huge_tables() -> Vec<u8> {
    let many = u32::MAX.to_be_bytes();
    let rows = [&[0; 4][..], &many, &[0xFF; 8]].concat();
    let sound = [
        &[0; 16][..],
        &[0, 2, 0, 16, 0, 0, 0, 0],
        &[0xBB, 0x80, 0, 0],
    ]
    .concat();
    let entries = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &mp4_box(b"sowt", &sound)].concat();
    mp4(&[
        mp4_box(b"stsd", &entries),
        mp4_box(b"stts", &rows),
        mp4_box(b"stsc", &[&[0; 4][..], &many, &[0xFF; 12]].concat()),
        mp4_box(b"stsz", &[&[0; 4][..], &[0xFF; 4], &many].concat()),
        mp4_box(b"stco", &rows),
    ])
}

/// Boxes inside of each other, twenty thousand deep.
fn nested_boxes() -> Vec<u8> {
    let depth = 20_000;
    let mut bytes = mp4_box(b"ftyp", b"M4A \0\0\0\0isom");
    for left in (1..=depth).rev() {
        bytes.extend((left * 8_u32).to_be_bytes());
        bytes.extend(if left == depth { b"moov" } else { b"udta" });
    }
    bytes
}

/// A WAV file of 65,535 channels at four thousand million samples a second.
fn huge_rate() -> Vec<u8> {
    let mut format = vec![1, 0, 0xFF, 0xFF];
    format.extend([0xFF; 8]);
    format.extend([0xFE, 0xFF, 16, 0]);
    let chunk = |name: &[u8; 4], content: &[u8]| {
        [&name[..], &(content.len() as u32).to_le_bytes(), content].concat()
    };
    let chunks = [
        b"WAVE".to_vec(),
        chunk(b"fmt ", &format),
        chunk(b"data", &[7; 4096]),
    ];
    chunk(b"RIFF", &chunks.concat())
}
