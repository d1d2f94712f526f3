//! What is too large for memory waits in files without a name, beside the database: whatever ends, they are gone.

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use super::{
    refusal::Refusal,
    shares::{Share, Shares},
};

/// Seconds after which it is worth trying again.
const RETRY_AFTER: u32 = 5;

/// Room for a kind of things that wait, in bytes.
#[derive(Debug)]
pub(super) struct Spool {
    directory: PathBuf,
    room: Arc<Shares>,
}

/// A part of the room, as long as something needs it.
#[derive(Debug)]
pub(super) struct Room {
    spool: Arc<Spool>,
    pub(super) bytes: u64,
    _share: Share,
}

impl Spool {
    /// One client may take `client_bytes_max` of it: so nobody keeps all others out by being slow.
    pub(super) fn new(directory: PathBuf, bytes_max: u64, client_bytes_max: u64) -> Spool {
        Spool {
            directory,
            room: Arc::new(Shares::new(bytes_max, client_bytes_max)),
        }
    }

    /// Room is taken by what is announced, before anything comes. What is alone there always fits. Waits until then;
    /// without a time not at all.
    ///
    /// # Errors
    /// If too much waits already.
    pub(super) fn reserve(
        self: &Arc<Spool>,
        client: IpAddr,
        bytes: u64,
        until: Option<Instant>,
    ) -> Result<Room, Refusal> {
        let share = self.room.take(client, bytes, until);
        let share = share.ok_or_else(|| {
            Refusal::busy_for("too much is on its way at the moment", RETRY_AFTER)
        })?;
        Ok(Room {
            spool: self.clone(),
            bytes,
            _share: share,
        })
    }

    /// Nobody waits any longer.
    pub(super) fn close(&self) {
        self.room.close();
    }
}

impl Room {
    /// An empty file in it.
    ///
    /// # Errors
    /// If the disk gives none.
    pub(super) fn file(&self) -> Result<File, Refusal> {
        tempfile::tempfile_in(&self.spool.directory).map_err(|error| no_room(&error))
    }
}

/// The disk did not take it.
pub(super) fn no_room(error: &io::Error) -> Refusal {
    let why = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        _ => format!("the disk does not take it ({error})"),
    };
    Refusal::busy(&format!(
        "nothing can be saved at the moment: {why}; reading still works, please try again"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_back_and_nobody_takes_all_of_it() {
        let spool = Arc::new(Spool::new(std::env::temp_dir(), 400, 300));
        let reserve = |n: u8, bytes| spool.reserve(IpAddr::from([192, 0, 2, n]), bytes, None);
        let one = reserve(1, 200).expect("room");
        let two = reserve(1, 100).expect("room");
        assert!(reserve(1, 1).is_err(), "its share");
        let three = reserve(2, 100).expect("room for others");
        assert!(reserve(3, 1).is_err(), "all of it");
        drop((one, two, three));
        let all = reserve(1, 5_000).expect("it is alone");
        assert!(reserve(2, 1).is_err());
        drop(all);
        assert!(reserve(2, 400).is_ok());
    }
}
