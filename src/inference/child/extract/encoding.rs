//! The encoding of text: what files say themselves, or a guess.
//!
//! Text of our schools that is not Unicode is of Western Europe, from one of three
//! worlds: Windows, the Macintosh before 2001, Unix. `chardetng` knows what browsers
//! meet, which excludes the second and takes the third for the first; so these three
//! are told apart here, by which of them makes letters of the bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, WINDOWS_1252};

/// Bytes of the text that are looked at for a guess.
const LOOKED_AT: usize = 1 << 20;
/// What French, English and languages of Rwanda write beyond ASCII.
const WESTERN: &str = "àâäæçéèêëîïíôöœùûüÿñóáúÀÂÆÇÉÈÊËÎÏÔŒÙÛ«»‘’“”–—…€°²³·•\u{a0}ºª×½¼¾©§";

/// Decodes text: by its byte order mark, as UTF-8, or by a guess among the older
/// encodings.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return text.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = western(bytes).unwrap_or_else(|| guess(bytes));
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// The Western encoding under which nearly all bytes beyond ASCII are usual
/// characters; none where such bytes are so many that the script is another.
fn western(bytes: &[u8]) -> Option<&'static Encoding> {
    let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let high = bytes.iter().filter(|b| !b.is_ascii()).count();
    if high * 3 > letters {
        return None;
    }
    let usual = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling(bytes).0;
        let mut before = ' ';
        let mut chars = text.chars().peekable();
        let mut usual = 0;
        while let Some(c) = chars.next() {
            let after = chars.peek().copied().unwrap_or(' ');
            let in_word = before.is_alphabetic() || after.is_alphabetic();
            let fits = match c {
                // The same byte in two worlds.
                '½' | '¼' | '¾' => !in_word,
                'œ' | 'Œ' => in_word,
                // A capital inside of a word is a byte that means something else.
                _ => !(c.is_uppercase() && before.is_lowercase()),
            };
            usual += usize::from(!c.is_ascii() && fits && WESTERN.contains(c));
            before = c;
        }
        usual
    };
    let best = [WINDOWS_1252, ISO_8859_15, MACINTOSH]
        .map(|encoding| (usual(encoding), encoding))
        .into_iter()
        // Of equals the first.
        .reduce(|best, other| if other.0 > best.0 { other } else { best })?;
    (best.0 * 20 >= high * 19).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: &str = "L\u{2019}élève étudie la géographie près du cœur de la forêt : où ça ?";

    #[test]
    fn unicode_says_itself() {
        assert_eq!(decode("é".as_bytes()), "é");
        assert_eq!(decode(b"\xEF\xBB\xBFe\xC3\xA9"), "eé");
        assert_eq!(decode(b"\xFF\xFEe\0\xE9\0"), "eé");
        assert_eq!(decode(b"\xFE\xFF\0e\0\xE9"), "eé");
    }

    #[test]
    fn the_worlds_of_the_west_are_told_apart() {
        for encoding in [WINDOWS_1252, MACINTOSH] {
            let (bytes, _, lossy) = encoding.encode(FRENCH);
            assert!(!lossy);
            assert_eq!(decode(&bytes), FRENCH, "{}", encoding.name());
        }
        let plain = FRENCH.replace('\u{2019}', "'");
        let (bytes, _, lossy) = ISO_8859_15.encode(&plain);
        assert!(!lossy);
        assert_eq!(decode(&bytes), plain);
    }

    #[test]
    fn other_scripts_are_left_to_the_detector() {
        for (name, text) in [
            (
                "windows-1251",
                "Вода никогда не стоит на месте, потому что солнце поднимает её.",
            ),
            (
                "windows-1256",
                "الماء لا يبقى في مكان واحد لأن الشمس ترفعه إلى الهواء",
            ),
            ("GBK", "水从来不会停留在一个地方，因为太阳把它带到空中。"),
        ] {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            assert_eq!(decode(&encoding.encode(text).0), text, "{name}");
        }
    }
}
