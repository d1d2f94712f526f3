//! The text of `/metrics`: every instrument of the program, and the state of its queues at this moment.

use std::{fs, path::Path};

use prometheus_client::{
    encoding::text,
    metrics::{
        family::Family,
        gauge::{ConstGauge, Gauge},
        info::Info,
    },
    registry::{Registry, Unit},
};
use rustix::param::page_size;

use crate::{
    app::App,
    door::DoorState,
    store::{backups, files::with_suffix, webhooks},
};

/// The prefix of all names but those of the process, which are the same for all programs.
const PREFIX: &str = "quartfeed";

/// Returns the text, in the format of OpenMetrics 1.0.
pub(super) fn text(app: &App, door: &DoorState) -> String {
    let mut registry = Registry::with_prefix(PREFIX);
    counted(&mut registry, app, door);
    queues(&mut registry, app, door);
    waiting_webhooks(&mut registry, app);
    files(&mut registry, app);
    let mut process = Registry::with_prefix("process");
    of_process(&mut process);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = text::encode_registry(&mut out, &registry);
    let _ = text::encode(&mut out, &process);
    out
}

/// Adds what was counted since the start.
fn counted(registry: &mut Registry, app: &App, door: &DoorState) {
    let webhooks = app.webhook_sender.as_ref();
    let webhooks = webhooks.map(|sender| sender.meters.clone());
    let webhooks = webhooks.unwrap_or_default();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("build", "The running program", Info::new(version));
    registry.register_with_unit(
        "request",
        "Time until an answer was ready to be sent",
        Unit::Seconds,
        door.meters().answers.clone(),
    );
    let counters = [
        (
            "refused_connections",
            "Connections refused because there were too many",
            &door.meters().refused,
        ),
        (
            "changes",
            "Changes that were committed to the database",
            &app.db.meters().changes,
        ),
        (
            "failed_commits",
            "Commits that the disk did not take",
            &app.db.meters().failed,
        ),
        (
            "stream_deliveries",
            "Events handed to event streams",
            &app.live.meters().deliveries,
        ),
        (
            "lost_streams",
            "Event streams whose reader was gone or too slow",
            &app.live.meters().lost,
        ),
        (
            "answer_cache_hits",
            "Pages answered from memory",
            &app.answers.meters().hits,
        ),
        (
            "answer_cache_misses",
            "Pages that had to be drawn",
            &app.answers.meters().misses,
        ),
        (
            "failed_sign_ins",
            "Sign-ins with a wrong name or password",
            &app.failed_sign_ins,
        ),
        (
            "webhooks_sent",
            "Deliveries of webhooks that were accepted",
            &webhooks.sent,
        ),
        (
            "webhooks_failed",
            "Tries of webhooks that failed",
            &webhooks.failed,
        ),
    ];
    for (name, help, counter) in counters {
        registry.register(name, help, counter.clone());
    }
    registry.register_with_unit(
        "commit",
        "Time of a commit, until it is on the disk",
        Unit::Seconds,
        app.db.meters().commit.clone(),
    );
}

/// Adds the state of every queue.
fn queues(registry: &mut Registry, app: &App, door: &DoorState) {
    let gauges: [(&str, &str, usize); 6] = [
        (
            "connections",
            "Open connections, without event streams",
            door.connections(),
        ),
        ("streams", "Open event streams", app.live.streams()),
        (
            "waiting_writes",
            "Changes that wait for the writer",
            app.db.waiting_writes(),
        ),
        (
            "readers",
            "Connections to the database in use for reading",
            app.db.lent_readers(),
        ),
        (
            "waiting_pictures",
            "Pictures that wait to be rendered",
            app.image_queue.waiting(),
        ),
        (
            "waiting_passwords",
            "Sign-ins that wait for their password to be compared",
            app.hasher.waiting(),
        ),
    ];
    for (name, help, value) in gauges {
        registry.register(name, help, ConstGauge::new(number(value)));
    }
    let (large, small) = door.uploads_at_work();
    registry.register(
        "uploads",
        "Uploads that are being handled",
        divided("size", [("large", large), ("small", small)]),
    );
    let (uploads, responses) = door.spooled_bytes();
    registry.register_with_unit(
        "spooled",
        "Room reserved in files without a name",
        Unit::Bytes,
        divided("kind", [("uploads", uploads), ("responses", responses)]),
    );
}

/// Adds the state of the webhooks, if they are turned on.
fn waiting_webhooks(registry: &mut Registry, app: &App) {
    if app.webhook_sender.is_none() {
        return;
    }
    // A file that cannot be read is said by `writable`.
    let Ok(queue) = app.db.read(webhooks::queue) else {
        return;
    };
    for (name, help, value) in [
        (
            "waiting_webhooks",
            "Deliveries of webhooks that wait",
            queue.waiting,
        ),
        ("webhooks_off", "Webhooks that are turned off", queue.off),
    ] {
        registry.register(name, help, ConstGauge::new(number(value)));
    }
}

/// Returns numbers that are divided by one label.
fn divided(
    label: &'static str,
    values: [(&'static str, u64); 2],
) -> Family<[(&'static str, &'static str); 1], Gauge> {
    let family = Family::<_, Gauge>::default();
    for (name, value) in values {
        family.get_or_create(&[(label, name)]).set(number(value));
    }
    family
}

/// Adds the sizes of the files, and the age of the newest backup.
fn files(registry: &mut Registry, app: &App) {
    let database = &app.config.database.path;
    let wal = with_suffix(database, "-wal");
    for (name, help, path) in [
        ("database", "Size of the database", database),
        (
            "wal",
            "Size of the write-ahead log beside the database",
            &wal,
        ),
    ] {
        let bytes = fs::metadata(path).map_or(0, |file| file.len());
        registry.register_with_unit(name, help, Unit::Bytes, ConstGauge::new(number(bytes)));
    }
    let is_writable = i64::from(!app.db.is_failing());
    registry.register(
        "writable",
        "1 if the disk took the last change, 0 if not",
        ConstGauge::new(is_writable),
    );
    if let Ok(Some(newest)) = backups::newest(&app.config) {
        let made_at = newest.made_at.0 / 1_000;
        registry.register_with_unit(
            "last_backup_timestamp",
            "Time of the newest backup, since the Unix epoch",
            Unit::Seconds,
            ConstGauge::new(made_at),
        );
    }
}

/// Adds what the system says about the process, where there is `/proc`.
fn of_process(registry: &mut Registry) {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let resident = pages
        .as_deref()
        .and_then(|pages| pages.split(' ').nth(1)?.parse::<u64>().ok());
    if let Some(resident) = resident {
        let bytes = resident * page_size() as u64;
        registry.register_with_unit(
            "resident_memory",
            "Resident memory",
            Unit::Bytes,
            ConstGauge::new(number(bytes)),
        );
    }
    for (name, help, directory) in [
        ("open_fds", "Open file descriptors", "/proc/self/fd"),
        ("threads", "Threads", "/proc/self/task"),
    ] {
        if let Ok(entries) = fs::read_dir(Path::new(directory)) {
            registry.register(name, help, ConstGauge::new(number(entries.count())));
        }
    }
}

/// Returns a number as the library takes it. No count of ours is larger.
fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
