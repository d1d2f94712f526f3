//! The members of a list: people and groups by their feeds, and tags.

use rusqlite::Connection;

use super::{all, change, find};
use crate::{
    error::{Error, Result},
    model::{
        FeedId, Group, List, ListEdit, ListId, ListMember, ListMembers, ListSlug, OwnList,
        Problems, Tag, User, UserId,
    },
    store::{
        Tx,
        groups::{self, group_columns},
        rows::Take,
        users,
        visibility::{group_visible, hidden_people, person_visible},
    },
};

/// The most people, and the most groups, that a form offers. The names of others are typed.
const OFFERED_MAX: u32 = 40;

/// Returns the members of a list, by name. People and groups that the owner may not know of at the moment are left out.
pub fn members(conn: &Connection, owner: UserId, list: ListId) -> Result<ListMembers> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        " from list_feeds cross join users on users.feed_id = list_feeds.feed_id
         where list_feeds.list_id = ?2 and ",
        person_visible!(),
        " order by users.username"
    );
    let mut query = conn.prepare_cached(sql)?;
    let people = query.query_map((owner, list), users::from_row)?;
    let people = people.collect::<rusqlite::Result<_>>()?;
    let sql = concat!(
        "select ",
        group_columns!(),
        " from list_feeds cross join groups on groups.feed_id = list_feeds.feed_id
         cross join feeds on feeds.id = groups.feed_id
         where list_feeds.list_id = ?2 and ",
        group_visible!(),
        " order by groups.name"
    );
    let mut query = conn.prepare_cached(sql)?;
    let groups = query.query_map((owner, list), groups::from_row)?;
    let groups = groups.collect::<rusqlite::Result<_>>()?;
    let mut query =
        conn.prepare_cached("select tag from list_tags where list_id = ? order by tag")?;
    let keys: Vec<String> = query
        .query_map([list], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let tags: Vec<Tag> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    Ok(ListMembers {
        people,
        groups,
        tags,
    })
}

/// Reads a person's lists with their members, in their order.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, OwnList>) -> Result<()> {
    for list in all(conn, owner)? {
        let members = members(conn, owner, list.id)?;
        take(OwnList { list, members })?;
    }
    Ok(())
}

/// Returns those of a person's lists that have a member.
///
/// # Errors
/// `NotFound` if the member does not exist for the person.
pub fn having(conn: &Connection, owner: UserId, member: &ListMember) -> Result<Vec<ListId>> {
    match key_of(conn, owner, member)? {
        MemberKey::Feed(feed) => {
            let mut query = conn.prepare_cached(
                "select list_id from list_feeds where feed_id = ? and owner_id = ?",
            )?;
            let lists = query.query_map((feed, owner), |row| row.get(0))?;
            Ok(lists.collect::<rusqlite::Result<_>>()?)
        }
        MemberKey::Tag(key) => {
            let mut query = conn.prepare_cached(
                "select list_id from lists cross join list_tags on list_tags.list_id = lists.id
                 where lists.owner_id = ? and list_tags.tag = ?",
            )?;
            let lists = query.query_map((owner, key), |row| row.get(0))?;
            Ok(lists.collect::<rusqlite::Result<_>>()?)
        }
    }
}

/// Returns people and groups whom a person follows, by name: as many as a form offers.
pub fn offered(conn: &Connection, owner: UserId) -> Result<(Vec<User>, Vec<Group>)> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        " from follows cross join users on users.feed_id = follows.feed_id
         where follows.user_id = ?1 and users.id not in ",
        hidden_people!(),
        " order by users.username limit ?2"
    );
    let mut query = conn.prepare_cached(sql)?;
    let people = query.query_map((owner, OFFERED_MAX), users::from_row)?;
    let people = people.collect::<rusqlite::Result<_>>()?;
    let mut groups = groups::of_member(conn, owner)?;
    groups.truncate(OFFERED_MAX as usize);
    Ok((people, groups))
}

