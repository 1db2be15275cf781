//! A child process that writes and says what was acknowledged, killed at
//! random moments; and one whose disk fails.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bwenge::blobs::{BlobHash, Blobs};
use bwenge::db::{Db, EXIT_STORAGE};
use bwenge::events::{Event, Stream, append, verify};
use bwenge::jobs::{self, NewJob};
use bwenge::types::{LessonId, OrgId};
use rusqlite::Connection;
use serde_json::json;

use super::{clock, open};

const FOLDER: &str = "BWENGE_TEST_WRITER_FOLDER";

/// Not a test by itself: the other side of those below, which start this
/// binary again with the variable set. It writes until it is ended, one line
/// on stdout per acknowledged upload.
#[tokio::test(flavor = "multi_thread")]
async fn writer_child() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how the parent test reaches its child"
    )]
    let folder = std::env::var_os(FOLDER);
    let Some(folder) = folder else {
        return;
    };
    let folder = Path::new(&folder);
    let db = Db::open(folder, &clock()).unwrap();
    let blobs = Blobs::open(&folder.join("blobs")).unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..6 {
        let (core, derived) = (db.core.clone(), db.derived.clone());
        let blobs = blobs.clone();
        writers.spawn(async move {
            for n in 0_u64.. {
                let content = format!("{writer} {n} {}", "x".repeat(200));
                let storing = blobs.clone();
                let stored = tokio::task::spawn_blocking(move || storing.put(content.as_bytes()));
                let Ok(hash) = stored.await.unwrap() else {
                    // The disk fails; the writer thread must meet that too.
                    let _ = core
                        .write(|conn| Ok(conn.execute("DELETE FROM jobs", [])?))
                        .await;
                    continue;
                };
                let Ok(seq) = core.write(move |conn| upload(conn, &hash)).await else {
                    continue;
                };
                println_now(&format!("core {seq} {hash}"));
                if writer == 0 && index(&derived, seq).await.is_ok() {
                    println_now(&format!("derived {seq} -"));
                }
            }
        });
    }
    writers.join_next().await;
}

async fn index(derived: &bwenge::db::Store, n: u64) -> bwenge::error::Result<()> {
    derived
        .write(move |conn| {
            conn.execute("CREATE TABLE IF NOT EXISTS passage (n)", [])?;
            conn.execute("INSERT INTO passage VALUES (?1)", [n.cast_signed()])?;
            Ok(())
        })
        .await?;
    derived.flush().await
}

/// As one upload: an event and a job that name a blob, in one transaction.
fn upload(conn: &Connection, hash: &BlobHash) -> bwenge::error::Result<u64> {
    let (now, lesson) = (clock().now(), LessonId::new());
    let event = Event::LessonAdded {
        lesson,
        format: "text".to_owned(),
        bytes: 200,
    };
    let org = OrgId::new();
    let seq = append(conn, org, &event, now)?;
    let job = NewJob {
        kind: "ingest",
        queue: "extract",
        org,
        subject: seq.to_string(),
        payload: json!(hash),
    };
    jobs::enqueue(conn, job, now)?;
    Ok(seq)
}

/// Past the test harness's capture, and flushed.
pub fn println_now(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The child above, writing into a folder.
pub struct Writer {
    child: Child,
    lines: Receiver<String>,
}

/// What the child acknowledged.
#[derive(Default)]
pub struct Acknowledged {
    pub core: Vec<(u64, BlobHash)>,
    pub derived: HashSet<i64>,
}

impl Acknowledged {
    fn take(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("core"), Some(seq), Some(hash)) if line.ends_with('\n') => {
                let (seq, hash) = (seq.parse().unwrap(), hash.parse().unwrap());
                self.core.push((seq, hash));
            }
            (Some("derived"), Some(n), Some("-")) => {
                self.derived.insert(n.parse().unwrap());
            }
            _ => {} // The harness's own lines, or one cut off by the kill.
        }
    }
}

