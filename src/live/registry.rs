//! The connection registry: the people with open pages and the topics of these pages, so that events are rendered for
//! them and for nobody else.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    http::Join,
    model::{Language, Topic, Topics, UserId},
    sync::lock,
};

/// The number of a stream, in the order of their arrival.
pub(super) type Arrival = u64;

/// A person who reads pages in one language. Somebody with pages in two languages reads twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Listener {
    pub(super) user: UserId,
    pub(super) language: Language,
}

/// The topics of each stream of one listener.
pub(super) type OpenPages = Vec<(Arrival, Arc<Topics>)>;

/// The open streams of all connection threads.
pub(super) struct ConnectionRegistry(Mutex<Registrations>);

struct Registrations {
    arrivals: Arrival,
    /// The topics of most streams, which all of those share.
    home: Arc<Topics>,
    by_listener: HashMap<Listener, Arc<OpenPages>>,
}

/// The entry of one stream in the registry, for as long as this value lives.
pub(super) struct RegistryEntry {
    registry: Arc<ConnectionRegistry>,
    pub(super) listener: Listener,
    pub(super) arrival: Arrival,
    pub(super) topics: Arc<Topics>,
}

/// The registry at one moment.
pub(super) struct Listeners {
    /// The newest arrival in it. Later streams are missing.
    pub(super) arrivals: Arrival,
    pub(super) people: Vec<(Listener, Arc<OpenPages>)>,
}

/// The number of open streams, and the limit.
#[derive(Clone)]
pub(super) struct StreamCount {
    open: Arc<AtomicUsize>,
    max: usize,
}

/// One stream in the count, for as long as this value lives.
pub(super) struct CountedStream(Arc<AtomicUsize>);

impl Default for ConnectionRegistry {
    fn default() -> ConnectionRegistry {
        ConnectionRegistry(Mutex::new(Registrations {
            arrivals: 0,
            home: Arc::new(Topics::only(Topic::Home)),
            by_listener: HashMap::new(),
        }))
    }
}

impl ConnectionRegistry {
    /// Registers a stream. Events are rendered for it from now on.
    pub(super) fn register(self: &Arc<ConnectionRegistry>, join: &Join) -> RegistryEntry {
        let topics = &join.topics;
        let listener = Listener {
            user: join.user,
            language: join.language,
        };
        let mut registrations = self.registrations();
        let topics = if *topics == *registrations.home {
            registrations.home.clone()
        } else {
            Arc::new(topics.clone())
        };
        registrations.arrivals += 1;
        let arrival = registrations.arrivals;
        let pages = registrations.by_listener.entry(listener).or_default();
        Arc::make_mut(pages).push((arrival, topics.clone()));
        RegistryEntry {
            registry: self.clone(),
            listener,
            arrival,
            topics,
        }
    }

    /// Returns a copy of the registry. Later changes do not show in it.
    pub(super) fn listeners(&self) -> Listeners {
        let registrations = self.registrations();
        let people = registrations.by_listener.iter();
        let people = people.map(|(listener, pages)| (*listener, pages.clone()));
        Listeners {
            arrivals: registrations.arrivals,
            people: people.collect(),
        }
    }

    /// Locks the registry. Each change of it is one step, so a panic elsewhere leaves nothing half-done.
    fn registrations(&self) -> MutexGuard<'_, Registrations> {
        lock(&self.0)
    }
}

impl Drop for RegistryEntry {
    fn drop(&mut self) {
        let mut registrations = self.registry.registrations();
        if let Some(pages) = registrations.by_listener.get_mut(&self.listener) {
            Arc::make_mut(pages).retain(|(arrival, _)| *arrival != self.arrival);
            if pages.is_empty() {
                registrations.by_listener.remove(&self.listener);
            }
        }
    }
}

impl StreamCount {
    /// Starts the count at zero.
    pub(super) fn new(max: usize) -> StreamCount {
        StreamCount {
            open: Arc::default(),
            max,
        }
    }

    /// Returns the number of open streams.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Counts one more stream. Returns whether there was room for it, and its place in the count.
    pub(super) fn add(&self) -> (bool, CountedStream) {
        let open = self.open.fetch_add(1, Ordering::Relaxed);
        (open < self.max, CountedStream(self.open.clone()))
    }
}

impl Drop for CountedStream {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
