//! Tests of posts in several feeds and in feeds that nobody owns. Groups and conversations are inserted as rows: no
//! page creates them.

use super::*;
use crate::{
    error::Error,
    model::{EventId, HomeOrder, Post, Slice, Timestamp, Viewer},
    store::{
        Db,
        audience::{self, ToldReaders},
        comments, events, likes, posts, presence,
        relationships::{self, distance},
        rivers,
        tests::{NOW, comment, person, post, site},
    },
};

const KITCHEN: FeedId = FeedId(1_001);
const GARDEN: FeedId = FeedId(1_002);

/// Creates a group with these members.
fn group(db: &Db, id: FeedId, is_private: bool, members: &[UserId]) {
    let members = members.to_vec();
    db.write(NOW, move |tx| {
        tx.execute(
            "insert into feeds (id, kind, is_private) values (?, 'group', ?)",
            (id, is_private),
        )?;
        tx.execute(
            "insert into groups (feed_id, name, event_id, created_at) values (?1, 'group' || ?1, 1, 0)",
            [id],
        )?;
        for member in members {
            tx.execute(
                "insert into follows (user_id, feed_id, event_id, created_at) values (?, ?, 1, 0)",
                (member, id),
            )?;
        }
        Ok(())
    })
    .expect("a group");
}

/// Moves a post from all its feeds to other feeds.
fn put(db: &Db, post: PostId, feeds: &[FeedId]) {
    let feeds = feeds.to_vec();
    db.write(NOW, move |tx| {
        tx.execute("delete from post_feeds where post_id = ?", [post])?;
        tx.execute("update posts set is_personal = 0 where id = ?", [post])?;
        for feed in feeds {
            tx.execute(
                "insert into post_feeds (feed_id, bump, post_id, is_personal, is_deleted)
                 select ?2, bump, id, 0, 0 from posts where id = ?1",
                (post, feed),
            )?;
        }
        Ok(())
    })
    .expect("the feeds are there");
}

fn own_feed_of(db: &Db, user: UserId) -> FeedId {
    db.read(|conn| Ok(own(conn, user)?.id)).expect("a person")
}

fn home(db: &Db, viewer: UserId) -> Vec<PostId> {
    let page = db.read(|conn| {
        rivers::home(
            conn,
            viewer,
            HomeOrder::Activity,
            Slice::first(20, Timestamp(1)),
        )
    });
    let posts = page.expect("a page").posts.items;
    posts.iter().map(|post| post.id).collect()
}

fn find(db: &Db, viewer: impl Into<Viewer>, id: PostId) -> Result<Post> {
    db.read(|conn| posts::find(conn, viewer, id, posts::Shape::Folded))
}

fn is_seen(db: &Db, viewer: impl Into<Viewer>, id: PostId) -> bool {
    match find(db, viewer, id) {
        Ok(_) => true,
        Err(Error::NotFound) => false,
        Err(error) => panic!("{error:?}"),
    }
}

/// Checks that the columns that `post_feeds` repeats agree with the rows of `posts`.
pub(in crate::store) fn assert_copies_hold(conn: &Connection) {
    let wrong: i64 = conn
        .query_row(
            "select count(*) from posts where comment_like_count <> (
                 select coalesce(sum(like_count), 0) from comments where post_id = posts.id and deleted_at is null)",
            [],
            |row| row.get(0),
        )
        .expect("it can be counted");
    assert_eq!(wrong, 0, "likes of comments are counted wrong");
    let wrong: i64 = conn
        .query_row(
            "select (select count(*) from posts
                 where is_personal = 1 and not exists (
                     select 1 from users cross join post_feeds on post_feeds.feed_id = users.feed_id
                     where users.id = posts.author_id and post_feeds.bump = posts.bump
                         and post_feeds.post_id = posts.id and post_feeds.is_personal = 1))
             + (select count(*) from post_feeds left join posts on posts.id = post_feeds.post_id
                 where posts.id is null or posts.bump <> post_feeds.bump
                     or posts.is_personal <> post_feeds.is_personal
                     or (posts.deleted_at is not null) <> post_feeds.is_deleted)",
            [],
            |row| row.get(0),
        )
        .expect("it can be counted");
    assert_eq!(wrong, 0, "rows of post_feeds differ from posts");
    let wrong: i64 = conn
        .query_row(
            concat!(
                "select (select count(*) from follows where is_silent <> ",
                crate::store::relationships::silence::is_silent!(
                    "follows.user_id",
                    "follows.feed_id"
                ),
                ") + (select count(*) from list_feeds join lists on lists.id = list_feeds.list_id
                     where lists.owner_id <> list_feeds.owner_id)"
            ),
            [],
            |row| row.get(0),
        )
        .expect("it can be counted");
    assert_eq!(
        wrong, 0,
        "follows are silent without a reason, or heard with one"
    );
}

