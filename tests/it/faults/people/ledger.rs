//! What a box acknowledged, and so must have after its end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use crate::support::browser::Browser;

/// Sessions of one client that are kept to look at: fewer than the box keeps of one
/// person, also when several began that nobody heard of.
const SESSIONS: usize = 20;

/// Something that is true of a thing with an id once it was acknowledged. Its number is
/// never less than what was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The person is there, or in the trash.
    Person,
    /// The person is in the trash.
    PersonGone,
    /// The class is there, or in the trash.
    Class,
    /// The class has a name with this number, each greater than the one before.
    ClassNamed,
    /// The class is in the trash.
    ClassGone,
    /// So many entries of the log are about it.
    Entries,
    /// So many wrong tries at a person's digits are counted.
    Tries,
    /// The list is there.
    List,
    /// The person is gone for good, and it is known that one was.
    Erased,
}

impl Fact {
    /// Asks for the number of a thing.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Person => "SELECT count(*) FROM users WHERE id = ?1",
            Self::PersonGone => {
                "SELECT count(*) FROM users WHERE id = ?1 AND trashed_at IS NOT NULL"
            }
            Self::Class => "SELECT count(*) FROM classes WHERE id = ?1",
            Self::ClassNamed => {
                "SELECT CAST(substr(name, instr(name, ' ') + 1) AS INTEGER)
                 FROM classes WHERE id = ?1"
            }
            Self::ClassGone => {
                "SELECT count(*) FROM classes WHERE id = ?1 AND trashed_at IS NOT NULL"
            }
            Self::Entries => "SELECT count(*) FROM audit WHERE subject = ?1",
            Self::Tries => "SELECT tries FROM users WHERE id = ?1",
            Self::List => "SELECT count(*) FROM imports WHERE id = ?1",
            Self::Erased => {
                "SELECT count(*) FROM erasures WHERE user_id = ?1
                 AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?1)"
            }
        }
    }
}

/// The least number of each fact.
pub type Facts = BTreeMap<(Fact, String), i64>;

/// A list that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// How the names of its people begin, and no others.
    pub prefix: String,
    /// Whether the box acknowledged that it carries it out.
    pub started: bool,
}

#[derive(Default)]
struct Page {
    facts: Facts,
    sessions: BTreeMap<String, Vec<Browser>>,
    signed_out: Vec<Browser>,
    lists: Vec<Sent>,
    copies: Vec<(PathBuf, Facts)>,
    acknowledged: usize,
    ending: bool,
    closed: bool,
}

/// The list of all of it, shared by everybody who asks the box.
#[derive(Default)]
pub struct Ledger(Mutex<Page>);

impl Ledger {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap()
    }

    /// From now on every request must be answered.
    pub fn begins(&self) {
        let mut page = self.page();
        (page.ending, page.closed) = (false, false);
    }

    /// From now on requests may fail.
    pub fn ends(&self) {
        self.page().ending = true;
    }

    /// Whether requests may fail.
    pub fn ending(&self) -> bool {
        self.page().ending
    }

    /// Does something after which no answer counts any more.
    pub fn close(&self, last: impl FnOnce()) {
        let mut page = self.page();
        page.closed = true;
        last();
    }

    fn write(&self, note: impl FnOnce(&mut Page)) {
        let mut page = self.page();
        if !page.closed {
            page.acknowledged += 1;
            note(&mut page);
        }
    }

    /// A change was acknowledged, after which these facts are true.
    pub fn changed<const N: usize>(&self, id: &str, facts: [(Fact, i64); N]) {
        self.write(|page| {
            let facts = facts.map(|(fact, least)| ((fact, id.to_owned()), least));
            page.facts.extend(facts);
        });
    }

    /// A change was acknowledged that also wrote an entry of the log.
    pub fn logged<const N: usize>(&self, id: &str, facts: [(Fact, i64); N]) {
        self.changed(id, facts);
        let mut page = self.page();
        if !page.closed {
            *page
                .facts
                .entry((Fact::Entries, id.to_owned()))
                .or_default() += 1;
        }
    }

    /// A fact ends with what is asked next, whether that will be acknowledged or not.
    pub fn forget(&self, id: &str, fact: Fact) {
        self.page().facts.remove(&(fact, id.to_owned()));
    }

    /// What is known of a fact.
    pub fn known(&self, id: &str, fact: Fact) -> Option<i64> {
        self.page().facts.get(&(fact, id.to_owned())).copied()
    }

    /// All facts so far.
    pub fn facts(&self) -> Facts {
        self.page().facts.clone()
    }

    /// How much was acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.page().acknowledged
    }

    /// Somebody is signed in.
    pub fn signed_in(&self, who: &str, browser: &Browser) {
        self.write(|page| {
            let sessions = page.sessions.entry(who.to_owned()).or_default();
            sessions.push(browser.clone());
            let spare = sessions.len().saturating_sub(SESSIONS);
            sessions.drain(..spare);
        });
    }

    /// The last session of somebody ends or goes on otherwise with what is asked next.
    pub fn takes_back_session(&self, who: &str) {
        if let Some(sessions) = self.page().sessions.get_mut(who) {
            sessions.pop();
        }
    }

    /// Somebody is signed out.
    pub fn signed_out(&self, browser: Browser) {
        self.write(|page| page.signed_out.push(browser));
    }

    /// The sessions that hold, by whose they are, and those that were ended.
    pub fn sessions(&self) -> (BTreeMap<String, Vec<Browser>>, Vec<Browser>) {
        let page = self.page();
        (page.sessions.clone(), page.signed_out.clone())
    }

    /// A list was read. It may go until it is begun: with the next one, and when somebody
    /// is erased whom its plan names.
    pub fn sent(&self, id: &str, prefix: &str) {
        // Also after the end: the box may have begun it though nobody heard.
        self.page().lists.push(Sent {
            id: id.to_owned(),
            prefix: prefix.to_owned(),
            started: false,
        });
    }

    /// A list is being carried out.
    pub fn started(&self, id: &str) {
        self.write(|page| {
            page.facts.insert((Fact::List, id.to_owned()), 1);
            let mut lists = page.lists.iter_mut();
            lists.find(|list| list.id == id).unwrap().started = true;
        });
    }

    /// All lists that were read.
    pub fn lists(&self) -> Vec<Sent> {
        self.page().lists.clone()
    }

    /// A copy was made that has these facts at least.
    pub fn copied(&self, path: PathBuf, facts: Facts) {
        self.write(|page| page.copies.push((path, facts)));
    }

    /// The copies that were made.
    pub fn copies(&self) -> Vec<(PathBuf, Facts)> {
        self.page().copies.clone()
    }

    /// Forgets copies but the last, and says which that is.
    pub fn keep_last_copy(&self) -> Option<PathBuf> {
        let mut page = self.page();
        let spare = page.copies.len().saturating_sub(1);
        page.copies.drain(..spare);
        page.copies.first().map(|(path, _)| path.clone())
    }
}
