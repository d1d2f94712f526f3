//! The table of what finds what, in `docs/search.md`.

use super::found;
use crate::harness::Site;

const DOCUMENT: &str = include_str!("../../../docs/search.md");

#[test]
fn the_table_in_the_document_holds() {
    let site = Site::start();
    let alice = site.member("alice");
    let (_, table) = DOCUMENT
        .split_once("| text | search | found |\n|---|---|---|\n")
        .expect("the table");
    let mut rows = 0;
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [text, query, expected] = cells.as_slice() else {
            panic!("{row} has three cells");
        };
        let post = alice.write(text);
        let query = query.trim_matches('`');
        let is_found = found(&alice, query).contains(&post);
        assert_eq!(is_found, *expected == "yes", "{row}");
        alice.press(&format!("/post/{post}/delete"));
        assert!(!found(&alice, query).contains(&post), "{row}: deleted");
        rows += 1;
    }
    assert!(rows > 50, "{rows} rows");
}
