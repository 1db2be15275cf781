//! From a conversation to tokens, by the chat template in the model file.
//!
//! What the template writes is tokenised with its control words, and what is
//! said apart, as plain text. So a message that contains the template's own
//! control words stays a message: no pupil can type an end of turn and speak as
//! the teacher.

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::template::{Piece, Specials, Template};
use super::tree::Token;
use crate::inference::protocol::Prompt;

/// Renders and tokenises prompts for one model.
pub struct Prompter<'m> {
    model: &'m LlamaModel,
    template: Template,
    /// How the model's texts begin.
    begin: String,
}

impl<'m> Prompter<'m> {
    /// Takes the model's template and tries it once.
    ///
    /// # Errors
    /// When the file has no template, or one that fails. There is no fallback:
    /// a model that is spoken to in the wrong words answers nonsense, and every
    /// model made for chats brings its template.
    pub fn new(model: &'m LlamaModel) -> Result<Self> {
        let source = model
            .meta_val_str("tokenizer.chat_template")
            .context("the model file has no chat template, so it is not made for chats")?;
        let vocab = model.vocab();
        let text = |token: LlamaToken| match token.0 {
            ..0 => String::new(),
            _ => String::from_utf8_lossy(&vocab.token_to_piece(token, true, None)).into_owned(),
        };
        let begin = text(vocab.bos());
        let specials = Specials::from([
            ("bos_token", begin.clone()),
            ("eos_token", text(vocab.eos())),
            ("pad_token", text(vocab.pad())),
        ]);
        Ok(Self {
            model,
            template: Template::new(&source, specials, Timestamp::now)?,
            begin,
        })
    }

    /// The tokens of a prompt; a conversation is made ready for the assistant's turn.
    ///
    /// # Errors
    /// When it is empty, a role is unknown or the template refuses it.
    pub fn tokens(&self, prompt: &Prompt) -> Result<Vec<Token>> {
        let vocab = self.model.vocab();
        let mut tokens = Vec::new();
        match prompt {
            Prompt::Chat(messages) => {
                let pieces = self.template.pieces(messages)?;
                // Most templates write the first token themselves.
                let mut first = match pieces.first() {
                    Some(Piece::Template(text)) => {
                        self.begin.is_empty() || !text.starts_with(&self.begin)
                    }
                    _ => true,
                };
                for piece in pieces {
                    let (text, control) = match &piece {
                        Piece::Template(text) => (text, true),
                        Piece::Said(text) => (text, false),
                    };
                    vocab.tokenize_into(text.as_bytes(), &mut tokens, first, control);
                    first = false;
                }
            }
            Prompt::Text(text) => vocab.tokenize_into(text.as_bytes(), &mut tokens, true, false),
        }
        ensure!(!tokens.is_empty(), "the prompt is empty");
        Ok(tokens.into_iter().map(|token| token.0).collect())
    }
}
