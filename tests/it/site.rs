//! A real server on a free port with an empty database, and people who use it.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::tz::TimeZone;
use quartfeed::{
    app::App,
    config::{AddressRange, Config},
    log::{Level, Log, LogFormat},
    model::Timestamp,
    server::Server,
};
use tempfile::TempDir;

use crate::events::EventStream;

/// However slow the machine: what has not happened by then does not happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Where the tests' clock begins; milliseconds since the Unix epoch.
const BEGINNING: i64 = 1_790_000_000_000;

/// The program, which draws pictures for a site that runs inside of a test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_quartfeed");

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct Site {
    server: Option<Server>,
    clock: Arc<AtomicI64>,
    log: Lines,
    config: Config,
    _directory: TempDir,
}

pub(crate) struct Person {
    agent: ureq::Agent,
    address: String,
    base: String,
    pub(crate) name: String,
    /// Sent with every request.
    headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    headers: Vec<(String, String)>,
}

/// What the log says, kept in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Site {
    pub(crate) fn start() -> Site {
        Site::with(|_| ())
    }

    pub(crate) fn with(configure: impl FnOnce(&mut Config)) -> Site {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut config = Config::default();
        config.server.listen = ([127, 0, 0, 1], 0).into();
        config.database.path = directory.path().join("quartfeed.db");
        configure(&mut config);
        let mut site = Site {
            server: None,
            clock: Arc::new(AtomicI64::new(BEGINNING)),
            log: Lines::default(),
            config,
            _directory: directory,
        };
        site.open();
        site
    }

    /// A site that believes what a proxy on this machine says, so that people can come from anywhere.
    pub(crate) fn behind_a_proxy() -> Site {
        Site::with(Site::believe_a_proxy)
    }

    pub(crate) fn believe_a_proxy(config: &mut Config) {
        config.server.trusted_proxies = vec![AddressRange::parse("127.0.0.1").expect("an address")];
    }

    fn open(&mut self) {
        let clock = self.clock.clone();
        let now = Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)));
        let log = Log::new(Level::Debug, LogFormat::Text, Box::new(self.log.clone()));
        let app = App::open(self.config.clone(), now, log, TimeZone::UTC, PROGRAM.into())
            .expect("the database opens");
        self.server = Some(Server::start(app).expect("a port is free"));
    }

    /// The program stops and starts again on the same port, with the same file.
    pub(crate) fn restart(&mut self) {
        self.config.server.listen = self.server().address();
        self.stop();
        self.open();
    }

    /// The same, with another configuration.
    pub(crate) fn restart_with(&mut self, configure: impl FnOnce(&mut Config)) {
        configure(&mut self.config);
        self.restart();
    }

    /// Something is in the file that would take a test too long to write as people do.
    pub(crate) fn restart_after(&mut self, change: impl FnOnce(&rusqlite::Connection)) {
        self.config.server.listen = self.server().address();
        self.stop();
        let file = rusqlite::Connection::open(self.database()).expect("the file is there");
        change(&file);
        file.close().expect("nothing is left to do");
        self.open();
    }

    pub(crate) fn stop(&mut self) {
        self.server = None;
    }

    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    pub(crate) fn visitor(&self) -> Person {
        let base_url = self.config.server.base_url.as_ref();
        Person {
            base: base_url.map_or(String::new(), |url| url.path.as_str().to_owned()),
            ..Person::stranger(&self.server().address().to_string())
        }
    }

    /// A person who has registered and signed in.
    pub(crate) fn member(&self, name: &str) -> Person {
        let mut person = self.visitor();
        let registered = person.post("/register", &[("username", name), ("password", PASSWORD)]);
        assert_eq!(registered.status, 303, "{}", registered.text);
        name.clone_into(&mut person.name);
        person.sign_in(name);
        person
    }

    /// A person who has made an account by the set-up link, and signed in.
    pub(crate) fn admin(&self, name: &str) -> Person {
        let mut person = self.visitor();
        let made = person.post(
            &self.setup_path(),
            &[("username", name), ("password", PASSWORD)],
        );
        assert_eq!((made.status, made.location()), (303, "/login"));
        name.clone_into(&mut person.name);
        person.sign_in(name);
        person
    }

    /// Where the newest set-up link in the log leads.
    pub(crate) fn setup_path(&self) -> String {
        let log = self.log();
        let (_, rest) = log.rsplit_once("/setup/").expect("a set-up link");
        let token = rest.split_whitespace().next().expect("the link ends");
        format!("/setup/{token}")
    }

    /// A command on this site's file, by a process of its own, while the site runs.
    pub(crate) fn command(&self, arguments: &[&str]) -> crate::program::Said {
        let database = self.database();
        let mut all = arguments.to_vec();
        all.extend(["--database", database.to_str().expect("UTF-8")]);
        crate::program::run(database.parent().expect("a directory"), &all)
    }

    /// Whether these letters stand anywhere in the file or its log.
    pub(crate) fn is_stored(&self, letters: &str) -> bool {
        let database = self.database();
        let log = database.with_extension("db-wal");
        [database, log].iter().any(|path| {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes
                .windows(letters.len())
                .any(|window| window == letters.as_bytes())
        })
    }

    /// Alice, who follows Bob, and Bob.
    pub(crate) fn friends(&self) -> (Person, Person) {
        let (alice, bob) = (self.member("alice"), self.member("bob"));
        alice.follow(&bob);
        (alice, bob)
    }

    /// Somebody with a copy of this person's cookies, as they are now.
    pub(crate) fn copy_of(&self, person: &Person) -> Person {
        self.visitor().saying("Cookie", &person.cookies())
    }

    /// A member with "Stay signed in".
    pub(crate) fn lasting_member(&self, name: &str) -> Person {
        let mut person = self.visitor();
        let registered = person.post("/register", &[("username", name), ("password", PASSWORD)]);
        assert_eq!(registered.status, 303, "{}", registered.text);
        name.clone_into(&mut person.name);
        let form = [
            ("username", name),
            ("password", PASSWORD),
            ("remember", "1"),
        ];
        assert_eq!(person.post("/login", &form).status, 303);
        person
    }

    /// The file, for what no page tells.
    pub(crate) fn file(&self) -> rusqlite::Connection {
        let file = rusqlite::Connection::open(self.database()).expect("the file is there");
        file.busy_timeout(DEADLINE).expect("it can be set");
        file
    }

    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("tests do not travel that far");
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub(crate) fn log(&self) -> String {
        let lines = self.log.0.lock().expect("nobody panicked while logging");
        String::from_utf8(lines.clone()).expect("UTF-8")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.config.database.path.clone()
    }
}

