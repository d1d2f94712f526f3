//! Measures QuartFeed beside what people would use instead: nginx with nchan and an axum broadcast for streams, a page
//! by axum and a page by Flask. `benches/peers/run` prepares everything and starts this program on a core of its own.

mod client;
mod pages;
mod server;
mod site;
mod streams;

use std::{
    env,
    path::{Path, PathBuf},
};

/// The programs and files that the runner has prepared.
pub(crate) struct Setup {
    /// The core of all servers. This program runs on another one.
    server_core: String,
    quartfeed: PathBuf,
    /// The directory of `axum-broadcast` and `axum-page`.
    programs: PathBuf,
    nginx: PathBuf,
    nchan: PathBuf,
    gunicorn: PathBuf,
    /// The directory of this package, with the configuration of nginx and the page of Flask.
    sources: PathBuf,
    /// A directory on a disk, for databases.
    scratch: PathBuf,
}

impl Setup {
    fn from_environment() -> Setup {
        let path = |name: &str| PathBuf::from(variable(name));
        let program = env::current_exe().expect("we run");
        Setup {
            server_core: variable("PEERS_SERVER_CORE"),
            quartfeed: path("PEERS_QUARTFEED"),
            programs: program.parent().map(Path::to_owned).expect("a directory"),
            nginx: path("PEERS_NGINX"),
            nchan: path("PEERS_NCHAN"),
            gunicorn: path("PEERS_GUNICORN"),
            sources: path("PEERS_SOURCES"),
            scratch: path("PEERS_SCRATCH"),
        }
    }

    fn directory(&self) -> tempfile::TempDir {
        tempfile::tempdir_in(&self.scratch).expect("the build's directory is writable")
    }
}

fn main() {
    let setup = Setup::from_environment();
    pages::measure(&setup);
    streams::measure(&setup);
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set; please start benches/peers/run"))
}

/// Returns the median of numbers, and the smallest and the largest of them.
fn median_and_range(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (
        sorted[sorted.len() / 2],
        sorted[0],
        sorted[sorted.len() - 1],
    )
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("fewer than four thousand million"))
}
