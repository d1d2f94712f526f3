//! The demo: a site in a temporary file, with people who have been there for two years and go on writing.
//!
//! # What holds
//!
//! - The texts, people and pictures follow from a seed, the number of people and the date alone. They are the same on
//!   every machine.
//! - Everything is written with the functions of the store that also serve people, with the times as parameters.
//! - The site is in a directory of its own, which is deleted at the end ([`DemoDirectory`]).
//! - Nothing here is part of an ordinary site. The links of a demo are those for another device, made anew by a thread
//!   that only a demo has.
//!
//! # In reading order
//!
//! `dice` (chance), `stories` (the texts), `people`, `teller` (which story is next), `history` (the plan), `stage` (the
//! acts), `painting`, `scenes`, `portraits` and `studio` (the pictures), `sign_in` (the links), `players` (those who go on
//! writing), `directory`.

mod close_ups;
mod dice;
mod directory;
mod harbour;
mod history;
mod landscapes;
mod open_talks;
mod outdoors;
mod painting;
mod people;
mod players;
mod portraits;
mod scenes;
mod sign_in;
mod stage;
mod stories;
mod studio;
mod teller;
mod woods;

use std::{fmt::Display, net::SocketAddr, path::Path, sync::Arc};

use jiff::tz::TimeZone;

pub use directory::DemoDirectory;
pub use players::Players;

use crate::{
    app::{App, StartError},
    config::{Config, Interval, Limits},
    error::Error,
    model::{Password, Timestamp, Token},
    store::Db,
};
use history::History;
use sign_in::SignInLinks;
use stage::{Cast, Stage, Tools};
use teller::Teller;

/// The fewest people: one who writes and one who reads.
pub const PEOPLE_MIN: u32 = 2;
/// The most people. Their history is still written in seconds.
pub const PEOPLE_MAX: u32 = 200;
/// The highest speed: about sixteen acts in a second, as many as a page can show.
pub const SPEED_MAX: u32 = 1_000;

/// The length of the password that everybody in a demo has, in characters.
const PASSWORD_CHARS: usize = 12;

/// The acts that share a commit while the history is written.
const ACTS_AT_ONCE: usize = 200;

/// A reason why a demo cannot begin, as a text for the person at the keyboard.
#[derive(Debug)]
pub struct DemoError(String);

/// A demo whose history is written.
pub struct Demo {
    tools: Tools,
    stage: Stage,
    plan: Arc<History>,
    teller: Teller,
    links: SignInLinks,
    seed: u64,
    zone: TimeZone,
}

/// Progress of a history, from 0 to 100. The answer is false if the program is to end.
pub type OnProgress<'p> = &'p mut dyn FnMut(usize) -> bool;

impl Demo {
    /// Writes a history of two years into the site, which must be empty. Returns none if the program is to end.
    ///
    /// # Errors
    /// Says what prevents it.
    pub fn begin(
        app: &App,
        seed: u64,
        people: u32,
        progress: OnProgress<'_>,
    ) -> std::result::Result<Option<Demo>, DemoError> {
        let tools = Tools::of(app);
        let (plan, teller) = History::new(seed, people as usize, (app.clock)(), &app.zone);
        let plan = Arc::new(plan);
        let mut stage = Stage {
            // Nobody knows the password of a person of the demo in advance.
            password: Token::random()
                .as_str()
                .chars()
                .take(PASSWORD_CHARS)
                .collect(),
            ..Stage::default()
        };
        let password = Password::given(&stage.password).map_err(DemoError)?;
        stage.password_hash = app.hasher.hash(&password).map_err(DemoError::of)?;
        let Some(pictures) = studio::paint(&tools, &plan, seed, progress)? else {
            return Ok(None);
        };
        stage.portraits = pictures.portraits;
        stage.pictures = pictures.scenes;
        let (db, now) = (&tools.db, (app.clock)());
        let Some(mut stage) = write(db, now, &tools.limits, &plan, stage, progress)? else {
            return Ok(None);
        };
        // They are in the database now.
        stage.pictures.clear();
        stage.portraits.clear();
        let links = SignInLinks::new(&stage.users);
        links.renew(&tools).map_err(DemoError::of)?;
        Ok(Some(Demo {
            tools,
            stage,
            plan,
            teller,
            links,
            seed,
            zone: app.zone.clone(),
        }))
    }

