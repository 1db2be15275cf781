//! Words as they sound, for names and terms spelled as people hear them.
//!
//! Kinyarwanda writes foreign words its own way: Turikiya is Turkey, Karowatiya
//! Croatia, fotosenteze photosynthesis. It puts vowels between consonants, has
//! one letter for l and r, and one for each sound that English spells in many
//! ways. What both spellings share are the consonants in order.

use super::{fold, words};

/// Consonants that tell words apart; fewer fit too many.
const LEAST: usize = 3;

/// Consonants of a word as they sound, one letter for those that are written for
/// one another; nothing when they are too few, or the word is not in Latin
/// letters without numbers.
pub fn sound(word: &str) -> Option<String> {
    let word = fold(word);
    if !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let letters: Vec<char> = word.chars().collect();
    let mut key = String::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let (sounds, used) = match (letter, next) {
            ('p', 'h') => ("f", 2),
            ('t' | 's', 'c') if letters.get(at + 2) == Some(&'h') => ("s", 3),
            ('c' | 's', 'h') => ("s", 2),
            ('c', 'k') | ('q', 'u') | ('k', 'h') => ("k", 2),
            ('t', 'h') => ("t", 2),
            ('g', 'h') => ("g", 2),
            ('x', _) => ("ks", 1),
            ('c', 'e' | 'i' | 'y') => ("s", 1),
            ('g', 'e' | 'i' | 'y') => ("j", 1),
            ('c' | 'q' | 'k', _) => ("k", 1),
            ('l' | 'r', _) => ("r", 1),
            ('z' | 's', _) => ("s", 1),
            ('v' | 'f', _) => ("f", 1),
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w' | 'h', _) => ("", 1),
            _ => (&word[at..=at], 1),
        };
        for sound in sounds.chars() {
            // Doubled letters sound once.
            if !key.ends_with(sound) {
                key.push(sound);
            }
        }
        at += used;
    }
    (key.len() >= LEAST).then_some(key)
}

/// The sounds of a text's words, separated by spaces.
pub fn sounds(text: &str) -> String {
    let sounds = words(text).into_iter().filter_map(|(_, word)| sound(word));
    sounds.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_sound_the_same() {
        for (heard, written) in [
            ("Turikiya", "Turkey"),
            ("karowatiya", "Croatia"),
            ("Kazakisitani", "Kazakhstan"),
            ("geworujiya", "Georgia"),
            ("Mozambike", "Mozambique"),
            ("fotosenteze", "photosynthesis"),
            ("Bangaladeshi", "Bangladesh"),
        ] {
            assert_eq!(sound(heard), sound(written), "{heard} {written}");
            assert!(sound(heard).is_some(), "{heard}");
        }
    }

    #[test]
    fn short_words_and_other_scripts_have_no_sound() {
        for word in ["amazi", "au", "", "1994", "co2", "вода"] {
            assert_eq!(sound(word), None, "{word}");
        }
        assert_eq!(sounds("The Étang of Kigali, 1994"), "tng kgr");
    }
}
