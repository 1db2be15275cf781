//! The browser somebody signs in with: its device, a name for people, and whether
//! others use it too.

use super::tokens::Device;
use crate::types::SessionId;

/// A browser, as far as signing in cares.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(super) device: Device,
    /// What it says it is, such as `Chrome · Android`; empty when nobody knows.
    pub(super) name: String,
    /// Whether others use the device too, so that nobody should stay signed in on it.
    pub(super) shared: bool,
    /// The session it carries already, whosever that is.
    pub(super) before: Option<SessionId>,
}

impl Browser {
    /// A browser of one person, by its device, its `User-Agent` and the session it
    /// carries.
    pub(super) fn new(device: Device, user_agent: &str, before: Option<SessionId>) -> Self {
        Self {
            device,
            name: name(user_agent),
            shared: false,
            before,
        }
    }

    /// The same, but said to be shared or not.
    pub(crate) fn shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }
}

/// Words that name a browser. The first that is found counts: most browsers also name
/// those they are like.
const BROWSERS: &[(&str, &str)] = &[
    ("Opera Mini", "Opera Mini"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];

/// Words that name a system, in the same way.
const SYSTEMS: &[(&str, &str)] = &[
    ("KAIOS", "KaiOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A short name that needs no translation.
fn name(user_agent: &str) -> String {
    let find = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(word, _)| user_agent.contains(word));
        found.map(|(_, name)| *name)
    };
    let parts: Vec<_> = [find(BROWSERS), find(SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_have_short_names() {
        let check = |user_agent: &str, expected: &str| assert_eq!(name(user_agent), expected);
        check(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/124.0.0.0 Mobile Safari/537.36",
            "Chrome · Android",
        );
        check(
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox · Linux",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
             (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        );
        check(
            "Opera/9.80 (Android; Opera Mini/8.0) Presto/2.12",
            "Opera Mini · Android",
        );
        check("curl/8.5.0", "");
        check("", "");
    }
}
