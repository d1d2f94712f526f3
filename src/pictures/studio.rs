//! Where pictures are made: one after the other, each in a process of its own ([`super::apart`]). It is one at a time so
//! that the worst picture takes the memory of one; and what decodes it may fail in whatever way without anybody else
//! noticing.

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

use super::{Fault, Limits, Made, Purpose, apart};
use crate::sync::{lock, recover};

/// Pictures that wait for the one that is being made. More would only wait longer than their deadline.
const WAITING_MAX: usize = 8;

/// Where pictures are made.
pub struct Studio {
    /// None once it is closed.
    jobs: RwLock<Option<Sender<Job>>>,
    table: Arc<Table>,
}

/// What is being made.
#[derive(Default)]
struct Table(Mutex<State>);

#[derive(Default)]
struct State {
    is_closed: bool,
    process: Option<Child>,
}

struct Job {
    file: File,
    purpose: Purpose,
    limits: Limits,
    /// Nobody waits any longer.
    deadline: Instant,
    answer: Sender<Result<Made, Fault>>,
}

impl Studio {
    /// `program` is QuartFeed itself, which knows how to draw a picture and end.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn open(program: PathBuf) -> io::Result<Studio> {
        let (jobs, work) = bounded(WAITING_MAX);
        let table = Arc::new(Table::default());
        let at = table.clone();
        thread::Builder::new()
            .name("pictures".to_owned())
            .spawn(move || make_all(&work, &at, &program))?;
        Ok(Studio {
            jobs: RwLock::new(Some(jobs)),
            table,
        })
    }

    /// Draws a picture in all sizes. Waits for its turn and for the drawing; `Busy` if it is not drawn by the deadline or
    /// the studio is closed, `Refused` if it is not to be drawn.
    pub fn make(
        &self,
        file: File,
        purpose: Purpose,
        limits: Limits,
        deadline: Instant,
    ) -> Result<Made, Fault> {
        if Instant::now() >= deadline {
            return Err(Fault::Busy);
        }
        let (answer, made) = bounded(1);
        let jobs = recover(self.jobs.read()).clone();
        let job = Job {
            file,
            purpose,
            limits,
            deadline,
            answer,
        };
        match jobs.ok_or(Fault::Busy)?.send_deadline(job, deadline) {
            Ok(()) => {}
            Err(SendTimeoutError::Timeout(_) | SendTimeoutError::Disconnected(_)) => {
                return Err(Fault::Busy);
            }
        }
        match made.recv_deadline(deadline) {
            Ok(made) => made,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Fault::Busy),
        }
    }

    /// Nothing is made any more: who waits is told so at once, and the picture that is being made is given up.
    pub fn close(&self) {
        recover(self.jobs.write()).take();
        let mut state = lock(&self.table.0);
        state.is_closed = true;
        if let Some(process) = &mut state.process {
            // It may have ended just now.
            let _ = process.kill();
        }
    }
}

fn make_all(work: &Receiver<Job>, table: &Table, program: &Path) {
    for job in work {
        if lock(&table.0).is_closed {
            return;
        }
        if Instant::now() >= job.deadline {
            continue;
        }
        let made = make(job.file, job.purpose, job.limits, table, program);
        // Whoever asked may have gone.
        let _ = job.answer.send(made);
    }
}

fn make(
    file: File,
    purpose: Purpose,
    limits: Limits,
    table: &Table,
    program: &Path,
) -> Result<Made, Fault> {
    let mut process = apart::start(program, file, purpose, limits)
        .map_err(|error| Fault::Failed(format!("starting to draw a picture: {error}")))?;
    let answer = process.stdout.take();
    {
        let mut state = lock(&table.0);
        if state.is_closed {
            let _ = process.kill();
        }
        state.process = Some(process);
    }
    // Not under the lock: it takes as long as the drawing.
    let made = apart::read_answer(answer);
    let mut state = lock(&table.0);
    let ended = state.process.take().map(|mut process| {
        if made.is_err() {
            // Whatever it still does, nobody reads it.
            let _ = process.kill();
        }
        process.wait()
    });
    if state.is_closed {
        return Err(Fault::Busy);
    }
    made.unwrap_or_else(|_| Err(apart::why_it_ended(ended)))
}
