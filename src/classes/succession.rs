//! What a class is called that follows another one.

/// The name with its first number raised by one, such as "P6 A" after "P5 A"; none when
/// it has none.
pub fn raised(name: &str) -> Option<String> {
    let start = name.find(|c: char| c.is_ascii_digit())?;
    let rest = &name[start..];
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let number: u32 = rest[..end].parse().ok()?;
    let next = number.checked_add(1)?;
    Some(format!("{}{next}{}", &name[..start], &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_goes_up() {
        let check = |name, expect: Option<&str>| assert_eq!(raised(name).as_deref(), expect);
        check("P5 A", Some("P6 A"));
        check("Senior 9", Some("Senior 10"));
        check("3e année 2", Some("4e année 2"));
        check("19", Some("20"));
        check("Umwaka wa 4 É", Some("Umwaka wa 5 É"));
        check("Choir", None);
        check("", None);
        check("P99999999999", None);
    }
}
