//! A system that gives too little: threads and memory.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
};

use crate::harness::{
    Form, PROGRAM, Person, Program, eventually, exchange, samples::photograph, status,
};

/// A user that no process of the machine has. Limits of processes do not hold for root.
const NOBODY: u32 = 64_321;

/// Returns a shell with a script as a user without rights, in a directory that becomes theirs. If the tests do not run as root,
/// the user is the one that runs them. `QUARTFEED` is the program.
pub(super) fn as_nobody(directory: &Path, script: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        chown(directory, Some(NOBODY), Some(NOBODY)).expect("root may");
    }
    let mut command = shell_of_nobody();
    command
        .args(["-c", script])
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
        .env("QUARTFEED", program_for_all())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Returns a shell of a user without rights.
fn shell_of_nobody() -> Command {
    if rustix::process::geteuid().is_root() {
        let nobody = NOBODY.to_string();
        let mut command = Command::new("setpriv");
        command.args([
            "--reuid",
            &nobody,
            "--regid",
            &nobody,
            "--clear-groups",
            "sh",
        ]);
        command
    } else {
        Command::new("sh")
    }
}

/// Returns a path of the program that every user can reach.
fn program_for_all() -> std::path::PathBuf {
    use std::sync::OnceLock;
    static PROGRAM_FOR_ALL: OnceLock<tempfile::TempDir> = OnceLock::new();
    let directory = PROGRAM_FOR_ALL.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("it is ours");
        fs::copy(PROGRAM, directory.path().join("quartfeed")).expect("there is room");
        directory
    });
    directory.path().join("quartfeed")
}

/// Starts the program as [`as_nobody`] does.
fn start_as_nobody(script: &str) -> Program {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().to_owned();
    Program::start_in(directory, |command| {
        let log = fs::File::options()
            .append(true)
            .open(path.join("log"))
            .expect("the file for the log");
        *command = as_nobody(&path, script);
        command.stderr(log);
    })
}

/// Sets a soft limit of the program, as its own user: not even root may do so on every machine.
fn limit_threads(program: &Program, most: u32) {
    let script = format!("prlimit --pid {} --nproc={most}:", program.pid());
    let done = shell_of_nobody().args(["-c", &script]).status();
    assert!(
        done.is_ok_and(|done| done.success()),
        "needs prlimit and setpriv of util-linux"
    );
}

fn get(address: &str) -> u16 {
    let request = b"GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    status(&exchange(address, request))
}

/// Takes away the right to start threads for a while.
#[test]
#[cfg(target_os = "linux")]
fn a_system_without_threads_is_survived() {
    let mut program = start_as_nobody("exec \"$QUARTFEED\" --listen 127.0.0.1:0");
    assert_eq!(get(&program.address), 200);
    limit_threads(&program, 1);
    let mut refused = 0;
    for _ in 0..20 {
        if get(&program.address) != 200 {
            refused += 1;
        }
    }
    assert!(refused > 0, "each connection has a thread");
    assert!(program.is_alive());
    limit_threads(&program, 4_096);
    eventually("it serves again", || get(&program.address) == 200);
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

/// Limits the memory that the program may write to. What decodes pictures has the same limit.
#[test]
#[cfg(target_os = "linux")]
fn a_site_with_128_megabytes_of_memory_serves_and_refuses_large_pictures_in_words() {
    let mut program = start_as_nobody("ulimit -d 131072; exec \"$QUARTFEED\" --listen 127.0.0.1:0");
    let alice = program.member("alice");
    alice.image("palette.png");
    for n in 0..20 {
        alice.write(&format!("{n} {}", "x".repeat(2_900)));
    }
    for _ in 0..20 {
        assert_eq!(alice.get("/").status, 200);
    }
    let large = alice.send_image(Form::default().file("image", &photograph(6_000_000)));
    assert!(matches!(large.status, 201 | 422 | 503), "{}", large.text);
    let others: Vec<Person> = (0..30)
        .map(|_| Person::stranger(&program.address))
        .collect();
    std::thread::scope(|scope| {
        for other in &others {
            scope.spawn(|| assert!(matches!(other.get("/login").status, 200 | 503)));
        }
    });
    assert!(program.is_alive());
    alice.write("still here");
}
