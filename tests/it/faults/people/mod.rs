//! People sign in, are added, changed, taken away and erased, come by a list and are copied
//! to a backup when the box ends at any moment: its power is cut, or it is killed. It is
//! ready again soon, with everything it had acknowledged, and finishes what it had begun.
//!
//! The power is cut as in `storage::power_cut`: the file system below the real program
//! is shut down without flushing its log, which needs root; without, the test says that
//! it is skipped. `make people-cut-test` ends a box 200 times in each way;
//! BWENGE_CUTS and BWENGE_KILLS say how often otherwise.

mod copying;
mod doing;
mod ledger;
mod looking;
mod school;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use self::copying::Copier;
use self::ledger::Ledger;
use self::school::School;
use super::{Dice, times};
use crate::storage::disk::Disk;
use crate::support::door::Door;
use crate::support::figure;
use crate::support::server::Server;

/// Ends of each kind unless the environment names a number.
const FEW: usize = 5;
/// Ends after which a new school begins, so that looking at all of it stays quick.
const A_SCHOOL: usize = 20;
/// How long people are busy: from before the first answer to amid the second list.
const LEAST_MS: u64 = 20;
const MOST_MS: u64 = 1500;
/// From the start until a box that was ended in any way is ready.
const READY: Duration = Duration::from_secs(10);

/// These people never rest.
const UNLIMITED: [&str; 2] = ["--rates", "sign-in=0,reads=0,writes=0"];

/// What a box runs on, and so how it ends.
enum Machine {
    /// Its power is cut.
    Cut(Disk),
    /// The program is killed, and the machine goes on.
    Killed(TempDir),
}

impl Machine {
    fn data(&self) -> PathBuf {
        match self {
            Self::Cut(disk) => disk.path().join("data"),
            Self::Killed(folder) => folder.path().to_owned(),
        }
    }

    /// Ends the box; what it says from now on may not count.
    fn end(&self, server: &Server, ledger: &Ledger) {
        ledger.ends();
        match self {
            // A machine without power says nothing; this one may say wrong things, see
            // `storage::power_cut`.
            Self::Cut(disk) => ledger.close(|| disk.cut()),
            Self::Killed(_) => {}
        }
        server.kill();
    }

    /// Makes what is left readable, as the next start of the machine does.
    fn again(&self) {
        if let Self::Cut(disk) = self {
            disk.unmount();
            disk.mount().unwrap();
        }
    }
}

/// Starts a box and waits until it says that it is ready; how long that took.
async fn start(machine: &Machine) -> (Arc<Server>, Duration) {
    let began = Instant::now();
    let data = machine.data();
    let none = data.join("no-models");
    std::fs::create_dir_all(&none).unwrap();
    let server = Server::start(&data, &none, &UNLIMITED).await;
    let ready = server.anon().send_bytes("GET", "/ready", None, Vec::new());
    server.send(ready).await.expect(200);
    (Arc::new(server), began.elapsed())
}

/// Ends boxes so often, and looks at each afterwards.
async fn end_boxes(machine: impl Fn() -> Machine, how_often: usize) {
    let seed = uuid::Uuid::new_v4().as_u64_pair().1;
    eprintln!("seed {seed}");
    let mut dice = Dice(seed);
    let (mut took, mut acknowledged) = (Vec::new(), 0);
    let mut left = how_often;
    while left > 0 {
        let machine = machine();
        let (mut server, _) = start(&machine).await;
        let mut school = School::found(&server).await;
        let ledger = Arc::new(Ledger::default());
        for number in 0..A_SCHOOL.min(left) {
            school
                .prepare(&server, &ledger, number, &machine.data())
                .await;
            let moment = Duration::from_millis(LEAST_MS + dice.below(MOST_MS - LEAST_MS));
            amid(&machine, server, &school, &ledger, moment).await;
            machine.again();
            let (again, ready) = start(&machine).await;
            took.push(ready);
            looking::look(&again, &school, &ledger, &machine.data()).await;
            server = again;
            left -= 1;
        }
        acknowledged += ledger.acknowledged();
        machine.end(&server, &ledger);
        gone(server).await;
    }
    took.sort();
    eprintln!(
        "{how_often} ends, {acknowledged} acknowledged changes, none lost; ready after {:.2?} at \
         the median, {:.2?} at most",
        took[took.len() / 2],
        took[took.len() - 1],
    );
    figure("being ready after an end", took[took.len() - 1], READY);
    assert!(acknowledged > how_often, "{acknowledged}");
}

/// Lets everybody be busy, and ends the box after a while.
async fn amid(
    machine: &Machine,
    server: Arc<Server>,
    school: &School,
    ledger: &Arc<Ledger>,
    moment: Duration,
) {
    ledger.begins();
    let copier = Copier::start(&machine.data(), ledger.clone());
    let busy = doing::everything(&server, school, ledger);
    sleep(moment).await;
    machine.end(&server, ledger);
    for task in busy {
        task.await.unwrap();
    }
    copier.end();
    gone(server).await;
}

/// Waits until nothing of a box that was ended is left.
async fn gone(server: Arc<Server>) {
    let server = Arc::into_inner(server).expect("nobody asks any more");
    server.cut_power().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_lose_nothing_that_was_acknowledged_to_people() {
    if let Err(why) = Disk::new() {
        println!("SKIPPED: power cuts over people: {why}");
        return;
    }
    let machine = || Machine::Cut(Disk::new().unwrap());
    end_boxes(machine, times("BWENGE_CUTS", FEW)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_box_is_ready_again_and_has_all_it_acknowledged_to_people() {
    let machine = || Machine::Killed(tempfile::tempdir().unwrap());
    end_boxes(machine, times("BWENGE_KILLS", FEW)).await;
}
