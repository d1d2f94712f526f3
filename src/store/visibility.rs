//! The rules of visibility, in SQL, in one place. `?1` is always the viewer, and null for a guest.
//!
//! A person's things are visible to everybody who may read here or, if the person is private, to accepted followers.
//! Nobody sees anything of a person who is suspended or leaving, and two people of whom one blocks the other see
//! nothing of each other. The viewer does not see muted people either, except on their profiles and on the pages of
//! their posts.

/// The condition that the viewer may read a row of `feeds`, under the name given here. A public feed is for everybody.
/// A private one is for its owner, if a person owns it, and for its followers: people let in by the owner, members of a
/// group, or participants of a conversation.
macro_rules! feed_readable {
    ($feed:literal) => {
        concat!(
            "(",
            $feed,
            ".is_hidden = 0 and (",
            $feed,
            ".is_private = 0 or (",
            $feed,
            ".owner_id = ?1) is true
                 or exists (select 1 from follows where user_id = ?1 and feed_id = ",
            $feed,
            ".id)))"
        )
    };
}
pub(super) use feed_readable;

/// The condition that the viewer and a person, given by an expression, are kept apart by a block.
macro_rules! is_apart {
    ($user:literal) => {
        concat!(
            "exists (
                 select 1 from unseen where user_id = ?1 and other_id = ",
            $user,
            " and is_apart = 1)"
        )
    };
}
pub(super) use is_apart;

/// The condition that the viewer may see what is posted to a feed, given by an expression.
macro_rules! feed_visible {
    ($feed:literal) => {
        concat!(
            "exists (
                 select 1 from feeds as place where place.id = ",
            $feed,
            " and ",
            crate::store::visibility::feed_readable!("place"),
            " and not ",
            crate::store::visibility::is_apart!("place.owner_id"),
            ")"
        )
    };
}
pub(super) use feed_visible;

/// The condition that the viewer may see a row of `posts`: the one rule, for pages, streams and everything else. One of
/// the post's feeds must be readable, and its author must be neither hidden nor apart from the viewer. A personal post
/// is in its author's own feed alone.
macro_rules! visible {
    () => {
        concat!(
            "(posts.deleted_at is null
              and exists (
                  select 1 from feeds as home where home.owner_id = posts.author_id and case posts.is_personal
                      when 1 then ",
            crate::store::visibility::feed_readable!("home"),
            "
                      else home.is_hidden = 0 and exists (
                          select 1 from post_feeds as placed cross join feeds as place on place.id = placed.feed_id
                          where placed.post_id = posts.id and placed.is_personal = 0 and ",
            crate::store::visibility::feed_readable!("place"),
            ")
                      end)
              and not ",
            crate::store::visibility::is_apart!("posts.author_id"),
            ")"
        )
    };
}
pub(super) use visible;

/// The condition that a row of `post_feeds` belongs in a river of the feeds in `sources`, which the viewer follows by
/// follows that are not silent. The owner of such a feed let the viewer in and is neither hidden nor apart, so it is
/// enough that a personal post is not deleted: the river looks at hundreds of feeds, and this keeps it within its
/// index. A post in other feeds needs more checks: its author may be hidden from the viewer, and it appears once, in
/// the first of the feeds.
macro_rules! followed_visible {
    () => {
        concat!(
            "(post_feeds.is_deleted = 0 and (
                 post_feeds.is_personal = 1
                 or (select author_id from posts where id = post_feeds.post_id) not in ",
            crate::store::visibility::hidden_people!(),
            "
                 and not exists (
                     select 1 from post_feeds as other
                     where other.post_id = post_feeds.post_id and other.is_personal = 0
                         and other.feed_id < post_feeds.feed_id
                         and other.feed_id in (select feed from sources))))"
        )
    };
}
pub(super) use followed_visible;

/// The people of whom the viewer sees nothing: ids of users.
///
/// The index is named here and below: to merge the two halves in order, SQLite would otherwise read all feeds in the
/// order of another index.
macro_rules! hidden_people {
    () => {
        "(select other_id from unseen where user_id = ?1
          union select owner_id from feeds indexed by feeds_hidden where is_hidden = 1 and owner_id is not null)"
    };
}
pub(super) use hidden_people;

/// The own feeds of [`hidden_people`], for queries whose index knows feeds and not people.
macro_rules! hidden_feeds {
    () => {
        "(select users.feed_id from unseen join users on users.id = unseen.other_id where unseen.user_id = ?1
          union select id from feeds indexed by feeds_hidden where is_hidden = 1 and owner_id is not null)"
    };
}
pub(super) use hidden_feeds;

/// The people whom the viewer cannot find, because they are hidden from all or kept apart by a block: ids of users.
macro_rules! people_apart {
    () => {
        "(select other_id from unseen where user_id = ?1 and is_apart = 1
          union select owner_id from feeds indexed by feeds_hidden where is_hidden = 1 and owner_id is not null)"
    };
}
pub(super) use people_apart;

