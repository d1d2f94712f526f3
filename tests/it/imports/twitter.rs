//! Archives of Twitter.

use serde_json::{Value, json};

use super::{import, posts, run, texts, zip};
use crate::harness::{Site, samples::picture};

/// Returns a file that assigns a list.
fn assigned(name: &str, list: &[Value]) -> String {
    format!("window.YTD.{name}.part0 = {}", Value::from(list))
}

fn tweet(n: u32, text: &str, more: &Value) -> Value {
    let mut tweet = json!({
        "id_str": n.to_string(), "full_text": text, "created_at": format!("Wed Oct {n:02} 20:19:24 +0000 2018"),
        "retweeted": false, "entities": { "urls": [] },
    });
    let members = more.as_object().expect("an object").clone();
    tweet.as_object_mut().expect("it is one").extend(members);
    tweet
}

#[test]
fn tweets_come_in_with_whole_links_and_pictures_but_not_those_of_others() {
    let site = Site::start();
    site.member("alice");
    let media = json!({ "entities": { "urls": [], "media": [] }, "extended_entities": { "media": [
        { "type": "photo", "url": "https://t.co/pic", "media_url": "http://pbs.twimg.com/media/Abc.jpg" },
        { "type": "video", "url": "https://t.co/pic", "media_url": "http://pbs.twimg.com/media/Film.jpg" },
    ] } });
    let link = json!({ "entities": { "urls": [{ "url": "https://t.co/x", "expanded_url": "https://e.org/?a=1&lt=2" }] } });
    let first = [
        json!({ "tweet": tweet(10, "one &amp; &lt;two&gt; &amp;lt; https://t.co/x", &link) }),
        json!({ "tweet": tweet(11, "RT @bob: not mine", &json!({})) }),
        json!({ "tweet": tweet(12, "@bob an answer", &json!({ "in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "7" })) }),
        json!({ "tweet": tweet(13, "thread", &json!({ "in_reply_to_status_id_str": "10", "in_reply_to_user_id_str": "42" })) }),
    ];
    let second = [
        tweet(14, "look https://t.co/pic", &media),
        json!({ "tweet": {} }),
    ];
    let archive = zip(&[
        (
            "data/account.js",
            assigned("account", &[json!({ "account": { "accountId": "42" } })]).as_bytes(),
        ),
        ("data/tweets.js", assigned("tweets", &first).as_bytes()),
        (
            "data/tweets-part1.js",
            assigned("tweets", &second).as_bytes(),
        ),
        ("data/tweets_media/14-Abc.jpg", &picture("photograph.jpg")),
        (
            "data/direct-messages.js",
            b"window.YTD.direct_messages.part0 = []",
        ),
    ]);
    let report = import(&site, &archive);
    assert_eq!(
        report,
        "an archive of Twitter\n3 posts imported\n1 picture imported\nleft out: 1 reply to somebody else\n\
         left out: 1 repost of somebody else's post\nleft out: 1 post that cannot be read\nleft out: 1 video or other file\n"
    );
    assert_eq!(
        texts(&site, "alice"),
        ["look", "thread", "one & <two> &lt; https://e.org/?a=1&lt=2"]
    );
    let newest = &posts(&site, "alice")[0];
    assert_eq!(newest["created_at"], "2018-10-14T20:19:24Z");
    assert_eq!(newest["images"].as_array().expect("a list").len(), 1);
}

#[test]
fn a_long_tweet_comes_in_whole() {
    let site = Site::start();
    site.member("alice");
    let beginning = "A long text about boats &amp; lakes, which goes on for a while";
    let shortened = format!("{beginning}… https://t.co/self");
    let link = json!({ "entities": { "urls": [{ "url": "https://t.co/self", "expanded_url": "https://x.com/i/web/status/9" }] } });
    let note = json!({ "noteTweet": {
        "noteTweetId": "8", "createdAt": "2023-10-09T20:19:24.000Z",
        "core": {
            "text": format!("{beginning}, and has its end here: https://t.co/x"),
            "urls": [{ "shortUrl": "https://t.co/x", "expandedUrl": "https://e.org/?a=1&b=2" }],
        },
    } });
    let archive = zip(&[
        (
            "data/tweets.js",
            assigned(
                "tweets",
                &[
                    tweet(9, &shortened, &link),
                    tweet(10, "short… indeed", &json!({})),
                ],
            )
            .as_bytes(),
        ),
        (
            "data/note-tweet.js",
            assigned("note_tweet", &[note, json!({})]).as_bytes(),
        ),
    ]);
    let look = run(&site, &archive, &["--dry-run"]);
    assert!(
        look.out
            .contains("it does not say whether your account was protected"),
        "{}",
        look.out
    );
    let report = import(&site, &archive);
    assert_eq!(report, "an archive of Twitter\n2 posts imported\n");
    assert_eq!(
        texts(&site, "alice"),
        [
            "short… indeed",
            "A long text about boats & lakes, which goes on for a while, and has its end here: https://e.org/?a=1&b=2"
        ]
    );
}
