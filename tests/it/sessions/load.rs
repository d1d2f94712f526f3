//! Many sign-ins at once.

use crate::harness::{PASSWORD, Person, Program, Site, between};

#[test]
fn a_crowd_of_sign_ins_is_asked_to_come_back() {
    let site = Site::behind_a_proxy();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..40)
            .map(|n| {
                let visitor = site.visitor().coming_from(&format!("192.0.2.{n}"));
                let name = format!("nobody{n}");
                scope.spawn(move || visitor.log_in(&name, PASSWORD))
            })
            .collect();
        visitors
            .into_iter()
            .map(|visitor| visitor.join().expect("no panic"))
            .collect()
    });
    for answer in &answers {
        match answer.status {
            422 => assert!(answer.has("Invalid username or password")),
            503 => assert!(answer.header("retry-after").is_some()),
            other => panic!("{other}"),
        }
    }
    assert!(
        answers.iter().any(|answer| answer.status == 422),
        "some are served"
    );
}

/// Each hash takes 19 MiB, which must go back to the system, or a small machine runs out of memory.
#[test]
#[cfg(target_os = "linux")]
fn sign_ins_leave_no_memory_behind() {
    const LEFT_KIB_MAX: u64 = 30 * 1_024;
    let program = Program::with(|command| {
        command.env("QUARTFEED_SERVER_TRUSTED_PROXIES", "127.0.0.1");
    });
    let resident = || -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.pid()));
        let status = status.expect("it runs");
        let kib = between(&status, "VmRSS:", "kB").trim();
        kib.parse().expect("a number")
    };
    let before = resident();
    for n in 0..24 {
        let stranger = Person::stranger(&program.address);
        let stranger = stranger.coming_from(&format!("192.0.2.{n}"));
        let name = format!("nobody{n}");
        let answer = stranger.log_in(&name, PASSWORD);
        assert_eq!(answer.status, 422);
    }
    let after = resident();
    assert!(
        after < before + LEFT_KIB_MAX,
        "{before} KiB before, {after} KiB after"
    );
}
