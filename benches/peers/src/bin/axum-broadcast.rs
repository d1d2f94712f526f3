//! A minimal broadcast with axum: `GET /sse` opens a stream, and `POST /publish` sends its body to all streams.
//! The argument is the address to listen on.

use std::{convert::Infallible, env, error::Error, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::broadcast};
use tokio_stream::{Stream, StreamExt, once, wrappers::BroadcastStream};

/// The number of events that may wait for a slow reader. One that falls behind further misses events.
const WAITING_MAX: usize = 64;

type Sender = broadcast::Sender<Arc<str>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).ok_or("which address?")?;
    let (sender, _) = broadcast::channel(WAITING_MAX);
    let app = Router::new()
        .route("/sse", get(subscribe))
        .route("/publish", post(publish))
        .with_state(sender);
    axum::serve(TcpListener::bind(address).await?, app).await?;
    Ok(())
}

async fn subscribe(
    State(sender): State<Sender>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let hello = once(Ok(Event::default().comment("hi")));
    let events = BroadcastStream::new(sender.subscribe())
        .filter_map(Result::ok)
        .map(|text| Ok(Event::default().event("post").data(&*text)));
    Sse::new(hello.chain(events)).keep_alive(KeepAlive::default())
}

async fn publish(State(sender): State<Sender>, text: String) -> StatusCode {
    // It fails if nobody listens.
    let _ = sender.send(text.into());
    StatusCode::NO_CONTENT
}
