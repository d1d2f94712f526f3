//! A server on a core of its own, and how much processor time and memory its processes use.

use std::{
    fs, io,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::Setup;

const START_DEADLINE: Duration = Duration::from_secs(20);
const END_DEADLINE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);
/// The number of connections of nginx: five thousand streams and some more.
const NGINX_DESCRIPTORS: &str = "8192";

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts QuartFeed. Everything but the log has its default.
    pub(crate) fn quartfeed(setup: &Setup, directory: &Path, settings: &[(&str, &str)]) -> Server {
        start(setup, &setup.quartfeed, |command, address| {
            command.current_dir(directory).env_clear();
            command.args(["--listen", address, "--database", "quartfeed.db"]);
            // The peers write no line for each request either.
            command.env("QUARTFEED_LOG_LEVEL", "warn");
            command.envs(settings.iter().copied());
        })
    }

    pub(crate) fn nginx(setup: &Setup, directory: &Path) -> Server {
        start(setup, &setup.nginx, |command, address| {
            let template = fs::read_to_string(setup.sources.join("nginx.conf")).expect("UTF-8");
            let config = template
                .replace("MODULE", &setup.nchan.to_string_lossy())
                .replace("DIRECTORY", &directory.to_string_lossy())
                .replace("DESCRIPTORS", NGINX_DESCRIPTORS)
                .replace("ADDRESS", address);
            let file = directory.join("nginx.conf");
            fs::write(&file, config).expect("a writable directory");
            command.args(["-e", "stderr", "-c"]).arg(file);
        })
    }

    pub(crate) fn axum_broadcast(setup: &Setup) -> Server {
        let program = setup.programs.join("axum-broadcast");
        start(setup, &program, |command, address| {
            command.arg(address);
        })
    }

    pub(crate) fn axum_page(setup: &Setup, database: &Path) -> Server {
        let program = setup.programs.join("axum-page");
        start(setup, &program, |command, address| {
            command.arg(address).arg(database);
        })
    }

    /// Starts gunicorn with one process. Its default kind of worker ends each connection after one answer, so this is
    /// the kind with threads, as many as the documentation of gunicorn suggests for a core.
    pub(crate) fn flask_page(setup: &Setup, database: &Path) -> Server {
        start(setup, &setup.gunicorn, |command, address| {
            command.current_dir(&setup.sources);
            command.args(["--worker-class", "gthread", "--workers", "1"]);
            command.args(["--threads", "4", "--log-level", "warning"]);
            command.args(["--bind", address, "flask_page:app"]);
            command.env("PYTHONDONTWRITEBYTECODE", "1");
            command.env("PEERS_DATABASE", database);
        })
    }

    /// Returns the processor time that all threads have used so far.
    pub(crate) fn cpu(&self) -> Duration {
        let threads = self
            .processes()
            .into_iter()
            .filter_map(|pid| tasks(pid).ok());
        let nanos = threads.flatten().filter_map(|task| {
            // It has nanoseconds; /proc/PID/stat has hundredths of a second.
            let text = fs::read_to_string(task.join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }

    /// Returns the memory of all processes in bytes. What several of them share counts once.
    pub(crate) fn memory(&self) -> u64 {
        let sizes = self.processes().into_iter().filter_map(|pid| {
            let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        });
        sizes.sum::<u64>() * 1_024
    }

    /// Returns the ids of the process and of all its descendants.
    fn processes(&self) -> Vec<u32> {
        let mut found = vec![self.child.id()];
        let mut at = 0;
        while let Some(&pid) = found.get(at) {
            let threads = tasks(pid).into_iter().flatten();
            for task in threads {
                let children = fs::read_to_string(task.join("children")).unwrap_or_default();
                found.extend(
                    children
                        .split_whitespace()
                        .filter_map(|id| id.parse::<u32>().ok()),
                );
            }
            at += 1;
        }
        found
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx and gunicorn end their workers only if they are asked to.
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let asked = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
        let deadline = Instant::now() + END_DEADLINE;
        while asked && Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(POLL);
        }
        // The process may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program on the core of the servers, and waits until it accepts connections.
fn start(setup: &Setup, program: &Path, prepare: impl FnOnce(&mut Command, &str)) -> Server {
    let address = free_address();
    let mut command = Command::new("taskset");
    command
        .args(["-c", &setup.server_core])
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    prepare(&mut command, &address);
    let child = command.spawn().expect("it starts");
    let mut server = Server { child, address };
    let deadline = Instant::now() + START_DEADLINE;
    while TcpStream::connect(&server.address).is_err() {
        let ended = server.child.try_wait().expect("it is our child");
        assert!(ended.is_none(), "{} ended", program.display());
        assert!(
            Instant::now() < deadline,
            "{} does not listen",
            program.display()
        );
        thread::sleep(POLL);
    }
    server
}

/// Returns an address whose port nobody uses now.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// Lists the directories of the threads of a process.
fn tasks(pid: u32) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(format!("/proc/{pid}/task"))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}
