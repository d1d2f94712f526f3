//! The home page by axum, rusqlite and maud, as most people would write it: the handler looks the session up, reads the
//! page from SQLite on a thread for blocking work, and tower-http compresses it. Nothing is remembered between requests.
//! The arguments are the address to listen on and the database file.

mod store;
mod view;

use std::{env, error::Error, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Html,
    routing::get,
};
use store::Pool;
use tokio::{net::TcpListener, task::spawn_blocking};
use tower_http::{CompressionLevel, compression::CompressionLayer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().ok_or("which address?")?;
    let pool = Pool::new(arguments.next().ok_or("which database?")?);
    // QuartFeed compresses with this level too.
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
    let app = Router::new()
        .route("/", get(home))
        .layer(compression)
        .with_state(Arc::new(pool));
    axum::serve(TcpListener::bind(address).await?, app).await?;
    Ok(())
}

async fn home(
    State(pool): State<Arc<Pool>>,
    headers: HeaderMap,
) -> Result<Html<String>, StatusCode> {
    let token = session_token(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let page = spawn_blocking(move || pool.with(|conn| store::home(conn, &token)));
    let page = page.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let page = page.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let page = page.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Html(view::home(&page).into_string()))
}

fn session_token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let session = cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix("session="));
    session.map(str::to_owned)
}
