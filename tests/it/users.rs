//! Registration, profiles and changed names.

use crate::harness::{PASSWORD, Page, Person, Site};

#[test]
fn a_newcomer_registers_and_is_told_to_sign_in() {
    let site = Site::start();
    let visitor = site.visitor();
    let answer = visitor.post(
        "/register",
        &[
            ("username", "Alice_99"),
            ("password", PASSWORD),
            ("name", "Alice Ä."),
        ],
    );
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    let login = visitor.get("/login");
    assert!(login.has("User registered successfully, please login"));
    assert!(
        !visitor.get("/login").has("User registered successfully"),
        "it is said once"
    );
    visitor.sign_in("alice_99");
    assert!(visitor.get("/user/Alice_99").has("Alice Ä."));
}

#[test]
fn errors_stand_beside_their_fields_and_the_input_stays() {
    let site = Site::start();
    let page = site.visitor().post(
        "/register",
        &[
            ("username", "sixteen_letters_"),
            ("password", "short"),
            ("name", "<Alice>"),
            ("email", "nobody"),
        ],
    );
    assert_eq!(page.status, 422);
    assert!(page.has("Field cannot be longer than 15 characters."));
    assert!(page.has("Field must be at least 8 characters long."));
    assert!(page.has("This is not a valid e-mail address"));
    assert!(page.has("value=\"sixteen_letters_\"") && page.has("value=\"&lt;Alice&gt;\""));
    assert!(!page.has("\"short\""), "a password is not repeated");
    assert!(page.has("aria-describedby=\"username-error\""));
}

#[test]
fn an_empty_form_says_what_is_required() {
    let site = Site::start();
    let page = site.visitor().post("/register", &[]);
    assert_eq!(
        (
            page.status,
            page.text.matches("This field is required.").count()
        ),
        (422, 2)
    );
}

#[test]
fn hostile_usernames_are_refused() {
    let site = Site::start();
    let visitor = site.visitor();
    for name in [
        "al ice",
        "login",
        "API",
        "<b>",
        "älice",
        "a\0b",
        "../x",
        "\u{202e}bob",
        "a-b",
    ] {
        let page = visitor.register(name);
        assert_eq!(page.status, 422, "{name:?}");
    }
}

#[test]
fn a_name_is_taken_in_every_case_of_its_letters() {
    let site = Site::start();
    site.member("Alice");
    let page = site.visitor().register("aLICE");
    assert_eq!(page.status, 422);
    assert!(page.has("User already exists"));
}

#[test]
fn a_profile_has_one_address() {
    let site = Site::start();
    let bob = site.member("bob");
    site.member("Alice").write("hello");
    let moved = bob.get("/user/alice");
    assert_eq!((moved.status, moved.location()), (301, "/user/Alice"));
    let page = bob.get("/user/Alice");
    assert!(page.has("0 followers · 0 following") && page.has("hello"));
    assert_eq!(bob.get("/user/nobody").status, 404);
    assert!(bob.get("/user/bob").has("No posts yet."));
}

#[test]
fn a_closed_site_takes_no_newcomers() {
    let site =
        Site::with(|config| config.accounts.registration = quartfeed::config::Registration::Closed);
    let visitor = site.visitor();
    assert!(!visitor.get("/").has("/register\">Register</a> <"));
    assert_eq!(visitor.get("/register").status, 403);
    assert_eq!(visitor.register("alice").status, 403);
}

#[test]
fn people_say_who_they_are() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    assert!(
        bob.get("/user/bob").has("Edit Profile") && !alice.get("/user/bob").has("Edit Profile")
    );
    let bio = "Painter.\nSee https://pi.example/trees <3";
    let form = [("username", "bob"), ("name", "Bob Ross"), ("bio", bio)];
    let answer = bob.post("/profile/edit", &form);
    assert_eq!((answer.status, answer.location()), (303, "/user/bob"));
    let page = bob.get("/user/bob");
    assert!(page.has("Profile updated") && page.has("Bob Ross") && page.has("&lt;3"));
    assert!(page.has("<a href=\"https://pi.example/trees\""));
    let form = bob.get("/profile/edit");
    assert!(form.has("value=\"Bob Ross\"") && form.has("Painter."));
    let (long_name, long_bio) = ("x".repeat(51), "x".repeat(501));
    for (username, name, bio, reason) in [
        ("", "", "", "This field is required."),
        ("bob!", "", "", "Use only the letters"),
        ("alice", "", "", "Username already exists"),
        ("ALICE", "", "", "Username already exists"),
        (
            "bob",
            long_name.as_str(),
            "",
            "Field cannot be longer than 50 characters.",
        ),
        ("bob", "a\u{202e}b", "", "Invisible characters"),
        (
            "bob",
            "\u{200d}\u{fe0f}",
            "",
            "This name has no visible characters.",
        ),
        (
            "bob",
            "",
            long_bio.as_str(),
            "Field cannot be longer than 500 characters.",
        ),
        ("bob", "", "a\0b", "Control characters"),
    ] {
        let form = [("username", username), ("name", name), ("bio", bio)];
        let page = bob.post("/profile/edit", &form);
        assert_eq!(page.status, 422, "{username} {name} {bio}");
        assert!(page.has(reason), "{reason}");
    }
    assert_eq!(site.visitor().get("/profile/edit").status, 303);
}

