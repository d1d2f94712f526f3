//! Configuration, help and mistakes on the command line.

use std::fs;

use super::empty;
use crate::harness::{command, run};

#[test]
fn the_configuration_comes_from_file_environment_and_flags() {
    let directory = empty();
    fs::write(
        directory.path().join("quartfeed.toml"),
        "[server]\nlisten = \"127.0.0.1:1\"\n[site]\nname = \"Boat\"\n",
    )
    .expect("writable");
    let output = command(directory.path())
        .env("QUARTFEED_DATABASE_PATH", "elsewhere.db")
        .args(["config", "show", "--listen", "127.0.0.1:3"])
        .output()
        .expect("it starts");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    for line in [
        "name = \"Boat\"  # quartfeed.toml, line 4",
        "listen = \"127.0.0.1:3\"  # flag --listen",
        "path = \"elsewhere.db\"  # environment variable QUARTFEED_DATABASE_PATH",
        "page_size = 20  # default",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn the_output_of_config_show_is_a_valid_configuration() {
    let directory = empty();
    fs::write(
        directory.path().join("again.toml"),
        run(directory.path(), &["config", "show"]).out,
    )
    .expect("writable");
    let said = run(
        directory.path(),
        &["config", "check", "--config", "again.toml"],
    );
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
}

#[test]
fn a_mistake_ends_with_status_2_and_one_message() {
    let directory = empty();
    fs::write(
        directory.path().join("quartfeed.toml"),
        "[server]\nlisen = \"127.0.0.1:0\"\n",
    )
    .expect("writable");
    for arguments in [
        &["serve"][..],
        &[],
        &["config", "check"],
        &["config", "show"],
    ] {
        let said = run(directory.path(), arguments);
        assert_eq!(said.status, Some(2));
        assert_eq!(said.err.lines().count(), 1);
        assert!(
            said.err.starts_with("quartfeed: quartfeed.toml, line 2: there is no key server.lisen; the nearest that exists is server.listen"),
            "{}",
            said.err
        );
    }
    let said = run(directory.path(), &["--config", "missing.toml"]);
    assert!(
        said.status == Some(2) && said.err.contains("missing.toml"),
        "{}",
        said.err
    );
    assert_eq!(run(empty().path(), &["--lisen", "x"]).status, Some(2));
}

#[test]
fn help_and_version_are_said_on_standard_output() {
    let directory = empty();
    let help = run(directory.path(), &["--help"]);
    assert!(
        help.status == Some(0) && help.out.contains("--listen") && help.out.contains("config show"),
        "{}",
        help.out
    );
    let version = run(directory.path(), &["version"]);
    assert_eq!(
        version.out,
        format!("quartfeed {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_commands_about_members_are_in_the_help() {
    let directory = empty();
    let help = run(directory.path(), &["--help"]).out;
    assert!(
        help.contains("user add alice --admin") && help.contains("invite"),
        "{help}"
    );
    let help = run(directory.path(), &["user", "--help"]).out;
    for what in [
        "list",
        "add",
        "reset",
        "promote",
        "demote",
        "suspend",
        "reinstate",
        "delete",
        "keep",
        "sessions",
    ] {
        assert!(help.contains(&format!("\n  {what} ")), "{what}: {help}");
    }
}
