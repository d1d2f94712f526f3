//! The site behind nginx and behind Caddy, with the configurations of `deploy/`: `tests/run` installs both.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use quartfeed::{config::AddressRange, model::BaseUrl};

use crate::harness::{Site, eventually, samples::photograph};

/// The time from a post to its event, through the proxy and back.
const LIVE_WITHIN: Duration = Duration::from_millis(300);

struct Proxy {
    child: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // A signal that asks, because nginx ends its workers itself. It may have ended already.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

#[test]
fn it_works_behind_nginx() {
    walk("", |site, port, directory| {
        nginx("deploy/nginx.conf", site, port, directory)
    });
}

#[test]
fn it_works_behind_nginx_under_a_path() {
    walk("/feed", |site, port, directory| {
        nginx("deploy/nginx-subpath.conf", site, port, directory)
    });
}

#[test]
fn it_works_behind_caddy() {
    walk("", |site, port, directory| {
        let sample = fs::read_to_string("deploy/Caddyfile").expect("it is in the repository");
        let block = sample.split("# Under a path").next().expect("a beginning");
        caddy(
            &block.replace("pi.example {", &format!("http://127.0.0.1:{port} {{")),
            site,
            directory,
        )
    });
}

#[test]
fn it_works_behind_caddy_under_a_path() {
    walk("/feed", |site, port, directory| {
        let sample = fs::read_to_string("deploy/Caddyfile").expect("it is in the repository");
        let under = sample.split("# Under a path").nth(1).expect("an end");
        let lines: Vec<&str> = under
            .lines()
            .skip(1)
            .map(|line| line.trim_start_matches('#'))
            .collect();
        caddy(
            &format!("http://127.0.0.1:{port} {{\n{}\n}}", lines.join("\n")),
            site,
            directory,
        )
    });
}

/// Checks posting, live events in time, the sub-path, and the client's address.
fn walk(path: &str, start: impl FnOnce(&Site, u16, &Path) -> Child) {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a free port")
        .port();
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse(&format!("http://127.0.0.1:{port}{path}/"));
        config.server.trusted_proxies = vec![AddressRange::parse("127.0.0.1").expect("an address")];
    });
    let directory = tempfile::tempdir().expect("a temporary directory");
    let child = start(&site, port, directory.path());
    let proxy = Proxy {
        child,
        port,
        _directory: directory,
    };
    let address = format!("127.0.0.1:{}", proxy.port);
    eventually("the proxy listens", || TcpStream::connect(&address).is_ok());

    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let (alice, bob) = (alice.at(&address), bob.at(&address));
    alice.follow(&bob);
    let mut stream = alice.listen();
    let mut times: Vec<Duration> = (0..5)
        .map(|n| {
            let started = Instant::now();
            let id = bob.write(&format!("through the proxy, {n}"));
            let event = stream.expect("post");
            assert_eq!(event.data["post_id"], id.as_str());
            assert!(event.html().contains(&format!("href=\"{path}/user/bob\"")));
            started.elapsed()
        })
        .collect();
    times.sort();
    assert!(times[2] < LIVE_WITHIN, "{times:?}");
    assert_eq!(alice.get("/").posts().len(), 5);

    // This is more than nginx takes by default.
    let form = bob.post_form().field("message", "a picture");
    let sent = bob.send_form("/post", form.file("image", &photograph(2_000_000)));
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(alice.get("/").posts().len(), 6);

    alice.get_with("/login", &[("X-Forwarded-For", "6.6.6.6")]);
    assert!(
        !site.log().contains("client=6.6.6.6"),
        "what a stranger says is not believed"
    );
    assert!(site.log().contains("client=127.0.0.1"));
}

fn nginx(sample: &str, site: &Site, port: u16, directory: &Path) -> Child {
    let locations = fs::read_to_string(sample).expect("it is in the repository");
    let locations = locations.replace("127.0.0.1:5000", &site.server().address().to_string());
    let place = directory.display();
    let config = format!(
        "daemon off; pid {place}/pid; error_log stderr; events {{}}
         http {{ access_log off; client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c;
         uwsgi_temp_path {place}/d; scgi_temp_path {place}/e; server {{ listen 127.0.0.1:{port}; {locations} }} }}"
    );
    let file = directory.join("nginx.conf");
    fs::write(&file, config).expect("writable");
    spawn(
        Command::new("/usr/sbin/nginx")
            .arg("-c")
            .arg(file)
            .arg("-p")
            .arg(directory),
    )
}

fn caddy(block: &str, site: &Site, directory: &Path) -> Child {
    let config = format!(
        "{{\nadmin off\n}}\n{}",
        block.replace("127.0.0.1:5000", &site.server().address().to_string())
    );
    let file = directory.join("Caddyfile");
    fs::write(&file, config).expect("writable");
    spawn(
        Command::new("/usr/bin/caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(file)
            .env("HOME", directory),
    )
}

fn spawn(command: &mut Command) -> Child {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.spawn().expect("tests/run installs it")
}
