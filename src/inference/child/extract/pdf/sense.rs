//! Whether the letters of a page make sense.
//!
//! A font whose codes nobody explains gives signs nobody reads, or other letters
//! than are seen. Such text would be found by nobody and confuse the tutor.

use super::glyphs::Piece;

/// Characters below which nothing can be said.
const FEW: usize = 40;

/// Characters that a reader can read, or 0 where they make no sense together.
pub fn readable(pieces: &[Piece]) -> usize {
    let text = || pieces.iter().flat_map(|piece| piece.text.chars());
    let (mut all, mut good, mut letters) = (0, 0, 0);
    for c in text().filter(|c| !c.is_whitespace()) {
        all += 1;
        good += usize::from(!is_unknown(c));
        letters += usize::from(c.is_alphanumeric());
    }
    let sense = good * 10 >= all * 8 && letters * 10 >= all * 4 && has_vowels(pieces);
    if all < FEW || sense { good } else { 0 }
}

/// Signs of codes that were not understood.
fn is_unknown(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER || ('\u{E000}'..='\u{F8FF}').contains(&c)
}

/// Whether enough of the Latin letters are vowels: a third and more in every language.
fn has_vowels(pieces: &[Piece]) -> bool {
    let (mut letters, mut vowels) = (0, 0);
    let text = pieces.iter().flat_map(|piece| piece.text.chars());
    for c in text.filter(char::is_ascii_alphabetic) {
        letters += 1;
        vowels += usize::from("aeiouy".contains(c.to_ascii_lowercase()));
    }
    letters < FEW || vowels * 5 >= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> usize {
        let piece = Piece {
            text: text.to_owned(),
            x0: 0.0,
            x1: 0.0,
            y: 0.0,
            size: 12.0,
            bold: false,
            artifact: false,
            turn: 0,
        };
        readable(&[piece])
    }

    #[test]
    fn letters_that_are_others_make_no_sense() {
        let text = "Amazi ni ubuzima. Umuntu wese agomba kunywa amazi meza, kandi akayabika neza \
            mu rugo rwe. The soil holds water for the plants that grow in it.";
        assert!(score(text) > 100);
        let shift = |c: char| match c {
            ' ' => ' ',
            c => char::from_u32(u32::from(c) - 29).unwrap_or(c),
        };
        let shifted: String = text.chars().map(shift).collect();
        assert_eq!(score(&shifted), 0, "{shifted}");
        assert_eq!(score(&"\u{F041}\u{F042} ".repeat(40)), 0);
        assert_eq!(score(&"\u{1}\u{2}\u{3} ".repeat(40)), 0);
        // Figures and other scripts are no garbage.
        assert!(score(&"1994 12,5 33 % ".repeat(20)) > 100);
        assert!(score(&"الماء لا يبقى في مكان واحد ".repeat(4)) > 60);
        assert!(score("x = 2") > 0);
    }
}
