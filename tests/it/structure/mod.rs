//! Rules of the source that the compiler does not know.

use std::{
    fs,
    path::{Path, PathBuf},
};

mod live;
mod messages;
mod names;
mod packages;
mod prose;
mod rooms;
mod size;
mod words;

/// A file of the repository.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// Returns the text without the tests at its end.
    fn product(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// Returns the text without comments, and without the tests at its end.
    fn code(&self) -> String {
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let lines: Vec<&str> = self.product().lines().filter(is_code).collect();
        lines.join("\n")
    }

    /// Checks whether the file holds nothing but tests, which may know and do more than the product.
    fn is_test(&self) -> bool {
        let mut parts = self.path.iter();
        parts.any(|part| part == "tests" || part == "tests.rs")
    }
}

/// Reads all Rust files in a directory, or the one file that is called like it.
fn sources(place: &str) -> Vec<Source> {
    let file = format!("{place}.rs");
    let mut found = Vec::new();
    if Path::new(&file).is_file() {
        found.push(read(file.into()));
    }
    if Path::new(place).is_dir() {
        collect(Path::new(place), &mut found);
    }
    assert!(!found.is_empty(), "{place} is not there");
    found
}

/// Reads the files of the product, without those that only test it.
fn product() -> Vec<Source> {
    let mut all = sources("src");
    all.retain(|source| !source.is_test());
    all
}

fn collect(directory: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(directory).expect("the directory exists") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(read(path));
        }
    }
}

fn read(path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).expect("UTF-8");
    Source { path, text }
}
