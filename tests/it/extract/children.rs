//! The fixed corpus of hostile files through real children in their sandbox: each
//! ends in its word, in time, and within memory the kernel enforces.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use bwenge::inference::document::Format;
use bwenge::inference::protocol::FailureCode::{self, *};
use tokio::time::Instant;

use crate::support::app::TestApp;
use crate::support::hostile;

/// Wall-clock limit of a child.
const LIMIT: Duration = Duration::from_secs(180);

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

/// What comes of a file in a child of its own: its text, or the failure's word.
async fn outcome(app: &TestApp, name: &str, bytes: &[u8]) -> Result<String, FailureCode> {
    let format = Format::from_name(name).expect("a known ending");
    let began = Instant::now();
    let inference = &app.core.inference;
    let outcome = match format.is_media() {
        true => {
            let heard = inference.read_sound(file(bytes), format, |_| Ok(())).await;
            heard.unwrap().map(|_| String::new())
        }
        false => {
            let read = inference.read_document(file(bytes), format).await.unwrap();
            read.map(|document| {
                let texts = document.blocks.into_iter().map(|block| block.text);
                texts.collect::<Vec<_>>().join("\n")
            })
        }
    };
    let took = began.elapsed();
    assert!(took < LIMIT, "{name} took {took:?}");
    println!(
        "{name}: {:?} in {} ms",
        outcome.as_ref().map(String::len),
        took.as_millis()
    );
    outcome.map_err(|failure| failure.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fixed_corpus_ends_in_words() {
    let app = TestApp::start().await;
    let line = || Ok("Amazi ni ubuzima.".to_owned());
    let documents: [(&str, Vec<u8>, Result<String, FailureCode>); 11] = [
        ("deep.pdf", hostile::nested_pdf(100_000), line()),
        ("looping.pdf", hostile::looping_pages(), line()),
        ("doubling.pdf", hostile::doubling_forms(), line()),
        ("flood.pdf", hostile::drawing_flood(), line()),
        (
            "inflating.pdf",
            hostile::inflating_pdf(),
            Err(ExpandsTooMuch),
        ),
        ("lying.docx", hostile::lying_bomb(), Err(ExpandsTooMuch)),
        (
            "entries.pptx",
            hostile::pptx_with_entries(100_000),
            Err(TooManyParts),
        ),
        ("entities.docx", hostile::entity_bomb(), Err(Damaged)),
        ("deep.docx", hostile::deep_docx(100_000), Err(TooDeep)),
        (
            "attributes.docx",
            hostile::attributes(800_000),
            Err(Damaged),
        ),
        ("password.docx", hostile::password_docx(), Err(Encrypted)),
    ];
    for (name, bytes, expected) in documents {
        assert_eq!(outcome(&app, name, &bytes).await, expected, "{name}");
    }
    for (name, bytes) in hostile::sound::uploads() {
        let code = outcome(&app, name, &bytes).await.expect_err("no sound");
        assert!(
            matches!(code, Damaged | NoSound | UnknownSound),
            "{name}: {code:?}"
        );
    }
    app.end().await;
}
