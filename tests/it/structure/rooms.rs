//! The rooms of the source, and which of them must not know which others.

use std::{collections::BTreeSet, fs};

use super::{product, sources};

/// Each room, and the rooms and crates that it must not know.
#[rustfmt::skip]
const UNKNOWN: &[(&str, &str)] = &[
    ("app",          "cli door routes server views web rusqlite tiny_http maud mio"),
    ("arrivals",     "app auth cli clock config door error http housekeeping live log metrics pictures routes server store views web rusqlite tiny_http maud mio"),
    ("archives",     "app auth cli clock door http housekeeping live log pictures routes server web rusqlite tiny_http mio"),
    ("assets",       "app auth cli clock config door http housekeeping live log pictures routes server store views web rusqlite tiny_http mio"),
    ("auth",         "app cli config door http housekeeping live pictures routes server store views web rusqlite tiny_http maud mio"),
    ("backups",      "app auth cli door http housekeeping live pictures routes server views web rusqlite tiny_http maud mio"),
    ("cache",        "app auth cli clock config door http housekeeping live log pictures routes server views web outgoing webhooks rusqlite tiny_http maud mio"),
    ("cli",          "door http live routes views web rusqlite tiny_http maud mio"),
    ("clock",        "app auth cli config door http housekeeping live log pictures routes server store views web rusqlite tiny_http maud mio"),
    ("config",       "app auth cli door http housekeeping live pictures routes server store views web rusqlite tiny_http maud mio"),
    ("demo",         "arrivals auth cli door feeds_in housekeeping http live metrics routes server views web rusqlite tiny_http maud mio"),
    ("door",         "app auth cli housekeeping model pictures routes server store views web rusqlite tiny_http maud"),
    ("error",        "app auth cli clock config door http housekeeping live log pictures routes server store views web tiny_http maud mio"),
    ("feeds_in",     "app auth cli door http housekeeping live routes server views web rusqlite tiny_http maud mio"),
    ("housekeeping", "app auth cli door http live pictures routes server views web rusqlite tiny_http maud mio"),
    ("http",         "app auth cli door housekeeping live pictures routes server store views web outgoing webhooks rusqlite mio"),
    ("imports",      "app archives auth cli door http housekeeping live routes server views web rusqlite tiny_http maud mio"),
    ("live",         "app cli door housekeeping pictures routes server web outgoing webhooks rusqlite tiny_http maud"),
    ("log",          "app auth cli clock config door http housekeeping live pictures routes server store views web rusqlite tiny_http maud mio"),
    ("metrics",      "app auth cli clock door error http housekeeping live log model pictures routes server store views web rusqlite tiny_http maud mio"),
    ("model",        "app auth cli clock config door http housekeeping live log pictures routes server store views web outgoing webhooks rusqlite tiny_http maud mio jiff"),
    ("outgoing",     "app archives auth cli clock door error feeds_in http housekeeping imports live log metrics model pictures routes server store views web webhooks rusqlite tiny_http maud mio"),
    ("pictures",     "app auth cli config door http housekeeping live routes server store views web rusqlite tiny_http maud mio"),
    ("routes",       "cli door housekeeping pictures server rusqlite tiny_http maud mio"),
    ("seen",         "app auth cli clock config door http housekeeping live log pictures routes server views web outgoing webhooks rusqlite tiny_http maud mio"),
    ("server",       "auth cli housekeeping live pictures views rusqlite maud mio"),
    ("store",        "app auth cli door housekeeping http live pictures routes server views web outgoing webhooks tiny_http maud mio"),
    ("sync",         "app auth cli clock config door error http housekeeping live log model pictures routes server store views web rusqlite tiny_http maud mio"),
    ("views",        "app cli door housekeeping http live pictures routes server store web outgoing webhooks rusqlite tiny_http mio"),
    ("words",        "app archives arrivals auth cli clock config door error feeds_in http housekeeping imports live log metrics outgoing pictures routes seen server store views web webhooks rusqlite tiny_http maud mio"),
    ("webhooks",     "app archives auth cli door feeds_in http housekeeping imports live pictures routes server web rusqlite tiny_http maud mio"),
    ("web",          "cli door housekeeping routes server outgoing webhooks rusqlite tiny_http mio"),
];

