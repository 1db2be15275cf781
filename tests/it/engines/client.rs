//! The server's side of the pipes, reduced to what tests need.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bwenge::inference::process::ENVIRONMENT;
use bwenge::inference::protocol::{
    Finish, Handshake, Hello, Reply, Request, Start, Usage, VERSION, WorkerConfig, read_frame,
    write_frame,
};

/// Longer than anything a test waits for, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// The command that starts the program under test.
#[expect(
    clippy::disallowed_methods,
    reason = "tests play the part of the server"
)]
pub fn bwenge() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
    command.env_clear().envs(ENVIRONMENT);
    command
}

/// A running child.
pub struct Worker {
    child: Child,
    requests: Option<ChildStdin>,
    replies: Receiver<Reply>,
    /// What it said when it was ready.
    pub hello: Hello,
}

/// How one request went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// All text of the answer, or of the segments.
    pub text: String,
    /// Frames with text.
    pub pieces: usize,
    /// All vectors, one after the other.
    pub vectors: Vec<f32>,
    /// Every other frame, in order.
    pub frames: Vec<Reply>,
    /// How it ended.
    pub end: Option<(Finish, Usage)>,
}

impl Worker {
    /// Starts a child and waits until it is ready.
    pub fn start(kind: &str, config: WorkerConfig) -> Self {
        Self::try_start(kind, VERSION, config).expect("the worker starts")
    }

    /// Starts a child that may refuse, with its reason.
    pub fn try_start(kind: &str, version: u32, config: WorkerConfig) -> Result<Self, String> {
        let mut child = bwenge()
            .args(["worker", kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program is there");
        let mut requests = child.stdin.take().expect("stdin is a pipe");
        let start = Start {
            version,
            config,
            memory_bytes: 0,
        };
        write_frame(&mut requests, &start).expect("the child reads");
        let mut stdout = child.stdout.take().expect("stdout is a pipe");
        let handshake: Option<Handshake> = read_frame(&mut stdout).expect("a handshake");
        let hello = match handshake.expect("a handshake") {
            Ok(hello) => hello,
            Err(failed) => {
                child.wait().expect("it ends");
                return Err(failed.detail);
            }
        };
        let (sender, replies) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(reply)) = read_frame(&mut stdout) {
                if sender.send(reply).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            requests: Some(requests),
            replies,
            hello,
        })
    }

    /// Sends a request.
    pub fn send(&mut self, request: &Request) {
        let pipe = self.requests.as_mut().expect("the pipe is open");
        write_frame(pipe, request).expect("the child reads");
    }

    /// The next frame of any request; frames of none are dropped.
    pub fn next(&self) -> Reply {
        loop {
            let reply = self.replies.recv_timeout(PATIENCE);
            match reply.expect("a reply in time") {
                Reply::Load(_) => {}
                reply => return reply,
            }
        }
    }

    /// Collects the frames of a request until it ends; frames of others are dropped.
    pub fn finish(&self, id: u64) -> Outcome {
        let mut outcome = Outcome::default();
        while outcome.end.is_none() {
            let reply = self.next();
            if reply.id() == id {
                outcome.add(reply);
            }
        }
        outcome
    }

    /// Sends a request and collects its frames.
    pub fn ask(&mut self, request: &Request, id: u64) -> Outcome {
        self.send(request);
        self.finish(id)
    }

    /// A field of its status in bytes: `RssAnon:` is what it holds beside files,
    /// `VmHWM:` the most it had in all.
    pub fn memory(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        kilobytes.unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Closes the pipe; returns whether the child then ended by itself and well.
    pub fn hang_up(&mut self) -> bool {
        drop(self.requests.take());
        self.child.wait().is_ok_and(|status| status.success())
    }

    /// Sends bytes that are no frame.
    pub fn send_garbage(&mut self) {
        let pipe = self.requests.as_mut().expect("the pipe is open");
        pipe.write_all(&[0xff; 16]).expect("the child reads");
    }

    /// Waits for the child's end; the signal that killed it, if one did.
    pub fn wait(&mut self) -> (Option<i32>, Option<i32>) {
        let status = self.child.wait().expect("it ends");
        (status.code(), status.signal())
    }
}

impl Outcome {
    /// Takes one frame of the request.
    pub fn add(&mut self, reply: Reply) {
        match reply {
            Reply::Token { text, .. } | Reply::Segment { text, .. } => {
                self.text.push_str(&text);
                self.pieces += 1;
            }
            Reply::Vectors { values, .. } => self.vectors.extend(values),
            Reply::Done { finish, usage, .. } => self.end = Some((finish, usage)),
            Reply::Failed { code, detail, .. } => panic!("failed: {code:?}: {detail}"),
            other => self.frames.push(other),
        }
    }

    /// How it ended.
    pub fn finish(&self) -> Finish {
        self.end.expect("it ended").0
    }

    /// What it cost.
    pub fn usage(&self) -> Usage {
        self.end.expect("it ended").1
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
