//! `cargo bench --bench sign_in`: checks that the response time does not reveal which accounts exist, and measures a
//! crowd of sign-ins. Wrong passwords for existing and for unknown names take turns. Each attempt has its own address
//! and name, so that the rate limit lets all of them through to the hash.

mod common;

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use common::{Client, Server, TOKEN, get, median, now, prepare, value_after};
use quartfeed::{
    auth::Hasher,
    model::{NewUser, Password, PasswordRules},
    store::users,
};

const TRIES: usize = 200;
const CROWD: usize = 100;
/// The interval at which memory is read while the crowd signs in.
const LOOK_EVERY: Duration = Duration::from_millis(2);

const PASSWORD: &str = "correct horse";

/// The cookie and form token of a browser without a session.
struct Visitor {
    cookie: String,
    token: String,
}

fn main() {
    let prepared = prepare();
    let password = Password::given(PASSWORD).expect("it is one");
    // All users share one hash, because only the requests are measured.
    let hash = Hasher::new().hash(&password).expect("nobody else hashes");
    let people = prepared.db.write(now(), move |tx| {
        for n in 0..TRIES.max(CROWD) {
            let name = known(n);
            let field = |field: &str| -> &str {
                match field {
                    "username" => &name,
                    "password" => PASSWORD,
                    _ => "",
                }
            };
            let Ok(new) = NewUser::parse(field, &PasswordRules::LEAST) else {
                unreachable!("the name is a name")
            };
            users::register(tx, &new, &hash)?;
        }
        Ok(())
    });
    people.expect("they can be written");
    prepared.db.close();
    let settings = [("QUARTFEED_SERVER_TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::start(prepared.directory.path(), &settings);
    let visitor = visit(&server.address);
    // The first hash takes longer than any other.
    let mut client = Client::connect(&server.address);
    let warm = sign_in(&visitor, &unknown(TRIES), "wrong horse", TRIES);
    assert_eq!(client.ask(&warm).0, 422);

    let (mut wrong, mut nobody) = (Vec::new(), Vec::new());
    for n in 0..TRIES {
        let guesses = [
            (known(n), 2 * n, &mut wrong),
            (unknown(n), 2 * n + 1, &mut nobody),
        ];
        // Both go first equally often.
        let mut guesses = Vec::from(guesses);
        if n % 2 == 1 {
            guesses.reverse();
        }
        for (name, address, times) in guesses {
            let request = sign_in(&visitor, &name, "wrong horse", address);
            let started = Instant::now();
            assert_eq!(client.ask(&request).0, 422, "{name}");
            times.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    let (wrong, nobody) = (median(wrong), median(nobody));
    println!("wrong password         {wrong:.2} ms (median of {TRIES})");
    println!("unknown name           {nobody:.2} ms (median of {TRIES})");
    println!("ratio                  {:.3}", nobody / wrong);
    crowd(&server, &visitor);
}

/// Signs in everybody at once with the right password. Requests that get no turn are asked to come back.
fn crowd(server: &Server, visitor: &Visitor) {
    let (idle, peak) = (server.memory(), AtomicU64::new(server.memory()));
    let (over, start) = (AtomicBool::new(false), Barrier::new(CROWD));
    let (signed_in, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                peak.fetch_max(server.memory(), Ordering::Relaxed);
                thread::sleep(LOOK_EVERY);
            }
        });
        let visitors: Vec<_> = (0..CROWD)
            .map(|n| {
                let request = sign_in(visitor, &known(n), PASSWORD, 2 * TRIES + 1 + n);
                let (start, signed_in, refused) = (&start, &signed_in, &refused);
                scope.spawn(move || {
                    let mut client = Client::connect(&server.address);
                    start.wait();
                    match client.ask(&request).0 {
                        303 => signed_in.fetch_add(1, Ordering::Relaxed),
                        503 => refused.fetch_add(1, Ordering::Relaxed),
                        other => panic!("{other}"),
                    };
                })
            })
            .collect();
        for visitor in visitors {
            visitor.join().expect("it was answered");
        }
        over.store(true, Ordering::Relaxed);
    });
    let megabytes =
        |kib: u64| f64::from(u32::try_from(kib).expect("less than 4 TiB")) * 1_024.0 / 1e6;
    let peak = peak.into_inner();
    println!(
        "{CROWD} sign-ins at once   {} served, {} asked to come back",
        signed_in.into_inner(),
        refused.into_inner()
    );
    println!(
        "resident memory        {:.1} MB idle, {:.1} MB at most ({:.1} MB more)",
        megabytes(idle),
        megabytes(peak),
        megabytes(peak.saturating_sub(idle))
    );
}

fn known(n: usize) -> String {
    format!("user{n}")
}

fn unknown(n: usize) -> String {
    format!("none{n}")
}

fn visit(address: &str) -> Visitor {
    let mut client = Client::connect(address);
    // The server would set this cookie in a header, which this client does not expose, so the client chooses it.
    let cookie = format!("quartfeed_visitor={}", "A".repeat(22));
    let (_, page) = client.ask(&get("/login", &cookie));
    let token = value_after(&String::from_utf8_lossy(page), TOKEN).to_owned();
    Visitor { cookie, token }
}

fn sign_in(visitor: &Visitor, name: &str, password: &str, address: usize) -> Vec<u8> {
    let body = format!(
        "csrf_token={}&username={name}&password={}",
        visitor.token,
        password.replace(' ', "+")
    );
    format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nX-Forwarded-For: 10.0.{}.{}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        visitor.cookie,
        address / 256,
        address % 256,
        body.len()
    )
    .into_bytes()
}
