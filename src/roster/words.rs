//! Words of lists for roles, languages, and yes and no, in the languages of the box.

use super::columns::fold;
use crate::accounts::{AgeBand, Role};
use crate::types::Language;

const ROLES: [(Role, &[&str]); 3] = [
    (
        Role::Admin,
        &[
            "admin",
            "administrateur",
            "administrator",
            "directeur",
            "msimamizi",
            "umuyobozi",
        ],
    ),
    (
        Role::Teacher,
        &[
            "enseignant",
            "enseignante",
            "instructor",
            "mwalimu",
            "mwarimu",
            "prof",
            "professeur",
            "teacher",
            "umwarimu",
        ],
    ),
    (
        Role::Learner,
        &[
            "apprenant",
            "eleve",
            "learner",
            "mwanafunzi",
            "pupil",
            "student",
            "umunyeshuri",
        ],
    ),
];

const LANGUAGES: [(Language, &[&str]); 4] = [
    (
        Language::Kinyarwanda,
        &["rw", "kin", "ikinyarwanda", "kinyarwanda"],
    ),
    (
        Language::English,
        &[
            "en",
            "eng",
            "anglais",
            "english",
            "icyongereza",
            "kiingereza",
        ],
    ),
    (
        Language::French,
        &["fr", "fra", "francais", "french", "igifaransa", "kifaransa"],
    ),
    (
        Language::Swahili,
        &["sw", "swa", "igiswahili", "kiswahili", "swahili"],
    ),
];

const ANSWERS: [(bool, &[&str]); 2] = [
    (
        true,
        &[
            "1", "active", "actif", "hai", "ndiyo", "oui", "true", "vrai", "x", "yego", "yes",
        ],
    ),
    (
        false,
        &[
            "0", "faux", "false", "hapana", "inactif", "inactive", "no", "non", "oya",
        ],
    ),
];

const AGES: [(AgeBand, &[&str]); 2] = [
    (
        AgeBand::Under16,
        &[
            "chiniya16",
            "chiniyamiaka16",
            "moinsde16",
            "moinsde16ans",
            "munsiyimyaka16",
            "munsiya16",
            "under16",
            "u16",
        ],
    ),
    (
        AgeBand::From16,
        &[
            "16andover",
            "16ansetplus",
            "16ansouplus",
            "16cyangwairenga",
            "16etplus",
            "16nazaidi",
            "16orolder",
            "16orover",
            "16ouplus",
            "imyaka16cyangwairenga",
            "imyaka16kuzamura",
            "miaka16auzaidi",
            "miaka16nazaidi",
            "over16",
        ],
    ),
];

/// The oldest age that is one.
const OLDEST: u32 = 120;

/// How old somebody of this age is: in words, or in years.
pub fn age(word: &str) -> Option<AgeBand> {
    match word.split_whitespace().collect::<String>().as_str() {
        // Signs, which folding leaves out.
        "<16" => return Some(AgeBand::Under16),
        "16+" | ">=16" | "≥16" => return Some(AgeBand::From16),
        _ => {}
    }
    let years = word.trim().parse::<u32>().ok();
    let years = years.filter(|years| *years <= OLDEST);
    years.map(AgeBand::of_years).or_else(|| of(&AGES, word))
}

/// The role of a word.
pub fn role(word: &str) -> Option<Role> {
    of(&ROLES, word)
}

/// The language of a word.
pub fn language(word: &str) -> Option<Language> {
    of(&LANGUAGES, word)
}

/// Yes or no.
pub fn yes_or_no(word: &str) -> Option<bool> {
    of(&ANSWERS, word)
}

fn of<T: Copy>(meanings: &[(T, &[&str])], word: &str) -> Option<T> {
    let folded = fold(word);
    let found = meanings
        .iter()
        .find(|(_, words)| words.contains(&folded.as_str()));
    found.map(|(meaning, _)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_same_in_any_language() {
        for word in ["Élève", "umunyeshuri", " PUPIL ", "mwanafunzi"] {
            assert_eq!(role(word), Some(Role::Learner), "{word}");
        }
        assert_eq!(role("boss"), None);
        assert_eq!(language("Français"), Some(Language::French));
        assert_eq!(language("Kinyarwanda"), Some(Language::Kinyarwanda));
        assert_eq!(language("Klingon"), None);
        assert_eq!(
            (yes_or_no("Oui"), yes_or_no("oya")),
            (Some(true), Some(false))
        );
        assert_eq!(yes_or_no("maybe"), None);
        for word in ["Under 16", "under_16", "15", "< 16", "Moins de 16 ans"] {
            assert_eq!(age(word), Some(AgeBand::Under16), "{word}");
        }
        for word in [
            "16 or over",
            "16_or_over",
            "16",
            "16 +",
            "miaka 16 na zaidi",
        ] {
            assert_eq!(age(word), Some(AgeBand::From16), "{word}");
        }
        for word in ["2012", "old", "-3", ""] {
            assert_eq!(age(word), None, "{word}");
        }
    }
}
