//! A crowd of people who use a site as browsers do: each has a page and a stream open, looks at home, reads, writes,
//! adds pictures, and puts the device to sleep and comes back.

use std::{
    io::{Read, Write},
    net::TcpStream,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use flate2::read::GzDecoder;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::{
    common::{Client, TOKEN, post_form_of, value_after},
    photographs::{PHONE, photograph},
};

/// How long a device sleeps, in seconds.
const SLEEP_SECONDS: Range<u64> = 5..60;
/// How long one read of a stream waits, so that its thread notices the end.
const STREAM_WAIT: Duration = Duration::from_millis(500);
/// How many posts of a page are marked as seen.
const SEEN: usize = 3;
/// The bytes of the longest event that a stream sends, with room to spare.
const PIECE: usize = 64 * 1024;

/// How often people do what.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// The mean time between two acts of one person.
    pub(crate) pause: Duration,
    /// The number of these among a hundred acts. The rest are looks at home.
    pub(crate) posts: u32,
    pub(crate) pictures: u32,
    pub(crate) comments: u32,
    pub(crate) likes: u32,
    pub(crate) sleeps: u32,
}

/// The numbers of what the crowd has done, and the times of home pages.
#[derive(Default)]
pub(crate) struct Counts {
    /// How long home pages took.
    homes: Mutex<Vec<Duration>>,
    pub(crate) posts: AtomicU64,
    pub(crate) pictures: AtomicU64,
    pub(crate) comments: AtomicU64,
    pub(crate) likes: AtomicU64,
    pub(crate) sleeps: AtomicU64,
    pub(crate) events: AtomicU64,
    /// Pictures that the site asked to send later.
    pub(crate) refused: AtomicU64,
}

/// People who are at work until they are told to stop.
pub(crate) struct Crowd {
    pub(crate) counts: Arc<Counts>,
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// Lets the people with these cookies begin.
    pub(crate) fn start(address: &str, cookies: &[String], habits: Habits) -> Crowd {
        let (counts, over) = (
            Arc::new(Counts::default()),
            Arc::new(AtomicBool::new(false)),
        );
        let picture = Arc::new(photograph(640, 480).jpeg(&PHONE));
        let threads = cookies.iter().enumerate().map(|(n, cookie)| {
            let mut member = Member {
                address: address.to_owned(),
                cookie: cookie.clone(),
                habits,
                counts: counts.clone(),
                over: over.clone(),
                picture: picture.clone(),
                dice: ChaCha8Rng::seed_from_u64(n as u64),
            };
            thread::spawn(move || member.live())
        });
        Crowd {
            counts: counts.clone(),
            over: over.clone(),
            threads: threads.collect(),
        }
    }

    /// Waits until everybody has stopped. A person who met an error ends the benchmark here.
    pub(crate) fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("nobody met an error");
        }
    }
}

impl Counts {
    fn homes(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.homes.lock().expect("nobody panics with it")
    }

    /// Returns how long the home pages since the last call took, from the shortest time.
    pub(crate) fn take_homes(&self) -> Vec<Duration> {
        let mut homes = std::mem::take(&mut *self.homes());
        homes.sort();
        homes
    }
}

struct Member {
    address: String,
    cookie: String,
    habits: Habits,
    counts: Arc<Counts>,
    over: Arc<AtomicBool>,
    picture: Arc<Vec<u8>>,
    dice: ChaCha8Rng,
}

/// The parts of a home page that a person goes on with.
struct Home {
    token: String,
    last_event: String,
    posts: Vec<String>,
}

impl Member {
    fn live(&mut self) {
        // Not everybody comes in the same moment.
        self.wait();
        while !self.is_over() {
            self.visit();
        }
    }

    /// Stays until the device sleeps: with a stream open, acts one after another.
    fn visit(&mut self) {
        let mut client = Client::connect(&self.address);
        let mut home = self.look(&mut client);
        let stream = Stream::open(self, &home.last_event);
        loop {
            self.wait();
            if self.is_over() || !self.act(&mut client, &mut home) {
                break;
            }
        }
        stream.close();
    }

    /// Does one thing. Returns false if the device goes to sleep.
    fn act(&mut self, client: &mut Client, home: &mut Home) -> bool {
        let habits = self.habits;
        let mut thrown = self.dice.random_range(0..100);
        let mut is = |share: u32| {
            let is_it = thrown < share;
            thrown = if is_it { u32::MAX } else { thrown - share };
            is_it
        };
        let chosen = home
            .posts
            .get(self.dice.random_range(0..home.posts.len().max(1)));
        if is(habits.posts) {
            self.form(
                client,
                "/post",
                &home.token,
                "message=Who+comes+by+tonight%3F",
            );
            count(&self.counts.posts);
        } else if is(habits.pictures) {
            self.send_picture(client, &home.token);
        } else if is(habits.comments)
            && let Some(post) = chosen
        {
            let path = format!("/post/{post}/comment");
            self.form(
                client,
                &path,
                &home.token,
                "comment=I+do%2C+with+bread+and+wine",
            );
            count(&self.counts.comments);
        } else if is(habits.likes)
            && let Some(post) = chosen
        {
            self.form(client, &format!("/post/{post}/like"), &home.token, "");
            count(&self.counts.likes);
        } else if is(habits.sleeps) {
            count(&self.counts.sleeps);
            let asleep = Duration::from_secs(self.dice.random_range(SLEEP_SECONDS));
            self.pause(asleep);
            return false;
        } else {
            *home = self.look(client);
            self.mark_seen(client, home);
        }
        true
    }

