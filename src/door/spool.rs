//! What is too large for memory waits in files without a name, beside the database: whatever ends, they are gone.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, ErrorKind},
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{address::client_group, refusal::Refusal};

/// Of the room, what one client may take: so nobody keeps all others out by being slow.
const CLIENT_SHARE: (u64, u64) = (3, 4);

/// Room for a kind of things that wait, in bytes.
#[derive(Debug)]
pub(super) struct Spool {
    directory: PathBuf,
    bytes_max: u64,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u64,
    by_client: HashMap<IpAddr, u64>,
}

/// A part of the room, as long as something needs it.
#[derive(Debug)]
pub(super) struct Room {
    spool: Arc<Spool>,
    client: IpAddr,
    pub(super) bytes: u64,
}

impl Spool {
    pub(super) fn new(directory: PathBuf, bytes_max: u64) -> Spool {
        Spool {
            directory,
            bytes_max,
            taken: Mutex::default(),
        }
    }

    /// Room is taken by what is announced, before anything comes. What is alone there always fits.
    ///
    /// # Errors
    /// If too much waits already.
    pub(super) fn reserve(self: &Arc<Spool>, client: IpAddr, bytes: u64) -> Result<Room, Refusal> {
        let client = client_group(client);
        let (part, whole) = CLIENT_SHARE;
        let mut taken = self.lock();
        let own = taken.by_client.get(&client).copied().unwrap_or(0);
        let fits = |taken: u64, max: u64| taken == 0 || taken.saturating_add(bytes) <= max;
        if !fits(taken.all, self.bytes_max) || !fits(own, self.bytes_max / whole * part) {
            return Err(Refusal::busy("too much is on its way at the moment"));
        }
        taken.all += bytes;
        *taken.by_client.entry(client).or_default() += bytes;
        Ok(Room {
            spool: self.clone(),
            client,
            bytes,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
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

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = self.spool.lock();
        taken.all -= self.bytes;
        if let Some(own) = taken.by_client.get_mut(&self.client) {
            *own -= self.bytes;
            if *own == 0 {
                taken.by_client.remove(&self.client);
            }
        }
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
        let spool = Arc::new(Spool::new(std::env::temp_dir(), 400));
        let client = |n: u8| IpAddr::from([192, 0, 2, n]);
        let one = spool.reserve(client(1), 200).expect("room");
        let two = spool.reserve(client(1), 100).expect("room");
        assert!(spool.reserve(client(1), 1).is_err(), "three quarters");
        let three = spool.reserve(client(2), 100).expect("room for others");
        assert!(spool.reserve(client(3), 1).is_err(), "all of it");
        drop((one, two, three));
        let all = spool.reserve(client(1), 5_000).expect("it is alone");
        assert!(spool.reserve(client(2), 1).is_err());
        drop(all);
        assert!(spool.lock().all == 0 && spool.lock().by_client.is_empty());
    }
}
