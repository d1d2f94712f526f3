//! Members of another site: found again, added, and tied to each other.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    error::Result,
    model::{
        Bio, DisplayName, Email, EventId, FeedId, ImportKey, MovedPerson, MovedTies, NewImage,
        Role, UserId, UserName,
    },
    store::{
        Tx, events, feeds,
        groups::members::is_member,
        images, imports, presence,
        relationships::{self, distance},
        users,
    },
};

/// The most former names of one person that are taken over.
const FORMER_NAMES_MAX: usize = 20;

/// What a member of the other site is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonHere {
    /// Nobody yet.
    Unknown,
    /// Somebody who was added by an earlier import. Their ties are still to be added if it ended before that.
    Added { user: UserId, is_tied: bool },
    /// Somebody who was here, and has left.
    Gone,
}

/// Checks whether the site has a member who did not come with an archive, whatever state the account is in.
pub fn has_members(conn: &Connection) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where id not in (select user_id from moved_users))",
    )?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Finds a member of the other site here.
pub fn person_here(conn: &Connection, site: &str, person: &MovedPerson) -> Result<PersonHere> {
    let mut query = conn.prepare_cached(
        "select users.id, is_tied, leaves_at is not null or gone_at is not null
         from moved_users join users on users.id = moved_users.user_id where origin = ?",
    )?;
    let added = query
        .query_row([person.key(site)], |row| {
            Ok(if row.get(2)? {
                PersonHere::Gone
            } else {
                PersonHere::Added {
                    user: row.get(0)?,
                    is_tied: row.get(1)?,
                }
            })
        })
        .optional()?;
    Ok(added.unwrap_or(PersonHere::Unknown))
}

/// Returns the username that a person would get: the own one, or one with a number if somebody here has or had it, or if
/// nobody may have it.
///
/// # Errors
/// Those of the file.
pub fn username(conn: &Connection, wanted: &str) -> Result<UserName> {
    let chars_max = UserName::CHARS_MAX as usize;
    let allowed = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let mut letters: String = wanted.chars().filter(allowed).collect();
    if letters.is_empty() {
        letters.push_str("member");
    }
    free_name(
        conn,
        &letters,
        chars_max,
        "member",
        UserName::parse,
        UserName::as_str,
    )
}

/// Returns the first free name of `wanted`, `wanted2`, `wanted3` and so on, cut where it is too long. If nine of them are no
/// names, `otherwise` takes the place of `wanted`.
pub(super) fn free_name<Name>(
    conn: &Connection,
    wanted: &str,
    chars_max: usize,
    otherwise: &str,
    parse: impl Fn(&str) -> Result<Name, String>,
    as_str: impl Fn(&Name) -> &str,
) -> Result<Name> {
    for number in 1_u64.. {
        let end = if number == 1 {
            String::new()
        } else {
            number.to_string()
        };
        let cut = |text: &str| text.chars().take(chars_max - end.len()).collect::<String>() + &end;
        let parsed = match parse(&cut(wanted)) {
            Err(_) if number >= 10 => parse(&cut(otherwise)),
            parsed => parsed,
        };
        if let Ok(name) = parsed
            && !users::is_name_taken(conn, as_str(&name))?
        {
            return Ok(name);
        }
    }
    unreachable!("the numbers do not end")
}

/// Returns whether the feed of somebody is private, and whether they are suspended.
pub fn standing(conn: &Connection, user: UserId) -> Result<(bool, bool)> {
    let mut query = conn.prepare_cached(
        "select is_private, suspended_at is not null from users join feeds on feeds.owner_id = users.id where users.id = ?",
    )?;
    Ok(query.query_row([user], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Returns the username of somebody.
pub fn name_of(conn: &Connection, user: UserId) -> Result<String> {
    let mut query = conn.prepare_cached("select username from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Adds a person under a free name, without a password and without ties to others.
pub fn add_person(
    tx: &mut Tx<'_>,
    key: ImportKey,
    person: &MovedPerson,
    name: &UserName,
    role: Role,
) -> Result<UserId> {
    let shown =
        DisplayName::parse(&person.name).map_or(String::new(), |name| name.as_str().to_owned());
    let bio = Bio::parse(&person.bio).map_or(String::new(), |bio| bio.as_str().to_owned());
    let email =
        Email::parse(&person.email).map_or(String::new(), |email| email.as_str().to_owned());
    // Nobody signs in without a password hash.
    tx.prepare_cached(
        "insert into users (username, name, search, bio, email, password_hash, role, directs_from,
             notifications_read, created_at)
         values (?, ?, ?, ?, ?, '', ?, ?, ?, ?)",
    )?
    .execute((
        name.as_str(),
        &shown,
        users::search(name.as_str(), &shown),
        bio,
        email,
        role,
        person.directs_from(),
        events::newest(tx)?,
        person.created_at.0.clamp(0, tx.now.0),
    ))?;
    let user = UserId(tx.last_insert_rowid());
    tx.prepare_cached("insert into feeds (owner_id, is_private) values (?, ?)")?
        .execute((user, person.private))?;
    tx.prepare_cached("insert into moved_users (origin, user_id) values (?, ?)")?
        .execute((key, user))?;
    if person.suspended {
        presence::suspend(tx, user)?;
    }
    Ok(user)
}

/// Has links to the former names of a person who was added lead to them, as they did. Names that are taken are left out.
pub fn add_former_names(tx: &mut Tx<'_>, user: UserId, names: &[String]) -> Result<()> {
    for former in names.iter().take(FORMER_NAMES_MAX) {
        if UserName::parse(former).is_ok() && !users::is_name_taken(tx, former)? {
            tx.prepare_cached("insert into former_usernames (username, user_id) values (?, ?)")?
                .execute((former, user))?;
        }
    }
    Ok(())
}

/// Sets the picture of a person who was added. Returns false if there is no room for it.
pub fn set_avatar(
    tx: &mut Tx<'_>,
    user: UserId,
    image: &NewImage,
    storage_max: u64,
) -> Result<bool> {
    let has_room = imports::has_room(tx, user, image.charge(), storage_max)?;
    if has_room {
        images::create_avatar(tx, user, image, storage_max)?;
    }
    Ok(has_room)
}

/// Ties a person who was added to others, who are given by their accounts here. Nobody is told.
pub fn tie(tx: &mut Tx<'_>, key: ImportKey, user: UserId, ties: &MovedTies<UserId>) -> Result<()> {
    let others = |list: &[UserId]| {
        let others = list.iter().copied().filter(|other| *other != user);
        others.collect::<Vec<_>>()
    };
    for other in others(&ties.blocks) {
        distance::note_block(tx, user, other)?;
    }
    for other in others(&ties.mutes) {
        distance::note_mute(tx, user, other)?;
    }
    for other in others(&ties.follows) {
        let feed = feeds::own(tx, other)?.id;
        follow(tx, user, feed)?;
    }
    tx.prepare_cached("update moved_users set is_tied = 1 where origin = ?")?
        .execute([key])?;
    Ok(())
}

/// Makes somebody a follower of a feed, as of long ago.
pub(super) fn follow(tx: &Tx<'_>, user: UserId, feed: FeedId) -> Result<()> {
    if is_member(tx, user, feed)? {
        return Ok(());
    }
    relationships::enter(tx, user, feed, EventId::imported(tx.now), None)
}
