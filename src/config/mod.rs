//! Settings: what was asked for ([`RawConfig`]) becomes what holds ([`Config`]), once.
//!
//! Later sources win: built-in defaults, the TOML file, `BWENGE_*` variables,
//! flags. Everything is checked here with an error that names the setting, so
//! no other module validates settings or reads the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

mod cores;
mod https;
mod otlp;
mod rates;
mod raw;
mod secret;

pub use https::Https;
pub use rates::{RequestKind, RequestRates};
pub use raw::{Flags, LogFormat, RawConfig};
pub use secret::Secret;

/// The port a box listens on unless told otherwise.
pub const DEFAULT_LISTEN: &str = "0.0.0.0:8080";

/// Where systems mount what is plugged in.
const STICK_ROOTS: &[&str] = &["/media", "/run/media"];

/// The resolved settings of one running box.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where databases, uploads and keys live; absolute.
    pub data_dir: PathBuf,
    /// The address of the web server.
    pub listen: SocketAddr,
    /// The second origin, if there is one.
    pub https: Option<Https>,
    /// Where model files live; absolute.
    pub models_dir: PathBuf,
    /// The name on the local network, without `.local`: lower-case letters,
    /// digits and inner hyphens, at most 63 bytes.
    pub box_name: String,
    /// Host names or addresses that pages may use besides the box's own;
    /// lower case, without port.
    pub extra_hosts: Vec<String>,
    /// Origins whose pages may use the API with tokens, as browsers write them.
    pub origins: Vec<String>,
    /// Addresses of proxies that may say whom they speak for.
    pub proxies: Vec<IpAddr>,
    /// Catalogue id of the language model, or the best one present.
    pub llm: Option<String>,
    /// Catalogue id of the embedding model, or the best one present.
    pub embed: Option<String>,
    /// Catalogue id of the speech model, or the best one present.
    pub asr: Option<String>,
    /// Threads an engine may use; the physical cores unless told otherwise.
    pub threads: u32,
    /// Answers written side by side at most; as many as the machine's speed and
    /// memory make worthwhile unless told otherwise.
    pub rows: Option<u32>,
    /// Folders below which sticks are mounted; absolute.
    pub stick_roots: Vec<PathBuf>,
    /// Folders offered as if they were sticks; absolute.
    pub stick_folders: Vec<PathBuf>,
    /// Bytes of files that a school may keep, when there is a limit.
    pub school_bytes: Option<u64>,
    /// Lessons that a school may keep, when there is a limit.
    pub school_lessons: Option<u32>,
    /// Requests that one person may make in a minute.
    pub rates: RequestRates,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Which log lines are written, in `tracing` filter syntax.
    pub log: String,
    /// The collector that is sent traces, if there is one.
    pub otlp: Option<SocketAddr>,
}

impl Config {
    /// Where the computed beginnings of prompts are kept.
    pub fn beginnings_dir(&self) -> PathBuf {
        self.data_dir.join("beginnings")
    }

    /// Pictures of pages that somebody looked at; may be deleted at any time.
    pub fn pages_dir(&self) -> PathBuf {
        self.data_dir.join("pages")
    }

    /// Where files lie while they are being uploaded.
    pub fn uploads_dir(&self) -> PathBuf {
        self.data_dir.join("uploads")
    }

    /// Resolves flags, environment, file and defaults.
    ///
    /// # Errors
    /// Names the setting that is malformed, or the file that can not be read.
    pub fn load(flags: Flags) -> anyhow::Result<Self> {
        Self::load_from(flags, &environment)
    }

    /// [`Config::load`] with the environment given, so that tests need none.
    fn load_from(flags: Flags, env: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let from_env = RawConfig::from_env(env)?;
        let file = flags.config.or_else(|| env("CONFIG").map(PathBuf::from));
        let from_file = match &file {
            Some(path) => read_file(path)?,
            None => RawConfig::default(),
        };
        Self::resolve(flags.settings.or(from_env).or(from_file))
    }

