//! Tests of images: posts, quotas and avatars, and storage that is freed in small steps.

use std::{io::Read, sync::Arc};

use rusqlite::StatementStatus;

use super::*;
use crate::{
    model::{MediaType, Message, NewRendition, Slice},
    store::{
        Db, housekeeping,
        posts::{self, Shape},
        presence, rivers,
        tests::{NOW, person, site},
        users,
    },
};

const PLENTY: u64 = 1 << 30;

fn rendition(rendition: Rendition, bytes: Vec<u8>) -> NewRendition {
    NewRendition::new(rendition, 40, 30, MediaType::WebP, bytes)
}

/// Makes an image for a post, whose largest rendition has this many bytes.
fn picture(seed: u8, bytes: usize) -> NewImage {
    let full: Vec<u8> = (0..bytes)
        .map(|n| seed.wrapping_add(n.to_le_bytes()[0]))
        .collect();
    NewImage {
        width: 400,
        height: 300,
        is_moving: false,
        renditions: vec![
            rendition(Rendition::Row, vec![seed; 100]),
            rendition(Rendition::DoubleRow, full.clone()),
            rendition(Rendition::Full, full),
        ],
    }
}

fn square(seed: u8) -> NewImage {
    let renditions = Rendition::avatars().zip(1..);
    NewImage {
        width: 400,
        height: 400,
        is_moving: false,
        renditions: renditions
            .map(|(size, n)| rendition(size, vec![seed; 100 * n]))
            .collect(),
    }
}

fn keep(db: &Db, owner: UserId, new: NewImage) -> ImageId {
    db.write(NOW, move |tx| {
        create(tx, owner, &new, &AltText::default(), PLENTY)
    })
    .expect("there is room")
}

fn write(db: &Db, by: UserId, images: &[ImageId]) -> Result<PostId> {
    let alt = AltText::parse("a  tomato\n on a balcony").expect("it is one");
    let images = images.iter().map(|image| (*image, alt.clone())).collect();
    let images = Attached::parse(images, 8).expect("so many");
    let message = Message::parse("hello", 3_000).expect("a message");
    db.write(NOW, move |tx| {
        posts::create(tx, by, &message, &images, None)
    })
}

fn count(db: &Db, table: &str) -> i64 {
    db.read(|conn| {
        let sql = format!("select count(*) from {table}");
        Ok(conn.query_row(&sql, [], |row| row.get(0))?)
    })
    .expect("the table is there")
}

fn see(db: &Db, viewer: impl Into<Viewer>, id: ImageId, rendition: Rendition) -> Result<Found> {
    db.read(|conn| find(conn, viewer, id, rendition))
}

/// Deletes everything that is due, as the housekeeping does.
fn tidy(db: &Db, now: Timestamp) {
    db.write(now, housekeeping::clear_leftovers)
        .expect("tidied");
    while db
        .read(|conn| presence::has_due(conn, now))
        .expect("readable")
    {
        db.write(now, presence::clear_due).expect("tidied");
    }
    while db.read(|conn| has_unused(conn, now)).expect("readable") {
        db.write(now, clear_unused).expect("tidied");
    }
    while db.read(has_loose).expect("readable") {
        db.write(now, clear_loose).expect("tidied");
    }
}

#[test]
fn pictures_stand_in_their_post_in_their_order() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let [one, two] = [1, 2].map(|seed| keep(&db, alice, picture(seed, 1_000)));
    assert!(
        see(&db, bob, one, Rendition::Row).is_err(),
        "nobody's business yet"
    );
    assert_eq!(
        see(&db, alice, one, Rendition::Row).expect("hers").purpose,
        Use::None
    );

    let post = write(&db, alice, &[two, one]).expect("they are hers");
    let found = db
        .read(|conn| posts::find(conn, bob, post, Shape::Folded))
        .expect("it is there");
    let shown: Vec<_> = found.images.iter().map(|image| image.id).collect();
    assert_eq!(shown, [two, one]);
    assert_eq!(found.images[0].alt, "a tomato on a balcony");
    let everything = db
        .read(|conn| rivers::everything(conn, bob, Slice::first(20, Timestamp(1))))
        .expect("a page");
    assert_eq!(everything.posts.items[0].images, found.images);
    assert_eq!(
        see(&db, bob, one, Rendition::Row).expect("public").purpose,
        Use::Post
    );
    assert!(
        see(&db, bob, one, Rendition::Moving).is_err(),
        "it does not move"
    );
}

