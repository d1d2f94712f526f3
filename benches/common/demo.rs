//! The site of a demo as a file for a server: people with two years of posts, comments, pictures and groups.

use std::process::Command;

use tempfile::TempDir;
use ureq::Agent;

use crate::common::{PROGRAM, Server, TOKEN, scratch, value_after};

/// A directory with the database, and the path of a link for each person that signs a browser in.
pub(crate) struct DemoSite {
    pub(crate) directory: TempDir,
    links: Vec<String>,
}

/// Makes the demo of so many people, and keeps a backup of it.
pub(crate) fn demo_site(people: usize) -> DemoSite {
    let (directory, temporary) = (scratch(), scratch());
    let mut command = Command::new(PROGRAM);
    command
        .current_dir(directory.path())
        .env("TMPDIR", temporary.path())
        .env("QUARTFEED_LOG_LEVEL", "warn")
        .args(["demo", "--listen", "127.0.0.1:0", "--speed", "0"])
        .args(["--people", &people.to_string()]);
    let (demo, lines) = Server::spawn_and_read(&mut command, people);
    let database = std::fs::read_dir(temporary.path())
        .expect("its directory")
        .map(|entry| entry.expect("readable").path().join("quartfeed.db"))
        .find(|path| path.exists())
        .expect("its database");
    let made = Command::new(PROGRAM)
        .current_dir(directory.path())
        .args(["backup", "create", "--to", "quartfeed.db", "--database"])
        .arg(&database)
        .output();
    assert!(made.expect("it starts").status.success(), "a backup");
    let link = |line: &String| {
        let (_, path) = line.split_once(&demo.address).expect("a link");
        path.to_owned()
    };
    DemoSite {
        directory,
        links: lines.iter().map(link).collect(),
    }
}

impl DemoSite {
    /// Signs everybody in, and returns their cookies.
    pub(crate) fn cookies(&self, server: &Server) -> Vec<String> {
        let cookies = self.links.iter().map(|path| {
            let url = format!("http://{}{path}", server.address);
            let agent = Agent::new_with_defaults();
            let page = agent.get(&url).call().expect("a link that is valid");
            let page = page.into_body().read_to_string().expect("a page");
            let token = value_after(&page, TOKEN);
            agent
                .post(&url)
                .send_form([("csrf_token", token)])
                .expect("it signs in");
            let jar = agent.cookie_jar_lock();
            let cookies = jar.iter().map(|cookie| cookie.to_string());
            cookies.collect::<Vec<_>>().join("; ")
        });
        cookies.collect()
    }
}
