//! The one thread that decodes pictures. It is one so that the worst picture takes the memory of one, and it steps back
//! for all others so that pages stay quick while pictures are made.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, bounded};

use super::{Fault, Limits, Made, Purpose, Refusal};

/// Pictures that wait for the one that is being made. More would only wait longer than their deadline.
const WAITING_MAX: usize = 8;

/// From asking to having. The largest animation takes a quarter of it on the machine of docs/measurements.md.
const DEADLINE: Duration = Duration::from_mins(1);

/// How much the thread steps back, from 0 to 19: at 10 it gets a tenth of a processor that others want (`sched(7)`).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Where pictures are made.
pub struct Studio {
    /// None once it is closed.
    jobs: RwLock<Option<Sender<Job>>>,
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
    pub fn open() -> io::Result<Studio> {
        let (jobs, work) = bounded(WAITING_MAX);
        thread::Builder::new()
            .name("pictures".to_owned())
            .spawn(move || make_all(&work))?;
        Ok(Studio {
            jobs: RwLock::new(Some(jobs)),
        })
    }

    /// Draws a picture in all sizes. Waits for its turn and for the drawing; `Busy` if that takes too long or the studio
    /// is closed, `Refused` if the picture is not to be drawn.
    pub fn make(&self, file: File, purpose: Purpose, limits: Limits) -> Result<Made, Fault> {
        let deadline = Instant::now() + DEADLINE;
        let (answer, made) = bounded(1);
        let jobs = self
            .jobs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
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

    /// Nothing is taken any more. What waits is still made, unless the process ends before.
    pub fn close(&self) {
        self.jobs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

fn make_all(work: &Receiver<Job>) {
    step_back();
    for job in work {
        if Instant::now() >= job.deadline {
            continue;
        }
        let Job {
            file,
            purpose,
            limits,
            answer,
            ..
        } = job;
        // Decoders of strangers' bytes may have mistakes; they are the picture's, then.
        let made = catch_unwind(AssertUnwindSafe(|| super::draw(file, purpose, limits)));
        // Whoever asked may have gone.
        let _ = answer.send(made.unwrap_or(Err(Fault::Refused(Refusal::Broken))));
    }
}

#[cfg(target_os = "linux")]
fn step_back() {
    // On Linux a thread has a niceness of its own, and none named means the caller's. Without it all works as well.
    let _ = rustix::process::setpriority_process(None, NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}
