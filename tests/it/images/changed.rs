//! The images of a post, changed after it was written.

use serde_json::{Value, json};

use crate::harness::{FRAGMENT, Form, Page, Person, Site, between};

/// Writes a post with two images, and returns its id and theirs.
fn with_two(person: &Person) -> (String, [String; 2]) {
    let ids = ["palette.png", "grey.png"].map(|name| person.image(name));
    let images = json!([{ "id": ids[0], "alt": "Four colours" }, { "id": ids[1], "alt": "Grey" }]);
    let post = json!({ "message": "Two pictures", "images": images });
    let answer = person.send("POST", "/posts", &post);
    assert_eq!(answer.status, 201, "{}", answer.text);
    (answer.json()["id"].as_str().expect("an id").to_owned(), ids)
}

/// Returns the alt texts of a post's images, in their order.
fn shown(person: &Person, post: &str) -> Vec<String> {
    let post = person.ask("GET", &format!("/api/v1/posts/{post}"), &[], None);
    assert_eq!(post.status, 200, "{}", post.text);
    let alt = |image: &Value| image["alt"].as_str().expect("words").to_owned();
    let post = post.json();
    post["images"]
        .as_array()
        .expect("a list")
        .iter()
        .map(alt)
        .collect()
}

fn patch(person: &Person, post: &str, body: &Value) -> Page {
    person.send("PATCH", &format!("/posts/{post}"), body)
}

#[test]
fn alt_text_can_be_changed_later_and_an_image_removed() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (post, [one, two]) = with_two(&bob);
    let page = bob.get(&format!("/post/{post}/two-pictures?edit"));
    let form = between(&page.text, &format!("id=\"edit-post-{post}\""), "</form>");
    assert!(
        form.contains("value=\"Four colours\"")
            && form.contains(&format!("name=\"remove_image\" value=\"{two}\"")),
        "{form}"
    );
    let fields = [
        ("message", "Two pictures"),
        ("image_id", &one),
        ("alt", "Four <bright> colours"),
        ("image_id", &two),
        ("alt", "Grey"),
    ];
    let edit = format!("/post/{post}/edit");
    assert_eq!(alice.post(&edit, &fields).status, 403);
    let answer = bob.post_with(&edit, &fields, &[("Accept", FRAGMENT)]);
    assert!(
        answer.status == 200
            && answer.has("alt=\"Four &lt;bright&gt; colours\"")
            && answer.has(">edited<"),
        "{}",
        answer.text
    );
    assert!(alice.get("/").has("Four &lt;bright&gt; colours"));

    let row = format!("/image/{two}/row");
    assert_eq!(alice.get(&row).status, 200);
    let mut fields = fields.to_vec();
    fields.push(("remove_image", &two));
    assert_eq!(bob.post(&edit, &fields).status, 303);
    assert_eq!(shown(&alice, &post), ["Four <bright> colours"]);
    assert_eq!((alice.get(&row).status, bob.get(&row).status), (404, 404));
    assert_eq!(site.count("images"), 1);
    assert_eq!(site.number("select images from posts"), 1);
    // The text has not changed, so there is no revision.
    assert_eq!(site.count("revisions"), 0);
}

#[test]
fn a_form_that_says_nothing_of_pictures_leaves_them() {
    let site = Site::start();
    let alice = site.member("alice");
    let (post, _) = with_two(&alice);
    let edit = format!("/post/{post}/edit");
    assert_eq!(alice.post(&edit, &[("message", "Other words")]).status, 303);
    assert_eq!(shown(&alice, &post), ["Four colours", "Grey"]);
    let before = site.count("events");
    assert_eq!(alice.post(&edit, &[("message", "Other words")]).status, 303);
    assert_eq!(site.count("events"), before);
}

#[test]
fn pictures_can_be_added_to_a_post_without_a_script() {
    let site = Site::with(|config| config.limits.images_per_post = 3);
    let alice = site.member("alice");
    let (post, [one, two]) = with_two(&alice);
    let edit = format!("/post/{post}/edit");
    let there = |form: Form| {
        form.field("message", "Three")
            .field("image_id", &one)
            .field("alt", "Four colours")
            .field("image_id", &two)
            .field("alt", "Grey")
    };
    // Only the refused picture has to be chosen again.
    let bad = there(alice.post_form()).image("text.jpg");
    let refused = alice.send_form(&edit, bad);
    assert!(
        refused.status == 422
            && refused.has("Images only!")
            && refused.has("value=\"Four colours\"")
            && refused.has("Three"),
        "{}",
        refused.text
    );
    let form = there(alice.post_form())
        .field("alt", "A house")
        .image("orientation-6.jpg");
    assert_eq!(alice.send_form(&edit, form).status, 303);
    assert_eq!(shown(&alice, &post), ["Four colours", "Grey", "A house"]);
    let another = alice.post_form().field("message", "Four").image("cmyk.jpg");
    let refused = alice.send_form(&edit, another);
    assert!(
        refused.status == 422 && refused.has("A post may have at most 3 pictures."),
        "{}",
        refused.text
    );
    // A removed image makes room for another.
    let form = there(alice.post_form()).field("remove_image", &one);
    let form = form.field("alt", "Ink").image("cmyk.jpg");
    assert_eq!(alice.send_form(&edit, form).status, 303);
    assert_eq!(shown(&alice, &post), ["Grey", "Ink"]);
}

#[test]
fn a_program_gives_a_post_the_pictures_it_is_to_have() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (post, [one, two]) = with_two(&bob);
    let three = bob.image("cmyk.jpg");
    let wanted = json!({ "images": [{ "id": three, "alt": "New" }, two, one] });
    assert_eq!(patch(&alice, &post, &wanted).status, 403);
    let answer = patch(&bob, &post, &wanted);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.json()["message"],
        "Two pictures",
        "what is not said stays"
    );
    assert_eq!(shown(&alice, &post), ["New", "Grey", "Four colours"]);

    let (other, [theirs, _]) = with_two(&bob);
    for (body, field) in [
        (json!({ "images": [theirs] }), "images"),
        (json!({ "images": ["nonsense"] }), "images"),
        (json!({}), "message"),
        (json!({ "message": " ", "images": [] }), "message"),
    ] {
        let answer = patch(&bob, &post, &body);
        assert!(answer.status == 422, "{body}: {}", answer.text);
        assert!(
            answer.json()["fields"][field].is_string(),
            "{body}: {}",
            answer.text
        );
    }
    assert_eq!(shown(&bob, &post).len(), 3, "nothing was lost");
    assert_eq!(patch(&bob, &other, &json!({ "images": [] })).status, 200);
    assert!(shown(&bob, &other).is_empty());
    assert_eq!(
        patch(&bob, &post, &json!({ "message": "" })).status,
        200,
        "pictures are enough"
    );
}
