//! Words of lists for roles, languages, and yes and no, in the languages of the box.

use super::columns::fold;
use crate::accounts::Role;
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
    }
}
