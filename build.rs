//! Prepares `assets/` for embedding: the modules in few files, every file beside a gzip of it, and one hash of all.
//!
//! The hash is part of every asset's URL, so assets may be cached for ever.

#[path = "build/script.rs"]
mod script;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    path::Path,
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// The module that a page begins with, and the file that it is put into with all that it imports.
const ENTRY: &str = "main.js";
const BUNDLE: &str = "app.js";

/// Modules that a page asks for once they are needed, by `import('./lightbox.js')`. What they share with the first one
/// they import from there.
const LATER: [&str; 2] = ["lightbox.js", "pictures.js"];

fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=migrations");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets");
    let _ = fs::remove_dir_all(&target); // left by an earlier build; missing in the first one
    fs::create_dir_all(&target).expect("OUT_DIR is writable");

    let mut files = BTreeMap::new();
    let mut modules = BTreeMap::new();
    for entry in fs::read_dir("assets").expect("assets/ is part of the repository") {
        let path = entry.expect("assets/ is readable").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("asset names are ASCII")
            .to_owned();
        let content = fs::read_to_string(&path).expect("assets are text");
        let kind = if path.extension().is_some_and(|extension| extension == "js") {
            &mut modules
        } else {
            &mut files
        };
        kind.insert(name, content);
    }
    files.extend(bundles(&modules));

    let mut hash = Sha256::new();
    for (name, content) in files {
        hash.update(&name);
        hash.update(&content);
        let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
        zipped
            .write_all(content.as_bytes())
            .expect("memory takes it");
        let zipped = zipped.finish().expect("memory takes it");
        fs::write(target.join(format!("{name}.gz")), zipped).expect("OUT_DIR is writable");
        fs::write(target.join(name), content).expect("OUT_DIR is writable");
    }
    let hash: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Not named like our configuration: `cargo run` hands it to the program as well.
    println!("cargo::rustc-env=ASSETS_HASH={hash}");
}

/// All modules in few, each behind those that it imports: a dozen requests become one. It understands just what our
/// modules do, whole-line imports of plain names and exports of declarations, and fails on everything else.
fn bundles(modules: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let (mut first, mut all, mut shared) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    visit(ENTRY, modules, &mut first);
    all.extend(first.iter().copied());
    let mut files = BTreeMap::new();
    for entry in LATER {
        let (mut order, mut imported) = (first.clone(), BTreeSet::new());
        visit(entry, modules, &mut order);
        let own = order.split_off(first.len());
        for line in own.iter().flat_map(|name| modules[*name].lines()) {
            if import(line).is_some_and(|from| first.contains(&from)) {
                imported.extend(imported_names(line));
            }
        }
        let exported = modules[entry].lines().filter_map(exported_name).collect();
        let script = bundle(modules, &own, &imported, &exported);
        assert!(all.insert(entry), "{entry} is needed at once");
        all.extend(own);
        shared.extend(imported);
        files.insert(entry.to_owned(), script);
    }
    assert_eq!(all.len(), modules.len(), "a module that nobody imports");
    let script = bundle(modules, &first, &BTreeSet::new(), &shared);
    files.insert(BUNDLE.to_owned(), script);
    files
}

/// Some modules in one, which gets the names `imported` from the first one, and gives `exported`.
fn bundle(
    modules: &BTreeMap<String, String>,
    order: &[&str],
    imported: &BTreeSet<&str>,
    exported: &BTreeSet<&str>,
) -> String {
    let (mut statements, mut declared) = (Vec::new(), BTreeMap::new());
    for name in order {
        let first = statements.len();
        for line in modules[*name].lines() {
            if import(line).is_some() || line.trim_start().starts_with("//") {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            match statements.last_mut() {
                Some(last) if line.is_empty() || line.starts_with([' ', '}', ')', ']']) => {
                    *last += line;
                }
                _ => statements.push(line.to_owned()),
            }
            statements.last_mut().expect("a line was added").push('\n');
        }
        for statement in &statements[first..] {
            for declaration in script::declared(&script::tokens(statement)) {
                let other = declared.insert(declaration.to_owned(), name);
                assert!(
                    other.is_none() && !imported.contains(declaration),
                    "{declaration} stands in {name} and in {other:?}; modules share one scope"
                );
            }
        }
    }
    script::shortened(&statements, BUNDLE, imported, exported)
}

fn visit<'m>(name: &'m str, modules: &'m BTreeMap<String, String>, order: &mut Vec<&'m str>) {
    let source = modules
        .get(name)
        .unwrap_or_else(|| panic!("no module {name}"));
    for import in source.lines().filter_map(import) {
        if !order.contains(&import) {
            visit(import, modules, order);
        }
    }
    if !order.contains(&name) {
        order.push(name);
    }
}

/// The module that a line imports.
fn import(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("import ")?;
    assert!(
        !rest.contains(" as ") && rest.ends_with("';"),
        "not understood: {line}"
    );
    Some(rest.split('\'').nth(1)?.trim_start_matches("./"))
}

/// The names that such a line imports.
fn imported_names(line: &str) -> impl Iterator<Item = &str> {
    let names = line.split(['{', '}']).nth(1).unwrap_or_default();
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// The name of a declaration that a line exports.
fn exported_name(line: &str) -> Option<&str> {
    let words = line.strip_prefix("export ")?.split([' ', '(', ';']);
    words
        .into_iter()
        .find(|word| !["async", "function", "const", "let"].contains(word))
}
