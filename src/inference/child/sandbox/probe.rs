//! Proof that the sandbox holds: a hidden command shuts the door and then tries
//! what must not work. Tests run it and expect the process to be killed.

use std::io;

use anyhow::{Result, bail};

use super::{Kind, close, deny_files, enter};

/// Shuts the door as `kind` would and attempts `what`. Printing `survived`
/// means that the sandbox has a hole.
pub fn probe(kind: Kind, what: &str) -> Result<()> {
    enter(kind, 0, None)?;
    let landlock = deny_files();
    if let Some(attempt) = what.strip_prefix("landlock-") {
        // With Landlock alone the call returns an error instead of killing.
        return match attempt {
            "open" => report(landlock, std::fs::File::open("/etc/passwd").map(drop)),
            _ => bail!("unknown attempt {what:?}"),
        };
    }
    close(kind)?;
    match what {
        "nothing" => {}
        "open" => drop(std::fs::File::open("/etc/passwd")),
        "socket" => drop(std::net::UdpSocket::bind("127.0.0.1:0")),
        "exec" => {
            // SAFETY: a plain call with NUL-terminated strings; it does not return on success.
            unsafe {
                libc::execl(
                    c"/bin/true".as_ptr(),
                    c"true".as_ptr(),
                    std::ptr::null::<u8>(),
                )
            };
        }
        "fork" => {
            // SAFETY: the child of a successful fork would fall through to the print below.
            unsafe { libc::fork() };
        }
        "thread" => std::thread::spawn(|| ()).join().unwrap_or(()),
        "kill" => drop(rustix::process::test_kill_process(
            rustix::process::Pid::INIT,
        )),
        _ => bail!("unknown attempt {what:?}"),
    }
    println!("survived");
    Ok(())
}

fn report(landlock: u32, result: io::Result<()>) -> Result<()> {
    match result {
        Ok(()) => println!("survived with landlock {landlock}"),
        Err(error) => println!("refused with landlock {landlock}: {error}"),
    }
    Ok(())
}
