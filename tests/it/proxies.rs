//! The site behind proxies, with the configurations of `deploy/`: `tests/run` installs the proxies.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use quartfeed::{config::AddressRange, model::BaseUrl};

use crate::harness::{DEADLINE, Site, between, eventually, samples::photograph};

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

#[test]
fn it_works_behind_apache() {
    walk("", |site, port, directory| {
        apache(&whole("apache.conf"), site, port, directory)
    });
}

#[test]
fn it_works_behind_apache_under_a_path() {
    walk("/feed", |site, port, directory| {
        let sample = whole("apache.conf");
        let line = between(&sample, "#\tProxyPass ", "\n");
        let lines = format!("ProxyPreserveHost On\nProxyPass {line}\n");
        apache(&lines, site, port, directory)
    });
}

#[test]
fn it_works_behind_haproxy() {
    walk("", |site, port, directory| {
        let sample = whole("haproxy.cfg");
        let bind = format!("bind {}", between(&sample, "bind ", "\n"));
        let config = sample.replace(&bind, &format!("bind 127.0.0.1:{port}"));
        haproxy(&config, site, directory)
    });
}

/// A proxy that only passes TCP on says who the client is by the PROXY protocol.
#[test]
fn it_works_behind_haproxy_that_passes_tcp_on() {
    walk("", |site, port, directory| {
        let config = format!(
            "defaults\nmode tcp\ntimeout connect 5s\ntimeout client 60s\ntimeout server 60s\n\
             listen site\nbind 127.0.0.1:{port}\nserver quartfeed 127.0.0.1:5000 send-proxy-v2\n"
        );
        haproxy(&config, site, directory)
    });
}

#[test]
fn it_works_behind_lighttpd() {
    walk("", |site, port, directory| {
        let to = site.server().address().port();
        let config = format!(
            "server.bind = \"127.0.0.1\"\nserver.port = {port}\nserver.document-root = \"{}\"\n{}",
            directory.display(),
            whole("lighttpd.conf").replace("\"port\" => 5000", &format!("\"port\" => {to}"))
        );
        let file = written(directory, "lighttpd.conf", &config, site);
        spawn(
            Command::new("/usr/sbin/lighttpd")
                .arg("-D")
                .arg("-f")
                .arg(file),
        )
    });
}

#[test]
fn it_works_behind_varnish() {
    walk("", |site, port, directory| {
        let to = site.server().address().port();
        let config = whole("varnish.vcl").replace("\"5000\"", &format!("\"{to}\""));
        let file = written(directory, "varnish.vcl", &config, site);
        let listen = format!("127.0.0.1:{port}");
        let varnish = &mut Command::new("/usr/sbin/varnishd");
        spawn(
            varnish
                .arg("-F")
                .args(["-a", &listen, "-s", "malloc,16m", "-n"])
                .arg(directory.join("work"))
                .arg("-f")
                .arg(file),
        )
    });
}

#[test]
fn it_works_behind_squid() {
    walk("", |site, port, directory| {
        let (to, place) = (site.server().address().port(), directory.display());
        let sample = whole("squid.conf")
            .replace("http_port 80 ", &format!("http_port 127.0.0.1:{port} "))
            .replace("parent 5000 ", &format!("parent {to} "));
        let own = format!(
            "pid_filename {place}/pid\ncache_log /dev/null\naccess_log none\nshutdown_lifetime 0 seconds\n"
        );
        let file = written(directory, "squid.conf", &(own + &sample), site);
        spawn(
            Command::new("/usr/sbin/squid")
                .arg("-N")
                .arg("-f")
                .arg(file),
        )
    });
}

/// Returns a sample.
fn whole(sample: &str) -> String {
    fs::read_to_string(format!("deploy/{sample}")).expect("it is in the repository")
}

/// Writes a configuration that leads to the site.
fn written(directory: &Path, name: &str, config: &str, site: &Site) -> PathBuf {
    let file = directory.join(name);
    let config = config.replace("127.0.0.1:5000", &site.server().address().to_string());
    fs::write(&file, config).expect("writable");
    file
}

fn haproxy(config: &str, site: &Site, directory: &Path) -> Child {
    let file = written(directory, "haproxy.cfg", config, site);
    spawn(
        Command::new("/usr/sbin/haproxy")
            .arg("-db")
            .arg("-f")
            .arg(file),
    )
}

fn apache(lines: &str, site: &Site, port: u16, directory: &Path) -> Child {
    let place = directory.display();
    let modules: String = ["mpm_event", "authz_core", "proxy", "proxy_http"]
        .map(|module| {
            format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n")
        })
        .concat();
    let config = format!(
        "{modules}Listen 127.0.0.1:{port}\nServerName pi\nPidFile {place}/pid\nErrorLog {place}/errors\nDefaultRuntimeDir {place}\n{lines}"
    );
    let file = written(directory, "apache.conf", &config, site);
    spawn(
        Command::new("/usr/sbin/apache2")
            .arg("-DFOREGROUND")
            .arg("-f")
            .arg(file),
    )
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
    let mut stream = alice.listen_at("/sse", &[("Accept", "text/event-stream")]);
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

    let answer = ask_from_elsewhere(&address, &format!("{path}/login"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let log = site.log();
    assert!(
        !log.contains("client=6.6.6.6"),
        "what a stranger says is not believed"
    );
    assert!(log.contains("client=127.0.0.2"), "{log}");
}

/// Asks for a page from an address that is no trusted proxy, with a forged header.
fn ask_from_elsewhere(address: &str, path: &str) -> String {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let to: SocketAddr = address.parse().expect("an address");
    let fd = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&fd, &SocketAddr::from(([127, 0, 0, 2], 0))).expect("every address of 127/8 is here");
    connect(&fd, &to).expect("the proxy listens");
    let mut socket = TcpStream::from(fd);
    socket.set_read_timeout(Some(DEADLINE)).expect("a socket");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("an answer in time");
    String::from_utf8_lossy(&answer).into_owned()
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
