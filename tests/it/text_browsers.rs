//! Browsers without scripts and style sheets, such as lynx and w3m: what they are sent.

use crate::harness::{Person, Site, all_between, between, images};

/// Returns the forms of a page.
fn forms(page: &str) -> Vec<&str> {
    all_between(page, "<form", "</form>")
}

fn pages(alice: &Person, post: &str) -> Vec<String> {
    [
        "/",
        &format!("/post/{post}"),
        "/profile/edit",
        "/people",
        "/user/bob",
    ]
    .map(|path| alice.get_moved(path).text)
    .into()
}

#[test]
fn each_button_is_in_a_form_that_says_where_it_goes() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    images::give_avatar(&site, &alice, 1);
    alice.follow(&bob);
    let post = bob.write("By bob");
    bob.comment(&post, "A comment");
    alice.write("My own");
    alice.comment(&post, "Mine");
    for page in pages(&alice, &post) {
        assert!(
            !page.contains("formaction") && !page.contains(" form=\""),
            "{page}"
        );
        for form in forms(&page) {
            let is_post = form.contains("method=\"post\"");
            assert_eq!(is_post, form.contains("name=\"csrf_token\""), "{form}");
            assert!(form.contains("action=\""), "{form}");
            assert!(form.contains("<button"), "{form}");
        }
        let inside: usize = forms(&page)
            .iter()
            .map(|form| form.matches("<button").count())
            .sum();
        // Text browsers show the menu that this button opens.
        let opens_menu = page.matches("popovertarget").count();
        assert_eq!(
            inside + opens_menu,
            page.matches("<button").count(),
            "a button outside: {page}"
        );
    }
    let home = alice.get("/").text;
    for act in [format!("/post/{post}/like"), "/delete".to_owned()] {
        assert!(
            forms(&home)
                .iter()
                .any(|form| between(form, "action=\"", "\"").ends_with(&act)),
            "{act}"
        );
    }
}

#[test]
fn parts_for_the_script_are_not_in_the_page() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    alice.follow(&bob);
    let post = bob.write("By bob");
    bob.comment(&post, "A comment");
    for page in pages(&alice, &post) {
        for part in ["<template", "<dialog", "<progress", " unread", "Keyboard"] {
            assert!(!page.contains(part), "{part}: {page}");
        }
    }
}

#[test]
fn links_and_buttons_side_by_side_have_a_space_between() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    alice.follow(&bob);
    let post = bob.write("By bob");
    bob.edit(&post, "By bob, twice");
    bob.comment(&post, "A comment");
    alice.write("My own");
    for page in pages(&alice, &post) {
        for end in ["</a>", "</button>", "</span>", "</time>"] {
            for next in ["<a ", "<button", "<span class=\"edited", "<bdi"] {
                assert!(
                    !page.contains(&format!("{end}{next}")),
                    "{end}{next}: {page}"
                );
            }
        }
    }
}
