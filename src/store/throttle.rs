//! Rate limits for proofs of identity. An attempt is [taken](take) before anything is compared, so that many at once
//! count as many; afterwards it is [given back](give_back) or [forgiven](forgive), or it counts as failed.

use std::time::Duration;

use rusqlite::OptionalExtension;

use super::Tx;
use crate::{
    error::{Error, Result},
    model::{AddressCounter, Attempt, NameHash, Timestamp},
};

/// The failures of one address that are allowed at once: with passwords, and as many with registrations.
const ADDRESS_FAILURES: u32 = 10;
/// The time after which one failure of an address is forgotten, and so the interval at which a blocked address may try.
const ADDRESS_FORGETS_AFTER: Duration = Duration::from_mins(1);

/// The failures at one name after which the next attempt has to wait: a second, and twice as long each time.
const NAME_FAILURES: u32 = 3;
const NAME_DELAY_MAX: Duration = Duration::from_mins(1);
/// The time without attempts after which all failures at a name are forgotten. It is so much longer than the longest
/// delay that waiting for it helps nobody.
const NAME_FORGETS_AFTER: Duration = Duration::from_hours(1);

/// The most addresses, and the most names, that are remembered. Expired ones are deleted, then the oldest.
const KEYS_MAX: i64 = 10_000;

/// Takes an attempt, before anything is compared.
///
/// # Errors
/// `TooManyAttempts` with the seconds to wait. Nothing was taken then.
pub fn take(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    take_from_address(tx, &attempt.counter)?;
    match &attempt.name {
        Some(name) => take_from_name(tx, name),
        None => Ok(()),
    }
}

/// Gives an attempt back because nothing was compared: the server was too busy, or the disk was full.
pub fn give_back(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    give_back_to_address(tx, &attempt.counter)?;
    if let Some(name) = &attempt.name {
        tx.prepare_cached(
            "update name_attempts set failures = max(failures - 1, 0), next_at = ?2 where name_hash = ?1",
        )?
        .execute((name, tx.now))?;
    }
    Ok(())
}

/// Forgives an attempt that succeeded.
pub fn forgive(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    give_back_to_address(tx, &attempt.counter)?;
    if let Some(name) = &attempt.name {
        tx.prepare_cached("delete from name_attempts where name_hash = ?")?
            .execute([name])?;
    }
    Ok(())
}

fn take_from_address(tx: &mut Tx<'_>, counter: &AddressCounter) -> Result<()> {
    let forgotten_at: Option<Timestamp> = tx
        .prepare_cached("select forgotten_at from address_attempts where network = ?")?
        .query_row([counter.as_str()], |row| row.get(0))
        .optional()?;
    let full = tx.now.plus(ADDRESS_FORGETS_AFTER * ADDRESS_FAILURES);
    // A time that cannot have been written now was written before the clock was set back.
    let forgotten_at = forgotten_at.filter(|at| *at <= full).unwrap_or(tx.now);
    let next = forgotten_at.max(tx.now).plus(ADDRESS_FORGETS_AFTER);
    wait(next.since(full))?;
    tx.prepare_cached(
        "insert into address_attempts (network, forgotten_at) values (?1, ?2)
         on conflict (network) do update set forgotten_at = ?2",
    )?
    .execute((counter.as_str(), next))?;
    tx.prepare_cached("delete from address_attempts where forgotten_at <= ?")?
        .execute([tx.now])?;
    tx.prepare_cached(
        "delete from address_attempts where network in (
             select network from address_attempts order by forgotten_at
             limit max(0, (select count(*) from address_attempts) - ?))",
    )?
    .execute([KEYS_MAX])?;
    Ok(())
}

fn give_back_to_address(tx: &mut Tx<'_>, counter: &AddressCounter) -> Result<()> {
    let millis = i64::try_from(ADDRESS_FORGETS_AFTER.as_millis()).unwrap_or(i64::MAX);
    tx.prepare_cached(
        "update address_attempts set forgotten_at = forgotten_at - ?2 where network = ?1",
    )?
    .execute((counter.as_str(), millis))?;
    tx.prepare_cached("delete from address_attempts where network = ? and forgotten_at <= ?")?
        .execute((counter.as_str(), tx.now))?;
    Ok(())
}

fn take_from_name(tx: &mut Tx<'_>, name: &NameHash) -> Result<()> {
    let found: Option<(u32, Timestamp)> = tx
        .prepare_cached("select failures, next_at from name_attempts where name_hash = ?")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (failures, next_at) = found
        .filter(|(_, next_at)| tx.now.since(*next_at) < NAME_FORGETS_AFTER)
        // A time too far ahead was written before the clock was set back.
        .filter(|(_, next_at)| next_at.since(tx.now) <= NAME_DELAY_MAX)
        .unwrap_or((0, tx.now));
    wait(next_at.since(tx.now))?;
    let failures = failures.saturating_add(1);
    tx.prepare_cached(
        "insert into name_attempts (name_hash, failures, next_at) values (?1, ?2, ?3)
         on conflict (name_hash) do update set failures = ?2, next_at = ?3",
    )?
    .execute((name, failures, tx.now.plus(delay(failures))))?;
    tx.prepare_cached("delete from name_attempts where next_at <= ?")?
        .execute([tx.now.minus(NAME_FORGETS_AFTER)])?;
    tx.prepare_cached(
        "delete from name_attempts where name_hash in (
             select name_hash from name_attempts order by next_at
             limit max(0, (select count(*) from name_attempts) - ?))",
    )?
    .execute([KEYS_MAX])?;
    Ok(())
}

/// Returns the delay of the next attempt after this many failures.
fn delay(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(NAME_FAILURES) else {
        return Duration::ZERO;
    };
    let seconds = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    Duration::from_secs(seconds.max(1)).min(NAME_DELAY_MAX)
}

/// Refuses an attempt while there is time left to wait.
fn wait(left: Duration) -> Result<()> {
    if left.is_zero() {
        return Ok(());
    }
    let seconds = u32::try_from(left.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
    Err(Error::TooManyAttempts {
        retry_after: seconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_after_the_third_failure_and_not_for_ever() {
        let seconds = |failures| delay(failures).as_secs();
        assert_eq!(
            [1, 2, 3, 4, 5, 8, 9, 10, 70, u32::MAX].map(seconds),
            [0, 0, 1, 2, 4, 32, 60, 60, 60, 60]
        );
    }
}