#[test]
fn a_post_takes_only_pictures_of_ones_own_that_are_not_used() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let [hers, his] = [alice, bob].map(|owner| keep(&db, owner, picture(1, 10)));
    let avatar = keep(&db, alice, square(1));
    for wrong in [his, avatar, ImageId(1)] {
        assert!(matches!(
            write(&db, alice, &[hers, wrong]),
            Err(Error::Invalid(_))
        ));
    }
    assert_eq!(count(&db, "posts"), 0, "nothing of a refused post stays");
    write(&db, alice, &[hers]).expect("it is hers, and still free");
    assert!(matches!(write(&db, alice, &[hers]), Err(Error::Invalid(_))));
    let many = vec![(hers, AltText::default()); 2];
    assert!(Attached::parse(many.clone(), 8).is_err(), "twice");
    assert!(Attached::parse(many, 1).is_err(), "too many");
}

#[test]
fn the_same_bytes_are_kept_once_and_as_long_as_somebody_has_them() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let hers = keep(&db, alice, picture(1, 200_000));
    assert_eq!((count(&db, "blobs"), count(&db, "chunks")), (2, 5));
    let his = keep(&db, bob, picture(1, 200_000));
    assert_eq!((count(&db, "blobs"), count(&db, "chunks")), (2, 5));
    let used = |owner| db.read(|conn| used_by(conn, owner)).expect("readable");
    assert_eq!(
        (used(alice), used(bob)),
        (200_100, 200_100),
        "each is charged all of it"
    );

    db.write(NOW, move |tx| discard(tx, alice, &[hers, his]))
        .expect("hers alone");
    assert_eq!((used(alice), used(bob)), (0, 200_100));
    tidy(&db, NOW);
    assert_eq!(count(&db, "chunks"), 5);
    assert!(see(&db, bob, his, Rendition::Full).is_ok());
    db.write(NOW, move |tx| discard(tx, bob, &[his]))
        .expect("his");
    tidy(&db, NOW);
    assert_eq!((count(&db, "blobs"), count(&db, "chunks")), (0, 0));
}

#[test]
fn over_the_quota_both_numbers_are_named_and_nothing_is_kept() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    keep(&db, alice, picture(1, 900_000));
    let new = picture(2, 200_000);
    let refused = db.write(NOW, move |tx| {
        create(tx, alice, &new, &AltText::default(), 1_000_000)
    });
    let Err(Error::Invalid(problems)) = refused else {
        panic!("there is no room");
    };
    let words = problems.about("image").expect("it is about the picture");
    assert!(
        words.contains("879.1 kB") && words.contains("976.6 kB"),
        "{words}"
    );
    assert_eq!((count(&db, "images"), count(&db, "blobs")), (1, 2));
}

