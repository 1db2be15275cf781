//! How old learners are, as far as the box has to know: whether the law asks for their
//! parents. A birthday would say more than that, so nobody is asked for one.

use crate::word_enum;

/// From this age on learners speak for themselves (Rwanda, law 058/2021, article 9).
const GROWN: u32 = 16;

word_enum! {
    /// How old a learner is. Where nobody has said it, it counts as under 16.
    AgeBand {
        /// The parents speak for the child.
        Under16 = "under_16",
        /// The learner speaks for herself or himself.
        From16 = "16_or_over",
    }
}

impl AgeBand {
    /// The band of an age in years.
    pub fn of_years(years: u32) -> Self {
        match years {
            0..GROWN => Self::Under16,
            _ => Self::From16,
        }
    }
}

/// The word of an age in the log.
pub(super) fn word(age: Option<AgeBand>) -> &'static str {
    age.map_or("unknown", AgeBand::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_is_grown() {
        assert_eq!(AgeBand::of_years(15), AgeBand::Under16);
        assert_eq!(AgeBand::of_years(16), AgeBand::From16);
    }
}
