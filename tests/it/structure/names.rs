//! Names that say what they are for.

use std::collections::BTreeMap;

use super::{product, sources};

/// Words that make a name a clause instead of a sentence.
const WH_WORDS: &[&str] = &[
    "what", "who", "whom", "whose", "whoever", "whether", "where", "when", "which", "how", "why",
];

/// Returns the names of the tests in a file that begin with a wh-word.
fn clauses(text: &str) -> Vec<&str> {
    let tests = text.split("#[test]").skip(1);
    let names = tests.filter_map(|rest| rest.split_once("fn ")?.1.split('(').next());
    let begins_badly = |name: &&str| {
        let word = name.split('_').next();
        word.is_some_and(|word| WH_WORDS.contains(&word))
    };
    names.filter(begins_badly).collect()
}

#[test]
fn names_of_tests_are_sentences() {
    for source in sources("tests/it") {
        let found = clauses(&source.text);
        assert!(found.is_empty(), "{}: {found:?}", source.path.display());
    }
}

#[test]
fn a_name_that_is_a_clause_is_found() {
    // In two parts, or this file would hold such a test itself.
    let mark = concat!("#[", "test]\n");
    let text = format!("{mark}fn what_is_gone_is_gone() {{}}\n{mark}fn a_post_is_shown() {{}}");
    assert_eq!(clauses(&text), ["what_is_gone_is_gone"]);
}

/// Returns the names of the types that code declares. Types inside of an `impl` are indented, and no names of their own.
fn types(code: &str) -> Vec<&str> {
    let declared = code.lines().filter_map(|line| {
        let rest = match line.strip_prefix("pub") {
            Some(rest) => rest
                .trim_start_matches("(crate)")
                .trim_start_matches("(super)"),
            None => line,
        };
        let (keyword, rest) = rest.trim_start().split_once(' ')?;
        let is_type = ["struct", "enum", "trait", "type", "union"].contains(&keyword);
        let is_root = !line.starts_with(' ');
        let name = rest
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()?;
        (is_type && is_root && !name.is_empty()).then_some(name)
    });
    declared.collect()
}

#[test]
fn no_type_is_declared_twice() {
    let mut places = BTreeMap::<String, Vec<String>>::new();
    for source in product() {
        for name in types(&source.code()) {
            let path = source.path.display().to_string();
            places.entry(name.to_owned()).or_default().push(path);
        }
    }
    places.retain(|_, paths| paths.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

#[test]
fn a_type_is_found_however_it_is_declared() {
    let code = "pub struct Post;\npub(crate) enum Act {\nstruct Page<T> {\ntype Result<T> = ();\npub(super) trait See {\n\
                impl Iterator for Page {\n    type Item = Post;\nfn f() {}\nlet structure = 5;";
    assert_eq!(types(code), ["Post", "Act", "Page", "Result", "See"]);
}

/// Returns the imports that give another name; `as _` gives none.
fn renamed(code: &str) -> Vec<&str> {
    let (mut found, mut at) = (Vec::new(), 0);
    for line in code.split_inclusive('\n') {
        let begins = line.trim_start();
        let begins = match begins.strip_prefix("pub") {
            Some(rest) => rest.split_once(' ').map_or("", |(_, rest)| rest),
            None => begins,
        };
        if begins.starts_with("use ")
            && let Some((import, _)) = code[at..].split_once(';')
        {
            let names = import.split(" as ").skip(1);
            found.extend(names.filter(|name| !name.starts_with('_')).map(|_| import));
        }
        at += line.len();
    }
    found
}

#[test]
fn imports_keep_their_names() {
    for source in product() {
        let code = source.code();
        let found = renamed(&code);
        assert!(found.is_empty(), "{}: {found:?}", source.path.display());
    }
}

#[test]
fn a_renamed_import_is_found() {
    for text in [
        "use a::b as c;",
        "use a::{\n    b::C,\n    d as e,\n};",
        "pub(crate) use a::B as C;",
    ] {
        assert_eq!(renamed(text).len(), 1, "{text}");
    }
    for text in [
        "use std::fmt::Write as _;",
        "use a::b;\nlet c = d as u8;",
        "// to use it as c;\nf();",
    ] {
        assert_eq!(renamed(text), [""; 0], "{text}");
    }
}
