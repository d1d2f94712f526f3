//! The queue: its order, its cost, and its limits.

use std::time::Duration;

use super::{deliveries::HEADS, *};
use crate::{
    model::{
        DeliverySubject, PostId, Timestamp, TokenName, Webhook, WebhookBody, WebhookTopic,
        WebhookUrl,
    },
    store::{
        Db,
        tests::{NOW, person, site},
    },
};

/// Makes a webhook, and returns its id.
fn webhook(db: &Db, owner: UserId) -> WebhookId {
    let holder = WebhookHolder {
        by: owner,
        group: None,
    };
    let new = NewWebhook {
        name: TokenName::parse("w").expect("a name"),
        url: WebhookUrl::parse("http://e.org/").expect("an address"),
        body: WebhookBody::Standard,
        topic: WebhookTopic::Feed,
    };
    db.write(NOW, move |tx| {
        create(tx, holder, &new, &WebhookSecret::random())?;
        Ok(WebhookId(tx.last_insert_rowid()))
    })
    .expect("made")
}

/// Adds deliveries of so many posts.
fn add(db: &Db, webhook: WebhookId, posts: std::ops::Range<i64>) {
    db.write(NOW, move |tx| {
        for post in posts {
            deliveries::add(tx, webhook, DeliverySubject::Post(PostId(post)))?;
        }
        Ok(())
    })
    .expect("added");
}

fn count(db: &Db, condition: &str) -> i64 {
    let sql = format!("select count(*) from webhook_deliveries where {condition}");
    db.read(|conn| Ok(conn.query_row(&sql, [], |row| row.get(0))?))
        .expect("counted")
}

#[test]
fn the_first_deliveries_are_found_without_a_look_at_the_others() {
    let (db, _directory) = site();
    let owner = person(&db, "owner");
    let [first, second] = [webhook(&db, owner), webhook(&db, owner)];
    add(&db, first, 0..50);
    add(&db, second, 50..100);
    let holder = WebhookHolder {
        by: owner,
        group: None,
    };
    db.write(NOW, move |tx| test(tx, holder, second))
        .expect("added");
    let heads = db.read(heads).expect("found");
    let found: Vec<i64> = heads.iter().map(|head| head.id.0).collect();
    assert_eq!(found, [1, 101], "the oldest post, and the test");
    assert!(heads.iter().all(|head| head.next_at == Timestamp(0)));

    let plan = db.read(|conn| {
        let mut query = conn.prepare(&format!("explain query plan {HEADS}"))?;
        let steps = query.query_map([], |row| row.get::<_, String>("detail"))?;
        Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?)
    });
    let plan = plan.expect("a plan");
    let of_queue = |step: &&String| step.contains("webhook_deliveries") || step.contains("head");
    assert_eq!(plan.iter().filter(of_queue).count(), 2, "{plan:#?}");
    for step in &plan {
        assert!(!step.contains("TEMP B-TREE"), "{plan:#?}");
        assert!(!of_queue(&step) || step.starts_with("SEARCH"), "{plan:#?}");
    }
}

#[test]
fn only_so_many_deliveries_of_a_webhook_are_kept() {
    let (db, _directory) = site();
    let owner = person(&db, "owner");
    let [first, second] = [webhook(&db, owner), webhook(&db, owner)];
    add(&db, second, 0..1);
    for part in 0..8 {
        add(&db, first, part * 50..(part + 1) * 50);
    }
    let kept = i64::from(Webhook::KEPT_MAX);
    let of_first = format!("webhook_id = {}", first.0);
    assert_eq!(count(&db, &of_first), kept);
    let waiting = format!("{of_first} and next_at = 0 and post_id >= 300");
    assert_eq!(count(&db, &waiting), i64::from(Webhook::WAITING_MAX));
    assert_eq!(count(&db, &format!("webhook_id = {}", second.0)), 1);
}

#[test]
fn a_time_that_no_pause_can_have_made_is_no_reason_to_wait() {
    let at = |next_at| WaitingDelivery {
        id: crate::model::DeliveryId(1),
        webhook: WebhookId(1),
        owner: UserId(1),
        next_at,
    };
    let longest = Webhook::PAUSES[Webhook::PAUSES.len() - 1].mul_f64(1.1);
    for (wait, expected) in [
        (Duration::ZERO, Duration::ZERO),
        (Duration::from_secs(5), Duration::from_secs(5)),
        (longest, longest),
        (Duration::from_hours(13), Duration::ZERO),
        (Duration::from_hours(24 * 365), Duration::ZERO),
    ] {
        assert_eq!(at(NOW.plus(wait)).wait(NOW), expected, "{wait:?}");
    }
    assert_eq!(at(Timestamp(0)).wait(NOW), Duration::ZERO);
}