    fn resolve(raw: RawConfig) -> anyhow::Result<Self> {
        let data_dir = absolute(raw.data_dir.unwrap_or_else(|| "data".into()), "data-dir")?;
        let models_dir = match raw.models_dir {
            Some(dir) => absolute(dir, "models-dir")?,
            None => data_dir.join("models"),
        };
        let listen = raw.listen.as_deref().unwrap_or(DEFAULT_LISTEN);
        let listen = listen.parse().with_context(|| {
            format!("listen: {listen:?} is not an address such as {DEFAULT_LISTEN}")
        })?;
        let box_name = raw.name.unwrap_or_else(|| "bwenge".into()).to_lowercase();
        check_label(&box_name)?;
        let extra_hosts = checked(raw.hosts, check_host)?;
        let threads = raw.threads.unwrap_or_else(cores::physical);
        if !(1..=256).contains(&threads) {
            bail!("threads: {threads} is not between 1 and 256");
        }
        if let Some(rows) = raw.rows
            && !(1..=64).contains(&rows)
        {
            bail!("rows: {rows} is not between 1 and 64");
        }
        Ok(Self {
            data_dir,
            listen,
            https: Https::resolve(raw.https_cert, raw.https_key, raw.https_listen.as_deref())?,
            models_dir,
            box_name,
            extra_hosts,
            origins: checked(raw.origins, check_origin)?,
            proxies: checked(raw.proxies, check_address)?,
            llm: some_text(raw.llm),
            embed: some_text(raw.embed),
            asr: some_text(raw.asr),
            threads,
            rows: raw.rows,
            stick_roots: folders(raw.stick_roots, "stick-roots", STICK_ROOTS)?,
            stick_folders: folders(raw.stick_folders, "stick-folders", &[])?,
            school_bytes: raw.school_mb.map(|mb| u64::from(mb) << 20),
            school_lessons: raw.school_lessons,
            rates: RequestRates::parse(&raw.rates.unwrap_or_default())?,
            log_format: raw.log_format.unwrap_or_default(),
            log: raw.log.unwrap_or_else(|| "info".into()),
            otlp: raw.otlp.as_deref().map(otlp::collector).transpose()?,
        })
    }
}

/// The one place that reads the environment: `BWENGE_<name>`, unless empty.
fn environment(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "settings are read here and nowhere else"
    )]
    let value = std::env::var_os(format!("BWENGE_{name}"))?;
    // A name that is no Unicode can only be a path; keep what can be kept and
    // let the path fail to open, rather than ignoring the setting.
    some_text(Some(value.to_string_lossy().into_owned()))
}

fn some_text(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.trim().is_empty())
}

fn read_file(path: &Path) -> anyhow::Result<RawConfig> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("config: can not read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("config: {} is malformed", path.display()))
}

fn absolute(path: PathBuf, setting: &str) -> anyhow::Result<PathBuf> {
    std::path::absolute(&path)
        .with_context(|| format!("{setting}: {:?} is not a usable path", path.display()))
}

fn folders(
    given: Option<Vec<PathBuf>>,
    setting: &str,
    default: &[&str],
) -> anyhow::Result<Vec<PathBuf>> {
    let all = given.unwrap_or_else(|| default.iter().map(PathBuf::from).collect());
    let named = all.into_iter().filter(|path| !path.as_os_str().is_empty());
    named.map(|path| absolute(path, setting)).collect()
}

/// A single DNS label, as mDNS needs it.
fn check_label(name: &str) -> anyhow::Result<()> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty()
        || name.len() > 63
        || !name.chars().all(inner)
        || name.starts_with('-')
        || name.ends_with('-')
    {
        bail!("name: {name:?} must be 1 to 63 letters, digits and inner hyphens");
    }
    Ok(())
}

/// A host name or address as it stands in a `Host` header, without port.
fn check_host(host: &str) -> anyhow::Result<String> {
    let name = host.trim().trim_end_matches('.').to_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if name.is_empty() || name.len() > 253 || !name.chars().all(allowed) {
        bail!("hosts: {host:?} must be a host name or address without scheme or port");
    }
    Ok(name)
}

