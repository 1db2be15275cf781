//! The page and the dashboard below `packaging/metrics` name the numbers that
//! there are, all of them and no others.

use std::collections::BTreeSet;

use bwenge::config::RawConfig;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::door::Door;

type Names = BTreeSet<String>;

/// The names that queries use: counters end in `_total`, histograms have none of
/// the endings of their series.
async fn served() -> Names {
    // Those of HTTPS are there where it is served.
    let app = TestApp::with(RawConfig {
        https_cert: Some("cert.pem".into()),
        https_key: Some("key.pem".into()),
        ..RawConfig::default()
    })
    .await;
    let on_box = Browser {
        peer: "127.0.0.1:4000",
        ..app.anon()
    };
    app.get("/box", &on_box).await.expect(200);
    let numbers = on_box.send_bytes("GET", "/metrics", None, Vec::new());
    let numbers = app.send(numbers).await.expect(200);
    let text = String::from_utf8(numbers.bytes).unwrap();
    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names = kinds.map(|kind| match kind.split_once(' ').unwrap() {
        (name, "counter") => format!("{name}_total"),
        (name, _) => name.to_owned(),
    });
    let names = names.collect();
    app.end().await;
    names
}

fn read(name: &str) -> String {
    let path = format!("{}/packaging/metrics/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The first cell of each row of the table.
fn explained() -> Names {
    let page = read("README.md");
    let cells = page.lines().filter_map(|line| {
        let (cell, _) = line.strip_prefix("| `")?.split_once('`')?;
        Some(cell.to_owned())
    });
    cells.collect()
}

/// Words of our names in any query.
fn shown() -> Names {
    let dashboard: serde_json::Value = serde_json::from_str(&read("grafana.json")).unwrap();
    let mut names = Names::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for word in words.filter(|word| word.starts_with("bwenge_")) {
                let series = ["_bucket", "_sum", "_count"];
                let bare = series.iter().find_map(|ending| word.strip_suffix(ending));
                names.insert(bare.unwrap_or(word).to_owned());
            }
        }
    }
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_is_explained_and_shown_and_no_other() {
    let served = served().await;
    assert!(served.len() > 10, "{served:?}");
    assert_eq!(explained(), served, "packaging/metrics/README.md");
    assert_eq!(shown(), served, "packaging/metrics/grafana.json");
}
