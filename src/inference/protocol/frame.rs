//! Frames as bytes: how long each is, and what is in it.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// No frame may be longer; 32 MB of extracted text is the largest content.
pub const MAX_FRAME: usize = 48 << 20;

/// Writes one frame and flushes it.
pub fn write_frame<T: Serialize>(mut to: impl Write, value: &T) -> io::Result<()> {
    to.write_all(&encode_frame(value)?)?;
    to.flush()
}

/// The bytes of one frame, length included.
///
/// # Errors
/// `InvalidData` when the value is longer than [`MAX_FRAME`].
pub fn encode_frame<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; 4]).map_err(io::Error::other)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "frame is too long",
        ));
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// Reads one frame; `None` at a clean end of the stream.
///
/// # Errors
/// `InvalidData` when the frame is over [`MAX_FRAME`] or does not decode;
/// `UnexpectedEof` when the stream ends inside it.
pub fn read_frame<T: DeserializeOwned>(mut from: impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; frame_length(length)?];
    from.read_exact(&mut bytes)?;
    decode(&bytes).map(Some)
}

/// The length a frame announces, checked against [`MAX_FRAME`].
pub fn frame_length(prefix: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(prefix) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "frame is too long",
        ));
    }
    Ok(length)
}

/// Decodes a frame's content.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

#[cfg(test)]
mod tests {
    use super::super::Reply;
    use super::*;

    #[test]
    fn frames_round_trip_and_reject_lies() {
        let frame = Reply::Token {
            id: 7,
            text: "ubwenge".into(),
        };
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &frame).unwrap();
        let back: Reply = read_frame(bytes.as_slice()).unwrap().unwrap();
        assert_eq!(back.id(), 7);
        assert!(read_frame::<Reply>(&[][..]).unwrap().is_none());
        assert!(read_frame::<Reply>(&bytes[..6]).is_err());
        assert!(read_frame::<Reply>(&[0xff, 0xff, 0xff, 0xff, 0][..]).is_err());
    }
}
