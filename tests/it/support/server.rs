//! The real program as its own process, with its real children: started,
//! killed and stopped the way power cuts and `systemctl` do.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Request, Uri};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use super::browser::Answer;
use super::door::{Door, PATIENCE};

/// Longest time from the start to the first answer on a quiet machine.
const START: Duration = Duration::from_secs(10);

/// A running box.
pub struct Server {
    child: Child,
    address: SocketAddr,
    /// Where it serves HTTPS, when told to.
    pub https: Option<SocketAddr>,
    agent: ureq::Agent,
    /// What it wrote to stderr, for the message of a failing test.
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts a box on the data of `data` with the models of `models`, and
    /// waits until it answers.
    pub async fn start(data: &Path, models: &Path, more: &[&str]) -> Self {
        let began = Instant::now();
        #[expect(
            clippy::disallowed_methods,
            reason = "a test of the program as people start it"
        )]
        let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .arg("--models-dir")
            .arg(models)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (errors, kept) = (child.stderr.take().unwrap(), log.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                kept.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (told, address) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let listening = |line: String| Some(line.strip_prefix("listening on http://")?.parse());
            let address = lines.by_ref().map_while(Result::ok).find_map(listening);
            let next = lines.by_ref().map_while(Result::ok).next();
            let https = next.and_then(|line| line.strip_prefix("also on https://")?.parse().ok());
            let _ = told.send((address, https));
            // Read to the end, so that writing never blocks.
            lines.for_each(drop);
        });
        let address = tokio::time::timeout(PATIENCE, address).await;
        let Ok(Ok((Some(Ok(address)), https))) = address else {
            let _ = child.kill();
            panic!("the box did not start: {}", log.lock().unwrap());
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .proxy(None)
            .build();
        let server = Self {
            child,
            address,
            https,
            agent: agent.into(),
            log,
        };
        let health = server.anon().send_bytes("GET", "/health", None, Vec::new());
        server.send(health).await.expect(200);
        super::figure("starting", began.elapsed(), START);
        server
    }

    /// What the box logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Kills the box and does not wait until it is gone, for which
    /// [`cut_power`](Self::cut_power) does.
    pub fn kill(&self) {
        signal(self.child.id(), Signal::KILL);
    }

    /// Asks it one thing; fails when it goes before it has answered.
    pub async fn try_send(&self, mut request: Request<Vec<u8>>) -> Result<Answer, ureq::Error> {
        let path = request.uri().path_and_query().unwrap();
        let uri = format!("http://{}{path}", self.address);
        *request.uri_mut() = uri.parse::<Uri>().unwrap();
        let agent = self.agent.clone();
        let sent = tokio::task::spawn_blocking(move || {
            let (head, mut body) = agent.run(request)?.into_parts();
            let bytes = body.with_config().limit(256 << 20).read_to_vec()?;
            Ok::<_, ureq::Error>(Answer::new(head, bytes))
        });
        sent.await.unwrap()
    }

    /// Ends the box as a power cut does; its children end with it.
    pub async fn cut_power(mut self) {
        let children = self.children();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let deadline = Instant::now() + PATIENCE;
        while children.iter().any(|(pid, _)| is_alive(*pid)) {
            assert!(Instant::now() < deadline, "children outlive the box");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks the box to stop; how it ended and how long that took.
    pub async fn stop(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        signal(self.child.id(), Signal::TERM);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            let waited = began.elapsed();
            assert!(waited < PATIENCE, "it does not stop\n{}", self.log());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Its worker of a kind, once there is one that has closed its sandbox and
    /// so is at work.
    pub async fn worker(&self, kind: &str) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let at_work = |(pid, k): &(u32, String)| k == kind && is_confined(*pid);
            if let Some((pid, _)) = self.children().into_iter().find(at_work) {
                return pid;
            }
            assert!(
                Instant::now() < deadline,
                "no {kind} worker\n{}",
                self.log()
            );
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// The same, once it has worked for a while in its sandbox: one that dies
    /// before it has said hello has not met its document yet.
    pub async fn busy_worker(&self, kind: &str) -> u32 {
        // Its hello takes less than one; a document of ours more than fifteen.
        const TICKS: u64 = 3;
        loop {
            let pid = self.worker(kind).await;
            let confined = processor_ticks(pid);
            while let (Some(ticks), Some(confined)) = (processor_ticks(pid), confined) {
                if ticks >= confined + TICKS {
                    return pid;
                }
                sleep(Duration::from_millis(1)).await;
            }
        }
    }

    /// Waits until it has no worker of a kind.
    pub async fn no_worker(&self, kind: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.children().iter().any(|(_, k)| k == kind) {
            assert!(Instant::now() < deadline, "a {kind} worker goes on");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Its children: process id and kind.
    fn children(&self) -> Vec<(u32, String)> {
        let processes = std::fs::read_dir("/proc").unwrap();
        processes
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|pid| parent_of(*pid) == Some(self.child.id()))
            .filter_map(|pid: u32| {
                let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
                let mut words = line.split(|b| *b == 0).map(String::from_utf8_lossy);
                let kind = words.by_ref().skip_while(|word| word != "worker").nth(1)?;
                Some((pid, kind.into_owned()))
            })
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already after most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the box said:\n{}", self.log());
        }
    }
}

impl Door for Server {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Answer {
        let uri = request.uri().clone();
        let answer = self.try_send(request).await;
        answer.unwrap_or_else(|error| panic!("{uri}: {error}\n{}", self.log()))
    }
}

/// Sends a signal to a process of this test.
pub fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Whether a process still runs; one that only waits to be reaped does not.
fn is_alive(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    let state = state
        .ok()
        .and_then(|line| line.rsplit_once(") ")?.1.chars().next());
    state.is_some_and(|state| state != 'Z')
}

fn is_confined(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    status.is_ok_and(|status| status.contains("Seccomp:\t2"))
}

/// Hundredths of a second of processor time a process has used; none once it is gone.
fn processor_ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything; user time is the 12th field after it.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(11)?.parse().ok()
}

fn parent_of(pid: u32) -> Option<u32> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    line.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}
