//! The account in the export of a person's own data. Each noun reads its own part of the export, row by row. The export
//! contains only the names of other people, and only of those whom the person may see.

use rusqlite::Connection;

pub use super::rows::Take;
use super::{images, notifications, users};
use crate::{
    error::Result,
    model::{Account, Timestamp, UserId},
};

/// Returns a person's account with the profile.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn account(conn: &Connection, viewer: UserId, now: Timestamp) -> Result<Account> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        ", role, email, bio, notifications_read, is_private
         from users join feeds on feeds.owner_id = users.id where users.id = ?1"
    ))?;
    let account = query.query_row([viewer], |row| {
        Ok(Account {
            user: users::from_row(row)?,
            role: row.get("role")?,
            email: row.get("email")?,
            bio: row.get("bio")?,
            is_private: row.get("is_private")?,
            former_usernames: Vec::new(),
            notifications_read: row.get("notifications_read")?,
            unread: 0,
            avatar: None,
        })
    })?;
    Ok(Account {
        former_usernames: former_usernames(conn, viewer)?,
        unread: notifications::unread(conn, viewer, now)?,
        avatar: images::own_avatar(conn, &account.user)?,
        ..account
    })
}

fn former_usernames(conn: &Connection, viewer: UserId) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached(
        "select username from former_usernames where user_id = ?1 order by username",
    )?;
    let names = query.query_map([viewer], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}
