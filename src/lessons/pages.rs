//! Pictures of pages, drawn when somebody looks at one and kept for the next.
//!
//! Phones show no PDF inside a page, so a citation opens the picture of the page.
//! A class opens the same one: whoever comes first has it drawn, the others wait
//! for that. What was drawn lies in a folder of bounded size, from which what was
//! not looked at for longest goes; nothing is lost with it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::timeout;

use super::Lesson;
use super::library::Lessons;
use crate::blobs::{BlobHash, durable_replace};
use crate::error::{Code, Error, Result};
use crate::inference::document::Format;
use crate::inference::protocol::{FailureCode, Part};
use crate::types::Timestamp;

/// Widths in pixels that pages are drawn at: a phone's, and a laptop's.
pub const WIDTHS: [u32; 3] = [480, 960, 1440];
/// Counts up when pages are drawn better.
pub const DRAWER: u32 = 1;
/// Bytes of the folder: some thousand pages.
const MOST_BYTES: u64 = 256 << 20;
/// How long somebody waits for a page, with the turns of others.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// For so long nobody tries again to draw what could not be drawn.
const BELIEVED_MS: i64 = 10 * 60_000;

/// A page at a width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    /// The file it is of.
    pub original: BlobHash,
    /// Its number, from 1.
    pub number: u32,
    /// How wide it is drawn at most.
    pub width: u32,
}

impl Page {
    /// A name that no other page, width or drawer has.
    pub fn name(&self) -> String {
        let Self {
            original,
            number,
            width,
        } = self;
        format!("{original}-{number}-{width}-{DRAWER}")
    }
}

/// The smallest width that is drawn and has so many pixels.
pub fn width_for(wanted: u32) -> u32 {
    let fits = WIDTHS.into_iter().find(|width| *width >= wanted);
    fits.unwrap_or(WIDTHS[WIDTHS.len() - 1])
}

/// The pages that were drawn.
pub struct Pages {
    folder: PathBuf,
    /// None until somebody looks at a page.
    shelf: Mutex<Option<Shelf>>,
    /// Held by whoever has a page drawn.
    drawing: Mutex<HashMap<Page, Weak<tokio::sync::Mutex<()>>>>,
    /// Pages that could not be drawn, and until when that is believed.
    failed: Mutex<HashMap<Page, (Timestamp, Code)>>,
}

