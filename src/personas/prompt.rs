//! The prompt of a tutor, ordered by how much of it a class shares. Pure.
//!
//! School rules and the tutor's manner come first and are the same to the byte
//! for every pupil of a tutor, then the lesson's passages, then what this
//! pupil said, then the question. An engine that keeps the state of a shared
//! beginning computes it once for a class. The whole stays near 400 tokens,
//! because on a small box reading the prompt is most of the wait.
//!
//! The best passage comes first: in the order of the lesson more would be
//! shared, but small models answer from what they read first.

use super::{Persona, Tone};
use crate::inference::protocol::ChatMessage;
use crate::types::Language;

/// Passages given to the model.
pub const PASSAGES: usize = 3;
/// Characters of passages given to the model, about 300 tokens.
const PASSAGE_CHARS: usize = 1150;
/// Characters of each earlier message.
const HISTORY_CHARS: usize = 240;

/// An earlier question and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What the pupil asked.
    pub question: String,
    /// What the tutor answered.
    pub answer: String,
}

/// The messages for one question. `passages` are best first; `earlier` is the
/// exchange before, if the pupil is likely to refer to it.
pub fn messages(
    persona: &Persona,
    language: Language,
    passages: &[&str],
    earlier: Option<&Exchange>,
    question: &str,
) -> Vec<ChatMessage> {
    let mut messages = vec![message("system", rules(persona, language))];
    // Each message of a pupil is what the template allows in its place: passages
    // and first question are one.
    let mut next = context(passages);
    if let Some(earlier) = earlier {
        next.push_str(&asked(&shorten(&earlier.question, HISTORY_CHARS)));
        messages.push(message("user", std::mem::take(&mut next)));
        let answer = shorten(&earlier.answer, HISTORY_CHARS);
        messages.push(message("assistant", answer));
    }
    next.push_str(&asked(question));
    messages.push(message("user", next));
    messages
}

fn rules(persona: &Persona, language: Language) -> String {
    let name = &persona.name;
    let tone = match persona.settings.tone {
        Tone::Friendly => "Be friendly and encouraging.",
        Tone::Calm => "Be calm and patient.",
        Tone::Strict => "Be short and exact.",
        Tone::Playful => "Be light and use a small comparison.",
    };
    let language = match language {
        Language::Kinyarwanda => "Kinyarwanda",
        Language::English => "English",
        Language::French => "French",
        Language::Swahili => "Swahili",
    };
    let source = if persona.settings.only_from_lessons {
        "Use only the passages. Do not add anything they do not say."
    } else {
        "Use the passages first."
    };
    format!(
        "You are {name}, a tutor for school pupils. Answer in {language}, in two or three short, \
         simple sentences. {source} {tone}"
    )
}

/// How many of the passages, best first, a model is given.
pub fn given(passages: &[&str]) -> usize {
    lines(passages).len()
}

/// The passages a model is given, one a line, so that a passage can not pass
/// for a question; as many as there is room for.
fn lines(passages: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut room = PASSAGE_CHARS;
    for passage in passages.iter().take(PASSAGES) {
        let line = passage.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = shorten(&line, room);
        room -= line.len().min(room);
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    lines
}

fn context(passages: &[&str]) -> String {
    let lines = lines(passages);
    if lines.is_empty() {
        return String::new();
    }
    let mut text = String::from("Passages from the lesson:\n");
    for (line, n) in lines.iter().zip(1..) {
        text.push_str(&format!("[{n}] {line}\n"));
    }
    text.push('\n');
    text
}

fn asked(question: &str) -> String {
    format!("Question: {}", question.trim())
}

/// At most `most` bytes of a text, cut between words.
fn shorten(text: &str, most: usize) -> String {
    let text = text.trim();
    if text.len() <= most {
        return text.to_owned();
    }
    let cut = &text[..text.floor_char_boundary(most)];
    cut.rsplit_once(' ')
        .map_or("", |(start, _)| start)
        .to_owned()
}

fn message(role: &str, content: String) -> ChatMessage {
    ChatMessage {
        role: role.into(),
        content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personas::{Audience, Settings};
    use crate::types::{OrgId, PersonaId, Timestamp};

    fn persona() -> Persona {
        Persona {
            id: PersonaId::new(),
            org: OrgId::new(),
            name: "Keza".into(),
            subject: None,
            settings: Settings::default(),
            active: true,
            audience: Audience::default(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn pupils_of_a_tutor_share_the_beginning() {
        let persona = persona();
        let earlier = Exchange {
            question: "What is a leaf?".into(),
            answer: "A part of a plant.".into(),
        };
        let ask = |earlier, question| {
            let passages = ["Leaves are green.", "Plants drink."];
            messages(&persona, Language::English, &passages, earlier, question)
        };
        let (a, b) = (ask(None, "Why green?"), ask(Some(&earlier), "And why?"));
        assert_eq!(a[0], b[0]);
        let shared =
            "Passages from the lesson:\n[1] Leaves are green.\n[2] Plants drink.\n\nQuestion: ";
        assert_eq!(a[1].content, format!("{shared}Why green?"));
        assert_eq!(b[1].content, format!("{shared}What is a leaf?"));
        assert_eq!(b[2].content, earlier.answer);
        assert_eq!(b[3].content, "Question: And why?");
    }

    #[test]
    fn passages_stay_within_their_room_and_on_one_line() {
        let long = "word ".repeat(500);
        let passages = ["a\nb", &long, "never"];
        let sent = messages(&persona(), Language::French, &passages, None, "?");
        let content = &sent[1].content;
        assert_eq!(given(&passages), 2);
        assert!(content.contains("[1] a b\n[2] word"));
        assert!(!content.contains("[3]"));
        assert!(content.len() < PASSAGE_CHARS + 100);
    }
}
