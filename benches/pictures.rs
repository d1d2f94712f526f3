//! `cargo bench --bench pictures`: the cost of encoding a picture in all sizes. Measures the processor time of the
//! sandbox process, the peak memory of that process and of the server for the worst picture of each kind, and the time
//! of pages while forty pictures arrive at once.
//!
//! `cargo bench --bench pictures -- DIRECTORY`: the results of encoding. Measures the bytes of each rendition of the
//! photographs in a directory, compares JPEG with WebP of equal similarity for them, and lossless WebP with PNG for
//! drawings and screenshots.

mod common;
#[path = "common/encodings.rs"]
mod encodings;
#[path = "common/photographs.rs"]
mod photographs;
#[path = "common/samples.rs"]
mod samples;

use std::{
    env,
    io::Write,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use common::{
    Client, PROGRAM, Person, Prepared, Server, cpu_of_children, get, median, peak_of_children,
    prepare,
};
use jpeg_encoder::SamplingFactor;
use photographs::{Jpeg, PHONE, noisy, photograph};
use quartfeed::{
    model::{Bearer, NewToken, Token},
    pictures::{EncodedPicture, ImageQueue, PictureLimits, Purpose},
    store::tokens::personal,
};
use samples::{overexposed, screenshot};
use webpx::EncoderConfig;

type Sample = fn() -> Vec<u8>;

const TRIES: usize = 5;
const UPLOADS: usize = 40;

/// The default limits of the site.
const LIMITS: PictureLimits = PictureLimits {
    bytes: 10 << 20,
    pixels: 40_000_000,
};

fn main() {
    // Cargo passes `--bench` to every program of this kind.
    let directory = env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if let Some(directory) = directory {
        encodings::renditions(Path::new(&directory));
        encodings::photographs(Path::new(&directory));
        encodings::graphics(Path::new(&directory));
    } else {
        times();
        let (_prepared, server, person, token) = served();
        memory(&server, &token);
        pages(&server, &person, &token);
    }
}

fn times() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    println!("processor time of one picture, median of {TRIES}");
    let phone = photograph(4_000, 3_000).jpeg(&PHONE);
    let cases = [
        ("photograph of 12 MP", Purpose::Post, phone.clone()),
        ("the same as avatar", Purpose::Avatar, phone),
        ("photograph of 40 MP", Purpose::Post, baseline_40()),
        (
            "photograph with a white sky",
            Purpose::Post,
            overexposed(4_000, 3_000).jpeg(&PHONE),
        ),
        (
            "screenshot of 2560 × 1440",
            Purpose::Post,
            screenshot(2_560, 1_440).png(),
        ),
        (
            "animation of 320 × 240, 40 frames",
            Purpose::Post,
            samples::gif(320, 240, 40),
        ),
    ];
    for (name, purpose, bytes) in cases {
        let mut made = None;
        let times = (0..TRIES).map(|_| {
            let before = cpu_of_children("self");
            made = Some(make(&queue, &bytes, purpose));
            cpu_of_children("self").saturating_sub(before).as_secs_f64() * 1_000.0
        });
        let time = median(times.collect());
        let made = made.expect("it is made more than once");
        let kept: usize = made.renditions.iter().map(|drawn| drawn.bytes.len()).sum();
        println!(
            "{name:36} {:9} bytes: {time:6.0} ms, {kept} bytes in {} renditions",
            bytes.len(),
            made.renditions.len()
        );
    }
}

fn baseline_40() -> Vec<u8> {
    let how = Jpeg {
        quality: 80,
        ..PHONE
    };
    photograph(8_192, 4_880).jpeg(&how)
}

pub(crate) fn make(queue: &ImageQueue, bytes: &[u8], purpose: Purpose) -> EncodedPicture {
    let mut file = tempfile::tempfile().expect("a disk");
    file.write_all(bytes).expect("room");
    let deadline = Instant::now() + Duration::from_mins(1);
    queue
        .encode(file, purpose, LIMITS, deadline)
        .expect("a picture")
}

/// Starts a server with a user and a token that may write.
fn served() -> (Prepared, Server, Person, Token) {
    let prepared = prepare();
    let (person, token) = (prepared.people(1).remove(0), Bearer::random());
    let (user, hash) = (person.id, token.hash());
    let made = prepared.db.write(common::now(), move |tx| {
        let field = |field: &str| match field {
            "name" => "bench",
            "scope" => "write",
            _ => "0",
        };
        personal::create(tx, user, &NewToken::parse(field)?, &hash)
    });
    made.expect("it can be written");
    prepared.db.close();
    let server = Server::start(prepared.directory.path(), &[]);
    (prepared, server, person, token)
}

