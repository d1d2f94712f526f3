//! Password hashes: Argon2id with the parameters of OWASP's cheat sheet, and only a few at once.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, PasswordHash},
};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::{
    error::{Error, Result},
    model::Password,
};

/// Memory of one hash (OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// Number of blocks of 1 KiB that are allocated at once; only the blocks in use become memory. It is more than 32
/// MiB on purpose: the C library returns that much to the system immediately, and would otherwise keep the memory
/// once for each thread that ever hashed.
const BLOCKS_RESERVED: usize = 33 * 1_024;

/// Number of hashes at once; each takes 19 MiB.
const HASHES_MAX: usize = 2;
/// Number of requests that may wait for their turn.
const WAITING_MAX: usize = 8;
/// Time that a request waits for its turn.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Hashes and compares passwords, a few at once.
pub struct Hasher {
    params: Params,
    /// Permits to hash. A thread holds one while it hashes.
    permits: (Sender<()>, Receiver<()>),
    waiting: AtomicUsize,
}

/// Outcome of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed with old parameters or from characters that were not prepared. This is a hash of today.
    RightButOld(String),
}

impl Hasher {
    /// Creates a hasher with one permit for each core, at most two.
    pub fn new() -> Hasher {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .expect("the constants are within Argon2's limits");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let at_once = cores.min(HASHES_MAX);
        let permits = bounded(at_once);
        for _ in 0..at_once {
            permits
                .0
                .send(())
                .expect("the channel has room for all permits");
        }
        Hasher {
            params,
            permits,
            waiting: AtomicUsize::new(0),
        }
    }

    /// Returns the number of requests that wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Hashes a password. Returns a PHC string with a new salt of 16 bytes.
    ///
    /// # Errors
    /// `Busy` if too many other requests hash at the moment.
    pub fn hash(&self, password: &Password) -> Result<String> {
        self.with_permit(|| self.hash_with_new_salt(password))?
    }

    /// Compares a password with a stored hash. Without a stored hash it takes just as long and returns `Wrong`.
    ///
    /// # Errors
    /// `Busy` if too many other requests hash at the moment; `Internal` if the stored hash is not one.
    pub fn verify(&self, password: &Password, stored: Option<&str>) -> Result<Verdict> {
        self.with_permit(|| {
            let Some(stored) = stored else {
                let salt: [u8; SALT_BYTES] = rand::random();
                for bytes in [Some(password.as_bytes()), password.as_sent()]
                    .into_iter()
                    .flatten()
                {
                    digest(&self.params, bytes, &salt, Params::DEFAULT_OUTPUT_LEN)?;
                }
                return Ok(Verdict::Wrong);
            };
            let malformed = || Error::internal("a stored password hash is malformed");
            let stored = PasswordHash::new(stored).map_err(|_| malformed())?;
            let params = Params::try_from(&stored).map_err(|_| malformed())?;
            let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
                return Err(malformed());
            };
            // Outputs are compared in constant time.
            let is_of = |bytes: &[u8]| {
                digest(&params, bytes, &salt, expected.len()).map(|found| found == expected)
            };
            let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
            let is_right = is_of(password.as_bytes())?;
            if is_right && costs(&params) == costs(&self.params) {
                return Ok(Verdict::Right);
            }
            if is_right || password.as_sent().map_or(Ok(false), is_of)? {
                return self.hash_with_new_salt(password).map(Verdict::RightButOld);
            }
            Ok(Verdict::Wrong)
        })?
    }

    /// Hashes a password with a new salt.
    fn hash_with_new_salt(&self, password: &Password) -> Result<String> {
        let salt: [u8; SALT_BYTES] = rand::random();
        let hash = digest(
            &self.params,
            password.as_bytes(),
            &salt,
            Params::DEFAULT_OUTPUT_LEN,
        )?;
        let encoded = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
        Ok(format!(
            "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
            encoded(&salt),
            encoded(hash.as_bytes())
        ))
    }

    /// Does some work as soon as there is a permit.
    fn with_permit<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let busy = Error::Busy { retry_after: 5 };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= HASHES_MAX + WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(busy);
        }
        let permit = self.permits.1.recv_timeout(WAIT_MAX);
        let result = permit.map(|()| {
            // The permit is given back even if the work panics.
            let _permit = HashPermit(&self.permits.0);
            work()
        });
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        result.map_err(|_| busy)
    }
}

/// Computes Argon2id.
fn digest(params: &Params, password: &[u8], salt: &[u8], bytes: usize) -> Result<Output> {
    let mut memory = Vec::with_capacity(BLOCKS_RESERVED.max(params.block_count()));
    memory.resize(params.block_count(), Block::default());
    let mut output = vec![0; bytes];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice())
        .map_err(|error| Error::internal(error.to_string()))?;
    Output::new(&output).map_err(|error| Error::internal(error.to_string()))
}

/// Permit to hash. It is given back when dropped.
struct HashPermit<'h>(&'h Sender<()>);

impl Drop for HashPermit<'_> {
    fn drop(&mut self) {
        // There is room: this permit was taken out of the channel.
        let _ = self.0.try_send(());
    }
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher::new()
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordHasher;

    use super::*;

    fn password(text: &str) -> Password {
        Password::given(text).expect("it is one")
    }

    #[test]
    fn a_password_is_right_wrong_or_of_nobody() {
        let hasher = Hasher::new();
        let hash = hasher
            .hash(&password("correct horse"))
            .expect("nobody else hashes");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let verdict = |text, stored| {
            hasher
                .verify(&password(text), stored)
                .expect("nobody else hashes")
        };
        assert_eq!(verdict("correct horse", Some(&hash)), Verdict::Right);
        assert_eq!(verdict("battery staple", Some(&hash)), Verdict::Wrong);
        assert_eq!(verdict("correct horse", None), Verdict::Wrong);
    }

    #[test]
    fn a_hash_with_old_parameters_is_made_again() {
        let hasher = Hasher::new();
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8, 1, 1, None).expect("allowed"),
        );
        let old: PasswordHash = weak
            .hash_password(b"correct horse")
            .expect("it can be hashed");
        let verdict = hasher.verify(&password("correct horse"), Some(&old.to_string()));
        let Ok(Verdict::RightButOld(hash)) = verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!(
            hasher
                .verify(&password("correct horse"), Some(&hash))
                .expect("idle"),
            Verdict::Right
        );
    }

    #[test]
    fn a_hash_of_characters_that_were_not_prepared_is_made_again() {
        const SENT: &str = "man\u{303}ana u\u{308}ber cafe\u{301} 7";
        let hasher = Hasher::new();
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("allowed");
        let old: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(SENT.as_bytes())
            .expect("it can be hashed");
        let old = old.to_string();
        let verdict = |text, stored: &str| {
            hasher
                .verify(&password(text), Some(stored))
                .expect("nobody else hashes")
        };
        assert_eq!(verdict("mañana u\u{308}ber 7", &old), Verdict::Wrong);
        let Verdict::RightButOld(new) = verdict(SENT, &old) else {
            panic!("it is the same password");
        };
        assert_eq!(verdict(SENT, &new), Verdict::Right);
        assert_eq!(verdict("mañana über café 7", &new), Verdict::Right);
    }
}
