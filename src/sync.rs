//! Locks that stay usable after a panic: a thread that panics while it holds one must not stop all others.

use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

/// Locks a mutex, even if a thread has panicked while it held the lock.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    recover(mutex.lock())
}

/// Returns the guard, even if a thread has panicked while it held the lock. This is sound where each change of the
/// value is one step, so that a panic leaves nothing half-done.
pub(crate) fn recover<G>(result: LockResult<G>) -> G {
    result.unwrap_or_else(PoisonError::into_inner)
}
