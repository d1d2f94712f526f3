//! Names that say what they are for.

use super::sources;

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