/// Every test is checked for free: the file is sound, and nothing went wrong that nobody saw.
impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("{}", self.log());
            return;
        }
        let log = self.log();
        let errors: Vec<_> = log
            .lines()
            .filter(|line| line.contains(" error "))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_sound(&self.database());
    }
}

/// The file is whole, and no row refers to one that is not there.
pub(crate) fn assert_sound(database: &Path) -> rusqlite::Connection {
    let file = rusqlite::Connection::open(database).expect("the file is there");
    let first = |query: &str| -> String {
        file.query_row(query, [], |row| row.get(0))
            .expect("it can be read")
    };
    assert_eq!(first("pragma integrity_check"), "ok");
    assert_eq!(
        first("select cast(count(*) as text) from pragma_foreign_key_check"),
        "0"
    );
    file
}

impl Person {
    /// Somebody with a fresh browser, at the root of a site.
    pub(crate) fn stranger(address: &str) -> Person {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(DEADLINE));
        Person {
            agent: config.build().into(),
            address: address.to_owned(),
            base: String::new(),
            name: String::new(),
            headers: Vec::new(),
        }
    }

    /// Every request says this, from now on.
    pub(crate) fn saying(mut self, name: &'static str, value: &str) -> Person {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Behind a proxy that says so.
    pub(crate) fn coming_from(self, address: &str) -> Person {
        self.saying("X-Forwarded-For", address)
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        page(request.call())
    }

    /// Fills in a form: with the token of a page that this person has just seen.
    pub(crate) fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_with(path, form, &[])
    }

    pub(crate) fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let token = self.form_token();
        let mut form = form.to_vec();
        form.push(("csrf_token", &token));
        self.post_as_is(path, &form, headers)
    }

    /// Sends exactly these fields and headers.
    pub(crate) fn post_as_is(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        page(request.send_form(form.iter().copied()))
    }

    /// Sends these bytes, as a form with files in it has them.
    pub(crate) fn upload(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Page {
        let mut request = self.agent.post(self.url(path));
        for (name, value) in self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
        {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        page(request.send(body))
    }

    /// Any request, as a script sends it.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Page {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        page(match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        })
    }

    pub(crate) fn form_token(&self) -> String {
        between(&self.get("/").text, "name=\"csrf_token\" value=\"", "\"").to_owned()
    }

    pub(crate) fn sign_in(&self, name: &str) {
        let answer = self.post("/login", &[("username", name), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{}", answer.text);
    }

    pub(crate) fn follow(&self, other: &Person) {
        assert_eq!(
            self.post(&format!("/follow/{}", other.name), &[]).status,
            303
        );
    }

    /// Writes a post and gives its id.
    pub(crate) fn write(&self, message: &str) -> String {
        let answer = self.post_with("/post", &[("message", message)], &[("Accept", FRAGMENT)]);
        assert_eq!(answer.status, 201, "{}", answer.text);
        between(&answer.text, "data-post-id=\"", "\"").to_owned()
    }

    /// Writes a comment and gives its id.
    pub(crate) fn comment(&self, post: &str, text: &str) -> String {
        let path = format!("/post/{post}/comment");
        let answer = self.post_with(&path, &[("comment", text)], &[("Accept", FRAGMENT)]);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let (_, own) = answer
            .text
            .rsplit_once("data-comment-id=\"")
            .expect("a comment");
        own.split('"')
            .next()
            .expect("the attribute ends")
            .to_owned()
    }

    /// Presses a button: one of those that only say what to do.
    pub(crate) fn press(&self, path: &str) {
        let answer = self.post(path, &[]);
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
    }

    pub(crate) fn like(&self, post: &str) {
        self.press(&format!("/post/{post}/like"));
    }

    pub(crate) fn unlike(&self, post: &str) {
        self.press(&format!("/post/{post}/unlike"));
    }

    /// The events this person's browser receives, from now on.
    pub(crate) fn listen(&self) -> EventStream {
        self.listen_at("/sse", &[])
    }

    pub(crate) fn listen_at(&self, path: &str, headers: &[(&str, &str)]) -> EventStream {
        let mut head = format!(
            "GET {}{path} HTTP/1.1\r\nHost: {}\r\n",
            self.base, self.address
        );
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Cookie: {}\r\n\r\n", self.cookies());
        EventStream::open(&self.address, &head)
    }

    /// As a browser would send them.
    pub(crate) fn cookies(&self) -> String {
        let jar = self.agent.cookie_jar_lock();
        let cookies: Vec<String> = jar
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        cookies.join("; ")
    }

    /// The same person, who reaches the site by another address of the same host.
    pub(crate) fn at(&self, address: &str) -> Person {
        Person {
            agent: self.agent.clone(),
            address: address.to_owned(),
            base: self.base.clone(),
            name: self.name.clone(),
            headers: self.headers.clone(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.address, self.base)
    }
}

pub(crate) const FRAGMENT: &str = "text/vnd.quartfeed.fragment+html";

impl Page {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// What the answer tells the browser to keep under this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|(key, value)| {
            let is_cookie = key.eq_ignore_ascii_case("set-cookie");
            let value = value.strip_prefix(name)?.strip_prefix('=')?;
            is_cookie.then_some(value)
        })
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// What a program reads.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// The status, and what the error says.
    pub(crate) fn error(&self) -> (u16, String) {
        let error = self.json()["error"].as_str().map(str::to_owned);
        (self.status, error.expect("an error"))
    }

    /// What a person reads: the text without its marks.
    pub(crate) fn words(&self) -> String {
        words(&self.text)
    }

    /// What a person reads of one post.
    pub(crate) fn words_of(&self, post: &str) -> String {
        words(between(
            &self.text,
            &format!("<article class=\"post card\" id=\"post-{post}\""),
            "</article>",
        ))
    }

    /// The ids of the comments on the page, from the top.
    pub(crate) fn comments(&self) -> Vec<String> {
        let comments = self.text.split("data-comment-id=\"").skip(1);
        comments
            .map(|rest| {
                rest.split('"')
                    .next()
                    .expect("the attribute ends")
                    .to_owned()
            })
            .collect()
    }

    /// The ids of the posts on the page, from the top.
    pub(crate) fn posts(&self) -> Vec<String> {
        let articles = self.text.split("data-post-id=\"").skip(1);
        articles
            .map(|rest| {
                rest.split('"')
                    .next()
                    .expect("the attribute ends")
                    .to_owned()
            })
            .collect()
    }
}

pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no {after} in {text}"))
        .0
}

/// HTML as it is read.
pub(crate) fn words(html: &str) -> String {
    let mut words = String::new();
    for part in html.split('<') {
        let text = part.split_once('>').map_or(part, |(_, text)| text);
        words += text;
    }
    let words = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    words.replace("&amp;", "&")
}

/// Without what differs between two drawings of one thing: the values of tokens and keys.
pub(crate) fn bare(html: &str) -> String {
    let mut parts = html.split("type=\"hidden\" name=\"");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("\" value=\"").expect("a hidden field");
        let (_, rest) = rest.split_once('"').expect("the value ends");
        bare += name;
        bare += rest;
    }
    bare
}

/// Waits for a condition, never for a time.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::yield_now();
    }
}

fn page(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
    let mut response = response.expect("the server answers");
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().expect("ASCII").to_owned()))
        .collect();
    // Far more than ureq reads by itself.
    let body = response.body_mut().with_config().limit(1 << 30);
    let bytes = body.read_to_vec().expect("a body");
    Page {
        status: response.status().as_u16(),
        headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("nobody panicked while logging")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
