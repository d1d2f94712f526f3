//! A small pool of persistent connections to the backend: the tiny_http server on its private socket.

use std::{
    io::{self, Write},
    os::unix::net::UnixStream,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    connection::body::Body,
    head::Head,
    refusal::Refusal,
    response::{self, Answer, Asked, Fault},
};

/// Time that a request waits for a free connection.
const TURN_DEADLINE: Duration = Duration::from_secs(10);

/// Time after the deadline of an upload. The backend begins no more work then, but it still has to say so, or to
/// write to the disk what was ready in time.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Opens a connection that has passed a health check.
pub type Connect = Box<dyn Fn() -> io::Result<UnixStream> + Send + Sync>;

/// Pool with one place for each connection. A place is empty if its connection has ended, and the next request that
/// takes it opens a new one. The place used last is taken first: its thread and its memory are still warm.
pub struct Pool {
    places: Mutex<Vec<Place>>,
    given_back: Condvar,
    connect: Connect,
}

/// A connection of the pool, or none if it has ended.
type Place = Option<Backend>;

/// A connection to the backend.
struct Backend {
    socket: UnixStream,
    /// Read buffer, kept so that a response costs no allocation.
    buffer: Vec<u8>,
}

/// Capacity above which a buffer is not kept for the next response.
const BUFFER_BYTES_KEPT: usize = 64 * 1024;

impl Backend {
    /// Sends a request and reads its response.
    fn exchange(
        &mut self,
        request: &[u8],
        body: &Body,
        asked: &Asked<'_>,
    ) -> Result<Answer, Fault> {
        (&self.socket).write_all(request)?;
        if let Body::File(spooled) = body {
            let copied = io::copy(&mut &spooled.file, &mut &self.socket)?;
            if copied != spooled.room.bytes {
                return Err(Fault::Broken);
            }
        }
        response::read(&self.socket, &mut self.buffer, asked)
    }

    /// Sends an upload and reads the response, with a read time-out that leaves time to render its pictures.
    fn upload(
        &mut self,
        request: &[u8],
        body: &Body,
        asked: &Asked<'_>,
        time: Duration,
    ) -> Result<Answer, Fault> {
        let usual = self.socket.read_timeout()?;
        self.socket.set_read_timeout(Some(time + LAST_WORDS))?;
        let answer = self.exchange(request, body, asked);
        self.socket.set_read_timeout(usual)?;
        answer
    }
}

impl Pool {
    /// Opens the connections one by one, because a server that gets many at once may lose some.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub fn open(size: usize, connect: Connect) -> io::Result<Pool> {
        let places = (0..size).map(|_| {
            let socket = connect()?;
            Ok(Some(Backend {
                socket,
                buffer: Vec::new(),
            }))
        });
        let places = Mutex::new(places.collect::<io::Result<_>>()?);
        Ok(Pool {
            places,
            given_back: Condvar::new(),
            connect,
        })
    }

    /// Sends a request and reads its response.
    pub(super) fn ask(
        &self,
        head: &Head,
        body: &Body,
        asked: &Asked<'_>,
    ) -> Result<Answer, Refusal> {
        let time = || {
            let deadline = asked.deadline;
            deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
        };
        let patience = time().map_or(TURN_DEADLINE, |time| time.min(TURN_DEADLINE));
        let mut turn = self.turn(patience)?;
        let time = time();
        let mut request = head.with_length(body.bytes(), time);
        if let Body::Memory(bytes) = body {
            request.extend_from_slice(bytes);
        }
        // A request that changes nothing may be sent again: its connection may have ended while nobody looked.
        let tries = if matches!(head.method, "GET" | "HEAD") {
            2
        } else {
            1
        };
        for _ in 0..tries {
            let mut backend = match turn.place.take() {
                Some(backend) => backend,
                None => self.reopen()?,
            };
            let answer = match time {
                Some(time) => backend.upload(&request, body, asked, time),
                None => backend.exchange(&request, body, asked),
            };
            match answer {
                Ok(answer) => {
                    if backend.buffer.capacity() > BUFFER_BYTES_KEPT {
                        backend.buffer = Vec::new();
                    }
                    turn.place = Some(backend);
                    return Ok(answer);
                }
                Err(Fault::Refused(refusal)) => return Err(refusal),
                Err(Fault::Broken) => {}
            }
        }
        Err(Refusal::busy("the answer did not come in time"))
    }

    /// Waits for a place and takes it out of the pool.
    fn turn(&self, patience: Duration) -> Result<Turn<'_>, Refusal> {
        let places = self.lock();
        let waited = self
            .given_back
            .wait_timeout_while(places, patience, |places| places.is_empty());
        let place = waited.unwrap_or_else(PoisonError::into_inner).0.pop();
        let place = place.ok_or_else(|| Refusal::busy("too many requests at once"))?;
        Ok(Turn { pool: self, place })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a connection for an empty place.
    fn reopen(&self) -> Result<Backend, Refusal> {
        let socket = (self.connect)()
            .map_err(|_| Refusal::busy("the server behind the door does not answer"))?;
        Ok(Backend {
            socket,
            buffer: Vec::new(),
        })
    }
}

/// Place taken out of the pool. It is put back when dropped.
struct Turn<'p> {
    pool: &'p Pool,
    place: Place,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let place = self.place.take();
        self.pool.lock().push(place);
        self.pool.given_back.notify_one();
    }
}
