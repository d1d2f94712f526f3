//! Starting proxies with the configurations of `deploy/`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::harness::Site;

/// A running proxy, which ends when this is dropped.
pub(super) struct Proxy(pub(super) Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        // A signal that asks, because nginx ends its workers itself. It may have ended already.
        let pid = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}

/// Writes a key and a certificate that it signed itself.
pub(super) fn certificate(pem: &Path) {
    let mut openssl = Command::new("openssl");
    openssl
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=pi", "-keyout",
        ])
        .arg(pem)
        .stderr(Stdio::null());
    let made = openssl.output().expect("tests/run installs it");
    assert!(made.status.success());
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(pem)
        .expect("the key");
    file.write_all(&made.stdout).expect("writable");
}

/// Returns a sample.
pub(super) fn whole(sample: &str) -> String {
    fs::read_to_string(format!("deploy/{sample}")).expect("it is in the repository")
}

/// Returns a sample that leads to the site. A longer port that begins with the sample's is left alone.
fn led_to(site: &Site, sample: &str) -> String {
    let address = site.server().address().to_string();
    let mut parts = sample.split("127.0.0.1:5000");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |led, part| {
        let is_longer = part.starts_with(|letter: char| letter.is_ascii_digit());
        let to = if is_longer {
            "127.0.0.1:5000"
        } else {
            &address
        };
        led + to + part
    })
}

/// Writes a configuration that leads to the site.
pub(super) fn written(directory: &Path, name: &str, config: &str, site: &Site) -> PathBuf {
    let file = directory.join(name);
    let config = led_to(site, config);
    fs::write(&file, config).expect("writable");
    file
}

pub(super) fn haproxy(config: &str, site: &Site, directory: &Path) -> Child {
    let file = written(directory, "haproxy.cfg", config, site);
    spawn(
        Command::new("/usr/sbin/haproxy")
            .arg("-db")
            .arg("-f")
            .arg(file),
    )
}

pub(super) fn apache(lines: &str, site: &Site, port: u16, directory: &Path) -> Child {
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

pub(super) fn nginx(sample: &str, site: &Site, port: u16, directory: &Path) -> Child {
    let locations = fs::read_to_string(sample).expect("it is in the repository");
    let locations = led_to(site, &locations);
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

pub(super) fn caddy(block: &str, site: &Site, directory: &Path) -> Child {
    let config = format!("{{\nadmin off\n}}\n{block}");
    let file = written(directory, "Caddyfile", &config, site);
    spawn(
        Command::new("/usr/bin/caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(file)
            .env("HOME", directory),
    )
}

pub(super) fn spawn(command: &mut Command) -> Child {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.spawn().expect("tests/run installs it")
}