impl Writer {
    /// Starts it, by way of `wrapper` if that is not empty.
    pub fn start(folder: &Path, wrapper: &[&str]) -> Self {
        let me = std::env::current_exe().unwrap();
        let mut words: Vec<&std::ffi::OsStr> = wrapper.iter().map(std::ffi::OsStr::new).collect();
        words.push(me.as_os_str());
        #[expect(
            clippy::disallowed_methods,
            reason = "the process to be killed is this test binary itself"
        )]
        let mut command = Command::new(words[0]);
        let mut child = command
            .args(&words[1..])
            .args(["storage::crash::writer_child", "--exact", "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (found, lines) = channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while out.read_line(&mut line).unwrap() > 0 {
                let _ = found.send(std::mem::take(&mut line));
            }
        });
        Self { child, lines }
    }

    /// Reads until so many uploads are acknowledged, or the child ended.
    pub fn read(&self, uploads: usize, told: &mut Acknowledged) {
        let enough = told.core.len().saturating_add(uploads);
        while told.core.len() < enough {
            let Ok(line) = self.lines.recv() else {
                return;
            };
            told.take(&line);
        }
    }

    /// Reads what has been said up to now.
    pub fn drain(&self, told: &mut Acknowledged) {
        for line in self.lines.try_iter() {
            told.take(&line);
        }
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Reads what is left and answers the exit status, if it was no signal,
    /// and what it said on stderr.
    pub fn end(mut self, told: &mut Acknowledged) -> (Option<i32>, String) {
        self.read(usize::MAX, told);
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (status.code(), said)
    }
}

/// Opens the folder again and compares it with what was acknowledged.
pub async fn compare(folder: &Path, told: &Acknowledged) -> u64 {
    let db = open(folder);
    let blobs = Blobs::open(&folder.join("blobs")).unwrap();
    let (rows, uploads) = db
        .core
        .read(|conn| {
            let rows = verify(conn, Stream::Tenants)?;
            let uploads = conn
                .prepare("SELECT subject, payload FROM jobs")?
                .query_map([], |row| {
                    let subject: String = row.get("subject")?;
                    let payload: String = row.get("payload")?;
                    Ok((subject, payload))
                })?
                .collect::<rusqlite::Result<HashSet<_>>>()?;
            Ok((rows, uploads))
        })
        .await
        .unwrap();
    assert_eq!(rows, uploads.len() as u64, "event and job come together");
    for (seq, hash) in &told.core {
        let upload = (seq.to_string(), json!(hash).to_string());
        assert!(
            uploads.contains(&upload),
            "upload {seq} was acknowledged and is lost"
        );
    }
    for (_, payload) in &uploads {
        let hash: BlobHash = serde_json::from_str(payload).unwrap();
        blobs
            .get(&hash)
            .unwrap_or_else(|e| panic!("a named blob is lost: {e}"));
    }
    if !told.derived.is_empty() {
        let found = db.derived.read(|conn| {
            let mut statement = conn.prepare("SELECT n FROM passage")?;
            let found = statement.query_map([], |row| row.get(0))?;
            Ok(found.collect::<rusqlite::Result<HashSet<i64>>>()?)
        });
        let found = found.await.unwrap();
        assert!(told.derived.is_subset(&found), "flushed passages are lost");
        assert!(!db.derived_needs_rebuild() || rows > 0);
    }
    // Not closed in order: the next start must find its own way again.
    drop(db);
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Acknowledged::default();
    let mut rows = 0;
    for round in 0..12_u64 {
        wait_for_lock(folder.path()).await;
        let mut writer = Writer::start(folder.path(), &[]);
        // Some rounds end during opening, some amid writing.
        match round % 4 {
            0 => std::thread::sleep(Duration::from_millis(5 * round)),
            _ => writer.read(7 * usize::try_from(round).unwrap(), &mut told),
        }
        writer.kill();
        let (status, said) = writer.end(&mut told);
        assert_eq!(status, None, "ended by the signal only: {said}");
        rows = compare(folder.path(), &told).await;
    }
    assert!(told.core.len() > 200, "{}", told.core.len());
    assert!(rows >= told.core.len() as u64);
}

/// A dropped `Db` gives its lock up when its threads have ended.
pub async fn wait_for_lock(folder: &Path) {
    let lock = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("bwenge.lock"))
        .unwrap();
    tokio::task::spawn_blocking(move || lock.lock())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_refuses_writes_ends_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Acknowledged::default();
    // A file may not grow past 2 MB; with the signal ignored that is EFBIG,
    // which SQLite takes for any other I/O error.
    let limit = "trap '' XFSZ; ulimit -f 4096; exec \"$@\"";
    let writer = Writer::start(folder.path(), &["sh", "-c", limit, "sh"]);
    let (status, said) = writer.end(&mut told);
    assert_eq!(status, Some(EXIT_STORAGE), "{said}");
    assert!(told.core.len() > 50, "{}", told.core.len());
    let rows = compare(folder.path(), &told).await;
    assert!(rows >= told.core.len() as u64);
}
