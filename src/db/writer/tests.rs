//! Batches: what is kept, what is undone, and who hears of it.

use std::sync::Mutex;
use std::sync::atomic::AtomicU32;

use rusqlite::ffi;
use tokio::sync::Semaphore;

use super::super::task::pack;
use super::super::test_connection;
use super::*;

type Answer = oneshot::Receiver<Result<()>>;

struct Bench {
    writer: Writer,
    commits: Arc<AtomicU32>,
    died: Arc<Mutex<Vec<String>>>,
    orders: Sender<Order>,
    inbox: Receiver<Order>,
}

impl Bench {
    fn new() -> Self {
        let conn = test_connection(Which::Core).unwrap();
        conn.execute_batch("CREATE TABLE t (x PRIMARY KEY)")
            .unwrap();
        let commits = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&commits);
        let count = move || {
            seen.fetch_add(1, Ordering::Relaxed);
            false
        };
        conn.commit_hook(Some(count)).unwrap();
        let died: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&died);
        let faults = Faults {
            which: Which::Core,
            fatal: Arc::new(move |why| heard.lock().unwrap().push(why.to_owned())),
            doubt: None,
        };
        let (orders, inbox) = channel();
        let writer = Writer {
            touched: notice_jobs(&conn).unwrap(),
            conn,
            faults,
            jobs_changed: Arc::default(),
            // So that a slow machine does not change what is tested.
            batch_time: Duration::from_secs(60),
            dirty: false,
        };
        Self {
            writer,
            commits,
            died,
            orders,
            inbox,
        }
    }

    fn task(
        work: impl FnOnce(&Connection) -> Result<()> + Send + 'static,
    ) -> (Box<dyn Task>, Answer) {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        pack(work, |_| {}, place)
    }

    fn queue(&self, work: impl FnOnce(&Connection) -> Result<()> + Send + 'static) -> Answer {
        let (task, answer) = Self::task(work);
        self.orders.send(Order::Run(task)).unwrap();
        answer
    }

    fn run(&self) -> Option<Order> {
        let Ok(Order::Run(first)) = self.inbox.try_recv() else {
            panic!("a command was queued");
        };
        self.writer.batch(first, &self.inbox)
    }

    fn rows(&self) -> i64 {
        let count = "SELECT count(*) FROM t";
        self.writer.conn.query_row(count, [], |r| r.get(0)).unwrap()
    }
}

fn add(n: i64) -> impl FnOnce(&Connection) -> Result<()> + Send {
    move |conn| Ok(conn.execute("INSERT INTO t VALUES (?1)", [n]).map(drop)?)
}

fn failure(code: i32) -> Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
}

#[test]
fn what_waits_shares_a_commit_up_to_the_limit() {
    let bench = Bench::new();
    let answers: Vec<Answer> = (0..100).map(|n| bench.queue(add(n))).collect();
    assert!(bench.run().is_none());
    assert_eq!(bench.commits.load(Ordering::Relaxed), 1);
    let answered = |mut answer: Answer| answer.try_recv().is_ok();
    let done = answers
        .into_iter()
        .map(answered)
        .filter(|&done| done)
        .count();
    assert_eq!(done, BATCH);
    assert_eq!(bench.rows(), 64);
}

#[test]
fn a_slow_command_is_not_joined_by_others() {
    let mut bench = Bench::new();
    bench.writer.batch_time = BATCH_TIME;
    let mut slow = bench.queue(|_| {
        thread::sleep(BATCH_TIME * 2);
        Ok(())
    });
    let mut next = bench.queue(add(1));
    bench.run();
    slow.try_recv().unwrap().unwrap();
    next.try_recv().unwrap_err();
}

#[test]
fn only_the_failing_and_the_panicking_command_are_undone() {
    let bench = Bench::new();
    let good = bench.queue(add(1));
    let failing = bench.queue(|conn| {
        add(2)(conn)?;
        Err(Error::new(Code::Conflict, "no"))
    });
    let panicking = bench.queue(|conn| {
        add(3)(conn)?;
        panic!("a bug")
    });
    let last = bench.queue(add(4));
    bench.run();
    let answer = |mut a: Answer| a.try_recv().unwrap();
    answer(good).unwrap();
    assert_eq!(answer(failing).unwrap_err().code(), Code::Conflict);
    let said = answer(panicking).unwrap_err().to_string();
    assert!(said.contains("a bug"), "{said}");
    answer(last).unwrap();
    assert_eq!(
        (bench.rows(), bench.commits.load(Ordering::Relaxed)),
        (2, 1)
    );
    assert!(bench.died.lock().unwrap().is_empty());
}

#[test]
fn a_command_that_ends_the_transaction_fails_its_batch() {
    let bench = Bench::new();
    let mut first = bench.queue(add(1));
    let mut second = bench.queue(|conn| Ok(conn.execute_batch("ROLLBACK")?));
    bench.run();
    first.try_recv().unwrap().unwrap_err();
    second.try_recv().unwrap().unwrap_err();
    assert_eq!(bench.rows(), 0);
    let mut after = bench.queue(add(1));
    bench.run();
    after.try_recv().unwrap().unwrap();
}

#[test]
fn an_io_error_or_damage_is_fatal_and_a_full_disk_is_not() {
    for (code, died) in [
        (ffi::SQLITE_IOERR_FSYNC, true),
        (ffi::SQLITE_IOERR_WRITE, true),
        (ffi::SQLITE_CORRUPT, true),
        (ffi::SQLITE_FULL, false),
        (ffi::SQLITE_CONSTRAINT, false),
    ] {
        let bench = Bench::new();
        let mut before = bench.queue(add(1));
        let mut answer = bench.queue(move |_| Err(failure(code)));
        bench.run();
        let e = answer.try_recv().unwrap().unwrap_err();
        assert_eq!(!bench.died.lock().unwrap().is_empty(), died, "{code}");
        assert_eq!(before.try_recv().unwrap().is_err(), died, "{code}");
        assert_eq!(e.code() == Code::DiskFull, code == ffi::SQLITE_FULL);
    }
}

#[test]
fn other_orders_end_the_batch_and_are_handed_back() {
    let bench = Bench::new();
    let mut first = bench.queue(add(1));
    let (done, _answer) = oneshot::channel();
    bench.orders.send(Order::Flush(done)).unwrap();
    let mut later = bench.queue(add(2));
    assert!(matches!(bench.run(), Some(Order::Flush(_))));
    first.try_recv().unwrap().unwrap();
    later.try_recv().unwrap_err();
}

#[test]
fn the_runner_hears_of_jobs_only() {
    let bench = Bench::new();
    bench.queue(add(1));
    bench.run();
    assert!(!bench.writer.touched.load(Ordering::Relaxed));
    bench.queue(|conn| {
        Ok(conn.execute_batch(
            "INSERT INTO jobs (id, org_id, kind, queue, subject, payload, state, run_at,
                           created_at, updated_at)
         VALUES ('i', 'o', 'k', 'q', 's', 'null', 'queued', 0, 0, 0)",
        )?)
    });
    bench.run();
    assert!(bench.writer.touched.load(Ordering::Relaxed));
}
