//! Comments that a newcomer can read.

use super::{Source, product, sources};

/// Checks whether a file says in its first lines what it is for.
fn is_introduced(source: &Source) -> bool {
    source
        .text
        .lines()
        .take(3)
        .any(|line| line.starts_with("//!"))
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in product().into_iter().chain(sources("tests/it")) {
        assert!(is_introduced(&source), "{}", source.path.display());
    }
}

#[test]
fn a_file_without_an_introduction_is_found() {
    let source = |text: &str| Source {
        path: "x.rs".into(),
        text: text.to_owned(),
    };
    assert!(is_introduced(&source("//! Posts.\n\nuse a::B;")));
    assert!(!is_introduced(&source(
        "/// A post.\nstruct Post;\n\nuse a::B;\n//! Late."
    )));
}
