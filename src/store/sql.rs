//! The SQL form of the program's types, and the meaning of SQLite's errors. It is here so that `model` need not know
//! SQLite.

use rusqlite::{
    Connection, ErrorCode,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};

use crate::{
    error::{Error, Result},
    model::{
        BlobHash, Browser, DeliveryState, DirectsFrom, EventKind, FeedPurpose, JournalAct,
        MediaType, NameHash, Network, NotificationKind, Role, Scope, TokenHash, Viewer,
        WebhookBody, WebhookTopic, with_row_ids,
    },
};

/// Checks that a statement has changed a row.
///
/// # Errors
/// `NotFound` if it found none.
pub(super) fn found(rows: usize) -> Result<()> {
    if rows == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}

macro_rules! stored_as_integer {
    ($($name:ident),+) => {$(
        impl ToSql for crate::model::$name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for crate::model::$name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map(crate::model::$name)
            }
        }
    )+};
}

stored_as_integer!(EventId, IdempotencyKey, ImportKey, Timestamp);
with_row_ids!(stored_as_integer);

macro_rules! stored_as_name {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.name().into())
            }
        }
    )+};
}

stored_as_name!(
    DeliveryState,
    DirectsFrom,
    EventKind,
    FeedPurpose,
    JournalAct,
    Role,
    Scope,
    WebhookBody,
    WebhookTopic
);

macro_rules! read_as_name {
    ($($name:ident),+) => {$(
        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value
                    .as_str()?
                    .parse()
                    .map_err(|()| FromSqlError::InvalidType)
            }
        }
    )+};
}

read_as_name!(
    DeliveryState,
    DirectsFrom,
    EventKind,
    FeedPurpose,
    JournalAct,
    MediaType,
    NotificationKind,
    Role,
    Scope,
    WebhookBody,
    WebhookTopic
);

macro_rules! stored_as_bytes {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.as_slice().into())
            }
        }
    )+};
}

stored_as_bytes!(BlobHash, NameHash, TokenHash);

/// A guest is null, which equals nothing: a guest owns nothing, follows nobody and is blocked by nobody.
impl ToSql for Viewer {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Viewer::Guest => Ok(rusqlite::types::Null.into()),
            Viewer::Member(user) => user.0.to_sql(),
        }
    }
}

macro_rules! stored_as_text {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                String::column_result(value).map($name::stored)
            }
        }
    )+};
}

stored_as_text!(Browser, Network);

impl FromSql for BlobHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(BlobHash)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let why = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => "the disk is full",
            Some(ErrorCode::ReadOnly) => "the database is read-only",
            Some(ErrorCode::SystemIoFailure) => "the disk reports an error",
            Some(ErrorCode::CannotOpen) => "the database file cannot be opened",
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another program holds the database"
            }
            Some(ErrorCode::OutOfMemory) => "memory is short",
            _ if matches!(error, rusqlite::Error::QueryReturnedNoRows) => return Error::NotFound,
            _ => return Error::internal(error),
        };
        Error::StorageUnavailable(why.into())
    }
}

/// Returns an unused id. Random bits can repeat, and in a burst of a hundred thousand posts they do. The query `taken`
/// tells whether an id is in use.
pub(super) fn free_id<T: ToSql>(conn: &Connection, taken: &str, new: impl Fn() -> T) -> Result<T> {
    let mut taken = conn.prepare_cached(taken)?;
    loop {
        let id = new();
        if !taken.query_row([&id], |row| row.get(0))? {
            return Ok(id);
        }
    }
}

/// Checks whether an insert failed because the row exists already.
pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
