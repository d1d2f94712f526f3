//! Tests of the rules of hiding.

use super::*;

fn phrase(text: &str) -> Phrase {
    Phrase::parse(text).expect("a phrase")
}

#[test]
fn words_are_found_whole_and_however_they_are_spelled() {
    for (words, text, expected) in [
        ("spoiler", "A SPOILER ahead", true),
        ("spoiler", "spoiler", true),
        ("spoiler", "spoilers", false),
        ("spoiler", "no-spoiler!", true),
        ("spoiler", "anti_spoiler", false),
        ("spoiler", "about #spoiler", true),
        ("bob", "ask @bob", true),
        ("cafe", "the Café", true),
        ("Café", "the cafe\u{301}s", false),
        ("Café", "the CAFE\u{301}", true),
        ("world cup", "World\n  Cup", true),
        ("world   cup", "the world cup", true),
        ("world cup", "world cups", false),
        ("world cup", "world, cup", false),
        ("ear", "hear, dear: an ear", true),
        ("猫", "黒猫が好き", true),
        ("!", "stop!", true),
        ("🍕", "a🍕b", true),
    ] {
        let found = phrase(words).is_in(&Phrase::key_of(text));
        assert_eq!(found, expected, "{words} in {text}");
    }
}

#[test]
fn a_phrase_has_limits() {
    for wrong in ["", "  ", "\u{200b}", "\u{301}", "a\nb"] {
        assert!(Phrase::parse(wrong).is_err(), "{wrong:?}");
    }
    assert!(Phrase::parse(&"x".repeat(100)).is_ok());
    let long = Phrase::parse(&"word ".repeat(2_000)).expect_err("too long");
    assert_eq!(long, "Field cannot be longer than 100 characters.");
}

#[test]
fn a_form_says_everything_that_is_wrong_at_once() {
    let field = |name: &str| match name {
        "kind" => "words",
        "for" => "1y",
        _ => "",
    };
    let problems = NewHide::parse(field).expect_err("nothing is right");
    for field in ["value", "for", "where"] {
        assert!(problems.about(field).is_some(), "{field}");
    }
    let problems = HideTarget::parse(|_| "").expect_err("no kind");
    assert!(problems.about("kind").is_some());
}

#[test]
fn a_thing_is_named_as_people_write_it() {
    let target = |kind: &'static str, value: &'static str| {
        HideTarget::parse(|name| if name == "kind" { kind } else { value })
    };
    assert!(matches!(target("user", "@bob"), Ok(HideTarget::User(name)) if name.as_str() == "bob"));
    assert!(matches!(target("tag", "#Café"), Ok(HideTarget::Tag(tag)) if tag.key() == "cafe"));
    assert!(matches!(
        target("group", "garden"),
        Ok(HideTarget::Group(_))
    ));
    for (kind, value) in [("post", "x"), ("user", ""), ("tag", "a b"), ("words", "")] {
        assert!(target(kind, value).is_err(), "{kind} {value}");
    }
}

#[test]
fn where_something_is_hidden_decides_on_which_pages() {
    let tag: Tag = "news".parse().expect("a tag");
    let hide = |subject, scope| {
        Hides::new(vec![Hide {
            subject,
            scope,
            hidden_at: Timestamp(0),
            ends_at: None,
        }])
    };
    let post = HideCandidate {
        post: PostId(1),
        author: UserId(2),
        is_mine: false,
        text: "some #news",
        feeds: Vec::new(),
    };
    let pages = [
        HidePage::Home,
        HidePage::List,
        HidePage::Profile(UserId(2)),
        HidePage::Tag("news"),
        HidePage::OnPurpose,
    ];
    let of_tag = || HideSubject::Tag(tag.clone());
    for (subject, scope, expected) in [
        (
            of_tag(),
            HideScope::Home,
            [true, false, false, false, false],
        ),
        (
            of_tag(),
            HideScope::Everywhere,
            [true, true, true, false, false],
        ),
        (
            HideSubject::User(UserId(2)),
            HideScope::Everywhere,
            [true, true, false, true, false],
        ),
        (
            HideSubject::Post(PostId(1)),
            HideScope::Everywhere,
            [true, true, true, true, false],
        ),
        (
            HideSubject::Words(phrase("some")),
            HideScope::Everywhere,
            [true, true, true, true, false],
        ),
        (
            HideSubject::User(UserId(3)),
            HideScope::Everywhere,
            [false; 5],
        ),
    ] {
        let hides = hide(subject, scope);
        let found = pages.map(|page| !hides.of_post(&post, &page).is_empty());
        assert_eq!(found, expected, "{hides:?}");
    }
    let mine = HideCandidate {
        is_mine: true,
        ..post
    };
    let words = hide(HideSubject::Words(phrase("some")), HideScope::Home);
    assert!(words.of_post(&mine, &HidePage::Home).is_empty());
    let itself = hide(HideSubject::Post(PostId(1)), HideScope::Home);
    assert_eq!(itself.of_post(&mine, &HidePage::Home).len(), 1);
}