    /// Returns the username of each person, with the path by which a browser signs in as them.
    pub fn links(&self) -> Vec<(&str, String)> {
        let people = self.plan.circle.people.iter();
        let people = people.map(|person| person.username.as_str());
        people.zip(self.links.paths()).collect()
    }

    /// Returns the password that everybody has.
    pub fn password(&self) -> &str {
        &self.stage.password
    }

    /// Returns the numbers of people, posts and comments.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.stage.users.len(),
            self.stage.posts.len(),
            self.stage.comments.len(),
        )
    }

    /// Lets people go on, at `speed` times about one act in a minute. At speed 0 nobody writes, and only the links are
    /// kept valid.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn play(self, speed: u32) -> std::io::Result<Players> {
        Players::start(self, speed)
    }
}

/// Returns the settings of a demo: its own, and of the operator's only those that do no harm.
pub fn config(given: &Config, directory: &Path, listen: SocketAddr) -> Config {
    let mut config = Config {
        site: given.site.clone(),
        log: given.log.clone(),
        ..Config::default()
    };
    config.server.listen = listen;
    // Cookies know no ports, so a demo must not sign its visitor out of a site of their own.
    config.server.cookie_port = Some(listen.port());
    config.database.path = directory.join("quartfeed.db");
    config.backup.every = Interval(None);
    config
}

/// Writes everything that a plan says, many acts in one commit, each at its time. Returns none if the program is to end.
fn write(
    db: &Db,
    now: Timestamp,
    limits: &Limits,
    plan: &Arc<History>,
    mut stage: Stage,
    progress: OnProgress<'_>,
) -> std::result::Result<Option<Stage>, DemoError> {
    let total = plan.moments.len();
    let mut from = 0;
    while from < total {
        if !progress(studio::DONE + (100 - studio::DONE) * from / total) {
            return Ok(None);
        }
        let to = (from + ACTS_AT_ONCE).min(total);
        let (plan, limits) = (plan.clone(), limits.clone());
        let written = db.write(now, move |tx| {
            let cast = Cast {
                circle: &plan.circle,
                talks: &plan.talks,
                limits: &limits,
            };
            for (at, moment) in &plan.moments[from..to] {
                tx.now = *at;
                let done = stage.perform(tx, &cast, *moment);
                done.map_err(|error| Error::internal(format!("{moment:?}: {error:?}")))?;
            }
            Ok(stage)
        });
        stage = written.map_err(|error| DemoError(format!("{error:?}")))?;
        from = to;
    }
    Ok(Some(stage))
}

impl DemoError {
    fn of(error: impl Display) -> DemoError {
        DemoError(error.to_string())
    }
}

impl From<DemoError> for StartError {
    fn from(error: DemoError) -> StartError {
        StartError(format!("the demo cannot begin: {}", error.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Database, Synchronous};

    #[test]
    fn every_history_is_accepted_by_the_store() {
        // 1 June 2026, noon.
        let now = Timestamp(1_780_315_200_000);
        let config = Config::default();
        for (seed, people) in [(1, 12), (2, 12), (3, 2), (4, 5), (5, 40)] {
            let directory = tempfile::tempdir().expect("a temporary directory");
            let database = Database {
                path: directory.path().join("quartfeed.db"),
                synchronous: Synchronous::Normal,
                upgrade_backups: None,
            };
            let db = Db::open(
                &database,
                config.feed.event_retention,
                now,
                Box::new(|_| ()),
            );
            let db = db.expect("a database");
            let (plan, _) = History::new(seed, people, now, &TimeZone::UTC);
            let posts = plan.talks.len();
            let stage = Stage {
                password: "correct horse".to_owned(),
                ..Stage::default()
            };
            let written = write(
                &db,
                now,
                &config.limits,
                &Arc::new(plan),
                stage,
                &mut |_| true,
            );
            let stage = written.expect("it is accepted").expect("nobody ended it");
            assert_eq!(stage.users.len(), people);
            // Only those of today are still to come.
            assert!(stage.posts.len() + 20 > posts, "{seed}");
        }
    }
}
