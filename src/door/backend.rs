//! A small pool of persistent connections to the backend: the tiny_http server on its private socket.

use std::{
    io::{self, Write},
    os::unix::net::UnixStream,
    sync::{Condvar, Mutex},
    time::{Duration, Instant},
};

use super::{
    connection::body::RequestBody,
    head::RequestHead,
    refusal::Refusal,
    response::{self, BackendError, BackendResponse, ResponseContext},
};
use crate::sync::{lock, recover};

/// Time that a request waits for a free connection.
const SLOT_WAIT_MAX: Duration = Duration::from_secs(10);

/// Time after the deadline of an upload. The backend begins no more work then, but it still has to say so, or to
/// write to the disk what was ready in time.
const UPLOAD_GRACE: Duration = Duration::from_secs(10);

/// Opens a connection that has passed a health check.
pub type Connect = Box<dyn Fn() -> io::Result<UnixStream> + Send + Sync>;

/// Pool with one slot for each connection. A slot is empty if its connection has ended, and the next request that
/// takes it opens a new one. The slot used last is taken first: its thread and its memory are still warm.
pub struct Pool {
    state: Mutex<PoolState>,
    returned: Condvar,
    connect: Connect,
}

/// The slots that are not in use, and the number of requests that wait for one.
struct PoolState {
    slots: Vec<Slot>,
    waiting: usize,
}

/// A connection of the pool, or none if it has ended.
type Slot = Option<Backend>;

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
        body: &RequestBody,
        context: &ResponseContext<'_>,
    ) -> Result<BackendResponse, BackendError> {
        (&self.socket).write_all(request)?;
        if let RequestBody::File(spooled) = body {
            let copied = io::copy(&mut &spooled.file, &mut &self.socket)?;
            if copied != spooled.room.bytes {
                return Err(BackendError::Broken);
            }
        }
        response::read(&self.socket, &mut self.buffer, context)
    }

    /// Sends an upload and reads the response, with a read time-out that leaves time to render its pictures.
    fn upload(
        &mut self,
        request: &[u8],
        body: &RequestBody,
        context: &ResponseContext<'_>,
        time: Duration,
    ) -> Result<BackendResponse, BackendError> {
        let usual = self.socket.read_timeout()?;
        self.socket.set_read_timeout(Some(time + UPLOAD_GRACE))?;
        let response = self.exchange(request, body, context);
        self.socket.set_read_timeout(usual)?;
        response
    }
}

impl Pool {
    /// Opens the connections one by one, because a server that gets many at once may lose some.
    ///
    /// # Errors
    /// If one cannot be opened.
    pub fn open(size: usize, connect: Connect) -> io::Result<Pool> {
        let slots = (0..size).map(|_| {
            let socket = connect()?;
            Ok(Some(Backend {
                socket,
                buffer: Vec::new(),
            }))
        });
        let state = PoolState {
            slots: slots.collect::<io::Result<_>>()?,
            waiting: 0,
        };
        Ok(Pool {
            state: Mutex::new(state),
            returned: Condvar::new(),
            connect,
        })
    }

    /// Sends a request and reads its response.
    pub(super) fn ask(
        &self,
        head: &RequestHead,
        body: &RequestBody,
        context: &ResponseContext<'_>,
    ) -> Result<BackendResponse, Refusal> {
        let time_left = || {
            let deadline = context.deadline;
            deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
        };
        let wait = time_left().map_or(SLOT_WAIT_MAX, |time| time.min(SLOT_WAIT_MAX));
        let mut guard = self.wait_for_slot(wait)?;
        let time = time_left();
        let mut request = head.for_backend(body.bytes(), time);
        if let RequestBody::Memory(bytes) = body {
            request.extend_from_slice(bytes);
        }
        // A request that changes nothing may be sent again: its connection may have ended while nobody looked.
        let tries = if matches!(head.method, "GET" | "HEAD") {
            2
        } else {
            1
        };
        for _ in 0..tries {
            let mut backend = match guard.slot.take() {
                Some(backend) => backend,
                None => self.reopen()?,
            };
            let response = match time {
                Some(time) => backend.upload(&request, body, context, time),
                None => backend.exchange(&request, body, context),
            };
            match response {
                Ok(response) => {
                    if backend.buffer.capacity() > BUFFER_BYTES_KEPT {
                        backend.buffer = Vec::new();
                    }
                    guard.slot = Some(backend);
                    return Ok(response);
                }
                Err(BackendError::Refused(refusal)) => return Err(refusal),
                Err(BackendError::Broken) => {}
            }
        }
        Err(Refusal::busy("the response did not arrive in time"))
    }

    /// Waits for a slot and takes it out of the pool.
    fn wait_for_slot(&self, wait: Duration) -> Result<PoolGuard<'_>, Refusal> {
        let mut state = lock(&self.state);
        if state.slots.is_empty() {
            state.waiting += 1;
            let is_empty = |state: &mut PoolState| state.slots.is_empty();
            let waited = self.returned.wait_timeout_while(state, wait, is_empty);
            state = recover(waited).0;
            state.waiting -= 1;
        }
        let slot = state
            .slots
            .pop()
            .ok_or_else(|| Refusal::busy("too many requests at once"))?;
        Ok(PoolGuard { pool: self, slot })
    }

    /// Opens a connection for an empty slot.
    fn reopen(&self) -> Result<Backend, Refusal> {
        let socket = (self.connect)().map_err(|_| Refusal::busy("the backend does not answer"))?;
        Ok(Backend {
            socket,
            buffer: Vec::new(),
        })
    }
}

/// Slot taken out of the pool. It is put back when dropped.
struct PoolGuard<'p> {
    pool: &'p Pool,
    slot: Slot,
}

impl Drop for PoolGuard<'_> {
    fn drop(&mut self) {
        let slot = self.slot.take();
        let mut state = lock(&self.pool.state);
        state.slots.push(slot);
        let is_awaited = state.waiting > 0;
        drop(state);
        // Notifying costs a system call even if nobody waits.
        if is_awaited {
            self.pool.returned.notify_one();
        }
    }
}
