//! Images in the API and in live events.

use quartfeed::model::{MediaType, NewRendition, Rendition};

use crate::harness::{
    Site,
    images::{keep, new_image, webp, write_with},
};

#[test]
fn programs_read_where_pictures_are() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [one, two] = [1, 2].map(|seed| keep(&site, &bob, &new_image(seed, 1_000)));
    let mut moving = new_image(3, 1_000);
    moving.is_moving = true;
    let bytes = webp(4, 3_000);
    moving.renditions.push(NewRendition::new(
        Rendition::Moving,
        1_600,
        1_200,
        MediaType::WebP,
        bytes,
    ));
    let moving = keep(&site, &bob, &moving);
    let post = write_with(&site, &bob, "look", &[two, moving, one]);
    for path in [format!("/api/v1/posts/{post}"), "/api/v1/feed".to_owned()] {
        let page = alice.get(&path).json();
        let found = page["posts"].get(0).unwrap_or(&page);
        let images = found["images"].as_array().expect("a list");
        assert_eq!(images.len(), 3);
        let expected = serde_json::json!({
            "id": two.to_string(),
            "url": format!("/image/{two}/full"),
            "width": 1_600,
            "height": 1_200,
            "alt": "a tomato & a <plate>",
            "moving": false,
            "row": { "url": format!("/image/{two}/row"), "width": 267, "height": 200 },
        });
        assert_eq!(images[0], expected);
        assert_eq!(images[1]["url"], format!("/image/{moving}/moving"));
        assert_eq!(images[1]["moving"], true);
        for image in images {
            for url in [&image["url"], &image["row"]["url"]] {
                assert_eq!(
                    alice.get(url.as_str().expect("an address")).status,
                    200,
                    "{url}"
                );
            }
        }
    }
}

#[test]
fn live_events_carry_pictures() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    let post = write_with(&site, &bob, "look", &[image]);
    let event = stream.expect("post");
    assert_eq!(event.data["post_id"], post.as_str());
    assert_eq!(
        event.data["post"]["images"][0]["url"],
        format!("/image/{image}/full")
    );
}