/// Puts a member into a list, or takes it out. Idempotent.
///
/// # Errors
/// `NotFound` if the person has no such list, or the member does not exist for them; `Invalid` if the list is full.
pub fn set_member(
    tx: &mut Tx<'_>,
    owner: UserId,
    slug: &ListSlug,
    member: &ListMember,
    is_in: bool,
) -> Result<List> {
    let list = find(tx, owner, slug)?;
    let key = key_of(tx, owner, member)?;
    if is_in {
        enter(tx, owner, list.id, &key)?;
        check_room(tx, list.id, Problems::FORM)?;
    } else {
        leave(tx, list.id, &key)?;
    }
    change(tx, owner)?;
    Ok(list)
}

/// Makes these the members of a list, beside those that the owner cannot see at the moment.
pub(super) fn replace(
    tx: &Tx<'_>,
    owner: UserId,
    list: ListId,
    wanted: &[ListMember],
) -> Result<()> {
    let [field, _] = ListEdit::MEMBERS;
    let mut problems = Problems::default();
    let mut keys = Vec::new();
    for member in wanted {
        match key_of(tx, owner, member) {
            Ok(key) => keys.push(key),
            Err(Error::NotFound) => problems.add(field, ListMember::unknown(&member.word())),
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let seen = members(tx, owner, list)?;
    let people = seen.people.iter().map(|user| MemberKey::Feed(user.feed));
    let groups = seen.groups.iter().map(|group| MemberKey::Feed(group.feed));
    let tags = seen.tags.iter().map(|tag| MemberKey::Tag(tag.key().into()));
    for gone in people.chain(groups).chain(tags) {
        if !keys.contains(&gone) {
            leave(tx, list, &gone)?;
        }
    }
    for key in &keys {
        enter(tx, owner, list, key)?;
    }
    check_room(tx, list, field)
}

/// The key under which the store keeps a member.
#[derive(PartialEq, Eq)]
enum MemberKey {
    Feed(FeedId),
    Tag(String),
}

/// Finds the key of a member.
///
/// # Errors
/// `NotFound` if the owner may not know of such a person or group.
fn key_of(conn: &Connection, owner: UserId, member: &ListMember) -> Result<MemberKey> {
    Ok(match member {
        ListMember::Person(name) => MemberKey::Feed(users::find(conn, owner, name)?.feed),
        ListMember::Group(name) => MemberKey::Feed(groups::find(conn, owner, name)?.feed),
        ListMember::Tag(tag) => MemberKey::Tag(tag.key().to_owned()),
    })
}

fn enter(tx: &Tx<'_>, owner: UserId, list: ListId, key: &MemberKey) -> Result<()> {
    match key {
        MemberKey::Feed(feed) => tx
            .prepare_cached(
                "insert into list_feeds (list_id, feed_id, owner_id) values (?, ?, ?) on conflict do nothing",
            )?
            .execute((list, feed, owner))?,
        MemberKey::Tag(tag) => tx
            .prepare_cached("insert into list_tags (list_id, tag) values (?, ?) on conflict do nothing")?
            .execute((list, tag))?,
    };
    Ok(())
}

fn leave(tx: &Tx<'_>, list: ListId, key: &MemberKey) -> Result<()> {
    match key {
        MemberKey::Feed(feed) => tx
            .prepare_cached("delete from list_feeds where list_id = ? and feed_id = ?")?
            .execute((list, feed))?,
        MemberKey::Tag(tag) => tx
            .prepare_cached("delete from list_tags where list_id = ? and tag = ?")?
            .execute((list, tag))?,
    };
    Ok(())
}

/// Checks that a list has no more members than it may have. Those that its owner cannot see count, too.
fn check_room(tx: &Tx<'_>, list: ListId, field: &'static str) -> Result<()> {
    let (feeds, tags): (i64, i64) = tx
        .prepare_cached(
            "select (select count(*) from list_feeds where list_id = ?1),
                 (select count(*) from list_tags where list_id = ?1)",
        )?
        .query_row([list], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_above = |count: i64, most: usize| usize::try_from(count).is_ok_and(|count| count > most);
    if is_above(feeds, List::FEEDS_MAX) || is_above(tags, List::TAGS_MAX) {
        let (feeds, tags) = (List::FEEDS_MAX, List::TAGS_MAX);
        let problem =
            format!("A list can have at most {feeds} people and groups, and {tags} tags.");
        return Err(Error::invalid(field, problem));
    }
    Ok(())
}
