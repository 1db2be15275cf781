//! A browser's end of the chat socket, over real TCP.

use std::time::Duration;

use axum::http::HeaderValue;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::browser::Browser;
use super::door::{Door, PATIENCE};

/// An open socket. Dropping it cuts the connection without a word, like a
/// phone that loses the network.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

/// What a socket said about one answer, up to its end.
pub struct Told {
    /// The words of the events in order, such as `passages`, `text`, `done`.
    pub order: Vec<String>,
    /// The passages shown before the answer.
    pub passages: Vec<Value>,
    /// Offset of the first piece of text.
    pub from: u64,
    /// The pieces of text put together.
    pub text: String,
    /// The finished message.
    pub message: Value,
}

impl Socket {
    /// Opens a socket for somebody who may.
    pub async fn open(door: &impl Door, who: &Browser) -> Self {
        let mut socket = Self::knock(door, who).await.expect("the socket opens");
        assert_eq!(socket.next().await, json!({"type": "hello"}));
        socket
    }

    /// Tries to open one; the HTTP status when it is refused.
    pub async fn knock(door: &impl Door, who: &Browser) -> Result<Self, u16> {
        Self::knock_from(door, who, &format!("http://{}", who.host)).await
    }

    /// [`Self::knock`] from a page of this origin.
    pub async fn knock_from(door: &impl Door, who: &Browser, origin: &str) -> Result<Self, u16> {
        let url = format!("ws://{}/api/v1/ws/chat", who.host);
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(origin).unwrap());
        if let Some(cookies) = who.cookie_header() {
            headers.insert("cookie", HeaderValue::from_str(&cookies).unwrap());
        }
        let tcp = TcpStream::connect(door.address()).await.unwrap();
        match client_async(request, tcp).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// The connection below, for bytes no browser sends.
    pub fn raw(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    /// Says something to the box.
    pub async fn say(&mut self, event: Value) {
        let text = event.to_string();
        self.stream.send(Message::Text(text.into())).await.unwrap();
    }

    /// The next event.
    pub async fn next(&mut self) -> Value {
        match self.frame(PATIENCE).await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} instead of an event"),
        }
    }

    /// The next frame that is no ping.
    async fn frame(&mut self, patience: Duration) -> Message {
        loop {
            let frame = timeout(patience, self.stream.next())
                .await
                .expect("a frame in time");
            match frame.expect("an open socket").unwrap() {
                Message::Ping(_) | Message::Pong(_) => {}
                frame => return frame,
            }
        }
    }

    /// The code with which the box closes; events before it are skipped.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(why) = self.frame(PATIENCE).await {
                return why.expect("a code").code.into();
            }
        }
    }

    /// Sends a question in a new chat; the `accepted` event or the refusal.
    pub async fn ask(&mut self, persona: &str, text: &str) -> Value {
        self.ask_with(json!({"persona_id": persona, "text": text}))
            .await
    }

    /// Sends a question with these fields and, unless given, a new client id.
    pub async fn ask_with(&mut self, mut fields: Value) -> Value {
        fields["type"] = json!("ask");
        if fields.get("client_id").is_none() {
            fields["client_id"] = json!(uuid::Uuid::new_v4());
        }
        self.say(fields.clone()).await;
        loop {
            let event = self.next().await;
            if event["client_id"] == fields["client_id"] {
                return event;
            }
        }
    }

    /// Follows the one answer on this socket to its end.
    pub async fn read_to_the_end(&mut self) -> Told {
        let mut told = Told {
            order: Vec::new(),
            passages: Vec::new(),
            from: 0,
            text: String::new(),
            message: Value::Null,
        };
        while told.message.is_null() {
            let event = self.next().await;
            let kind = event["type"].as_str().unwrap().to_owned();
            match kind.as_str() {
                "passages" => told.passages = event["passages"].as_array().unwrap().clone(),
                "text" => {
                    let offset = event["offset"].as_u64().unwrap();
                    if told.text.is_empty() {
                        told.from = offset;
                    }
                    let held = told.from + told.text.encode_utf16().count() as u64;
                    assert_eq!(offset, held, "a gap in the text");
                    told.text.push_str(event["text"].as_str().unwrap());
                }
                "done" => told.message = event["message"].clone(),
                "error" => panic!("{event}"),
                _ => {}
            }
            told.order.push(kind);
        }
        told
    }

    /// Reads until a piece of text came; all events so far with it.
    pub async fn read_to_first_text(&mut self) -> Value {
        loop {
            let event = self.next().await;
            assert_ne!(event["type"], "done", "{event}");
            if event["type"] == "text" {
                return event;
            }
        }
    }

    /// Asks, waits for the whole answer; `accepted` and the answer.
    pub async fn answer(&mut self, persona: &str, text: &str) -> (Value, Told) {
        let accepted = self.ask(persona, text).await;
        assert_eq!(accepted["type"], "accepted", "{accepted}");
        (accepted, self.read_to_the_end().await)
    }
}
