//! The answers for load balancers, containers and alarms, and the command that asks for one.

use std::time::Duration;

use quartfeed::{
    config::{Config, Interval},
    model::BaseUrl,
};

use crate::harness::{Site, exchange, free_port, run, status};

#[test]
fn anybody_learns_under_any_name_that_the_site_is_well() {
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse("https://feed.example/river/");
    });
    let address = site.server().address().to_string();
    for path in ["/healthz", "/readyz", "/river/healthz", "/river/readyz"] {
        for host in ["feed.example", "quartfeed", "10.1.2.3", "other.example"] {
            let asked = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = exchange(&address, asked.as_bytes());
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 200"), "{host}{path}: {answer}");
            assert!(answer.ends_with("\r\n\r\nok\n"), "{host}{path}: {answer}");
        }
    }
    let page = exchange(
        &address,
        b"GET /login HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(status(&page), 421, "a page is for its own host");
}

#[test]
fn only_reading_the_state_is_possible() {
    let site = Site::start();
    let visitor = site.visitor();
    for path in ["/healthz", "/readyz"] {
        let answer = visitor.post(path, &[]);
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(answer.header("allow"), Some("GET"), "{path}");
        let answer = visitor.get(path);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
}

#[test]
fn the_age_of_the_newest_backup_is_a_header() {
    let mut site = Site::start();
    assert_eq!(site.visitor().get("/readyz").header("x-backup-age"), None);
    let every = |config: &mut Config| config.backup.every = Interval(Some(Duration::from_hours(1)));
    site.restart_with(every);
    site.pass(Duration::from_hours(1));
    site.restart_with(every);
    crate::harness::eventually("a backup is made", || {
        site.visitor()
            .get("/readyz")
            .header("x-backup-age")
            .is_some()
    });
    site.pass(Duration::from_mins(2));
    let ready = site.visitor().get("/readyz");
    assert_eq!(ready.header("x-backup-age"), Some("120"));
    assert_eq!((ready.status, ready.text.as_str()), (200, "ok\n"));
}

#[test]
fn the_command_asks_the_site_of_its_configuration() {
    let site = Site::start();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let address = site.server().address().to_string();
    let said = run(directory.path(), &["healthcheck", "--listen", &address]);
    assert_eq!(
        (said.status, said.out.as_str()),
        (Some(0), ""),
        "{}",
        said.err
    );

    let free = format!("127.0.0.1:{}", free_port());
    let said = run(directory.path(), &["healthcheck", "--listen", &free]);
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains(&free), "{}", said.err);
    let said = run(
        directory.path(),
        &["healthcheck", "--listen", "127.0.0.1:0"],
    );
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("port 0"), "{}", said.err);
}
