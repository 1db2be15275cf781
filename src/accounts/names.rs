//! What people may call themselves, and how passwords are read.
//!
//! Phones type the same letter in different code points, so text is
//! normalised before it is kept, compared or hashed.

use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use super::Role;
use crate::config::Secret;
use crate::error::{Code, Error, Result};

/// Longest name of a person or school, in characters.
const NAME_MAX: usize = 80;
/// Longest user name, in characters.
const USERNAME_MAX: usize = 40;
/// Longest password, in bytes; more is an attack on the hash function.
const PASSWORD_MAX: usize = 512;

/// So much of a password is looked at for how easy it is, in characters: signs that stand
/// for letters cost the more the longer it is, a second for a hundred.
const LOOKED_AT: usize = 24;

/// Words that whoever guesses a password here tries first, besides those of all the
/// world.
const NEAR: [&str; 12] = [
    "bwenge",
    "ishuri",
    "umwarimu",
    "mwarimu",
    "umunyeshuri",
    "rwanda",
    "kigali",
    "school",
    "teacher",
    "école",
    "shule",
    "mwalimu",
];

/// A user name as typed, and as compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Username {
    pub(super) shown: String,
    pub(super) key: String,
}

/// Reads a user name: letters, digits and `. _ -`.
pub(super) fn username(text: &str) -> Result<Username> {
    let shown: String = text.trim().nfkc().collect();
    let allowed = |c: char| c.is_alphanumeric() || ".-_".contains(c);
    if shown.is_empty() || shown.chars().count() > USERNAME_MAX || !shown.chars().all(allowed) {
        let detail = "A user name has 1 to 40 letters, digits, dots, hyphens or underscores.";
        return Err(Error::invalid("username", detail));
    }
    let key = fold(&shown);
    Ok(Username { shown, key })
}

fn fold(text: &str) -> String {
    // Lower-casing can undo the normal form.
    text.to_lowercase().nfkc().collect()
}

/// Reads the name of a person or school.
pub(crate) fn name(field: &'static str, text: &str) -> Result<String> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid(field, "A name has 1 to 80 characters."));
    }
    Ok(name)
}

/// Shortest password for a role, in characters. Staff accounts open what
/// everybody wrote; pupils type theirs on phones.
pub(super) fn shortest_password(role: Role) -> usize {
    match role {
        Role::Admin | Role::Teacher => 12,
        Role::Learner | Role::Guest => 8,
    }
}

/// Reads a new password for somebody with `role`. One that falls to a million guesses
/// of somebody who knows how people choose them is refused, whatever its letters.
pub(super) fn new_password(
    password: &Secret<String>,
    role: Role,
    username: &Username,
) -> Result<Secret<String>> {
    let password = typed_password(password);
    let text = password.expose();
    let shortest = shortest_password(role);
    if text.chars().count() < shortest || text.len() > PASSWORD_MAX {
        let detail = format!("A password here has at least {shortest} characters.");
        return Err(Error::invalid("password", detail));
    }
    let known: Vec<&str> = NEAR
        .iter()
        .copied()
        .chain([username.key.as_str()])
        .collect();
    let beginning: String = text.chars().take(LOOKED_AT).collect();
    if zxcvbn(&beginning, &known).score() < Score::Two {
        let detail = "That password is among the first that anybody would try.";
        return Err(Error::new(Code::PasswordWeak, detail).with_field("password"));
    }
    Ok(password)
}

/// A password as hashed: composed, and cut where no password goes.
pub(super) fn typed_password(password: &Secret<String>) -> Secret<String> {
    // What is cut is still longer than any stored one, so it stays wrong.
    Secret::new(password.expose().nfc().take(PASSWORD_MAX + 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_folded() {
        let check = |text: &str, key: Option<&str>| {
            assert_eq!(
                username(text).ok().map(|u| u.key).as_deref(),
                key,
                "{text:?}"
            );
        };
        check(" Uwase.M ", Some("uwase.m"));
        check("ＡＮＮＥ", Some("anne"));
        check("e\u{301}lise", Some("élise"));
        for bad in ["", "  ", "a b", "a@b", "a\u{0}", "<a>", &"x".repeat(41)] {
            check(bad, None);
        }
    }

    #[test]
    fn folding_is_stable() {
        for text in ["İstanbul", "ǅ", "Straße", "ΌΣΟΣ"] {
            let once = username(text).unwrap().key;
            assert_eq!(fold(&once), once, "{text}");
        }
    }

    #[test]
    fn passwords_are_long_enough_for_the_role() {
        let user = username("long.user.name").unwrap();
        let check = |text: &str, role, expected: bool| {
            let read = new_password(&Secret::new(text.to_owned()), role, &user);
            assert_eq!(read.is_ok(), expected, "{text} {role:?}");
        };
        check("eleven char", Role::Teacher, false);
        check("twelve chars", Role::Teacher, true);
        check("ïïïïïï ééééé", Role::Admin, true);
        check("8 chars!", Role::Learner, true);
        check("7 chars", Role::Learner, false);
        check("aaaaaaaaaaaaaaaa", Role::Admin, false);
        check("Password1234", Role::Admin, false);
        check("Bwenge123456", Role::Admin, false);
        check(&"4@8({[<3691!|70$5+%2".repeat(20), Role::Admin, true);
        check("12345678", Role::Learner, false);
        check("inka ebyiri mu rwuri", Role::Admin, true);
        check("Long.User.Name", Role::Admin, false);
        check(&"ab".repeat(257), Role::Admin, false);
    }

    #[test]
    fn the_same_password_from_two_keyboards_is_the_same() {
        let typed = |text: &str| {
            typed_password(&Secret::new(text.to_owned()))
                .expose()
                .clone()
        };
        assert_eq!(typed("cafe\u{301}"), typed("café"));
        assert!(typed(&"é".repeat(1000)).len() > PASSWORD_MAX);
    }
}
