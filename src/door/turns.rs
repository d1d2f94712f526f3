//! How many uploads are with the server behind the door at once: the others wait here, and pages pass them.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::refusal::Refusal;

/// How long an upload waits for its turn. Proxies wait a minute for an answer (nginx's `proxy_read_timeout`).
const TURN_DEADLINE: Duration = Duration::from_secs(50);

/// Seconds after which it is worth trying again.
const RETRY_AFTER: u32 = 30;

pub(super) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    free: usize,
    is_closed: bool,
}

/// Given back in any case.
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    pub(super) fn new(at_once: usize) -> Turns {
        Turns {
            state: Mutex::new(State {
                free: at_once,
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// # Errors
    /// If it does not come in time.
    pub(super) fn wait(&self) -> Result<Turn<'_>, Refusal> {
        let nobody_can = |state: &mut State| state.free == 0 && !state.is_closed;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), TURN_DEADLINE, nobody_can);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if state.free == 0 {
            return Err(Refusal::busy_for("too many uploads at once", RETRY_AFTER));
        }
        state.free -= 1;
        Ok(Turn(self))
    }

    /// Those who still wait wait no longer.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().free += 1;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_have_a_turn_and_the_next_waits_for_one() {
        let turns = Turns::new(2);
        let (one, two) = (turns.wait().ok(), turns.wait().ok());
        assert!(one.is_some() && two.is_some() && turns.lock().free == 0);
        std::thread::scope(|scope| {
            let third = scope.spawn(|| turns.wait().is_ok());
            drop(one);
            assert!(third.join().expect("no panic"));
        });
        let _three = turns.wait();
        turns.close();
        assert!(turns.wait().is_err(), "nobody waits in a closed house");
    }
}
