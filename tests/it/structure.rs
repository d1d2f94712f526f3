//! The rules that the compiler does not know.

use std::{
    fs,
    path::{Path, PathBuf},
};

const LINES_MAX: usize = 400;

/// A part of the source, and what it must not know.
const UNKNOWN: &[(&str, &[&str])] = &[
    (
        "src/model",
        &[
            "app",
            "auth",
            "config",
            "door",
            "http",
            "live",
            "routes",
            "server",
            "store",
            "views",
            "web",
            "rusqlite",
            "tiny_http",
            "maud",
            "jiff",
        ],
    ),
    (
        "src/store",
        &[
            "app",
            "auth",
            "door",
            "http",
            "live",
            "routes",
            "server",
            "views",
            "web",
            "tiny_http",
            "maud",
        ],
    ),
    (
        "src/views",
        &[
            "app",
            "door",
            "http",
            "live",
            "routes",
            "server",
            "store",
            "web",
            "rusqlite",
            "tiny_http",
        ],
    ),
    (
        "src/web",
        &["door", "server", "rusqlite", "tiny_http", "mio"],
    ),
    (
        "src/live",
        &[
            "app",
            "door",
            "routes",
            "server",
            "web",
            "rusqlite",
            "tiny_http",
        ],
    ),
    (
        "src/http",
        &[
            "app", "door", "live", "routes", "server", "store", "views", "web",
        ],
    ),
    (
        "src/door",
        &[
            "app",
            "auth",
            "model",
            "routes",
            "server",
            "store",
            "views",
            "web",
            "rusqlite",
            "tiny_http",
        ],
    ),
];

#[test]
fn data_flows_one_way() {
    for (place, unknown) in UNKNOWN {
        for (path, text) in sources(Path::new(place)) {
            for name in *unknown {
                assert!(!uses(&text, name), "{} knows {name}", path.display());
            }
        }
    }
}

/// The rule above must be able to fail.
#[test]
fn a_use_is_found_however_it_is_written() {
    for text in [
        "use crate::store::Db;",
        "use crate::{\n    app::App,\n    store::Db,\n};",
        "use crate::{app, store};",
        "crate::store::open()",
    ] {
        assert!(uses(text, "store"), "{text}");
    }
    assert!(uses("use rusqlite::Connection;", "rusqlite") && uses("x: rusqlite::Row", "rusqlite"));
    assert!(!uses("use crate::{model::restore};\n// the store", "store"));
}

/// Its `//!` names its files in reading order.
#[test]
fn each_file_of_the_live_path_knows_only_those_before_it() {
    let files = sources(Path::new("src/live"));
    let overview = fs::read_to_string("src/live/mod.rs").expect("UTF-8");
    let overview = overview.lines().take_while(|line| line.starts_with("//!"));
    let overview = overview.collect::<Vec<_>>().join(" ");
    let code_of = |name: &str| {
        let mut files = files.iter();
        files.find(|(path, _)| path.file_stem().is_some_and(|stem| stem == name))
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
    for (place, (name, (_, code))) in order.iter().enumerate() {
        for (later, _) in &order[place + 1..] {
            assert!(!knows_sibling(code, later), "{name} knows {later}");
        }
    }
}

#[test]
fn files_stay_small() {
    for (path, text) in sources(Path::new("src")) {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
    }
}

#[test]
fn only_main_asks_the_system_what_time_it_is() {
    for (path, text) in sources(Path::new("src")) {
        let asks = text.contains("SystemTime::now()") || text.contains("Zoned::now()");
        assert_eq!(asks, path.ends_with("main.rs"), "{}", path.display());
    }
}

#[test]
fn all_sql_is_in_the_store() {
    for (path, text) in sources(Path::new("src")) {
        let has_sql = [
            "\"select ",
            "\"insert into",
            "\"update ",
            "\"delete from",
            "prepare_cached",
        ]
        .iter()
        .any(|sql| text.contains(sql));
        assert!(
            !has_sql || path.starts_with("src/store"),
            "{}",
            path.display()
        );
    }
}

/// What a file's tests know is their own affair.
fn sources(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory exists") {
        let path = entry.expect("readable").path();
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            let text = fs::read_to_string(&path).expect("UTF-8");
            let code = text
                .split("#[cfg(test)]")
                .next()
                .unwrap_or_default()
                .to_owned();
            found.push((path, code));
        }
    }
    found
}

/// Whether the code names another file of its directory in a path.
fn knows_sibling(code: &str, name: &str) -> bool {
    code.match_indices(&format!("{name}::")).any(|(at, _)| {
        let before = &code[..at];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        !before.ends_with(is_part) && (!before.ends_with("::") || before.ends_with("super::"))
    })
}

/// Whether the code names a module or crate in a path.
fn uses(text: &str, name: &str) -> bool {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        // A name of a crate or of a module at the root, not of something inside another.
        let at_root = before.ends_with("crate::") || !before.ends_with("::");
        let in_braces = before
            .rsplit_once("use crate::{")
            .is_some_and(|(_, inside)| !inside.contains(';'));
        whole && at_root && (after.starts_with("::") || before.ends_with("crate::") || in_braces)
    })
}
