//! Two sites on one host, whose cookies the browser sends to both.

use crate::harness::{Person, Site, free_port};

/// A browser: it keeps one cookie of a name for a host, whatever the port (RFC 6265 §8.5).
#[derive(Default)]
struct Jar(Vec<(String, String)>);

impl Jar {
    /// Keeps the cookies that a site has set.
    fn keep(&mut self, cookies: &str) {
        for (name, value) in cookies.split("; ").filter_map(|one| one.split_once('=')) {
            self.0.retain(|(kept, _)| kept != name);
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    fn header(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

/// Starts a site at a port that is part of its configuration, as on a machine with several sites.
fn site() -> Site {
    let port = free_port();
    Site::with(move |config| {
        config.server.listen = ([127, 0, 0, 1], port).into();
        config.server.cookie_port = config.server.unusual_port();
    })
}

#[test]
fn signing_in_to_one_site_does_not_sign_out_of_the_other() {
    let sites = [site(), site()];
    let mut jar = Jar::default();
    for site in &sites {
        jar.keep(&site.member("alice").cookies());
    }
    let header = jar.header();
    assert_eq!(header.matches("quartfeed_").count() % 2, 0, "{header}");
    for site in &sites {
        let browser: Person = site.visitor();
        let home = browser.get_with("/", &[("Cookie", &header)]);
        assert!(home.has("data-user=\"alice\""), "{header}");
    }
}
