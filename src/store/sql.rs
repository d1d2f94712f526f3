//! How our own types are stored, and what SQLite's errors mean. Here, so that `model` need not know of SQLite.

use rusqlite::{
    ErrorCode,
    types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};

use crate::{
    error::Error,
    model::{
        BlobHash, BlobId, Browser, CommentId, EventId, EventKind, FamilyId, FeedId, ImageId,
        InvitationId, JournalAct, MediaType, NameHash, Network, NotificationKind, PersonalTokenId,
        PostId, Role, Scope, SessionId, Submission, Timestamp, TokenHash, UserId, Viewer,
        WarningId,
    },
};

macro_rules! stored_as_integer {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map($name)
            }
        }
    )+};
}

stored_as_integer!(
    BlobId,
    CommentId,
    EventId,
    FamilyId,
    FeedId,
    ImageId,
    InvitationId,
    PersonalTokenId,
    PostId,
    SessionId,
    Submission,
    Timestamp,
    UserId,
    WarningId
);

impl ToSql for EventKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for EventKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

impl FromSql for NotificationKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

impl ToSql for JournalAct {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for JournalAct {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

impl ToSql for Scope {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

impl FromSql for Scope {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

/// Nothing is a guest's own, followed by one or kept from one: null equals nothing.
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

impl ToSql for NameHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

impl ToSql for BlobHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
    }
}

impl FromSql for BlobHash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(BlobHash)
    }
}

impl FromSql for MediaType {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|()| FromSqlError::InvalidType)
    }
}

impl ToSql for TokenHash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_slice().into())
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

/// Whether an insert failed because the row is there already.
pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
