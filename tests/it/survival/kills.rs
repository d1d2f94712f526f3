//! Kills: the server and commands end at any moment, and nothing that was acknowledged is lost.

use std::{
    fs,
    path::Path,
    process::Child,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rustix::process::Signal;
use tempfile::TempDir;

use super::{
    crowd::{self, Ledger, SavedThing, Writer},
    from_environment, seed,
};
use crate::harness::{Program, assert_sound, command, eventually, left_behind};

/// The longest time until the program listens after a kill, on a busy machine.
const START_MAX: Duration = Duration::from_secs(30);

/// The newest acknowledged things that are looked for in each backup.
const BACKED_UP: usize = 300;

#[test]
#[cfg(target_os = "linux")]
fn acknowledged_things_survive_a_kill() {
    let kills = from_environment("QUARTFEED_TEST_KILLS", 20);
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    let ledger = Ledger::new(|| 0);
    let tools = tempfile::tempdir().expect("a temporary directory");
    let mut directory = tempfile::tempdir().expect("a temporary directory");
    let mut writers = Vec::new();
    let (mut checked, mut slowest) = (0, Duration::ZERO);
    for round in 0..=kills {
        let started = Instant::now();
        let program = Program::start_in(directory, |_| ());
        slowest = slowest.max(started.elapsed());
        assert!(slowest < START_MAX, "{slowest:?}");
        if writers.is_empty() {
            writers = crowd::gather(&program);
        }
        // The server has mended the file; a look before its start would have done so instead.
        check(&program.database(), &ledger, checked);
        checked = ledger.len();
        if round == kills {
            check(&program.database(), &ledger, 0);
            break;
        }
        let enough = ledger.len() + random.random_range(3..60);
        let round_seed = seed.wrapping_add(round);
        kill_under_load(
            &program,
            &writers,
            &ledger,
            enough,
            (round_seed, tools.path()),
        );
        directory = program.ended().1;
        let strange = left_behind(directory.path(), "self");
        assert!(strange.is_empty(), "{strange:?}");
        directory = kill_at_the_start(directory, &mut random);
    }
    eprintln!(
        "{kills} kills, {} acknowledged, the slowest start {slowest:?}",
        ledger.len()
    );
    assert!(ledger.len() as u64 > 3 * kills);
}

/// Lets everybody write, and commands run, and kills the program when enough is acknowledged.
fn kill_under_load(
    program: &Program,
    writers: &[Writer],
    ledger: &Ledger,
    enough: usize,
    (seed, tools): (u64, &Path),
) {
    let over = AtomicBool::new(false);
    let database = program.database();
    let commands = Commands {
        database: &database,
        tools,
        ledger,
        over: &over,
    };
    thread::scope(|scope| {
        scope.spawn(|| commands.import(seed));
        scope.spawn(|| commands.back_up(seed));
        crowd::write_all(writers, &program.address, seed, (ledger, &over), || {
            eventually("things of all kinds are written", || {
                ledger.len() > enough && ledger.has_all_kinds()
            });
            program.signal(Signal::KILL);
            over.store(true, Ordering::Relaxed);
        });
    });
}

/// Asserts that the file is sound and has everything from a place of the ledger on.
fn check(database: &Path, ledger: &Ledger, from: usize) {
    let file = assert_sound(database);
    let acknowledged = ledger.since(from);
    let lost = crowd::lost(&file, acknowledged.iter().map(|entry| &entry.thing));
    assert!(lost.is_empty(), "{lost:?}");
    crowd::assert_nothing_is_half(&file);
}

/// Starts the program and kills it at once, at some moment of its start.
fn kill_at_the_start(directory: TempDir, random: &mut StdRng) -> TempDir {
    let log = fs::File::create(directory.path().join("log")).expect("a file for the log");
    let mut starting = command(directory.path());
    let starting = starting.env("QUARTFEED_SERVER_LISTEN", "127.0.0.1:0");
    let mut starting = starting.stderr(log).spawn().expect("it starts");
    // No condition is waited for: any moment will do.
    thread::park_timeout(Duration::from_millis(random.random_range(0..80)));
    starting.kill().expect("it is our child");
    starting.wait().expect("it is our child");
    directory
}

/// Commands that run beside the server.
struct Commands<'c> {
    database: &'c Path,
    tools: &'c Path,
    ledger: &'c Ledger,
    over: &'c AtomicBool,
}

impl Commands<'_> {
    fn start(&self, arguments: &[&str]) -> Child {
        let database = self.database.to_str().expect("UTF-8");
        let mut command = command(self.tools);
        let command = command.args(arguments).args(["--database", database]);
        command.spawn().expect("it starts")
    }

    /// Waits for the end of a command, or kills it when the server is killed. Returns whether it has succeeded.
    fn succeeds(&self, mut child: Child, is_killed: bool) -> bool {
        loop {
            if let Some(status) = child.try_wait().expect("it is our child") {
                return status.success();
            }
            if is_killed && self.over.load(Ordering::Relaxed) {
                child.kill().expect("it is our child");
                child.wait().expect("it is our child");
                return false;
            }
            thread::park_timeout(Duration::from_millis(1));
        }
    }

    fn import(&self, number: u64) {
        let archive = self.tools.join(format!("archive-{number}.zip"));
        let texts = crowd::write_archive(&archive, number);
        let path = archive.to_str().expect("UTF-8");
        let import = self.start(&["import", path, "--user", "alice"]);
        if self.succeeds(import, true) {
            for text in texts {
                self.ledger.add(SavedThing::Post(text));
            }
        }
        fs::remove_file(&archive).expect("it is there");
    }

    /// Makes a backup while others write. The kill of the server does not end it.
    fn back_up(&self, number: u64) {
        let before = self
            .ledger
            .since(self.ledger.len().saturating_sub(BACKED_UP));
        let to = self.tools.join(format!("backup-{number}.db"));
        let backup = self.start(&["backup", "create", "--to", to.to_str().expect("UTF-8")]);
        assert!(self.succeeds(backup, false), "a backup");
        let file = assert_sound(&to);
        let lost = crowd::lost(&file, before.iter().map(|entry| &entry.thing));
        assert!(lost.is_empty(), "not in the backup: {lost:?}");
        crowd::assert_nothing_is_half(&file);
        drop(file);
        fs::remove_file(&to).expect("it is there");
    }
}
