//! The site behind proxies, with the configurations of `deploy/`: `tests/run` installs the proxies.

mod start;

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command},
};

use rustix::process::geteuid;

use quartfeed::{config::AddressRange, model::BaseUrl};

use start::{Proxy, apache, caddy, certificate, haproxy, nginx, spawn, whole, written};

use crate::harness::{DEADLINE, Site, between, eventually, free_port, samples::photograph};

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

#[test]
fn it_works_behind_traffic_server() {
    walk("", |site, port, directory| {
        let place = directory.display();
        // It gives up the rights of root, if it has them, and looks for its files as somebody else.
        let open = fs::Permissions::from_mode(0o777);
        fs::set_permissions(directory, open.clone()).expect("our own");
        for name in ["etc", "var"] {
            fs::create_dir(directory.join(name)).expect("writable");
            fs::set_permissions(directory.join(name), open.clone()).expect("our own");
        }
        let places = format!(
            "prefix: {place}\nexec_prefix: {place}\nbindir: /usr/bin\nsbindir: /usr/bin\nsysconfdir: {place}/etc\n\
             datadir: {place}/var\nincludedir: /usr/include\nlibdir: /usr/lib/trafficserver\n\
             libexecdir: /usr/lib/trafficserver/modules\nlocalstatedir: {place}/var\nmandir: /usr/share/man\n\
             runtimedir: {place}/var\nlogdir: {place}/var\ncachedir: {place}/var\n"
        );
        let sample = whole("trafficserver.records.config");
        let records = sample.replace("STRING 80", &format!("STRING {port}:ip-in=127.0.0.1"))
            + "CONFIG proxy.config.admin.user_id STRING nobody\n";
        let remap = format!("{}\n", between(&sample, "#     ", "\n"));
        let everybody = "ip_allow:\n  - apply: in\n    ip_addrs: 127.0.0.0/8\n    action: allow\n    methods: ALL\n";
        for (name, text) in [
            ("runroot.yaml", places.as_str()),
            ("etc/records.config", &records),
            ("etc/remap.config", &remap),
            ("etc/storage.config", &format!("{place}/var 16M\n")),
            ("etc/ip_allow.yaml", everybody),
        ] {
            written(directory, name, text, site);
        }
        spawn(Command::new("/usr/bin/traffic_server").arg(format!("--run-root={place}")))
    });
}

/// HAProxy stands before hitch as a client that speaks TLS, from an address of its own.
#[test]
fn it_works_behind_hitch() {
    let mut client = None;
    walk("", |site, port, directory| {
        let (tls, pem) = (free_port(), directory.join("pem"));
        certificate(&pem);
        let config = whole("hitch.conf")
            .replace("[*]:443", &format!("[127.0.0.1]:{tls}"))
            .replace(
                "[127.0.0.1]:5000",
                &format!("[127.0.0.1]:{}", site.server().address().port()),
            )
            .replace("/etc/hitch/pi.example.pem", &pem.display().to_string());
        // Only root can become somebody else, and only root must.
        let is_own = |line: &&str| {
            geteuid().is_root() || !line.starts_with("user") && !line.starts_with("group")
        };
        let config: Vec<&str> = config.lines().filter(is_own).collect();
        let config = config.join("\n") + "\n";
        let file = written(directory, "hitch.conf", &config, site);
        let speaks_tls = format!(
            "defaults\nmode tcp\ntimeout connect 5s\ntimeout client 60s\ntimeout server 60s\n\
             listen client\nbind 127.0.0.1:{port}\nsource 127.0.0.2\n\
             server hitch 127.0.0.1:{tls} ssl verify none\n"
        );
        let hitch = spawn(Command::new("/usr/sbin/hitch").arg("--config").arg(file));
        eventually("hitch listens", || {
            TcpStream::connect(("127.0.0.1", tls)).is_ok()
        });
        client = Some(Proxy(haproxy(&speaks_tls, site, directory)));
        hitch
    });
}

/// Checks posting, live events, the sub-path, and the client's address.
fn walk(path: &str, start: impl FnOnce(&Site, u16, &Path) -> Child) {
    let port = free_port();
    let site = Site::with(|config| {
        config.server.base_url = BaseUrl::parse(&format!("http://127.0.0.1:{port}{path}/"));
        config.server.trusted_proxies = vec![AddressRange::parse("127.0.0.1").expect("an address")];
    });
    let directory = tempfile::tempdir().expect("a temporary directory");
    let _proxy = Proxy(start(&site, port, directory.path()));
    let address = format!("127.0.0.1:{port}");
    eventually("the proxy listens", || TcpStream::connect(&address).is_ok());

    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let (alice, bob) = (alice.at(&address), bob.at(&address));
    alice.follow(&bob);
    let mut stream = alice.listen_at("/sse", &[("Accept", "text/event-stream")]);
    for n in 0..5 {
        let id = bob.write(&format!("through the proxy, {n}"));
        // Nothing follows that would push an event out, so one that the proxy holds back does not come in time.
        let event = stream.expect("post");
        assert_eq!(event.data["post_id"], id.as_str());
        assert!(event.html().contains(&format!("href=\"{path}/user/bob\"")));
    }
    assert_eq!(alice.get("/").posts().len(), 5);

    let program = site.script("bob").at(&address);
    assert_eq!(program.get("/me").status, 200, "a token arrives");

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
