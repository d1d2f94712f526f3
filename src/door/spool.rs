//! Unnamed files beside the database for data that is too large for memory. They are gone as soon as they are
//! closed, however the program ends.

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    refusal::Refusal,
    semaphore::{FairSemaphore, SemaphorePermit},
};

/// Seconds after which a client may try again.
const RETRY_AFTER: u32 = 5;

/// Seconds after which a client may try again whose room was taken back.
const TAKEN_BACK_RETRY_AFTER: u32 = 30;

/// Time that an upload waits for room before the room of others is taken back for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Disk space for one kind of waiting data, in bytes.
#[derive(Debug)]
pub(super) struct Spool {
    directory: PathBuf,
    capacity: Arc<FairSemaphore>,
}

/// Part of a spool that is reserved as long as this value lives.
#[derive(Debug)]
pub(super) struct Reservation {
    spool: Arc<Spool>,
    pub(super) bytes: u64,
    permit: SemaphorePermit,
}

impl Spool {
    /// Creates a spool. One client may use `client_bytes_max` of it, so that a slow client does not keep all others
    /// out.
    pub(super) fn new(directory: PathBuf, bytes_max: u64, client_bytes_max: u64) -> Spool {
        Spool {
            directory,
            capacity: Arc::new(FairSemaphore::new(bytes_max, client_bytes_max)),
        }
    }

    /// Creates a spool whose room is taken back from those that have most of it when others wait. A few slow clients
    /// with their full shares would keep all others out.
    pub(super) fn shared_out(directory: PathBuf, bytes_max: u64, client_bytes_max: u64) -> Spool {
        let capacity = FairSemaphore::new(bytes_max, client_bytes_max).with_patience(PATIENCE);
        Spool {
            directory,
            capacity: Arc::new(capacity),
        }
    }

    /// Reserves room for the announced length, before any data arrives. A reservation that is alone always fits.
    /// Waits until the deadline; without one it does not wait.
    ///
    /// # Errors
    /// If too much data is waiting already.
    pub(super) fn reserve(
        self: &Arc<Spool>,
        client: IpAddr,
        bytes: u64,
        deadline: Option<Instant>,
    ) -> Result<Reservation, Refusal> {
        let permit = self.capacity.acquire(client, bytes, deadline);
        let permit = permit.ok_or_else(|| {
            Refusal::busy_for("too much data is on its way at the moment", RETRY_AFTER)
        })?;
        Ok(Reservation {
            spool: self.clone(),
            bytes,
            permit,
        })
    }

    /// Returns the bytes that are reserved.
    pub(super) fn reserved(&self) -> u64 {
        self.capacity.in_use()
    }

    /// Ends all waits for room.
    pub(super) fn close(&self) {
        self.capacity.close();
    }
}

impl Reservation {
    /// Checks that the room was not taken back for somebody else.
    ///
    /// # Errors
    /// If it was.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.permit.is_revoked() {
            return Err(taken_back());
        }
        Ok(())
    }

    /// Keeps the room of data that has arrived: it cannot be taken back any more.
    ///
    /// # Errors
    /// If it was taken back already.
    pub(super) fn keep(&self) -> Result<(), Refusal> {
        if self.permit.keep() {
            return Ok(());
        }
        Err(taken_back())
    }

    /// Creates an empty unnamed file.
    ///
    /// # Errors
    /// If the disk does not allow it.
    pub(super) fn file(&self) -> Result<File, Refusal> {
        tempfile::tempfile_in(&self.spool.directory).map_err(|error| disk_error(&error))
    }
}

/// Returns the refusal for room that was taken back.
fn taken_back() -> Refusal {
    Refusal::busy_for(
        "others wait for the room of this upload, and more of the room was used from this address than from theirs",
        TAKEN_BACK_RETRY_AFTER,
    )
}

/// Returns the refusal for an error of the disk.
pub(super) fn disk_error(error: &io::Error) -> Refusal {
    let why = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        _ => format!("the disk does not accept it ({error})"),
    };
    Refusal::busy(&format!(
        "nothing can be saved at the moment: {why}; reading still works, please try again"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_back_and_no_client_gets_all_of_it() {
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