/// The files that tie the rooms together, and may know all of them.
const TIES: &[&str] = &["lib", "main"];

#[test]
fn data_flows_one_way() {
    for (room, unknown) in UNKNOWN {
        for source in sources(&format!("src/{room}")) {
            if source.is_test() {
                continue;
            }
            let code = source.code();
            let known = known(&code);
            for name in unknown.split_whitespace() {
                let path = source.path.display();
                assert!(!known.contains(name), "{path} knows {name}");
            }
        }
    }
}

#[test]
fn every_room_has_its_rule() {
    for entry in fs::read_dir("src").expect("the directory exists") {
        let path = entry.expect("readable").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let has_rule = UNKNOWN.iter().any(|(room, _)| *room == name);
        assert!(has_rule || TIES.contains(&&*name), "{name} has no rule");
    }
}

/// The rule of the rooms must be able to fail.
#[test]
fn a_use_is_found_however_it_is_written() {
    for text in [
        "use crate::store::Db;",
        "use crate::{\n    app::App,\n    store::Db,\n};",
        "use crate::{app, store};",
        "use crate::{model::{posts, users}, store::{self, Db}};",
        "crate::store::open()",
    ] {
        assert!(known(text).contains("store"), "{text}");
    }
    for text in [
        "use rusqlite::Connection;",
        "x: rusqlite::Row",
        "fn f(x: &rusqlite::Row)",
    ] {
        assert!(known(text).contains("rusqlite"), "{text}");
    }
    for text in [
        "use crate::{model::restore};",
        "use crate::model::{store, posts};",
        "let store = model::store::open();",
        "store.open()",
    ] {
        assert!(!known(text).contains("store"), "{text}");
    }
}

#[test]
fn only_main_asks_the_system_what_time_it_is() {
    for source in product() {
        let code = source.code();
        let asks = code.contains("SystemTime::now()") || code.contains("Zoned::now()");
        let path = source.path.display();
        assert_eq!(asks, source.path.ends_with("main.rs"), "{path}");
    }
}

#[test]
fn all_sql_is_in_the_store() {
    for source in product() {
        let code = source.code();
        let sql = [
            "\"select ",
            "\"insert into",
            "\"update ",
            "\"delete from",
            "prepare_cached",
        ];
        let has_sql = sql.iter().any(|sql| code.contains(sql));
        let is_store = source.path.starts_with("src/store");
        assert!(!has_sql || is_store, "{}", source.path.display());
    }
}

/// Returns the rooms that code names behind `crate::`, and the crates with which it begins a path.
fn known(code: &str) -> BTreeSet<&str> {
    let is_room = |name: &str| UNKNOWN.iter().any(|(room, _)| *room == name);
    let mut known = BTreeSet::new();
    for (at, _) in code.match_indices("::") {
        let before = code[..at].trim_end_matches(is_part);
        let (word, rest) = (&code[before.len()..at], &code[at + 2..]);
        if word == "crate" {
            match rest.strip_prefix('{') {
                Some(list) => known.extend(heads(list)),
                None => known.extend(word_at_start(rest)),
            }
        } else if !before.ends_with(':') && !is_room(word) {
            // A module may be called like a room, so a room is only known by its path from the root.
            known.insert(word);
        }
    }
    known
}

/// Returns the first words of the items of a list in braces, up to its end.
fn heads(list: &str) -> Vec<&str> {
    let (mut heads, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                heads.extend(word_at_start(list[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    heads
}

fn word_at_start(text: &str) -> Option<&str> {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
