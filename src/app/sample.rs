//! The sample school: lessons and tutors in four languages, so that the first
//! minute on a new box shows what it does.

use std::collections::HashMap;
use std::sync::Arc;

use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::accounts::SampleLoader;
use crate::audit::By;
use crate::error::Result;
use crate::inference::document::Format;
use crate::lessons::{Lessons, NewLesson};
use crate::personas::{Allowed, Audience, Personas, Settings, Speaks, Tone};
use crate::state::App;
use crate::types::{Language, LessonId, OrgId, UserId};

#[derive(RustEmbed)]
#[folder = "assets/sample-school"]
struct Files;

#[derive(Deserialize)]
struct Manifest {
    lessons: Vec<SampleLesson>,
    tutors: Vec<SampleTutor>,
}

#[derive(Deserialize)]
struct SampleLesson {
    file: String,
    title: String,
    subject: String,
    language: Language,
}

#[derive(Deserialize)]
struct SampleTutor {
    name: String,
    subject: Option<String>,
    language: Speaks,
    tone: Tone,
    lessons: Vec<String>,
    suggestions: Vec<String>,
}

/// What set-up calls when a sample school is wanted.
pub fn loader(app: App, lessons: Lessons, personas: Personas) -> SampleLoader {
    Arc::new(move |org, user, _language| {
        let (app, lessons, personas) = (app.clone(), lessons.clone(), personas.clone());
        Box::pin(async move { load(&app, &lessons, &personas, org, user).await })
    })
}

async fn load(
    app: &App,
    lessons: &Lessons,
    personas: &Personas,
    org: OrgId,
    user: UserId,
) -> Result<()> {
    let manifest = manifest()?;
    let mut ids = HashMap::new();
    for sample in manifest.lessons {
        let bytes = file(&sample.file)?;
        let original = app.blobs.put(&bytes)?;
        let id = LessonId::new();
        ids.insert(sample.file.clone(), id);
        lessons
            .add(NewLesson {
                id,
                org,
                title: sample.title,
                subject: Some(sample.subject),
                language: Some(sample.language),
                format: Format::Markdown,
                file_name: sample.file,
                bytes: bytes.len() as u64,
                original,
                shared: true,
                created_by: user,
            })
            .await?;
    }
    for tutor in manifest.tutors {
        let settings = Settings {
            language: tutor.language,
            tone: tutor.tone,
            lessons: Allowed::Only {
                ids: tutor
                    .lessons
                    .iter()
                    .filter_map(|file| ids.get(file).copied())
                    .collect(),
            },
            suggestions: tutor.suggestions,
            ..Settings::default()
        };
        personas
            .create(
                By::person(org, user),
                tutor.name,
                tutor.subject,
                settings,
                Audience::default(),
            )
            .await?;
    }
    Ok(())
}

fn manifest() -> Result<Manifest> {
    let text = file("manifest.toml")?;
    Ok(toml::from_str(std::str::from_utf8(&text)?)?)
}

fn file(name: &str) -> Result<Vec<u8>> {
    let file = Files::get(name).ok_or_else(|| anyhow::anyhow!("the sample school lacks {name}"))?;
    Ok(file.data.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_manifest_is_there() {
        let manifest = manifest().unwrap();
        for lesson in &manifest.lessons {
            assert!(!file(&lesson.file).unwrap().is_empty(), "{}", lesson.file);
        }
        let spoken = |l: &Language| manifest.lessons.iter().any(|s| s.language == *l);
        assert!(Language::ALL.iter().all(spoken));
        let files: Vec<_> = manifest.lessons.iter().map(|l| &l.file).collect();
        assert!(
            manifest
                .tutors
                .iter()
                .flat_map(|t| &t.lessons)
                .all(|file| files.contains(&file))
        );
    }
}