/// Each of a list, checked.
fn checked<T>(
    list: Option<Vec<String>>,
    check: fn(&str) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<T>> {
    list.unwrap_or_default()
        .iter()
        .map(|text| check(text))
        .collect()
}

/// An origin as browsers write it: scheme, host, and the port unless it is usual.
fn check_origin(text: &str) -> anyhow::Result<String> {
    let wrong = || format!("origins: {text:?} must be like https://portal.example");
    let origin = text.trim().trim_end_matches('/').to_lowercase();
    let (scheme, usual_port) = match origin.split_once("://").with_context(wrong)?.0 {
        "http" => ("http", ":80"),
        "https" => ("https", ":443"),
        _ => bail!(wrong()),
    };
    let host = &origin[scheme.len() + 3..];
    let host = host.strip_suffix(usual_port).unwrap_or(host);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    if host.is_empty() || host.len() > 253 || !host.chars().all(allowed) {
        bail!(wrong());
    }
    Ok(format!("{scheme}://{host}"))
}

fn check_address(text: &str) -> anyhow::Result<IpAddr> {
    let address: IpAddr = text
        .trim()
        .parse()
        .with_context(|| format!("proxies: {text:?} is not an address"))?;
    Ok(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: Option<&str>, env: &[(&str, &str)], flags: RawConfig) -> anyhow::Result<Config> {
        let dir = tempfile::tempdir()?;
        let config = match file {
            Some(text) => {
                let path = dir.path().join("bwenge.toml");
                std::fs::write(&path, text)?;
                Some(path)
            }
            None => None,
        };
        let flags = Flags {
            config,
            settings: flags,
        };
        Config::load_from(flags, &|name| {
            let found = env.iter().find(|(key, _)| *key == name)?;
            Some(found.1.to_owned())
        })
    }

    #[test]
    fn defaults_stand_without_any_source() {
        let config = load(None, &[], RawConfig::default()).unwrap();
        assert!(config.data_dir.is_absolute());
        assert_eq!(config.models_dir, config.data_dir.join("models"));
        assert_eq!(config.listen.port(), 8080);
        assert_eq!(config.box_name, "bwenge");
        assert!(config.threads >= 1);
        assert_eq!(
            config.stick_roots,
            ["/media", "/run/media"].map(PathBuf::from)
        );
        assert!(config.stick_folders.is_empty());
        assert_eq!((config.school_bytes, config.school_lessons), (None, None));
    }

    #[test]
    fn sticks_and_limits_are_settings() {
        let file = "school_mb = 3\nschool_lessons = 7\nstick_roots = ['/mnt']";
        let env = [("STICK_FOLDERS", "/srv/a,/srv/b")];
        let config = load(Some(file), &env, RawConfig::default()).unwrap();
        assert_eq!(config.stick_roots, [PathBuf::from("/mnt")]);
        assert_eq!(
            config.stick_folders,
            ["/srv/a", "/srv/b"].map(PathBuf::from)
        );
        assert_eq!(
            (config.school_bytes, config.school_lessons),
            (Some(3 << 20), Some(7))
        );
    }

    #[test]
    fn later_sources_win() {
        let file = "listen = '127.0.0.1:1'\nname = 'file'\nllm = 'file-llm'\nthreads = 3\nrows = 5";
        let env = [("LISTEN", "127.0.0.1:2"), ("NAME", "env"), ("ROWS", "6")];
        let flags = RawConfig {
            listen: Some("127.0.0.1:3".into()),
            ..RawConfig::default()
        };
        let config = load(Some(file), &env, flags).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.box_name, "env");
        assert_eq!(config.llm.as_deref(), Some("file-llm"));
        assert_eq!(config.threads, 3);
        assert_eq!(config.rows, Some(6));
    }

    #[test]
    fn mistakes_name_the_setting() {
        let check = |file: &str, setting: &str| {
            let error = load(Some(file), &[], RawConfig::default()).unwrap_err();
            assert!(format!("{error:#}").contains(setting), "{error:#}");
        };
        check("listen = 'here'", "listen");
        check("name = 'no_underscores'", "name");
        check("name = '-x'", "name");
        check("hosts = ['http://x']", "hosts");
        check("threads = 0", "threads");
        check("rows = 65", "rows");
        check("origins = ['portal.example']", "origins");
        check("origins = ['*']", "origins");
        check("origins = ['https://a.example/page']", "origins");
        check("proxies = ['proxy.example']", "proxies");
        check("rates = ['reads']", "rates");
        check("https_cert = 'a.pem'", "https-key");
        check("https_key = 'a.pem'", "https-cert");
        check("https_listen = '0.0.0.0:443'", "https-cert");
        check("otlp = 'http://collector.example:4318'", "otlp");
        check("log_format = 'xml'", "log_format");
        check("colour = 'blue'", "colour");
        let env = load(None, &[("THREADS", "many")], RawConfig::default());
        assert!(format!("{:#}", env.unwrap_err()).contains("BWENGE_THREADS"));
    }

    #[test]
    fn hosts_are_a_comma_separated_variable() {
        let env = [("HOSTS", "School.example., [fd00::1]")];
        let config = load(None, &env, RawConfig::default()).unwrap();
        assert_eq!(config.extra_hosts, ["school.example", "fd00::1"]);
    }

    #[test]
    fn origins_and_proxies_are_nobody_unless_listed() {
        let config = load(None, &[], RawConfig::default()).unwrap();
        assert!(config.origins.is_empty() && config.proxies.is_empty());
        let env = [
            (
                "ORIGINS",
                "https://Portal.example:443/, http://[fd00::1]:3000",
            ),
            ("PROXIES", "10.0.0.1,::ffff:127.0.0.1"),
        ];
        let config = load(None, &env, RawConfig::default()).unwrap();
        let origins = ["https://portal.example", "http://[fd00::1]:3000"];
        assert_eq!(config.origins, origins);
        let proxies: [IpAddr; 2] = ["10.0.0.1", "127.0.0.1"].map(|ip| ip.parse().unwrap());
        assert_eq!(config.proxies, proxies);
    }

    #[test]
    fn a_named_file_must_exist() {
        let flags = Flags {
            config: Some("/nowhere/bwenge.toml".into()),
            settings: RawConfig::default(),
        };
        assert!(Config::load_from(flags, &|_| None).is_err());
    }
}
