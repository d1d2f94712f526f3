//! Instruments that count and measure while the program runs, and the listener that shows them.
//!
//! Each part of the program has its own instruments and counts with them whether or not anybody looks: that is an
//! addition of a number. Their text is put together when it is asked for (`server::exposition`), in the format of
//! OpenMetrics 1.0, which Prometheus reads.

mod listener;

use std::time::Duration;

use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};

pub(crate) use listener::MetricsListener;

/// The upper bounds of the buckets of durations, in seconds: from the time of an answer out of memory to that of an upload
/// which waits for its turn.
const BOUNDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// A measure of durations, in seconds.
pub type Seconds = Family<Labels, Histogram>;

/// The names and values by which a measure is divided.
pub type Labels = [(&'static str, &'static str); 2];

/// The instruments of the writer.
#[derive(Clone, Debug)]
pub struct WriteMeters {
    /// The time of each commit, from its first change until everything is on the disk.
    pub commit: Histogram,
    /// Changes that were committed. There are several in a commit.
    pub changes: Counter,
    /// Commits that the disk did not take.
    pub failed: Counter,
}

/// The instruments of the door.
#[derive(Clone, Debug)]
pub struct DoorMeters {
    /// The time of each answer, until it is ready to be sent, by audience and status.
    pub answers: Seconds,
    /// Connections that were refused because there were too many.
    pub refused: Counter,
}

/// The instruments of the streams.
#[derive(Clone, Debug, Default)]
pub struct StreamMeters {
    /// Events that were handed to streams.
    pub deliveries: Counter,
    /// Streams whose readers did not read fast enough, or were gone.
    pub lost: Counter,
}

/// The instruments of the answer cache.
#[derive(Clone, Debug, Default)]
pub struct CacheMeters {
    pub hits: Counter,
    pub misses: Counter,
}

/// The instruments of the webhooks.
#[derive(Clone, Debug, Default)]
pub struct WebhookMeters {
    /// Deliveries that their address has accepted.
    pub sent: Counter,
    /// Tries that failed.
    pub failed: Counter,
}

impl Default for WriteMeters {
    fn default() -> WriteMeters {
        WriteMeters {
            commit: durations(),
            changes: Counter::default(),
            failed: Counter::default(),
        }
    }
}

impl Default for DoorMeters {
    fn default() -> DoorMeters {
        DoorMeters {
            answers: Seconds::new_with_constructor(durations),
            refused: Counter::default(),
        }
    }
}

impl DoorMeters {
    /// Notes an answer, and how long it took.
    pub fn note_answer(&self, is_for_programs: bool, status: u16, took: Duration) {
        let audience = if is_for_programs {
            "programs"
        } else {
            "people"
        };
        let class = match status {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        let labels = [("audience", audience), ("status", class)];
        self.answers
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }
}

/// Returns an empty measure of durations.
fn durations() -> Histogram {
    Histogram::new(BOUNDS)
}
