//! The live path: its files know each other in one direction only.

use super::sources;

/// The `//!` of `live/mod.rs` names its files in reading order.
#[test]
fn each_file_of_the_live_path_knows_only_those_before_it() {
    let files = sources("src/live");
    let overview = files.iter().find(|file| file.path.ends_with("mod.rs"));
    let overview = overview.expect("it is there").text.lines();
    let overview: Vec<&str> = overview
        .take_while(|line| line.starts_with("//!"))
        .collect();
    let overview = overview.join(" ");
    let code_of = |name: &str| {
        let mut files = files.iter();
        let file = files.find(|file| file.path.file_stem().is_some_and(|stem| stem == name));
        file.map(super::Source::code)
    };
    let names = overview.split('`').skip(1).step_by(2);
    let order: Vec<_> = names
        .filter_map(|name| Some((name, code_of(name)?)))
        .collect();
    assert_eq!(
        order.len() + 1,
        files.len(),
        "each file but mod.rs is listed"
    );
    for (place, (name, code)) in order.iter().enumerate() {
        for (later, _) in &order[place + 1..] {
            assert!(!knows_sibling(code, later), "{name} knows {later}");
        }
    }
}

/// The rule above must be able to fail.
#[test]
fn a_sibling_is_found_in_a_path() {
    assert!(knows_sibling("use super::hub::Hub;", "hub"));
    assert!(knows_sibling("use super::{hub::Hub, sse};", "hub"));
    assert!(!knows_sibling("use crate::server::hub::Hub;", "hub"));
    assert!(!knows_sibling("let github::x = hub.y;", "hub"));
}

/// Checks whether code names another file of its directory in a path.
fn knows_sibling(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = &code[..at];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        !before.ends_with(is_part) && (!before.ends_with("::") || before.ends_with("super::"))
    })
}
