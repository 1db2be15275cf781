//! From a conversation to tokens, by the chat template in the model file.
//!
//! The template is rendered with place-holders instead of the messages, and the
//! messages are tokenised apart, as plain text. So a message that contains the
//! template's own control words stays a message: no pupil can type an end of
//! turn and speak as the teacher.

use anyhow::{Context, Result, ensure};
use llama_cpp_2::model::{LlamaChatMessage, LlamaChatTemplate, LlamaModel};
use llama_cpp_2::token::LlamaToken;

use super::tree::Token;
use crate::inference::protocol::{ChatMessage, Prompt};

/// Marks where a message's text goes; private-use characters, which templates do not contain.
const OPEN: char = '\u{e0b0}';
const CLOSE: char = '\u{e0b1}';

/// Renders and tokenises prompts for one model.
pub struct Prompter<'m> {
    model: &'m LlamaModel,
    template: LlamaChatTemplate,
}

impl<'m> Prompter<'m> {
    /// Takes the model's template and tries it once.
    ///
    /// # Errors
    /// When the file has no template, or one llama.cpp does not know.
    pub fn new(model: &'m LlamaModel) -> Result<Self> {
        let template = model
            .chat_template(None)
            .context("the model file has no chat template")?;
        let prompter = Self { model, template };
        let hello = ChatMessage {
            role: "user".into(),
            content: "Muraho".into(),
        };
        prompter.tokens(&Prompt::Chat(vec![hello]))?;
        Ok(prompter)
    }

    /// The tokens of a prompt; a conversation is made ready for the assistant's turn.
    ///
    /// # Errors
    /// When it is empty or a role is unknown.
    pub fn tokens(&self, prompt: &Prompt) -> Result<Vec<Token>> {
        let tokens = match prompt {
            Prompt::Chat(messages) => self.conversation(messages)?,
            Prompt::Text(text) => {
                let mut tokens = Vec::new();
                let vocab = self.model.vocab();
                vocab.tokenize_into(text.as_bytes(), &mut tokens, true, false);
                tokens
            }
        };
        ensure!(!tokens.is_empty(), "the prompt is empty");
        Ok(tokens.into_iter().map(|token| token.0).collect())
    }

    fn conversation(&self, messages: &[ChatMessage]) -> Result<Vec<LlamaToken>> {
        ensure!(!messages.is_empty(), "the conversation is empty");
        let mut places = Vec::new();
        for (index, message) in messages.iter().enumerate() {
            let role = message.role.as_str();
            ensure!(
                matches!(role, "system" | "user" | "assistant"),
                "{role:?} is not a role"
            );
            let place = format!("{OPEN}{index}{CLOSE}");
            places.push(LlamaChatMessage::new(role.into(), place)?);
        }
        let rendered = self
            .model
            .apply_chat_template(&self.template, &places, true)
            .context("the chat template is of a kind llama.cpp does not know")?;
        self.tokenise(&rendered, messages)
    }

    fn tokenise(&self, rendered: &str, messages: &[ChatMessage]) -> Result<Vec<LlamaToken>> {
        let vocab = self.model.vocab();
        let mut tokens = Vec::new();
        let mut first = true;
        for piece in pieces(rendered)? {
            match piece {
                Piece::Template(text) => {
                    vocab.tokenize_into(text.as_bytes(), &mut tokens, first, true);
                }
                Piece::Message(index) => {
                    let message = messages.get(index).context("place-holder out of range")?;
                    let text = message.content.trim();
                    vocab.tokenize_into(text.as_bytes(), &mut tokens, first, false);
                }
            }
            first = false;
        }
        Ok(tokens)
    }
}

/// A part of a rendered template.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Text of the template itself.
    Template(&'a str),
    /// The message with this index goes here.
    Message(usize),
}

fn pieces(rendered: &str) -> Result<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = rendered;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (number, after) = after.split_once(CLOSE).context("place-holder cut in two")?;
        if !before.is_empty() {
            pieces.push(Piece::Template(before));
        }
        pieces.push(Piece::Message(number.parse()?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Template(rest));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_templates_at_their_place_holders() {
        let rendered = format!("<s>{OPEN}0{CLOSE}</s>{OPEN}11{CLOSE}");
        let expect = [
            Piece::Template("<s>"),
            Piece::Message(0),
            Piece::Template("</s>"),
            Piece::Message(11),
        ];
        assert_eq!(pieces(&rendered).unwrap(), expect);
        assert!(pieces(&format!("{OPEN}0")).is_err());
        assert!(pieces(&format!("{OPEN}x{CLOSE}")).is_err());
    }
}
