//! Settings as written, before defaults and checks.
//!
//! One struct serves the flags and the file, so a setting can not exist in one
//! and be missing in the other; the environment is read by the same names.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context;
use serde::Deserialize;

/// The flags of `bwenge serve`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Read settings from this TOML file (also BWENGE_CONFIG)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The settings themselves.
    #[command(flatten)]
    pub settings: RawConfig,
}

/// Settings from one source; what is absent is left to the next.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawConfig {
    /// Keep databases and uploads here (also BWENGE_DATA_DIR) [default: data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Serve on this address (also BWENGE_LISTEN) [default: 0.0.0.0:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Serve HTTPS too, with the certificate (and its chain) in this PEM file (also
    /// BWENGE_HTTPS_CERT) [default: HTTP only]
    #[arg(long, value_name = "FILE")]
    pub https_cert: Option<PathBuf>,
    /// The certificate's key, in this PEM file (also BWENGE_HTTPS_KEY)
    #[arg(long, value_name = "FILE")]
    pub https_key: Option<PathBuf>,
    /// Serve HTTPS on this address (also BWENGE_HTTPS_LISTEN) [default: 0.0.0.0:8443]
    #[arg(long, value_name = "ADDR")]
    pub https_listen: Option<String>,
    /// Find model files here (also BWENGE_MODELS_DIR) [default: models in the data directory]
    #[arg(long, value_name = "DIR")]
    pub models_dir: Option<PathBuf>,
    /// Be found as NAME.local on the network (also BWENGE_NAME) [default: bwenge]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Answer to these host names too, comma separated (also BWENGE_HOSTS)
    #[arg(long, value_name = "HOSTS", value_delimiter = ',')]
    pub hosts: Option<Vec<String>>,
    /// Let pages of these origins use the API with tokens, such as https://portal.example, comma
    /// separated (also BWENGE_ORIGINS) [default: nobody's]
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',')]
    pub origins: Option<Vec<String>>,
    /// Believe X-Forwarded-For, -Host and -Proto of proxies at these addresses, comma separated;
    /// list the host's name in --hosts too (also BWENGE_PROXIES) [default: nobody]
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',')]
    pub proxies: Option<Vec<String>>,
    /// Use this language model (also BWENGE_LLM) [default: the best one present]
    #[arg(long, value_name = "MODEL")]
    pub llm: Option<String>,
    /// Use this embedding model (also BWENGE_EMBED) [default: the best one present]
    #[arg(long, value_name = "MODEL")]
    pub embed: Option<String>,
    /// Use this speech model (also BWENGE_ASR) [default: the best one present]
    #[arg(long, value_name = "MODEL")]
    pub asr: Option<String>,
    /// Let engines use this many threads (also BWENGE_THREADS) [default: physical cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<u32>,
    /// Write at most N answers side by side (also BWENGE_ROWS) [default: as many as pay]
    #[arg(long, value_name = "N")]
    pub rows: Option<u32>,
    /// Offer sticks mounted below these folders, comma separated (also BWENGE_STICK_ROOTS)
    /// [default: /media,/run/media]
    #[arg(long, value_name = "DIRS", value_delimiter = ',')]
    pub stick_roots: Option<Vec<PathBuf>>,
    /// Offer these folders as if they were sticks, comma separated (also BWENGE_STICK_FOLDERS)
    #[arg(long, value_name = "DIRS", value_delimiter = ',')]
    pub stick_folders: Option<Vec<PathBuf>>,
    /// Keep at most N MB of files a school (also BWENGE_SCHOOL_MB) [default: what fits the disk]
    #[arg(long, value_name = "N")]
    pub school_mb: Option<u32>,
    /// Keep at most N lessons a school (also BWENGE_SCHOOL_LESSONS) [default: no limit]
    #[arg(long, value_name = "N")]
    pub school_lessons: Option<u32>,
    /// Take so many requests a minute from one person, such as reads=3000,asking=0, where 0 is no
    /// limit (also BWENGE_RATES) [default: sign-in=600,reads=6000,writes=1200,uploads=6000,asking=3000]
    #[arg(long, value_name = "RATES", value_delimiter = ',')]
    pub rates: Option<Vec<String>>,
    /// Write log lines as text or json (also BWENGE_LOG_FORMAT) [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Log what this filter lets through (also BWENGE_LOG) [default: info]
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// Send traces to an OpenTelemetry collector on this box or its network, such as
    /// http://127.0.0.1:4318 (also BWENGE_OTLP) [default: to nobody]
    #[arg(long, value_name = "URL")]
    pub otlp: Option<String>,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people and journals.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        clap::ValueEnum::from_str(s, true)
    }
}