    fn look(&self, client: &mut Client) -> Home {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nCookie: {}\r\n\r\n",
            self.cookie
        );
        let asked = Instant::now();
        let (status, body) = client.ask(request.as_bytes());
        let took = asked.elapsed();
        assert_eq!(status, 200, "home");
        self.counts.homes().push(took);
        let mut page = String::new();
        GzDecoder::new(body)
            .read_to_string(&mut page)
            .expect("a compressed page");
        let posts = page.split("data-post-id=\"").skip(1);
        Home {
            token: value_after(&page, TOKEN).to_owned(),
            last_event: value_after(&page, "data-last-event-id=\"").to_owned(),
            posts: posts
                .filter_map(|rest| rest.split('"').next().map(str::to_owned))
                .collect(),
        }
    }

    fn form(&self, client: &mut Client, path: &str, token: &str, fields: &str) {
        let form = format!("csrf_token={token}&{fields}");
        let request = post_form_of(path, &self.cookie, &form);
        let status = client.ask(&request).0;
        // Own posts cannot be liked, which the page of a real person would not offer.
        let is_answered = status == 303 || path.ends_with("/like") && status == 403;
        assert!(is_answered, "{path}: {status}");
    }

    fn send_picture(&self, client: &mut Client, token: &str) {
        let mut body = Vec::new();
        for (name, value) in [("csrf_token", token), ("message", "Look at this!")] {
            let head = format!("--qf\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend(head.bytes().chain(value.bytes()).chain(*b"\r\n"));
        }
        body.extend(
            b"--qf\r\nContent-Disposition: form-data; name=\"image\"; filename=\"IMG_1.jpg\"\r\n\
              Content-Type: image/jpeg\r\n\r\n",
        );
        body.extend_from_slice(&self.picture);
        body.extend(b"\r\n--qf--\r\n");
        let mut request = format!(
            "POST /post HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\
             Content-Type: multipart/form-data; boundary=qf\r\nContent-Length: {}\r\n\r\n",
            self.cookie,
            body.len()
        )
        .into_bytes();
        request.extend(body);
        match client.ask(&request).0 {
            303 => count(&self.counts.pictures),
            503 => count(&self.counts.refused),
            status => panic!("a picture: {status}"),
        }
    }

    fn mark_seen(&self, client: &mut Client, home: &Home) {
        let marks = home.posts.iter().take(SEEN);
        let marks: Vec<String> = marks.map(|post| format!("\"{post}\":\"0\"")).collect();
        let body = format!("{{\"posts\":{{{}}}}}", marks.join(","));
        let request = format!(
            "POST /seen HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len()
        );
        assert_eq!(client.ask(request.as_bytes()).0, 204, "marks");
    }

    /// Waits between two acts: a time whose mean is the pause of the habits.
    fn wait(&mut self) {
        let share = self.dice.random_range(0.0..2.0);
        self.pause(self.habits.pause.mul_f64(share));
    }

    fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_over() && Instant::now() < until {
            thread::sleep(STREAM_WAIT.min(until - Instant::now()));
        }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// An open stream with the thread that reads it.
struct Stream {
    is_closed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Stream {
    fn open(member: &Member, last_event: &str) -> Stream {
        let mut socket = TcpStream::connect(&member.address).expect("it listens");
        let request = format!(
            "GET /sse?lang=en&after={last_event}&topic=home HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n",
            member.cookie
        );
        socket.write_all(request.as_bytes()).expect("it reads");
        socket
            .set_read_timeout(Some(STREAM_WAIT))
            .expect("a socket");
        let is_closed = Arc::new(AtomicBool::new(false));
        let (closed, counts) = (is_closed.clone(), member.counts.clone());
        let thread = thread::spawn(move || read(&mut socket, &closed, &counts));
        Stream { is_closed, thread }
    }

    fn close(self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.thread
            .join()
            .expect("the stream did not end by itself");
    }
}

/// Counts the events of a stream until it is closed.
fn read(socket: &mut TcpStream, closed: &AtomicBool, counts: &Counts) {
    let mut piece = vec![0; PIECE];
    while !closed.load(Ordering::Relaxed) {
        match socket.read(&mut piece) {
            Ok(0) => panic!("the site ended a stream"),
            Ok(read) => {
                let events = piece[..read].windows(4).filter(|four| four == b"id: ");
                counts
                    .events
                    .fetch_add(events.count() as u64, Ordering::Relaxed);
            }
            Err(error) if is_silence(&error) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_silence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}
