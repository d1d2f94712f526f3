//! The backend supervisor: starts tiny_http on its private socket, checks that it answers, and restarts it.

use std::{
    fs::Permissions,
    io::{self, Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use tempfile::TempDir;

use super::worker::{self, HEALTH_CHECK_TARGET};
use crate::{
    app::{App, StartError},
    sync::lock,
};

/// Time for the answer to a health check. A machine whose processor or disk is busy for a few seconds is not taken for a
/// backend that has ended: a restart breaks the requests that are being answered.
const HEALTH_CHECK_DEADLINE: Duration = Duration::from_secs(8);
/// Time for a response.
const RESPONSE_DEADLINE: Duration = Duration::from_secs(30);

/// Stack size of a worker, which renders pages.
const WORKER_STACK_BYTES: usize = 512 * 1024;

/// The backend, tiny_http on its private socket, and the workers that take its requests.
pub(super) struct BackendSupervisor {
    app: Arc<App>,
    workers: usize,
    /// Directory of the socket. Only this user can enter it.
    directory: TempDir,
    current: Mutex<BackendRun>,
}

/// One run of tiny_http. Its accept thread ends for good when it gets no descriptor or thread, so it can be
/// replaced.
struct BackendRun {
    number: usize,
    path: PathBuf,
    http: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
}

impl BackendSupervisor {
    /// Starts the backend.
    pub(super) fn new(app: Arc<App>, workers: usize) -> Result<BackendSupervisor, StartError> {
        let directory = private_directory()?;
        let first = BackendRun::start(&app, &directory, 0, workers)?;
        Ok(BackendSupervisor {
            app,
            workers,
            directory,
            current: Mutex::new(first),
        })
    }

    /// Opens a connection that has passed a health check. Restarts the backend if there is none.
    pub(super) fn connect(&self) -> io::Result<UnixStream> {
        let mut current = lock(&self.current);
        let cause = match connect_checked(&current.path) {
            Ok(socket) => return Ok(socket),
            Err(error) => error,
        };
        self.app.log.warn(
            "the backend does not answer and is restarted",
            &[("cause", &cause)],
        );
        let next = BackendRun::start(&self.app, &self.directory, current.number + 1, self.workers)?;
        let socket = connect_checked(&next.path)?;
        std::mem::replace(&mut *current, next).stop();
        Ok(socket)
    }

    /// Stops the workers and waits for them.
    pub(super) fn stop(&self) {
        let mut current = lock(&self.current);
        current.wake_workers();
        for worker in current.workers.drain(..) {
            // A worker's panic has been logged.
            let _ = worker.join();
        }
    }
}

impl BackendRun {
    /// Starts tiny_http and its workers on a new socket.
    fn start(
        app: &Arc<App>,
        directory: &TempDir,
        number: usize,
        workers: usize,
    ) -> io::Result<BackendRun> {
        let path = directory.path().join(format!("{number}.sock"));
        let http = Arc::new(tiny_http::Server::http_unix(&path).map_err(io::Error::other)?);
        let mut threads = Vec::with_capacity(workers);
        for n in 0..workers {
            let (app, http) = (app.clone(), http.clone());
            let builder = thread::Builder::new()
                .name(format!("worker-{n}"))
                .stack_size(WORKER_STACK_BYTES);
            threads.push(builder.spawn(move || worker::run(&app, &http))?);
        }
        Ok(BackendRun {
            number,
            path,
            http,
            workers: threads,
        })
    }

    /// Wakes one worker for each call. Each ends when it finds nothing to do.
    fn wake_workers(&self) {
        self.workers.iter().for_each(|_| self.http.unblock());
    }

    /// Lets the workers end by themselves: one of them may be the caller.
    fn stop(self) {
        self.wake_workers();
    }
}

/// Creates a directory that this user alone can enter: whoever reaches the socket in it goes round the door.
fn private_directory() -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("quartfeed-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
}

/// Opens a connection and sends a health check through it.
fn connect_checked(path: &Path) -> io::Result<UnixStream> {
    let socket = UnixStream::connect(path)?;
    socket.set_read_timeout(Some(HEALTH_CHECK_DEADLINE))?;
    (&socket).write_all(
        format!("OPTIONS {HEALTH_CHECK_TARGET} HTTP/1.1\r\nHost: -\r\n\r\n").as_bytes(),
    )?;
    let mut answer = Vec::new();
    let mut piece = [0; 256];
    while !answer.ends_with(b"\r\n\r\n") {
        match (&socket).read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => answer.extend_from_slice(&piece[..read]),
        }
    }
    socket.set_read_timeout(Some(RESPONSE_DEADLINE))?;
    socket.set_write_timeout(Some(RESPONSE_DEADLINE))?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_enter_the_directory_of_the_socket() {
        let directory = private_directory().expect("a temporary directory");
        let metadata = directory.path().metadata().expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
    }
}