fn rename(person: &Person, name: &str) -> Page {
    let form = [("username", name), ("name", ""), ("bio", "")];
    person.post("/profile/edit", &form)
}

/// Renames Bob three times, in the end to ROB.
fn rename_bob(bob: &Person) {
    for name in ["Robert", "rob", "ROB"] {
        let answer = rename(bob, name);
        assert_eq!(
            (answer.status, answer.location()),
            (303, format!("/user/{name}").as_str())
        );
    }
}

#[test]
fn an_old_name_leads_to_the_new_one_for_ever() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let post = bob.write("I am @bob");
    rename_bob(&bob);
    for old in ["bob", "BOB", "robert", "rob"] {
        let moved = alice.get(&format!("/user/{old}"));
        assert_eq!(
            (moved.status, moved.location()),
            (301, "/user/ROB"),
            "{old}"
        );
        let moved = alice.get(&format!("/user/{old}/followers?before=0000000000009"));
        assert_eq!(moved.location(), "/user/ROB/followers?before=0000000000009");
    }
    let mention = "<a class=\"mention\" href=\"/user/bob\">@bob</a>";
    assert!(alice.get("/").has(mention));
    let encoded = alice.get("/user/%62ob/following?before=0000000000009");
    assert_eq!(
        encoded.location(),
        "/user/ROB/following?before=0000000000009"
    );
    assert_eq!(alice.post("/unfollow/bob", &[]).location(), "/user/ROB");
    assert_eq!(rename(&bob, "bob").status, 303, "it is still his own");
    assert_eq!(alice.get("/user/bob").posts(), [post.as_str()]);
    assert_eq!(alice.get("/user/ROB").location(), "/user/bob");
    site.visitor().sign_in("bob");
}

#[test]
fn an_old_name_cannot_be_taken_by_others() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    rename_bob(&bob);
    for taken in ["bob", "ROBERT", "Rob"] {
        let page = site.visitor().register(taken);
        assert_eq!(page.status, 422);
        assert!(page.has("User already exists"));
        let page = rename(&alice, taken);
        assert!(
            page.status == 422 && page.has("Username already exists"),
            "{taken}"
        );
    }
}

#[test]
fn nobody_collects_names() {
    let site = Site::start();
    let bob = site.member("bob");
    rename_bob(&bob);
    assert_eq!(rename(&bob, "bob").status, 303);
    let refused = (0..12)
        .map(|n| rename(&bob, &format!("name{n}")))
        .find(|page| page.status == 422);
    assert!(
        refused
            .expect("names are not collected")
            .has("You have had 10 other names already")
    );
    assert_eq!(rename(&bob, "Robert").status, 303, "an old name costs none");
}

/// A former name leads to the same person, so a mention by it notifies them.
#[test]
fn a_mention_by_a_former_name_notifies() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    assert_eq!(rename(&bob, "robert").status, 303);
    let id = alice.write("hi @bob");
    assert!(bob.get("/notifications").has("mentioned you"));
    assert_eq!(site.count("mentions"), 1);
    alice.comment(&id, "@bob and @robert are one");
    assert_eq!(site.count("mentions"), 2);
}

#[test]
fn a_mention_survives_a_rename_and_a_mended_typo() {
    let site = Site::start();
    let (alice, cy) = (site.member("alice"), site.member("cy"));
    let id = alice.write("helo @cy");
    let comment = alice.comment(&id, "helo @CY");
    assert_eq!(rename(&cy, "cyril").status, 303);
    assert_eq!(alice.edit(&id, "hello @cy").status, 303);
    let form = [("comment", "hello @CY")];
    assert_eq!(
        alice
            .post(&format!("/comment/{comment}/edit"), &form)
            .status,
        303
    );
    assert_eq!(site.count("mentions"), 2);
    assert!(cy.get("/notifications").has("mentioned you"));
    assert_eq!(alice.edit(&id, "hello").status, 303);
    assert_eq!(site.count("mentions"), 1, "it is gone with the name");
}