#[test]
fn a_post_in_several_followed_feeds_stands_once() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    db.write(NOW, move |tx| {
        relationships::follow(tx, alice, &"bob".parse().expect("a name"))
    })
    .expect("they exist");
    group(&db, KITCHEN, false, &[alice, bob]);
    group(&db, GARDEN, false, &[alice, bob]);
    let (everywhere, elsewhere) = (post(&db, bob, "everywhere"), post(&db, bob, "elsewhere"));
    put(&db, everywhere, &[own_feed_of(&db, bob), GARDEN, KITCHEN]);
    put(&db, elsewhere, &[GARDEN]);
    assert_eq!(home(&db, alice), [elsewhere, everywhere]);
    assert_eq!(home(&db, bob), [elsewhere, everywhere]);
    comment(&db, alice, everywhere, "well said");
    assert_eq!(
        home(&db, alice),
        [everywhere, elsewhere],
        "all its rows move"
    );
    db.read(|conn| {
        assert_copies_hold(conn);
        let mut feeds = of_post(conn, everywhere)?;
        feeds.sort();
        assert_eq!(feeds, [own(conn, bob)?.id, KITCHEN, GARDEN]);
        assert_eq!(of_post(conn, elsewhere)?, [GARDEN]);
        // The profile shows the posts of the person's own feed.
        let person = crate::store::users::by_id(conn, bob)?;
        let slice = Slice::first(20, Timestamp(1));
        let profile = rivers::of_person(conn, alice, &person, None, slice)?;
        assert_eq!(profile.posts.items.len(), 1);
        Ok(())
    })
    .expect("it can be read");
}

#[test]
fn a_private_group_is_for_its_members() {
    let (db, _directory) = site();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| person(&db, name));
    db.write(NOW, move |tx| {
        relationships::follow(tx, carol, &"bob".parse().expect("a name"))
    })
    .expect("they exist");
    group(&db, KITCHEN, true, &[alice, bob]);
    let secret = post(&db, bob, "secret");
    put(&db, secret, &[KITCHEN]);
    assert!(is_seen(&db, alice, secret) && is_seen(&db, bob, secret));
    assert!(
        !is_seen(&db, carol, secret),
        "following the author is not enough"
    );
    assert!(!is_seen(&db, Viewer::Guest, secret));
    comment(&db, alice, secret, "hush");
    db.write(NOW, move |tx| likes::like(tx, alice, secret))
        .expect("a member likes it");
    db.write(NOW, move |tx| {
        relationships::follow(tx, carol, &"alice".parse().expect("a name"))
    })
    .expect("they exist");
    assert_eq!(
        home(&db, carol),
        [],
        "the acts of a friend do not lead out of it"
    );
    // Once the post is in a public feed too, everybody sees it.
    put(&db, secret, &[KITCHEN, own_feed_of(&db, bob)]);
    assert!(is_seen(&db, carol, secret) && is_seen(&db, Viewer::Guest, secret));
}

#[test]
fn events_of_a_private_group_are_for_its_members() {
    let (db, _directory) = site();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| person(&db, name));
    group(&db, KITCHEN, true, &[alice, bob]);
    let (open, secret) = (post(&db, bob, "open"), post(&db, bob, "secret"));
    put(&db, secret, &[KITCHEN]);
    db.write(NOW, move |tx| {
        likes::like(tx, alice, open)?;
        likes::like(tx, alice, secret)
    })
    .expect("a member likes both");
    db.read(|conn| {
        let newest = events::newest(conn)?;
        let of = |post| {
            let mut all = events::between(conn, EventId(0), newest, 100)?.into_iter();
            all.rfind(|event| event.post == Some(post))
                .ok_or(Error::NotFound)
        };
        let (open, secret) = (of(open)?, of(secret)?);
        assert!(matches!(
            audience::told(conn, &open)?,
            ToldReaders::Everybody
        ));
        let ToldReaders::Only(told) = audience::told(conn, &secret)? else {
            panic!("its members are told without being checked");
        };
        assert_eq!(told, [alice, bob].into());
        assert_eq!(of_event(conn, &secret)?, [KITCHEN]);
        assert!(audience::may_be_told(conn, bob, &secret)?);
        assert!(!audience::may_be_told(conn, carol, &secret)?);
        Ok(())
    })
    .expect("it can be read");
}

