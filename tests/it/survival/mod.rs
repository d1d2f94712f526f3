//! What happens to the program and its file when a process is killed, a machine loses power, a disk fails, or the system gives
//! too little. docs/testing.md says how to run these tests for longer.

mod clock;
#[cfg(target_os = "linux")]
mod content;
mod crowd;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod faults;
mod file;
mod kills;
#[cfg(target_os = "linux")]
mod power;
mod starved;

use std::env;

/// Returns the number that a variable sets, for tests that can run for longer than usual.
fn from_environment(variable: &str, usual: u64) -> u64 {
    let set = env::var(variable).ok();
    set.map_or(usual, |set| set.parse().expect("a number"))
}

/// Returns the seed of a test, and prints it: the same seed makes the same choices.
fn seed() -> u64 {
    let seed = from_environment("QUARTFEED_TEST_SEED", rand::random::<u32>().into());
    eprintln!("QUARTFEED_TEST_SEED={seed}");
    seed
}
