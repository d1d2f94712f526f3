//! A small pool of persistent connections to the server behind the door.

use std::{
    io::{self, Write},
    os::unix::net::UnixStream,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    head::Head,
    refusal::Refusal,
    response::{self, Answer},
};

/// How long a request waits for its turn.
const TURN_DEADLINE: Duration = Duration::from_secs(10);

/// Opens a connection that has proved itself by an answer.
pub type Connect = Box<dyn Fn() -> io::Result<UnixStream> + Send + Sync>;

/// One place for each connection. A place whose connection has ended is empty, and the next who takes it opens a
/// new one.
pub struct Pool {
    places: (Sender<Place>, Receiver<Place>),
    connect: Connect,
}

type Place = Option<Backend>;

struct Backend {
    socket: UnixStream,
    /// Used again, so that an answer costs no allocation.
    buffer: Vec<u8>,
}

/// Answers larger than this do not keep their buffer.
const BUFFER_BYTES_KEPT: usize = 64 * 1024;

impl Pool {
    /// Opens the connections one by one: a server that gets many at once may lose some.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub fn open(size: usize, connect: Connect) -> io::Result<Pool> {
        let places = bounded(size);
        for _ in 0..size {
            let backend = Backend {
                socket: connect()?,
                buffer: Vec::new(),
            };
            // There is room for exactly these.
            let _ = places.0.send(Some(backend));
        }
        Ok(Pool { places, connect })
    }

    /// Sends a request and reads its answer.
    pub(super) fn ask(
        &self,
        head: &Head,
        body: &[u8],
        keep_alive: bool,
    ) -> Result<Answer, Refusal> {
        let mut turn = self.turn()?;
        let request = head.with_body(body);
        // What changes nothing may be asked again, if the connection had ended while nobody looked.
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
            let asked = (&backend.socket).write_all(&request);
            let answer = asked.and_then(|()| {
                response::read(
                    &backend.socket,
                    &mut backend.buffer,
                    head.method == "HEAD",
                    keep_alive,
                )
            });
            if let Ok(answer) = answer {
                if backend.buffer.capacity() > BUFFER_BYTES_KEPT {
                    backend.buffer = Vec::new();
                }
                turn.place = Some(backend);
                return Ok(answer);
            }
        }
        Err(Refusal::busy("the answer did not come in time"))
    }

    fn turn(&self) -> Result<Turn<'_>, Refusal> {
        let place = self.places.1.recv_timeout(TURN_DEADLINE);
        let place = place.map_err(|_| Refusal::busy("too many requests at once"))?;
        Ok(Turn { pool: self, place })
    }

    fn reopen(&self) -> Result<Backend, Refusal> {
        let socket = (self.connect)()
            .map_err(|_| Refusal::busy("the server behind the door does not answer"))?;
        Ok(Backend {
            socket,
            buffer: Vec::new(),
        })
    }
}

/// A place that is given back in any case.
struct Turn<'p> {
    pool: &'p Pool,
    place: Place,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // There is room: this place was taken out of the channel.
        let _ = self.pool.places.0.send(self.place.take());
    }
}
