//! The image queue: pictures are encoded one after the other, each in a process of its own ([`super::sandbox`]). One at
//! a time means that the worst case takes the memory of one picture. A decoder that crashes affects nobody else.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex, RwLock},
    thread,
    time::Instant,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};

use super::{EncodedPicture, PictureError, PictureLimits, Purpose, sandbox};
use crate::sync::{lock, recover};

/// The most pictures that wait. More would only wait until their deadline.
const WAITING_MAX: usize = 8;

/// The image queue.
pub struct ImageQueue {
    /// `None` after the queue is closed.
    jobs: RwLock<Option<Sender<QueuedPicture>>>,
    current: Arc<Mutex<Current>>,
}

/// The picture that is being encoded.
#[derive(Default)]
struct Current {
    is_closed: bool,
    process: Option<Child>,
}

/// A picture that waits for its turn.
struct QueuedPicture {
    file: File,
    purpose: Purpose,
    limits: PictureLimits,
    /// The time after which nobody waits for the answer.
    deadline: Instant,
    answer: Sender<Result<EncodedPicture, PictureError>>,
}

impl ImageQueue {
    /// Starts the thread of the queue. `program` is QuartFeed itself, which has a subcommand for encoding one picture.
    ///
    /// # Errors
    /// If the system cannot create a thread.
    pub fn open(program: PathBuf) -> io::Result<ImageQueue> {
        let (jobs, work) = bounded(WAITING_MAX);
        let current = Arc::new(Mutex::default());
        let at = current.clone();
        thread::Builder::new()
            .name("pictures".to_owned())
            .spawn(move || encode_all(&work, &at, &program))?;
        Ok(ImageQueue {
            jobs: RwLock::new(Some(jobs)),
            current,
        })
    }

    /// Encodes a picture in all renditions. Waits for its turn and for the result. Returns `Busy` at the deadline or
    /// when the queue is closed, and `Refused` if the picture cannot be accepted.
    pub fn encode(
        &self,
        file: File,
        purpose: Purpose,
        limits: PictureLimits,
        deadline: Instant,
    ) -> Result<EncodedPicture, PictureError> {
        if Instant::now() >= deadline {
            return Err(PictureError::Busy);
        }
        let (answer, encoded) = bounded(1);
        let jobs = recover(self.jobs.read()).clone();
        let job = QueuedPicture {
            file,
            purpose,
            limits,
            deadline,
            answer,
        };
        match jobs.ok_or(PictureError::Busy)?.send_deadline(job, deadline) {
            Ok(()) => {}
            Err(SendTimeoutError::Timeout(_) | SendTimeoutError::Disconnected(_)) => {
                return Err(PictureError::Busy);
            }
        }
        match encoded.recv_deadline(deadline) {
            Ok(encoded) => encoded,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                Err(PictureError::Busy)
            }
        }
    }

    /// Returns the number of pictures that wait for their turn.
    pub fn waiting(&self) -> usize {
        recover(self.jobs.read()).as_ref().map_or(0, Sender::len)
    }

    /// Closes the queue: all waiting callers get an answer at once, and the picture that is being encoded is dropped.
    pub fn close(&self) {
        recover(self.jobs.write()).take();
        let mut state = lock(&self.current);
        state.is_closed = true;
        if let Some(process) = &mut state.process {
            // The process may just have ended.
            let _ = process.kill();
        }
    }
}

/// Encodes waiting pictures until the queue is closed.
fn encode_all(work: &Receiver<QueuedPicture>, current: &Mutex<Current>, program: &Path) {
    for job in work {
        if lock(current).is_closed {
            return;
        }
        if Instant::now() >= job.deadline {
            continue;
        }
        let encoded = encode_one(job.file, job.purpose, job.limits, current, program);
        // The caller may have given up.
        let _ = job.answer.send(encoded);
    }
}

/// Encodes one picture in a process of its own.
fn encode_one(
    file: File,
    purpose: Purpose,
    limits: PictureLimits,
    current: &Mutex<Current>,
    program: &Path,
) -> Result<EncodedPicture, PictureError> {
    let mut process = sandbox::start(program, file, purpose, limits)
        .map_err(|error| PictureError::Failed(format!("starting the picture sandbox: {error}")))?;
    let answer = process.stdout.take();
    {
        let mut state = lock(current);
        if state.is_closed {
            let _ = process.kill();
        }
        state.process = Some(process);
    }
    // Without the lock, because this takes as long as the encoding.
    let encoded = sandbox::read_answer(answer);
    let mut state = lock(current);
    let ended = state.process.take().map(|mut process| {
        if encoded.is_err() {
            // Nobody reads what the process still writes.
            let _ = process.kill();
        }
        process.wait()
    });
    if state.is_closed {
        return Err(PictureError::Busy);
    }
    encoded.unwrap_or_else(|_| Err(sandbox::why_it_ended(ended)))
}
