//! The ways to find passages, for measuring what each is worth.

/// Which ways to find passages are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages {
    pub(super) words: bool,
    pub(super) meaning: bool,
    pub(super) english: bool,
    pub(super) sounds: bool,
}

impl Stages {
    pub(super) const ALL: Self = Self {
        words: true,
        meaning: true,
        english: true,
        sounds: true,
    };

    /// Each alone, and one more at a time, with what to call them.
    pub const EACH: [(&'static str, Self); 6] = [
        (
            "words",
            Self {
                meaning: false,
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "meaning",
            Self {
                words: false,
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "meaning, English",
            Self {
                words: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "words, meaning",
            Self {
                english: false,
                sounds: false,
                ..Self::ALL
            },
        ),
        (
            "words, meaning, English",
            Self {
                sounds: false,
                ..Self::ALL
            },
        ),
        ("words, meaning, English, sounds", Self::ALL),
    ];

    /// Whether pupils' questions go the same way.
    pub fn all(self) -> bool {
        self == Self::ALL
    }

    /// Whether vectors are used.
    pub fn meaning(self) -> bool {
        self.meaning
    }
}
