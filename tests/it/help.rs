//! The help: documents of the repository as pages.

use std::collections::{BTreeMap, BTreeSet};

use quartfeed::model::BaseUrl;

use crate::harness::{Site, all_between};

#[test]
fn the_help_is_there_for_everybody_and_its_links_lead_somewhere() {
    let site =
        Site::with(|config| config.server.base_url = BaseUrl::parse("http://127.0.0.1/river/"));
    let visitor = site.visitor();
    let index = visitor.get("/help");
    let paths: BTreeSet<&str> = all_between(&index.text, "href=\"/river/help/", "\"")
        .into_iter()
        .collect();
    assert_eq!(paths.len(), 7, "{paths:?}");
    let pages: BTreeMap<&str, String> = paths
        .iter()
        .map(|name| {
            let page = visitor.get(&format!("/help/{name}"));
            assert_eq!(page.status, 200, "{name}");
            (*name, page.text)
        })
        .collect();
    let mut followed = 0;
    for (name, page) in &pages {
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert!(
            !page.contains("help:/") && !page.contains("href=\"../"),
            "{name}"
        );
        for link in all_between(page, "href=\"", "\"") {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path.strip_prefix("/river/help/") {
                Some(other) => &pages[other],
                None if path.is_empty() => page,
                None => continue,
            };
            let is_there = anchor.is_empty() || target.contains(&format!("id=\"{anchor}\""));
            assert!(is_there, "{name}: {link}");
            followed += 1;
        }
    }
    assert!(followed > 10, "{followed}");
    assert_eq!(visitor.get("/help/nothing").status, 404);
    assert!(site.member("alice").get("/").has("/river/help\">Help</a>"));
}

#[test]
fn the_samples_of_proxies_stand_in_the_help_as_they_are_in_the_repository() {
    let page = Site::start().visitor().get("/help/proxies").text;
    let shown = all_between(&page, "<pre tabindex=\"0\"><code>", "</code></pre>");
    for name in [
        "nginx.conf",
        "nginx-subpath.conf",
        "Caddyfile",
        "apache.conf",
        "haproxy.cfg",
        "lighttpd.conf",
        "varnish.vcl",
        "squid.conf",
        "trafficserver.records.config",
        "hitch.conf",
    ] {
        let file = std::fs::read_to_string(format!("deploy/{name}")).expect("it is there");
        let is_shown = shown
            .iter()
            .any(|sample| unescaped(sample).trim_end() == file.trim_end());
        assert!(is_shown, "{name}");
        assert!(page.contains(&format!(">{name}</h3>")), "{name}");
    }
}

/// Returns a text of a page as it was before it was escaped.
fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[test]
fn every_setting_is_explained() {
    let page = Site::start().visitor().get("/help/settings").text;
    for setting in quartfeed::config::SETTINGS {
        let (_, key) = setting.key.split_once('.').expect("section and key");
        assert!(page.contains(&format!("\n{key} = ")), "{}", setting.key);
    }
}
