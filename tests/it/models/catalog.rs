//! The built-in catalogue, and what the parser refuses.

use std::collections::HashSet;

use bwenge::models::{Catalog, ModelKind, Source};

#[test]
fn packs_are_complete_and_come_without_a_hub() {
    let catalog = Catalog::builtin();
    for name in ["starter", "school", "school-plus"] {
        let models = catalog.resolve(&[name.to_owned()]).expect("the pack");
        let kinds: HashSet<ModelKind> = models.iter().map(|m| m.kind).collect();
        let needed = [ModelKind::Llm, ModelKind::Asr, ModelKind::Embed];
        assert!(needed.iter().all(|k| kinds.contains(k)), "{name}");
        for model in models {
            let pip = |s: &Source| matches!(s, Source::Pip { .. });
            assert!(model.sources.iter().any(pip), "{}", model.id);
        }
    }
}

#[test]
fn engines_find_the_file_names_they_expect() {
    for model in &Catalog::builtin().models {
        let mut names: Vec<&str> = model.files.iter().map(|f| f.name.as_str()).collect();
        names.sort_unstable();
        let expect: &[&str] = match model.kind {
            ModelKind::Llm => &["model.gguf"],
            ModelKind::Asr | ModelKind::Vad => &["model.bin"],
            ModelKind::Embed if names.contains(&"charsmap.bin") => {
                &["charsmap.bin", "model.gguf", "tokenizer.json"]
            }
            ModelKind::Embed => &["config.json", "model.safetensors", "tokenizer.json"],
        };
        assert_eq!(names, expect, "{}", model.id);
    }
}

#[test]
fn the_hub_comes_first_and_every_hash_stands_once() {
    let mut hashes = HashSet::new();
    for model in &Catalog::builtin().models {
        for file in &model.files {
            assert!(hashes.insert(file.sha256), "{} {}", model.id, file.name);
        }
        let late_hub = model.sources.iter().skip(1);
        assert!(
            late_hub.clone().all(|s| !matches!(s, Source::Hub { .. })),
            "{}",
            model.id
        );
    }
}

#[test]
fn names_are_resolved_once_and_unknown_ones_explained() {
    let catalog = Catalog::builtin();
    let resolve = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
        catalog
            .resolve(&names)
            .map(|models| models.len())
            .map_err(|e| e.to_string())
    };
    assert_eq!(resolve(&["school", "whisper-base"]), Ok(3));
    let check = |name: &str, expect: &str| {
        let error = resolve(&[name]).expect_err("no such name");
        assert!(error.contains(expect), "{error}");
    };
    check("shool", "did you mean school");
    check("whisper_base", "whisper-base");
    check("Qwen2.5-Coder-0.5B", "qwen2.5-coder-0.5b-instruct-q4_k_m");
    check("zzz", "models list");
}

#[test]
fn contradictions_are_refused() {
    let good = r#"
        [[packs]]
        name = "p"
        about = "a"
        models = ["m"]
        [[models]]
        id = "m"
        kind = "llm"
        architecture = "none"
        licence = "MIT"
        languages = ["en"]
        ram_bytes = 100
        files = [{ name = "f", size = 1, sha256 = "HASH" }]
        [[models.sources]]
        from = "pip"
        packages = ["p==1"]
        take = [{ file = "f", member = "x" }]
    "#
    .replace("HASH", &"ab".repeat(32));
    Catalog::parse(&good).expect("sound");
    let check = |from: &str, to: &str, expect: &str| {
        assert!(good.contains(from));
        let error = Catalog::parse(&good.replace(from, to)).expect_err(to);
        let error = format!("{error:#}");
        assert!(error.contains(expect), "{error}");
    };
    check("models = [\"m\"]", "models = [\"n\"]", "unknown \"n\"");
    check("id = \"m\"", "id = \"../m\"", "plain name");
    check("name = \"f\"", "name = \"../f\"", "plain name");
    check("file = \"f\"", "file = \"/f\"", "plain name");
    check("file = \"f\"", "file = \"g\"", "other files");
    check("abab", "xyxy", "hash");
    check(", sha256 =", ", sha =", "unknown field");
    check("size = 1", "size = 0", "empty");
    check("name = \"p\"", "name = \"m\"", "a model and a pack");
    check("kind = \"llm\"", "kind = \"embed\"", "dimensions");
    check("ram_bytes = 100", "ram_bytes = 1", "less memory");
    check("take =", "convert = \"e5s1\"\ntake =", "other files");
}
