//! A server of one route and nothing else, for `make bench-people` to compare the
//! gateway with: axum as it comes, on as many threads as the box has for HTTP.

use axum::http::header;
use axum::routing::get;
use axum::{Router, serve};
use tokio::net::TcpListener;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> std::io::Result<()> {
    let answer = || async {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, r#"{"status":"ok"}"#)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, Router::new().route("/health", get(answer))).await
}
