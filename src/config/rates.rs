//! How often one person may ask the box for something, by kind of request.

use std::num::NonZeroU32;

use anyhow::{Context, anyhow};

use crate::word_enum;

word_enum! {
    /// A kind of request that has a rate of its own.
    RequestKind {
        /// Signing in and staying signed in.
        SignIn = "sign-in",
        /// Looking at something.
        Read = "reads",
        /// Changing something.
        Write = "writes",
        /// Sending files, piece by piece.
        Upload = "uploads",
        /// Searching and asking tutors.
        Ask = "asking",
    }
}

/// Requests a minute of one person, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRates([u32; RequestKind::ALL.len()]);

impl Default for RequestRates {
    /// A few times what forty phones on one account do: meant for programs that
    /// run wild, not for classes.
    fn default() -> Self {
        Self([600, 6000, 1200, 6000, 3000])
    }
}

impl RequestRates {
    /// Requests of a kind in a minute; none is no limit.
    pub fn of(&self, kind: RequestKind) -> Option<NonZeroU32> {
        NonZeroU32::new(self.0[kind as usize])
    }

    /// The defaults, changed by entries such as `reads=3000`; 0 is no limit.
    pub(super) fn parse(entries: &[String]) -> anyhow::Result<Self> {
        let mut rates = Self::default();
        for entry in entries {
            let (kind, rate) = entry
                .split_once('=')
                .with_context(|| format!("rates: {entry:?} is not like reads=3000"))?;
            let kind: RequestKind = kind.trim().parse().map_err(|_| {
                let kinds: Vec<_> = RequestKind::ALL.iter().map(|kind| kind.as_str()).collect();
                anyhow!("rates: {kind:?} is none of {}", kinds.join(", "))
            })?;
            let rate = rate.trim().parse::<u32>();
            rates.0[kind as usize] =
                rate.with_context(|| format!("rates: {entry:?} has no number"))?;
        }
        Ok(rates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_change_single_rates() {
        let parse = |list: &[&str]| {
            let entries: Vec<_> = list.iter().map(|entry| (*entry).to_owned()).collect();
            RequestRates::parse(&entries)
        };
        let rates = parse(&["reads=5", " asking = 0"]).unwrap();
        let of = |kind| rates.of(kind).map(NonZeroU32::get);
        assert_eq!(of(RequestKind::Read), Some(5));
        assert_eq!(of(RequestKind::Ask), None);
        assert_eq!(of(RequestKind::SignIn), Some(600));
        assert_eq!(parse(&[]).unwrap(), RequestRates::default());
        for bad in ["reads", "reads=", "reads=-1", "sleep=1", ""] {
            assert!(parse(&[bad]).is_err(), "{bad}");
        }
    }
}