#[test]
fn a_person_has_one_picture_and_the_old_one_goes_at_once() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let [old, new] = [1, 2].map(|seed| keep(&db, alice, square(seed)));
    let unfit = keep(&db, alice, picture(3, 10));
    let set = |user, image| db.write(NOW, move |tx| set_avatar(tx, user, image));
    assert!(set(bob, old).is_err(), "it is hers");
    assert!(set(alice, unfit).is_err(), "it is no square");
    set(alice, old).expect("hers");
    let avatar = |user| {
        db.read(|conn| Ok(users::by_id(conn, user)?.avatar))
            .expect("known")
    };
    assert_eq!(avatar(alice), Some(old));
    assert_eq!(
        see(&db, bob, old, Rendition::Avatar(50))
            .expect("seen")
            .purpose,
        Use::Avatar
    );
    set(alice, new).expect("hers");
    assert_eq!(avatar(alice), Some(new));
    assert!(see(&db, alice, old, Rendition::Avatar(50)).is_err());
    assert_eq!(
        (count(&db, "blobs"), count(&db, "chunks")),
        (6 + 2, 6 + 2),
        "no byte of it stays"
    );
    assert!(
        db.write(NOW, move |tx| delete_avatar(tx, alice))
            .expect("done")
    );
    assert!(
        !db.write(NOW, move |tx| delete_avatar(tx, alice))
            .expect("done")
    );
    assert_eq!(avatar(alice), None);
    assert_eq!(count(&db, "images"), 1);
}

#[test]
fn what_is_purged_leaves_no_byte() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    let [deleted, kept, unused] = [1, 2, 3].map(|seed| keep(&db, alice, picture(seed, 3_000_000)));
    let own = keep(&db, alice, square(4));
    db.write(NOW, move |tx| set_avatar(tx, alice, own))
        .expect("hers");
    let [first, _] = [deleted, kept].map(|image| write(&db, alice, &[image]).expect("hers"));
    db.write(NOW, move |tx| posts::delete(tx, alice, first))
        .expect("hers");
    assert!(
        see(&db, alice, deleted, Rendition::Full).is_err(),
        "shown to nobody"
    );
    tidy(&db, NOW);
    assert_eq!(count(&db, "images"), 4, "it can be taken back");
    db.write(NOW, move |tx| posts::undelete(tx, alice, first))
        .expect("in time");
    assert!(see(&db, bob, deleted, Rendition::Full).is_ok());
    db.write(NOW, move |tx| posts::delete(tx, alice, first))
        .expect("hers");

    let day = NOW.plus(UNUSED_FOR);
    tidy(&db, day.minus(std::time::Duration::from_millis(1)));
    assert!(see(&db, alice, unused, Rendition::Full).is_ok());
    assert_eq!(count(&db, "images"), 3);
    tidy(&db, day);
    assert_eq!((count(&db, "images"), count(&db, "blobs")), (2, 2 + 6));
    db.write(day, move |tx| presence::leave_now(tx, alice))
        .expect("she goes");
    assert!(see(&db, bob, own, Rendition::Avatar(50)).is_err());
    assert!(see(&db, bob, kept, Rendition::Full).is_err());
    tidy(&db, day);
    for table in ["images", "renditions", "blobs", "chunks"] {
        assert_eq!(count(&db, table), 0, "{table}");
    }
}

#[test]
fn the_file_becomes_small_again_in_small_steps() {
    let (db, directory) = site();
    let alice = person(&db, "alice");
    let images: Vec<ImageId> = (0..6)
        .map(|seed| keep(&db, alice, picture(seed, 2_000_000)))
        .collect();
    let pages = || -> i64 {
        db.read(|conn| Ok(conn.query_row("pragma page_count", [], |row| row.get(0))?))
            .expect("readable")
    };
    let full = pages();
    assert!(full > 6 * 2_000_000 / 4_096);
    db.write(NOW, move |tx| discard(tx, alice, &images[..5]))
        .expect("hers");
    tidy(&db, NOW);
    assert_eq!(pages(), full, "free pages are still in it");
    let mut steps = 0;
    while db.read(has_room).expect("readable") {
        let before = pages();
        assert!(db.write(NOW, shrink).expect("possible") > 0);
        assert!(before - pages() <= 300, "a step is a small one");
        steps += 1;
    }
    assert!(steps > 5);
    assert!(pages() < full / 3, "{} of {full}", pages());
    db.close();
    let bytes = std::fs::metadata(directory.path().join("db"))
        .expect("a file")
        .len();
    assert!(bytes < 4_500_000, "{bytes}");
}