impl Pages {
    /// Those in a folder, which need not be there yet.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            shelf: Mutex::default(),
            drawing: Mutex::default(),
            failed: Mutex::default(),
        }
    }

    /// Removes the pages of a file.
    pub async fn forget(self: &Arc<Self>, original: &BlobHash) -> Result<()> {
        let (pages, beginning) = (Arc::clone(self), format!("{original}-"));
        let forget = move || pages.with_shelf(|shelf| shelf.forget(&beginning));
        Ok(tokio::task::spawn_blocking(forget).await??)
    }

    async fn get(self: &Arc<Self>, page: Page) -> Result<Option<Vec<u8>>> {
        let pages = Arc::clone(self);
        let get = move || pages.with_shelf(|shelf| Ok(shelf.get(&page.name())));
        Ok(tokio::task::spawn_blocking(get).await??)
    }

    /// Keeps a page; returns it.
    async fn keep(self: &Arc<Self>, page: Page, jpeg: Vec<u8>) -> Result<Vec<u8>> {
        let pages = Arc::clone(self);
        let keep = move || {
            let kept = pages.with_shelf(|shelf| shelf.put(&page.name(), &jpeg));
            if let Err(error) = kept {
                // On a full disk it is drawn again for the next.
                tracing::warn!(%error, "page.not_kept");
            }
            jpeg
        };
        Ok(tokio::task::spawn_blocking(keep).await?)
    }

    /// Whoever has this page drawn holds this.
    fn turn(&self, page: Page) -> Arc<tokio::sync::Mutex<()>> {
        let mut drawing = lock(&self.drawing);
        drawing.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = drawing.get(&page).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        drawing.insert(page, Arc::downgrade(&turn));
        turn
    }

    /// Whether it could not be drawn shortly before now: a class that opens a page
    /// that takes too long would hold up everybody else, one after the other.
    fn failed_before(&self, page: Page, now: Timestamp) -> Option<Code> {
        let mut failed = lock(&self.failed);
        failed.retain(|_, (until, _)| now < *until);
        failed.get(&page).map(|(_, code)| *code)
    }

    fn note_failure(&self, page: Page, now: Timestamp, code: Code) {
        let until = Timestamp(now.0 + BELIEVED_MS);
        lock(&self.failed).insert(page, (until, code));
    }

    fn with_shelf<T>(&self, run: impl FnOnce(&mut Shelf) -> io::Result<T>) -> io::Result<T> {
        let mut shelf = lock(&self.shelf);
        let shelf = match &mut *shelf {
            Some(shelf) => shelf,
            none => none.insert(Shelf::open(&self.folder, MOST_BYTES)?),
        };
        run(shelf)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lessons {
    /// The picture of a page of a lesson that this person may read, and of a
    /// lesson that is a picture.
    ///
    /// # Errors
    /// `not_found` for pages that are not there and kinds without pages;
    /// `unavailable` when it can not be drawn; `queue_full`, `timeout`.
    pub async fn page(&self, lesson: &Lesson, page: Page) -> Result<Vec<u8>> {
        timeout(LONGEST_WAIT, self.draw(lesson, page))
            .await
            .unwrap_or_else(|_| {
                let detail = "Drawing the page takes too long. Try again.";
                Err(Error::new(Code::Timeout, detail))
            })
    }

    async fn draw(&self, lesson: &Lesson, page: Page) -> Result<Vec<u8>> {
        let turn = self.pages.turn(page);
        let _turn = turn.lock().await;
        if let Some(jpeg) = self.pages.get(page).await? {
            return Ok(jpeg);
        }
        let now = self.app.clock.now();
        if let Some(code) = self.pages.failed_before(page, now) {
            return Err(not_drawn(code));
        }
        let file = self.app.blobs.open_file(&page.original)?;
        let part = Part::Page(page.number);
        let inference = &self.app.inference;
        let drawn = inference.draw(file, lesson.format, part, page.width);
        match drawn.await? {
            Ok(Some(jpeg)) => self.pages.keep(page, jpeg).await,
            Ok(None) => Err(Error::not_found("page")),
            Err(failure) => {
                let (code, detail) = (failure.code.as_str(), failure.detail);
                tracing::info!(lesson = %lesson.id, page = page.number, code, detail, "page.not_drawn");
                let code = match failure.code {
                    FailureCode::TimedOut => Code::Timeout,
                    _ => Code::Unavailable,
                };
                self.pages.note_failure(page, now, code);
                Err(not_drawn(code))
            }
        }
    }
}

fn not_drawn(code: Code) -> Error {
    let detail = "This page can not be drawn. Open the original file instead.";
    Error::new(code, detail)
}

/// A page of a lesson, if it has such pages.
///
/// # Errors
/// `not_found` otherwise.
pub fn page_of(lesson: &Lesson, number: u32, width: u32) -> Result<Page> {
    let is_drawn = lesson.format == Format::Pdf || lesson.format.is_picture();
    let pages = lesson.pages.filter(|_| is_drawn).unwrap_or(0);
    if !(1..=pages).contains(&number) {
        return Err(Error::not_found("page"));
    }
    Ok(Page {
        original: lesson.original,
        number,
        width: width_for(width),
    })
}

/// Files of a folder by when they were looked at.
struct Shelf {
    folder: PathBuf,
    most: u64,
    files: HashMap<String, Kept>,
    bytes: u64,
    /// Counts looks.
    looks: u64,
}

struct Kept {
    bytes: u64,
    looked_at: u64,
}

impl Shelf {
    /// What an earlier run left; what it did not finish goes.
    fn open(folder: &Path, most: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut shelf = Self {
            folder: folder.to_owned(),
            most,
            files: HashMap::new(),
            bytes: 0,
            looks: 0,
        };
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, bytes) = (entry.file_name(), entry.metadata()?.len());
            match name.to_str().and_then(|name| name.strip_suffix(".jpg")) {
                Some(name) if name.ends_with(&format!("-{DRAWER}")) => {
                    shelf.note(name.to_owned(), bytes);
                }
                _ => fs::remove_file(entry.path())?,
            }
        }
        shelf.make_room(0)?;
        Ok(shelf)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.jpg"))
    }

    fn get(&mut self, name: &str) -> Option<Vec<u8>> {
        let kept = self.files.get_mut(name)?;
        self.looks += 1;
        kept.looked_at = self.looks;
        // Somebody may have cleared the folder.
        fs::read(self.path(name)).ok()
    }

    fn put(&mut self, name: &str, jpeg: &[u8]) -> io::Result<()> {
        self.make_room(jpeg.len() as u64)?;
        fs::create_dir_all(&self.folder)?;
        let written = durable_replace(&self.path(name), |file| Ok(file.write_all(jpeg)?));
        written.map_err(|error| io::Error::other(error.to_string()))?;
        self.note(name.to_owned(), jpeg.len() as u64);
        Ok(())
    }

    fn note(&mut self, name: String, bytes: u64) {
        self.looks += 1;
        let looked_at = self.looks;
        self.bytes += bytes;
        if let Some(before) = self.files.insert(name, Kept { bytes, looked_at }) {
            self.bytes -= before.bytes;
        }
    }

    fn make_room(&mut self, wanted: u64) -> io::Result<()> {
        while self.bytes + wanted > self.most {
            let files = self.files.iter();
            let Some((name, _)) = files.min_by_key(|(_, kept)| kept.looked_at) else {
                return Ok(());
            };
            self.remove(&name.clone())?;
        }
        Ok(())
    }

    fn forget(&mut self, beginning: &str) -> io::Result<()> {
        let names = self.files.keys();
        let names: Vec<String> = names
            .filter(|name| name.starts_with(beginning))
            .cloned()
            .collect();
        names.iter().try_for_each(|name| self.remove(name))
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if let Some(kept) = self.files.remove(name) {
            self.bytes -= kept.bytes;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(file: &[u8], number: u32) -> String {
        let page = Page {
            original: BlobHash::of(file),
            number,
            width: 480,
        };
        page.name()
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn widths_are_few() {
        let check = |wanted, expect| assert_eq!(width_for(wanted), expect);
        check(0, 480);
        check(480, 480);
        check(481, 960);
        check(u32::MAX, 1440);
    }

    #[test]
    fn what_was_not_looked_at_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut shelf = Shelf::open(folder.path(), 10).unwrap();
        for number in 1..=3 {
            shelf.put(&page(b"a", number), b"abc").unwrap();
        }
        assert!(shelf.get(&page(b"a", 1)).is_some());
        shelf.put(&page(b"b", 1), b"abcd").unwrap();
        assert_eq!(shelf.bytes, 10);
        assert!(shelf.get(&page(b"a", 2)).is_none(), "looked at least");
        assert_eq!(shelf.get(&page(b"a", 1)).unwrap(), b"abc");
        // Larger than everything together: the rest goes, and it is kept alone.
        shelf.put(&page(b"c", 1), b"0123456789").unwrap();
        assert_eq!(names(folder.path()).len(), 1);
    }

    #[test]
    fn a_shelf_is_taken_up_again_without_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("pages");
        let mut shelf = Shelf::open(&inside, 100).unwrap();
        shelf.put(&page(b"a", 1), b"abc").unwrap();
        shelf.put(&page(b"a", 2), b"abc").unwrap();
        shelf.put(&page(b"b", 1), b"abc").unwrap();
        fs::write(inside.join(".new-x"), b"half").unwrap();
        fs::write(inside.join("old-drawer-0.jpg"), b"x").unwrap();
        let mut shelf = Shelf::open(&inside, 100).unwrap();
        assert_eq!((names(&inside).len(), shelf.bytes), (3, 9));
        shelf.forget(&format!("{}-", BlobHash::of(b"a"))).unwrap();
        assert_eq!((names(&inside).len(), shelf.bytes), (1, 3));
        fs::remove_dir_all(&inside).unwrap();
        assert!(shelf.get(&page(b"b", 1)).is_none());
        shelf.put(&page(b"b", 1), b"abc").unwrap();
        assert!(shelf.get(&page(b"b", 1)).is_some());
    }
}