/// The feeds whose likes are hidden from the viewer: those of [`hidden_people`], and of private people whom the viewer
/// does not follow. Likes by the latter are still visible on the viewer's own posts.
macro_rules! hidden_likers {
    () => {
        "(select users.feed_id from unseen join users on users.id = unseen.other_id where unseen.user_id = ?1
          union select id from feeds indexed by feeds_hidden where is_hidden = 1 and owner_id is not null
          union select id from feeds indexed by feeds_private
          where is_private = 1 and owner_id is not null and is_imagined = 0 and owner_id is not ?1
              and not exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id))"
    };
}
pub(super) use hidden_likers;

/// The condition that the viewer sees that a row of `acts`, under the name given here, is a like.
macro_rules! like_visible {
    ($acts:literal) => {
        concat!(
            "(",
            $acts,
            ".feed_id not in ",
            crate::store::visibility::hidden_likers!(),
            " or ",
            $acts,
            ".owner_id = ?1 and ",
            $acts,
            ".actor_id not in ",
            crate::store::visibility::hidden_people!(),
            ")"
        )
    };
}
pub(super) use like_visible;

/// The condition that a post belongs in lists: it is visible and no direct message, and its author is not hidden from the
/// viewer.
macro_rules! listed {
    () => {
        concat!(
            "(posts.is_direct = 0 and posts.author_id not in ",
            crate::store::visibility::hidden_people!(),
            " and ",
            crate::store::visibility::visible!(),
            ")"
        )
    };
}
pub(super) use listed;

/// The condition that the viewer sees the text in which a row of `tags` found its tag: a post, or a comment that is there
/// and whose author is not hidden.
macro_rules! tag_visible {
    () => {
        concat!(
            "(tags.comment_id = 0 or exists (
                 select 1 from comments where id = tags.comment_id and deleted_at is null
                     and author_id not in ",
            crate::store::visibility::hidden_people!(),
            "))"
        )
    };
}
pub(super) use tag_visible;

/// The condition that the viewer may know of a row of `groups`, joined with its row of `feeds`. Guests do not find private
/// groups. A group that is about to be deleted is there for its admins only.
macro_rules! group_visible {
    () => {
        "(groups.gone_at is null and (?1 is not null or feeds.is_private = 0)
          and (groups.deletes_at is null or exists (
              select 1 from group_roles
              where group_roles.feed_id = groups.feed_id and user_id = ?1 and is_admin = 1)))"
    };
}
pub(super) use group_visible;

/// The condition that the viewer may post to a row of `groups`, joined with its row of `feeds`. In a group for
/// announcements only the admins may. A group without an admin who is here is one of these.
macro_rules! may_post {
    () => {
        "(feeds.is_hidden = 0
          and exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id)
          and not exists (
              select 1 from group_roles where feed_id = feeds.id and user_id = ?1 and is_barred = 1)
          and (exists (
                  select 1 from group_roles where feed_id = feeds.id and user_id = ?1 and is_admin = 1)
              or groups.is_announcements = 0 and exists (
                  select 1 from group_roles cross join users on users.id = group_roles.user_id
                  where group_roles.feed_id = feeds.id and is_admin = 1
                      and suspended_at is null and leaves_at is null and users.gone_at is null)))"
    };
}
pub(super) use may_post;

/// The condition that the viewer may know of a row of `users`. Guests do not find private people, and an imaginary friend
/// is there for one person only.
macro_rules! person_visible {
    () => {
        "(users.suspended_at is null and users.leaves_at is null
          and (users.imagined_by is null or users.imagined_by = ?1)
          and not exists (
              select 1 from unseen where user_id = ?1 and other_id = users.id and is_apart = 1)
          and (?1 is not null
              or not exists (select 1 from feeds where owner_id = users.id and is_private = 1)))"
    };
}
pub(super) use person_visible;

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, StatementStatus};

    use crate::{
        config::{self, Synchronous},
        model::Timestamp,
        store::Db,
    };

    #[test]
    fn where_nobody_is_hidden_looking_for_them_costs_nothing() {
        /// Measured: 50 at most. Each page asks a dozen times; a plan that looks at everybody takes some 10,000 here.
        const STEPS_MAX: i32 = 200;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = config::Database {
            path: directory.path().join("db"),
            synchronous: Synchronous::Normal,
            upgrade_backups: None,
        };
        let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new database");
        db.write(Timestamp(0), |tx| {
            tx.execute_batch(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
                 insert into users (id, username, password_hash, created_at) select i, 'user' || i, '', 0 from n;
                 insert into feeds (id, owner_id, is_private, is_imagined) select id, id, id > 1000, id > 1000 from users;",
            )?;
            Ok(())
        })
        .expect("the statements are right");
        let sets = [
            hidden_people!(),
            hidden_feeds!(),
            people_apart!(),
            hidden_likers!(),
        ];
        db.read(|conn: &Connection| {
            let counted = sets.map(|set| {
                let mut query = conn
                    .prepare(&format!("select 7 not in {set}"))
                    .expect("the query is right");
                let is_seen: bool = query.query_row([1], |row| row.get(0)).expect("it runs");
                assert!(is_seen);
                query.get_status(StatementStatus::VmStep)
            });
            assert!(
                counted.iter().all(|steps| *steps < STEPS_MAX),
                "{counted:?}"
            );
            Ok(())
        })
        .expect("nothing is wrong");
    }
}