/// Uploads forty photographs at once and requests the home page again and again meanwhile.
fn pages(server: &Server, person: &Person, token: &Token) {
    let phone = photograph(4_000, 3_000).jpeg(&PHONE);
    let home = get("/", &person.cookie);
    let idle = median(page_times(server, &home, || false));
    let (left, started) = (AtomicUsize::new(UPLOADS), Instant::now());
    let busy = thread::scope(|scope| {
        for _ in 0..UPLOADS {
            scope.spawn(|| {
                let (status, answer) = upload(server, token.as_str(), &phone);
                assert_eq!(status, 201, "{answer}");
                left.fetch_sub(1, Ordering::Relaxed);
            });
        }
        median(page_times(server, &home, || {
            left.load(Ordering::Relaxed) > 0
        }))
    });
    println!(
        "the home page while {UPLOADS} photographs of 12 MP arrive at once and are encoded ({:.0} s): {busy:.2} ms, {idle:.2} ms else: {:.2}",
        started.elapsed().as_secs_f64(),
        busy / idle
    );
}

/// Measures the milliseconds of each page: at least a hundred, with pauses between them, until `goes_on` returns false.
fn page_times(server: &Server, request: &[u8], goes_on: impl Fn() -> bool) -> Vec<f64> {
    let (mut client, mut times) = (Client::connect(&server.address), Vec::new());
    while times.len() < 100 || goes_on() {
        let started = Instant::now();
        assert_eq!(client.ask(request).0, 200);
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
        thread::sleep(Duration::from_millis(20));
    }
    times
}

/// Uploads the worst pictures one after the other to one server, because memory that is freed too late counts as well.
fn memory(server: &Server, token: &Token) {
    println!("the server's memory, KiB: {} before", server.memory());
    for (name, make) in WORST {
        let bytes = make();
        assert!(
            bytes.len() as u64 <= LIMITS.bytes,
            "{name}: {} bytes",
            bytes.len()
        );
        server.peak_memory();
        let before = cpu_of_children(&server.process());
        let ((status, answer), sandbox) =
            peak_of_children(&server.process(), || upload(server, token.as_str(), &bytes));
        println!(
            "{name:36} {:9} bytes: {sandbox:6} at most in the sandbox, {:6} in the server, {:6} afterwards, {:.1} s{}",
            bytes.len(),
            server.peak_memory(),
            server.memory(),
            cpu_of_children(&server.process())
                .saturating_sub(before)
                .as_secs_f64(),
            if status == 201 {
                String::new()
            } else {
                format!(": {status} {answer}")
            },
        );
    }
}

/// The worst accepted picture of each kind, with the largest sides that fit in the memory limit for decoding.
const WORST: [(&str, Sample); 13] = [
    ("JPEG, 8192 × 4880", baseline_40),
    ("JPEG, 16320 × 12240", || {
        let how = Jpeg {
            quality: 50,
            ..PHONE
        };
        noisy(16_320, 12_240, 0).jpeg(&how)
    }),
    ("JPEG progressive 4:2:0, 8192 × 4500", || {
        let how = Jpeg {
            quality: 75,
            is_progressive: true,
            ..PHONE
        };
        photograph(8_192, 4_500).jpeg(&how)
    }),
    ("JPEG progressive CMYK, 4096 × 2900", || {
        let how = Jpeg {
            quality: 75,
            is_progressive: true,
            is_cmyk: true,
            sampling: SamplingFactor::F_1_1,
        };
        photograph(4_096, 2_900).jpeg(&how)
    }),
    ("JPEG of the largest decoded, 2047²", || {
        let how = Jpeg {
            sampling: SamplingFactor::F_1_1,
            ..PHONE
        };
        photograph(4_095, 4_095).jpeg(&how)
    }),
    ("PNG of 16 bits, 8192 × 4880", || {
        samples::deep_png(8_192, 4_880)
    }),
    ("PNG interlaced, 5200 × 5600", || {
        samples::interlaced_png(5_200, 5_600)
    }),
    ("PNG screenshot, 2048 × 2048", || {
        screenshot(2_048, 2_048).png()
    }),
    ("PNG noise with opacity, 2048 × 2048", || {
        samples::cut_out_png(2_048, 2_048)
    }),
    ("WebP with loss, 5000 × 5000", || {
        noisy(5_000, 5_000, 0).webp(EncoderConfig::new().quality(60.0).method(0))
    }),
    ("WebP without, 4700 × 4700", || {
        screenshot(4_700, 4_700).webp(EncoderConfig::new_lossless_level(0))
    }),
    ("GIF, 2048 × 2048, 47 frames", || {
        samples::gif(2_048, 2_048, 47)
    }),
    ("WebP that moves, 2048 × 2048, 47 frames", || {
        samples::moving_webp(2_048, 2_048, 47)
    }),
];

fn upload(server: &Server, token: &str, picture: &[u8]) -> (u16, String) {
    let mut body = Vec::from(
        *b"--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n",
    );
    body.extend_from_slice(picture);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let head = format!(
        "POST /api/v1/images HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), &body].concat();
    let mut client = Client::connect(&server.address);
    let (status, answer) = client.ask(&request);
    (status, String::from_utf8_lossy(answer).into_owned())
}