#[test]
fn a_group_shows_nothing_of_those_who_are_blocked_muted_or_away() {
    let (db, _directory) = site();
    let [alice, bob, carol, dora] = ["alice", "bob", "carol", "dora"].map(|name| person(&db, name));
    group(&db, KITCHEN, false, &[alice, bob, carol, dora]);
    let written = [bob, carol, dora].map(|author| {
        let id = post(&db, author, "in the kitchen");
        put(&db, id, &[KITCHEN]);
        id
    });
    assert_eq!(home(&db, alice).len(), 3);
    db.write(NOW, move |tx| {
        distance::block(tx, alice, &"bob".parse().expect("a name"))?;
        distance::mute(tx, alice, &"carol".parse().expect("a name"))?;
        presence::suspend(tx, dora)
    })
    .expect("they exist");
    assert_eq!(home(&db, alice), []);
    let seen = written.map(|id| is_seen(&db, alice, id));
    assert_eq!(seen, [false, true, false], "a mute hides from rivers only");
}

#[test]
fn a_conversation_is_for_its_participants_and_in_no_river() {
    let (db, _directory) = site();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| person(&db, name));
    db.write(NOW, move |tx| {
        relationships::follow(tx, carol, &"alice".parse().expect("a name"))?;
        relationships::follow(tx, alice, &"bob".parse().expect("a name"))?;
        tx.execute_batch(&format!(
            "insert into feeds (id, kind, is_private) values ({0}, 'direct', 1);
             insert into follows (user_id, feed_id, event_id, is_silent, created_at)
                 select id, {0}, 1, 1, 0 from users where username in ('alice', 'bob');",
            KITCHEN.0
        ))?;
        Ok(())
    })
    .expect("they exist");
    let direct = post(&db, bob, "only for you");
    put(&db, direct, &[KITCHEN]);
    db.write(NOW, move |tx| {
        Ok(tx.execute("update posts set is_direct = 1 where id = ?", [direct])?)
    })
    .expect("the post is there");
    assert!(is_seen(&db, alice, direct) && is_seen(&db, bob, direct));
    assert!(!is_seen(&db, carol, direct));
    assert_eq!([home(&db, alice), home(&db, carol)], [vec![], vec![]]);
    let public = db.write(NOW, |tx| {
        Ok(tx.execute("update feeds set is_private = 0 where id = ?", [KITCHEN])?)
    });
    assert!(public.is_err(), "a conversation is never public");
}

#[test]
fn a_post_that_is_deleted_leaves_its_feeds_and_comes_back_to_them() {
    let (db, _directory) = site();
    let [alice, bob] = ["alice", "bob"].map(|name| person(&db, name));
    group(&db, KITCHEN, false, &[alice, bob]);
    let (own, shared) = (post(&db, bob, "own"), post(&db, bob, "shared"));
    put(&db, shared, &[KITCHEN]);
    comment(&db, alice, shared, "well said");
    db.write(NOW, move |tx| {
        posts::delete(tx, bob, own)?;
        posts::delete(tx, bob, shared)
    })
    .expect("they are bob's");
    assert_eq!([home(&db, alice), home(&db, bob)], [vec![], vec![]]);
    db.write(NOW, move |tx| {
        posts::undelete(tx, bob, own)?;
        posts::undelete(tx, bob, shared)?;
        comments::delete(tx, bob, last_comment(tx, shared)?)?;
        Ok(())
    })
    .expect("in time");
    assert_eq!(home(&db, bob), [shared, own]);
    db.read(|conn| {
        assert_copies_hold(conn);
        Ok(())
    })
    .expect("it can be read");
    db.write(NOW, move |tx| {
        Ok(tx.execute("delete from posts where id in (?, ?)", (own, shared))?)
    })
    .expect("for good");
    let left = db.read(|conn| {
        Ok(
            conn.query_row("select count(*) from post_feeds", [], |row| {
                row.get::<_, i64>(0)
            })?,
        )
    });
    assert_eq!(left.expect("the table is there"), 0);
}

fn last_comment(conn: &Connection, post: PostId) -> Result<crate::model::CommentId> {
    let mut query = conn.prepare("select max(id) from comments where post_id = ?")?;
    Ok(query.query_row([post], |row| row.get(0))?)
}

#[test]
fn a_feed_without_an_owner_is_a_group_or_a_conversation() {
    let (db, _directory) = site();
    let alice = person(&db, "alice");
    group(&db, KITCHEN, true, &[alice]);
    db.read(|conn| {
        let mine = own(conn, alice)?;
        assert_eq!(
            (mine.kind, mine.owner()),
            (FeedKind::Own(alice), Some(alice))
        );
        let group = super::find(conn, KITCHEN)?;
        assert_eq!((group.kind, group.is_private), (FeedKind::Group, true));
        assert_eq!(group.owner(), None);
        assert!(may_read(conn, alice, KITCHEN)?);
        Ok(())
    })
    .expect("they are there");
    for wrong in [
        "insert into feeds (kind) values ('own')",
        "insert into feeds (kind, owner_id) values ('group', 1)",
        "insert into feeds (kind) values ('square')",
    ] {
        assert!(
            db.write(NOW, |tx| Ok(tx.execute(wrong, [])?)).is_err(),
            "{wrong}"
        );
    }
}
