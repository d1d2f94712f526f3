//! Search: what finds what, for whom, and in which order.

mod kept;
mod linked;
mod live;
mod operators;
mod pages;
mod words;

use crate::harness::{Person, Site};

/// Returns the ids of the posts that somebody finds, in their order, as a program reads them.
fn found(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/api/v1/search?q={}", encoded(query)));
    assert_eq!(page.status, 200, "{query}: {}", page.text);
    let json = page.json();
    let posts = json["posts"].as_array().expect("a list").iter();
    posts
        .map(|post| post["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// Returns what was not understood of a search.
fn remarks(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/api/v1/search?q={}", encoded(query)));
    let json = page.json();
    let remarks = json["remarks"].as_array().expect("a list").iter();
    remarks
        .map(|remark| remark.as_str().expect("a text").to_owned())
        .collect()
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").expect("memory");
        encoded
    })
}

/// Returns the number of words in the index.
fn words_in_index(site: &Site) -> i64 {
    let file = site.file();
    file.execute_batch("create virtual table temp.words using fts5vocab(main, 'search', 'row')")
        .expect("the index can be read");
    let count = file.query_row("select count(*) from words", [], |row| row.get(0));
    count.expect("a number")
}
