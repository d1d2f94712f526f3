//! Who has pages open at the moment, and on what: so that an event is drawn for those who look, and for nobody else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::{
    model::{Topic, Topics, UserId},
    sync::lock,
};

/// Streams are numbered in the order in which they come.
pub(super) type Arrival = u64;

pub(super) struct Online(Mutex<Register>);

/// What the streams of one person are about.
pub(super) type Pages = Vec<(Arrival, Arc<Topics>)>;

struct Register {
    arrivals: Arrival,
    /// What most streams are about: all of them share it.
    home: Arc<Topics>,
    by_user: HashMap<UserId, Arc<Pages>>,
}

/// One stream in the register, as long as it lives.
pub(super) struct Presence {
    online: Arc<Online>,
    user: UserId,
    pub(super) arrival: Arrival,
    pub(super) topics: Arc<Topics>,
}

/// The register at one moment.
pub(super) struct Snapshot {
    /// Whoever came later is not in it.
    pub(super) arrivals: Arrival,
    pub(super) people: Vec<(UserId, Arc<Pages>)>,
}

impl Default for Online {
    fn default() -> Online {
        Online(Mutex::new(Register {
            arrivals: 0,
            home: Arc::new(Topics::only(Topic::Home)),
            by_user: HashMap::new(),
        }))
    }
}

impl Online {
    pub(super) fn enter(self: &Arc<Online>, user: UserId, topics: &Topics) -> Presence {
        let mut register = self.register();
        let topics = if *topics == *register.home {
            register.home.clone()
        } else {
            Arc::new(topics.clone())
        };
        register.arrivals += 1;
        let arrival = register.arrivals;
        let streams = register.by_user.entry(user).or_default();
        Arc::make_mut(streams).push((arrival, topics.clone()));
        Presence {
            online: self.clone(),
            user,
            arrival,
            topics,
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let register = self.register();
        let people = register.by_user.iter();
        let people = people.map(|(user, pages)| (*user, pages.clone()));
        Snapshot {
            arrivals: register.arrivals,
            people: people.collect(),
        }
    }

    /// Each change of the register is one step, so a panic elsewhere leaves nothing half-done.
    fn register(&self) -> MutexGuard<'_, Register> {
        lock(&self.0)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut register = self.online.register();
        if let Some(streams) = register.by_user.get_mut(&self.user) {
            Arc::make_mut(streams).retain(|(arrival, _)| *arrival != self.arrival);
            if streams.is_empty() {
                register.by_user.remove(&self.user);
            }
        }
    }
}
