//! A disk that fails while the program runs: writes are refused with words, reading goes on, and writing works again by itself.

use super::{
    crowd::{self, Ledger, SavedThing},
    disk::{Disk, DiskFault},
};
use crate::harness::{Person, Program, assert_sound, eventually, run};

fn start_on(disk: &Disk) -> Program {
    Program::with(|command| {
        command
            .arg("--database")
            .arg(disk.path().join("quartfeed.db"))
            .env("QUARTFEED_BACKUP_EVERY", "");
    })
}

/// Writes a post. Returns whether it was acknowledged.
fn writes(person: &Person, text: &str) -> bool {
    person.post("/post", &[("message", text)]).status == 303
}

#[test]
fn a_failing_disk_refuses_writes_and_nothing_else() {
    let disk = Disk::mount();
    let program = start_on(&disk);
    let alice = program.member("alice");
    let ledger = Ledger::new(|| 0);
    for (fault, words) in [
        (DiskFault::Full, "the disk is full"),
        (DiskFault::FailsToWrite, "the disk reports an error"),
        (DiskFault::FailsToSync, "the disk reports an error"),
    ] {
        let before = format!("before {fault:?}");
        assert!(writes(&alice, &before));
        ledger.add(SavedThing::Post(before.clone()));
        let token = alice.form_token();
        disk.set_fault(fault);
        let form = [("message", "in vain"), ("csrf_token", &token)];
        let refused = alice.post_as_is("/post", &form, &[]);
        assert_eq!(refused.status, 503, "{fault:?}");
        assert!(
            refused.has(words) && refused.has("in vain"),
            "{fault:?}: {}",
            refused.words()
        );
        assert!(alice.get("/").has(&before), "reading goes on");
        let ready = alice.get("/readyz");
        assert_eq!(
            (ready.status, ready.text.as_str()),
            (503, "the disk does not take changes; reading works\n")
        );
        disk.set_fault(DiskFault::None);
        eventually("it is ready again", || alice.get("/readyz").status == 200);
        let after = format!("after {fault:?}");
        eventually("writing works again", || writes(&alice, &after));
        ledger.add(SavedThing::Post(after));
    }
    let file = assert_sound(&disk.path().join("quartfeed.db"));
    let acknowledged = ledger.since(0);
    let lost = crowd::lost(&file, acknowledged.iter().map(|entry| &entry.thing));
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn a_file_system_that_may_not_sync_is_warned_of() {
    let disk = Disk::mount();
    let program = start_on(&disk);
    let log = program.log();
    assert!(
        log.contains("the database is on a file system that may lose or show it")
            && log.contains("FUSE: a file system of a program may not sync"),
        "{log}"
    );
    let directory = tempfile::tempdir().expect("a temporary directory");
    let database = disk.path().join("quartfeed.db");
    let database = database.to_str().expect("UTF-8");
    let said = run(
        directory.path(),
        &[
            "doctor",
            "--database",
            database,
            "--listen",
            &program.address,
        ],
    );
    assert!(said.out.contains("FUSE: "), "{}{}", said.out, said.err);
}
