//! English numbers that are said in words, in digits. Pure.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const LARGE: [(&str, u64); 3] = [
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
];

/// A number that is being put together.
#[derive(Default)]
struct Number {
    /// Thousands and more.
    whole: u64,
    /// Below a thousand.
    part: u64,
    /// What the last word can still take: units after tens, both after a hundred.
    room: u64,
}

/// Replaces numbers said in words by digits; years said in two halves are joined.
pub fn in_digits(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<Number> = None;
    for word in words {
        if let Some(number) = &mut open {
            // "a hundred and five", but not "five and six"
            if number.add(&word) || (word == "and" && number.room == 100) {
                continue;
            }
            number.write(&mut out);
        }
        open = begin(&word, &mut out);
    }
    if let Some(number) = open {
        number.write(&mut out);
    }
    out
}

fn begin(word: &str, out: &mut Vec<String>) -> Option<Number> {
    let mut number = Number {
        room: 1_000,
        ..Number::default()
    };
    if number.add(word) {
        return Some(number);
    }
    out.push(word.to_owned());
    None
}

impl Number {
    /// Takes a word that goes on with the number.
    fn add(&mut self, word: &str) -> bool {
        let small = SMALL.iter().position(|small| *small == word);
        let ten = TENS.iter().position(|ten| *ten == word);
        let large = LARGE.iter().find(|(large, _)| *large == word);
        let (value, room) = match (small, ten) {
            (Some(value), _) => (value as u64, 1),
            (_, Some(ten)) => (ten as u64 * 10 + 20, 10),
            _ if word == "hundred" && (1..100).contains(&self.part) => {
                self.part *= 100;
                self.room = 100;
                return true;
            }
            _ => {
                let Some((_, factor)) = large.filter(|_| self.part > 0) else {
                    return false;
                };
                self.whole += self.part * factor;
                (self.part, self.room) = (0, 1_000);
                return true;
            }
        };
        let taken = value < self.room && (value > 0 || self.room == 1_000);
        if taken {
            self.part += value;
            self.room = room;
        }
        taken
    }

    /// Writes the number. The second half of a year goes to its first: 19, 61.
    fn write(&self, out: &mut Vec<String>) {
        let value = self.whole + self.part;
        let halves = |first: &String| {
            first.len() == 2 && first.parse::<u64>().is_ok_and(|first| first >= 10)
        };
        match out.last_mut() {
            Some(first) if (10..100).contains(&value) && halves(first) => {
                first.push_str(&value.to_string());
            }
            _ => out.push(value.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let words = text.split_whitespace().map(str::to_owned).collect();
        assert_eq!(in_digits(words).join(" "), expect);
    }

    #[test]
    fn numbers_are_written_in_digits() {
        check("zero one two", "0 1 2");
        check("twenty five pupils", "25 pupils");
        check("five and six", "5 and 6");
        check("one hundred and five days", "105 days");
        check("three thousand two hundred and forty one", "3241");
        check("two million", "2000000");
        check("in nineteen sixty one", "in 1961");
        check("a hundred hands", "a hundred hands");
        check("twenty thirty", "2030");
        check("ten", "10");
    }
}
