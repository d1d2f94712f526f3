//! The manual pages and completions, made from the commands.

use super::empty;
use crate::harness::run;

#[test]
fn a_shell_learns_every_command_that_people_type() {
    let directory = empty();
    let help = run(directory.path(), &["--help"]).out;
    let commands = help.split("Commands:").nth(1).expect("a list");
    let commands = commands.split("Options:").next().unwrap_or_default();
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= 10, "{names:?}");
    for shell in ["bash", "zsh", "fish"] {
        let said = run(directory.path(), &["completions", shell]);
        assert_eq!(said.status, Some(0), "{}", said.err);
        for name in &names {
            assert!(said.out.contains(name), "{shell}: {name}");
        }
        assert!(
            !said.out.contains("subcmd__draw"),
            "{shell}: it is not for people"
        );
    }
    let said = run(directory.path(), &["completions", "tcsh"]);
    assert_eq!(said.status, Some(2));
    assert!(said.err.contains("possible values: bash"), "{}", said.err);
}

#[test]
fn every_command_has_a_manual_page() {
    let directory = empty();
    let said = run(directory.path(), &["man"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(said.out.contains(".TH quartfeed 1"), "{}", said.out);
    assert!(said.out.contains("quartfeed\\-backup(1)"), "{}", said.out);
    let said = run(directory.path(), &["man", "backup", "create"]);
    assert!(
        said.out
            .contains("Write a backup, also while the site runs"),
        "{}",
        said.out
    );
    for unknown in [&["man", "fly"][..], &["man", "backup", "fly"]] {
        let said = run(directory.path(), unknown);
        assert_eq!(said.status, Some(1));
        let name = unknown[1..].join(" ");
        assert!(
            said.err.contains(&format!("there is no command {name}")),
            "{}",
            said.err
        );
    }
}