impl RawConfig {
    /// Reads the variables through `env`, which adds the `BWENGE_` prefix.
    pub(super) fn from_env(env: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        Ok(Self {
            data_dir: env("DATA_DIR").map(PathBuf::from),
            listen: env("LISTEN"),
            https_cert: env("HTTPS_CERT").map(PathBuf::from),
            https_key: env("HTTPS_KEY").map(PathBuf::from),
            https_listen: env("HTTPS_LISTEN"),
            models_dir: env("MODELS_DIR").map(PathBuf::from),
            name: env("NAME"),
            hosts: env("HOSTS").map(|list| texts(&list)),
            origins: env("ORIGINS").map(|list| texts(&list)),
            proxies: env("PROXIES").map(|list| texts(&list)),
            llm: env("LLM"),
            embed: env("EMBED"),
            asr: env("ASR"),
            threads: parsed(env, "THREADS")?,
            rows: parsed(env, "ROWS")?,
            stick_roots: env("STICK_ROOTS").map(|list| folders(&list)),
            stick_folders: env("STICK_FOLDERS").map(|list| folders(&list)),
            school_mb: parsed(env, "SCHOOL_MB")?,
            school_lessons: parsed(env, "SCHOOL_LESSONS")?,
            rates: env("RATES").map(|list| texts(&list)),
            log_format: parsed(env, "LOG_FORMAT")?,
            log: env("LOG"),
            otlp: env("OTLP"),
        })
    }

    /// These settings, with gaps filled from `weaker`.
    pub(super) fn or(self, weaker: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(weaker.data_dir),
            listen: self.listen.or(weaker.listen),
            https_cert: self.https_cert.or(weaker.https_cert),
            https_key: self.https_key.or(weaker.https_key),
            https_listen: self.https_listen.or(weaker.https_listen),
            models_dir: self.models_dir.or(weaker.models_dir),
            name: self.name.or(weaker.name),
            hosts: self.hosts.or(weaker.hosts),
            origins: self.origins.or(weaker.origins),
            proxies: self.proxies.or(weaker.proxies),
            llm: self.llm.or(weaker.llm),
            embed: self.embed.or(weaker.embed),
            asr: self.asr.or(weaker.asr),
            threads: self.threads.or(weaker.threads),
            rows: self.rows.or(weaker.rows),
            stick_roots: self.stick_roots.or(weaker.stick_roots),
            stick_folders: self.stick_folders.or(weaker.stick_folders),
            school_mb: self.school_mb.or(weaker.school_mb),
            school_lessons: self.school_lessons.or(weaker.school_lessons),
            rates: self.rates.or(weaker.rates),
            log_format: self.log_format.or(weaker.log_format),
            log: self.log.or(weaker.log),
            otlp: self.otlp.or(weaker.otlp),
        }
    }
}

fn texts(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

fn folders(list: &str) -> Vec<PathBuf> {
    list.split(',').map(PathBuf::from).collect()
}

fn parsed<T: FromStr>(env: &dyn Fn(&str) -> Option<String>, name: &str) -> anyhow::Result<Option<T>>
where
    T::Err: std::fmt::Display,
{
    env(name)
        .map(|text| {
            text.trim()
                .parse()
                .map_err(|e: T::Err| anyhow::anyhow!("{e}"))
        })
        .transpose()
        .with_context(|| format!("BWENGE_{name} is malformed"))
}
