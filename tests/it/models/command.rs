//! The program itself: environment, exit codes and words.

use std::process::{Command, Output};

use bwenge::models::{Catalog, Source};

use super::hub::Hub;
use super::support::{noise, shelf};

fn bwenge(args: &[&str], env: &[(&str, &str)]) -> Output {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the program as people start it"
    )]
    let mut command = Command::new(env!("CARGO_BIN_EXE_bwenge"));
    command.arg("models").args(args).env_remove("HF_HOME");
    command
        .envs(env.iter().copied())
        .output()
        .expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn the_endpoint_comes_from_the_environment_and_is_not_trusted() {
    let model = Catalog::builtin()
        .find("silero-vad")
        .expect("in the catalogue");
    let Source::Hub {
        repository,
        revision,
        take,
        ..
    } = &model.sources[0]
    else {
        panic!("silero-vad comes from the hub");
    };
    let path = format!("{repository}/resolve/{revision}/{}", take[0].member);
    let forged = noise(usize::try_from(model.size()).expect("small"));
    let hub = Hub::start(&path, &forged);
    let (_dir, shelf) = shelf();
    let dir = shelf.dir().to_str().expect("text");
    let args = ["pull", "silero-vad", "--models-dir", dir];
    let output = bwenge(&args, &[("HF_ENDPOINT", &hub.endpoint)]);
    assert!(!output.status.success());
    assert!(hub.requests().iter().any(|r| r.contains(&path)));
    assert!(
        said(&output).contains("not the file of the catalogue"),
        "{}",
        said(&output)
    );
    assert!(!shelf.path(model).join("model.bin").exists());
}

#[test]
fn listing_and_verifying_an_empty_box() {
    let (_dir, shelf) = shelf();
    let dir = shelf.dir().to_str().expect("text");
    let env = [("BWENGE_MODELS_DIR", dir)];
    let list = bwenge(&["list"], &env);
    assert!(list.status.success());
    for expect in ["whisper-base", "missing", "Apache-2.0", "pack school"] {
        assert!(said(&list).contains(expect), "{expect}");
    }
    assert!(bwenge(&["verify"], &env).status.success());
    let verify = bwenge(&["verify", "whisper-base"], &env);
    assert!(!verify.status.success());
    assert!(
        said(&verify).contains("model.bin is missing"),
        "{}",
        said(&verify)
    );
}

#[test]
fn unknown_names_get_a_suggestion() {
    let output = bwenge(&["pull", "scool"], &[]);
    assert!(!output.status.success());
    assert!(
        said(&output).contains("did you mean school"),
        "{}",
        said(&output)
    );
}
