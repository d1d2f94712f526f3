//! The built program as its own process, as an operator runs it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::{person::Person, wait::eventually};

/// The built program, which also encodes pictures for a site that runs inside of a test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_quartfeed");

/// A program that runs.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: String,
    directory: TempDir,
}

/// The end of a command, and what it said.
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Returns the program as a command in a directory, without the environment of this process.
pub(crate) fn command(directory: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Said {
    let output = command(directory)
        .args(arguments)
        .output()
        .expect("the program starts");
    Said {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

impl Program {
    pub(crate) fn start() -> Program {
        Program::with(|_| ())
    }

    pub(crate) fn with(configure: impl FnOnce(&mut Command)) -> Program {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Program::start_in(directory, configure)
    }

    pub(crate) fn start_in(directory: TempDir, configure: impl FnOnce(&mut Command)) -> Program {
        let log = fs::File::create(directory.path().join("log")).expect("a file for the log");
        let mut command = command(directory.path());
        command
            .env("QUARTFEED_SERVER_LISTEN", "127.0.0.1:0")
            .stderr(log);
        configure(&mut command);
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line
            .strip_prefix("listening on http://")
            .unwrap_or_else(|| {
                let log = fs::read_to_string(directory.path().join("log")).unwrap_or_default();
                panic!("{line:?}\n{log}")
            });
        Program {
            address: address.trim_end().to_owned(),
            child,
            directory,
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("it is our child");
    }

    /// Waits for the end of the program, and returns its directory for the next one.
    pub(crate) fn ended(mut self) -> (ExitStatus, TempDir) {
        let mut status = None;
        eventually("it ends", || {
            status = self.child.try_wait().expect("it is our child");
            status.is_some()
        });
        let another = tempfile::tempdir().expect("another");
        let directory = std::mem::replace(&mut self.directory, another);
        (status.expect("it has ended"), directory)
    }

    /// Returns somebody who has registered here and signed in.
    pub(crate) fn member(&self, name: &str) -> Person {
        let mut person = Person::stranger(&self.address);
        let registered = person.register(name);
        assert_eq!(registered.status, 303, "{}", registered.text);
        name.clone_into(&mut person.name);
        person.sign_in(name);
        person
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).expect("its log is a file")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the processes in which the program draws pictures.
    pub(crate) fn drawing(&self) -> Vec<Pid> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid())).expect("this is Linux");
        let children = tasks.filter_map(|task| {
            // A thread may end meanwhile.
            fs::read_to_string(task.ok()?.path().join("children")).ok()
        });
        let pids = children.collect::<Vec<_>>().join(" ");
        let pids = pids.split_ascii_whitespace();
        pids.filter_map(|pid| Pid::from_raw(pid.parse().ok()?))
            .collect()
    }

    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.directory.path().join("quartfeed.db")
    }

    /// Returns the numbers of threads and descriptors, as the system counts them.
    pub(crate) fn holdings(&self) -> (usize, usize) {
        let count = |what: &str| {
            let directory = format!("/proc/{}/{what}", self.pid());
            fs::read_dir(directory)
                .expect("this is Linux, and it runs")
                .count()
        };
        (count("task"), count("fd"))
    }

    /// Waits until the program holds no more threads and descriptors than before.
    pub(crate) fn gives_back(&self, before: (usize, usize)) {
        eventually("threads and descriptors are given back", || {
            let now = self.holdings();
            now.0 <= before.0 && now.1 <= before.1
        });
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let mut rest = String::new();
            if let Some(out) = &mut self.child.stdout {
                let _ = out.read_to_string(&mut rest);
            }
            eprintln!("{rest}{}", self.log());
        }
    }
}
