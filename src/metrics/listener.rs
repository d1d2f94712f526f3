//! The listener of `/metrics`: on an address of its own, so that the public one cannot lead there.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::config;

/// The time for a question and its answer. Clients are answered one after the other.
const DEADLINE: Duration = Duration::from_secs(2);

/// The longest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// The most header lines of a request.
const FIELDS_MAX: usize = 64;

/// The pause after a connection that could not be accepted: what is missing may come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The media type that Prometheus asks for, and the one that is older.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes what the instruments show.
pub(crate) type Exposition = Box<dyn Fn() -> String + Send>;

/// The running listener.
pub(crate) struct MetricsListener {
    address: SocketAddr,
    is_stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A request, as far as the answer depends on it.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    is_head: bool,
    path: String,
    takes_open_metrics: bool,
}

impl MetricsListener {
    /// Starts to answer on an address.
    ///
    /// # Errors
    /// If the address is not available, or the system gives no thread.
    pub(crate) fn start(listen: SocketAddr, exposition: Exposition) -> io::Result<MetricsListener> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let is_stopped = Arc::<AtomicBool>::default();
        let stopped = is_stopped.clone();
        let thread = thread::Builder::new()
            .name("metrics".into())
            .spawn(move || {
                for socket in listener.incoming() {
                    if stopped.load(Ordering::SeqCst) {
                        return;
                    }
                    match socket {
                        // A client that leaves or is too slow asks again.
                        Ok(socket) => drop(answer(&socket, &exposition)),
                        Err(_) => thread::sleep(ACCEPT_PAUSE),
                    }
                }
            })?;
        Ok(MetricsListener {
            address,
            is_stopped,
            thread: Some(thread),
        })
    }

    /// Returns the address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the listener. A second call does nothing.
    pub(crate) fn stop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        self.is_stopped.store(true, Ordering::SeqCst);
        // The thread waits for a connection; this is one. If it cannot be made the thread ends with the program.
        if TcpStream::connect_timeout(&config::reachable(self.address), DEADLINE).is_ok() {
            // A panic there has been printed.
            let _ = thread.join();
        }
    }
}

impl Drop for MetricsListener {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Answers one request, and closes the connection.
fn answer(mut socket: &TcpStream, exposition: &Exposition) -> io::Result<()> {
    let deadline = Instant::now() + DEADLINE;
    socket.set_write_timeout(Some(DEADLINE))?;
    let head = read_head(socket, deadline)?;
    let (status, content_type, text, is_head) = match question(&head) {
        None => (
            "400 Bad Request",
            PLAIN,
            "400: this is no request\n".into(),
            false,
        ),
        Some(asked) if asked.path != "/metrics" => (
            "404 Not Found",
            PLAIN,
            "404: there is only /metrics here\n".into(),
            asked.is_head,
        ),
        Some(asked) if asked.takes_open_metrics => {
            ("200 OK", OPEN_METRICS, exposition(), asked.is_head)
        }
        Some(asked) => ("200 OK", PLAIN, exposition(), asked.is_head),
    };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n",
        text.len()
    );
    if !is_head {
        answer += &text;
    }
    socket.write_all(answer.as_bytes())
}

/// Reads until the empty line that ends a head, or as much as a head may have.
fn read_head(mut socket: &TcpStream, deadline: Instant) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        let left = deadline.saturating_duration_since(Instant::now());
        // A time-out of zero would be none.
        socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match socket.read(&mut piece)? {
            0 => break,
            read => head.extend_from_slice(&piece[..read]),
        }
    }
    Ok(head)
}

/// Parses a head. Returns none if it is not that of a GET or HEAD request.
fn question(head: &[u8]) -> Option<Question> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let mut request = httparse::Request::new(&mut fields);
    request.parse(head).ok()?.is_complete().then_some(())?;
    let is_head = match request.method? {
        "GET" => false,
        "HEAD" => true,
        _ => return None,
    };
    let path = request.path?.split('?').next()?.to_owned();
    let accept = |field: &&mut httparse::Header<'_>| field.name.eq_ignore_ascii_case("accept");
    let accepted = request.headers.iter_mut().find(accept);
    let accepted = accepted.map(|field| String::from_utf8_lossy(field.value).into_owned());
    Some(Question {
        is_head,
        path,
        takes_open_metrics: accepted
            .is_some_and(|types| types.contains("application/openmetrics-text")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_requests_to_read_are_questions() {
        let asked = question(b"GET /metrics?x HTTP/1.1\r\nHost: a\r\nACCEPT: application/openmetrics-text;version=1.0.0\r\n\r\n");
        let expected = Question {
            is_head: false,
            path: "/metrics".into(),
            takes_open_metrics: true,
        };
        assert_eq!(asked, Some(expected));
        for head in [
            "",
            "GET",
            "GET /metrics HTTP/1.1\r\nHost: a\r\n",
            "POST /metrics HTTP/1.1\r\n\r\n",
            "\0\r\n\r\n",
        ] {
            assert_eq!(question(head.as_bytes()), None, "{head:?}");
        }
        assert!(question(b"HEAD / HTTP/1.1\r\n\r\n").is_some_and(|asked| asked.is_head));
    }
}
