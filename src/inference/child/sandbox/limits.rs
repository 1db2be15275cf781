//! Resource limits of each kind of child.

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, setrlimit};

/// The kinds of children, which differ in what they may do and use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The language model.
    Llm,
    /// Speech recognition.
    Asr,
    /// Embeddings.
    Embed,
    /// Document parsers.
    Extract,
}

const MIB: u64 = 1 << 20;

impl Kind {
    /// The kind called `word` on the command line.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "llm" => Some(Self::Llm),
            "asr" => Some(Self::Asr),
            "embed" => Some(Self::Embed),
            "extract" => Some(Self::Extract),
            _ => None,
        }
    }

    /// Address space a request may need on top of the loaded model, in bytes.
    fn working_room(self) -> u64 {
        match self {
            Self::Llm => 384 * MIB,
            // 48 MB of samples as they arrive, and several copies as spectra.
            Self::Asr => 512 * MIB,
            Self::Embed => 768 * MIB,
            Self::Extract => 768 * MIB,
        }
    }
}

fn set_one(resource: Resource, value: u64) -> Result<()> {
    let limit = Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    setrlimit(resource, limit).with_context(|| format!("limit on {resource:?}"))
}

/// Sets the limits that hold from the start; `memory_bytes` 0 leaves the
/// address space of an engine open until [`fit_address_space`].
pub fn set(kind: Kind, memory_bytes: u64) -> Result<()> {
    set_one(Resource::Core, 0)?;
    // Were the log a file, this would cut it off, and with it the child's last
    // words; the server hands its children a pipe.
    if !stderr_is_file() {
        set_one(Resource::Fsize, 0)?;
    }
    if kind == Kind::Extract {
        set_one(Resource::Cpu, 120)?;
        set_one(Resource::Nofile, 16)?;
    }
    let memory = match kind {
        Kind::Extract if memory_bytes == 0 => kind.working_room(),
        _ => memory_bytes,
    };
    if memory > 0 {
        set_one(Resource::As, memory)?;
    }
    Ok(())
}

fn stderr_is_file() -> bool {
    rustix::fs::fstat(std::io::stderr())
        .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file())
}

/// Narrows the address space to what is in use after loading plus a quarter,
/// and at least the room a request needs; also the number of open files.
pub fn fit_address_space(kind: Kind) -> Result<()> {
    set_one(Resource::Nofile, 16)?;
    if kind == Kind::Extract {
        return Ok(());
    }
    let status = std::fs::read_to_string("/proc/self/status").context("status")?;
    let used = address_space(&status).context("status has no VmSize")?;
    let wanted = used + (used / 4).max(kind.working_room());
    let given = rustix::process::getrlimit(Resource::As).maximum;
    set_one(
        Resource::As,
        given.map_or(wanted, |given| given.min(wanted)),
    )
}

/// `VmSize` out of `/proc/self/status`, in bytes.
fn address_space(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::{Kind, address_space};

    #[test]
    fn reads_the_address_space() {
        let status = "Name:\tbwenge\nVmPeak:\t  900 kB\nVmSize:\t  800 kB\n";
        assert_eq!(address_space(status), Some(800 << 10));
        assert_eq!(address_space(""), None);
    }

    #[test]
    fn kinds_have_their_words() {
        assert_eq!(Kind::from_word("asr"), Some(Kind::Asr));
        assert_eq!(Kind::from_word("shell"), None);
    }
}