#[test]
fn a_part_is_read_as_it_was_written_and_what_goes_meanwhile_is_an_error() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    let new = picture(7, 200_000);
    let whole = new.renditions[2].bytes.clone();
    let id = keep(&db, alice, new);
    let db = Arc::new(db);
    let blob = see(&db, alice, id, Rendition::Full).expect("hers").blob;
    assert_eq!((blob.bytes, blob.media_type), (200_000, MediaType::WebP));
    let read = |part: std::ops::Range<u64>| {
        let mut bytes = Vec::new();
        BlobReader::new(db.clone(), &blob, part)
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    };
    for (from, to) in [
        (0, 200_000),
        (0, 1),
        (65_535, 65_537),
        (131_072, 200_000),
        (199_999, 200_000),
        (5, 5),
    ] {
        let part = read(from..to).expect("it is there");
        assert!(
            part == whole
                [usize::try_from(from).expect("small")..usize::try_from(to).expect("small")]
        );
    }
    let mut reader = BlobReader::new(db.clone(), &blob, 0..blob.bytes);
    reader.read_exact(&mut [0; 1_000]).expect("it is there");
    db.write(NOW, move |tx| discard(tx, alice, &[id]))
        .expect("hers");
    let ended = reader
        .read_to_end(&mut Vec::new())
        .expect_err("it has gone");
    assert!(ended.to_string().contains("deleted"), "{ended}");
    // Storing an equal picture later creates another blob.
    let again = keep(&db, alice, picture(7, 200_000));
    assert_ne!(
        see(&db, alice, again, Rendition::Full).expect("hers").blob,
        blob
    );
}

/// Checks that deletion finds references by an index: it must not scan a table, however large the table is.
#[test]
fn deleting_costs_as_much_among_many_as_among_few() {
    /// The limit of steps. Measured: 600 at most. A scan of five thousand people or images takes tens of thousands.
    const STEPS_MAX: i32 = 2_000;
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    let image = keep(&db, alice, picture(1, 70_000));
    db.write(NOW, move |tx| {
        tx.execute_batch(
            "with recursive n(i) as (select 1000 union all select i + 1 from n where i < 6000)
             insert into users (id, username, password_hash, created_at) select i, 'user' || i, '', 0 from n;
             insert into feeds (id, owner_id) select id, id from users where id >= 1000;
             insert into posts (id, author_id, message, bump, event_id, created_at)
                 select id, id, '', id, id, 0 from users where id >= 1000;
             insert into images (id, owner_id, post_id, is_avatar, width, height, bytes, created_at)
                 select id, id, case when id % 2 then id end, id % 2 = 0, 1, 1, 1, 0 from users where id >= 1000;
             update users set avatar = id where id >= 1000 and id % 2 = 0;
             insert into blobs (id, hash, crc, media_type, bytes) select id, cast(id as blob), 0, 'image/png', 1 from users where id >= 1000;
             insert into chunks (blob_id, place, bytes) select id, 0, x'00' from blobs where id >= 1000;
             insert into renditions (image_id, name, blob_id, width, height)
                 select id, 'full', id, 1, 1 from blobs where id >= 1000;",
        )?;
        for sql in [
            "delete from images where id = ?1",
            "delete from images where id = ?1 + 1 - ?1 + 1999",
            "delete from blobs where id = ?1 - ?1 + 9999",
        ] {
            let mut query = tx.prepare(sql)?;
            query.execute([image])?;
            let steps = query.get_status(StatementStatus::VmStep);
            assert!(steps < STEPS_MAX, "{steps}: {sql}");
        }
        clear_loose(tx)?;
        assert!(!has_loose(tx)?);
        Ok(())
    })
    .expect("the statements are right");
}
