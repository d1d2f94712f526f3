//! Tests of the lookup of texts.

use super::*;

#[test]
fn a_text_is_said_in_the_language_of_the_moment() {
    assert_eq!(say("Settings"), "Settings");
    {
        let _german = speak(Language::German);
        assert_eq!(say("Settings"), "Einstellungen");
        {
            let _english = speak(Language::English);
            assert_eq!(say("Settings"), "Settings");
        }
        assert_eq!(say("Settings"), "Einstellungen");
        assert_eq!(
            say("nobody has translated this"),
            "nobody has translated this"
        );
    }
    assert_eq!(say("Settings"), "Settings");
}

#[test]
fn each_thread_speaks_for_itself() {
    let _german = speak(Language::German);
    let other = std::thread::spawn(spoken).join();
    assert_eq!(other.ok(), Some(Language::English));
}

#[test]
fn a_number_chooses_the_form() {
    let members = |n| count(n, "{n} member", "{n} members");
    assert_eq!(
        (members(1), members(0)),
        ("1 member".into(), "0 members".into())
    );
    let _german = speak(Language::German);
    assert_eq!(members(1), "1 Mitglied");
    assert_eq!(members(2), "2 Mitglieder");
}

#[test]
fn a_template_is_split_at_its_places() {
    let split = |text| pieces(text).collect::<Vec<_>>();
    assert_eq!(split(""), []);
    assert_eq!(split("no place"), [TemplatePart::Text("no place")]);
    assert_eq!(
        split("{a} and {b}."),
        [
            TemplatePart::Place("a"),
            TemplatePart::Text(" and "),
            TemplatePart::Place("b"),
            TemplatePart::Text(".")
        ]
    );
    assert_eq!(
        split("an open { brace"),
        [
            TemplatePart::Text("an open "),
            TemplatePart::Text("{ brace")
        ]
    );
}

#[test]
fn a_message_is_known_by_its_template() {
    let feeds = "At most {most} feeds.";
    assert_eq!(
        matched("At most 5 feeds.", feeds),
        Some(vec![("most", "5")])
    );
    assert_eq!(matched("At most 5 lists.", feeds), None);
    assert_eq!(matched("At most 5 feeds. More", feeds), None);
    assert_eq!(
        matched("Picture 2: it is broken", "Picture {n}: {why}"),
        Some(vec![("n", "2"), ("why", "it is broken")])
    );
    assert_eq!(matched("ab", "{a}{b}"), None);

    let too_long = "Field cannot be longer than 15 characters.";
    assert_eq!(message(too_long), too_long);
    let _german = speak(Language::German);
    assert_eq!(message(too_long), "Höchstens 15 Zeichen sind möglich.");
    assert_eq!(message("This field is required."), "Bitte ausfüllen.");
    assert_eq!(
        message("Picture 2: This field is required."),
        "Bild 2: Bitte ausfüllen."
    );
    assert_eq!(message("something else"), "something else");
}

#[test]
fn typed_words_stay_as_they_are_in_a_message() {
    let _german = speak(Language::German);
    for typed in ["Settings", "ann@example.org", "a “b”.", "{why}"] {
        let said = message(&format!("There is no user called {typed}.")).into_owned();
        assert!(said.contains(typed) && !said.contains("There is"), "{said}");
    }
}

#[test]
fn messages_in_messages_have_an_end() {
    let _german = speak(Language::German);
    let deep = "Picture 2: ".repeat(10_000);
    assert!(message(&deep).starts_with("Bild 2: Bild 2: Bild 2: Picture 2:"));
}
