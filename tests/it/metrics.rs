//! `/metrics`, on its own listener.

use std::{collections::BTreeSet, time::Duration};

use quartfeed::config::Interval;

use crate::harness::{PASSWORD, Site, eventually, exchange, free_port, run, status};

/// Starts a site with metrics.
fn watched() -> Site {
    Site::with(|config| {
        config.metrics.listen = Some(([127, 0, 0, 1], 0).into());
        config.webhooks.enabled = true;
        config.backup.every = Interval(Some(Duration::from_hours(1)));
    })
}

/// Asks the listener, and returns its whole answer.
fn ask(site: &Site, request: &str) -> String {
    let address = site.server().metrics_address().expect("it listens");
    let answer = exchange(&address.to_string(), request.as_bytes());
    String::from_utf8(answer).expect("UTF-8")
}

fn shown(site: &Site) -> String {
    ask(site, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// Returns the value of a line, which begins with a name and perhaps labels.
fn value(text: &str, line: &str) -> f64 {
    let found = text
        .lines()
        .find_map(|one| one.strip_prefix(line)?.strip_prefix(' '));
    let found = found.unwrap_or_else(|| panic!("{line} is missing in {text}"));
    found.parse().expect("a number")
}

#[test]
fn everything_that_happens_is_counted() {
    let site = watched();
    let alice = site.member("alice");
    alice.write("hello");
    alice.get("/");
    alice.get("/");
    let _stream = alice.listen();
    site.visitor().post(
        "/login",
        &[("username", "alice"), ("password", "wrong wrong")],
    );

    // The address is private, so nothing is sent there.
    let webhook = [
        ("name", "x"),
        ("url", "http://127.0.0.1:1/"),
        ("body", "standard"),
        ("topic", "feed"),
    ];
    alice.post("/settings/webhooks", &webhook);
    alice.press("/settings/webhooks/1/test");
    eventually("the try is counted", || {
        value(&shown(&site), "quartfeed_webhooks_failed_total") > 0.0
    });
    alice.press("/settings/webhooks/1/off");

    let text = shown(&site);
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"),
        "{text}"
    );
    assert!(text.ends_with("# EOF\n"), "{text}");
    let is_counted = |line: &str| assert!(value(&text, line) >= 1.0, "{line}: {text}");
    is_counted("quartfeed_request_seconds_count{audience=\"people\",status=\"2xx\"}");
    is_counted("quartfeed_commit_seconds_count");
    is_counted("quartfeed_changes_total");
    is_counted("quartfeed_answer_cache_misses_total");
    is_counted("quartfeed_database_bytes");
    is_counted("process_open_fds");
    assert!(
        text.contains(concat!(
            "quartfeed_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\"} 1"
        )),
        "{text}"
    );
    for (line, expected) in [
        ("quartfeed_failed_sign_ins_total", 1.0),
        ("quartfeed_failed_commits_total", 0.0),
        ("quartfeed_webhooks_sent_total", 0.0),
        ("quartfeed_waiting_webhooks", 0.0),
        ("quartfeed_webhooks_off", 1.0),
        ("quartfeed_streams", 1.0),
        ("quartfeed_writable", 1.0),
        ("quartfeed_waiting_writes", 0.0),
        ("quartfeed_spooled_bytes{kind=\"uploads\"}", 0.0),
    ] {
        assert!(
            (value(&text, line) - expected).abs() < f64::EPSILON,
            "{line}: {text}"
        );
    }
    alice.write("again");
    eventually("the event was delivered", || {
        value(&shown(&site), "quartfeed_stream_deliveries_total") >= 1.0
    });
}

#[test]
fn the_dashboard_asks_only_for_metrics_that_exist() {
    let mut site = watched();
    // The site looks at its start whether a backup is due.
    site.pass(Duration::from_hours(1));
    site.restart();
    site.member("alice").get("/");
    eventually("a backup is made", || {
        shown(&site).contains("quartfeed_last_backup_timestamp_seconds")
    });
    let text = shown(&site);
    let dashboard = std::fs::read_to_string("deploy/grafana.json").expect("a file");
    let dashboard: serde_json::Value = serde_json::from_str(&dashboard).expect("JSON");
    let expressions = dashboard["panels"].as_array().expect("a list").iter();
    let expressions = expressions.flat_map(|panel| panel["targets"].as_array().expect("a list"));
    let expressions = expressions.map(|target| target["expr"].as_str().expect("a text"));
    let mut names = BTreeSet::new();
    for expression in expressions {
        let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        names.extend(
            words.filter(|word| word.starts_with("quartfeed_") || word.starts_with("process_")),
        );
    }
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        let is_there = text.lines().any(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([' ', '{']))
        });
        assert!(is_there, "{name} is missing in {text}");
    }
}

#[test]
fn nothing_but_the_metrics_is_there_and_they_are_nowhere_else() {
    let site = watched();
    assert_eq!(
        site.visitor().get("/metrics").status,
        404,
        "not on the public listener"
    );
    for (request, expected) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404 Not Found"),
        ("GET /login HTTP/1.1\r\nHost: x\r\n\r\n", "404 Not Found"),
        (
            "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
            "400 Bad Request",
        ),
        ("nonsense\r\n\r\n", "400 Bad Request"),
    ] {
        let answer = ask(&site, request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected}")),
            "{request}: {answer}"
        );
    }
    let long = format!("GET /metrics HTTP/1.1\r\nX: {}", "x".repeat(20_000));
    let address = site
        .server()
        .metrics_address()
        .expect("it listens")
        .to_string();
    // The listener may close before it has read everything.
    let answer = crate::harness::try_exchange(&address, long.as_bytes()).unwrap_or_default();
    assert!(answer.is_empty() || status(&answer) == 400);
    let head = ask(&site, "HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(
        head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"),
        "{head}"
    );
    let asked = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n\r\n";
    assert!(
        ask(&site, asked).contains("Content-Type: application/openmetrics-text; version=1.0.0")
    );
}

#[test]
fn the_listener_ends_with_the_site_and_its_address_is_checked() {
    let mut site = watched();
    let address = site.server().metrics_address().expect("it listens");
    site.stop();
    assert!(
        std::net::TcpStream::connect(address).is_err(),
        "it is closed"
    );

    assert!(
        Site::start().server().metrics_address().is_none(),
        "off by default"
    );
    let directory = tempfile::tempdir().expect("a temporary directory");
    let listen = format!("127.0.0.1:{}", free_port());
    let file = format!("[metrics]\nlisten = \"{listen}\"\n[server]\nlisten = \"{listen}\"\n");
    std::fs::write(directory.path().join("quartfeed.toml"), file).expect("a file");
    let said = run(directory.path(), &[]);
    assert_eq!(said.status, Some(1), "{}", said.err);
    assert!(
        said.err.contains("metrics.listen") && said.err.contains(&listen),
        "{}",
        said.err
    );
}

#[test]
fn a_failed_sign_in_is_one_line_without_what_was_typed() {
    let site = Site::start();
    site.member("alice");
    let visitor = site.visitor();
    for name in ["alice", "nobody", "my secret"] {
        visitor.post("/login", &[("username", name), ("password", "wrong wrong")]);
    }
    visitor.post("/login", &[("username", "alice"), ("password", PASSWORD)]);
    let log = site.log();
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("sign-in failed"))
        .collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for line in lines {
        assert!(
            line.ends_with(" warn  sign-in failed client=127.0.0.1 reason=wrong"),
            "{line}"
        );
    }
    assert!(!log.contains("my secret"), "a name may be a password");
}
