//! The site as an app on a phone: the manifest, its icons, the service worker, and the page without a network.

use quartfeed::model::BaseUrl;
use serde_json::{Value, json};

use crate::harness::{Page, Person, Site, all_between, between};

const MANIFEST: &str = "/manifest.webmanifest";

/// Returns the path inside the site that an address of a page or file names.
fn inside<'t>(address: &'t str, base: &str) -> &'t str {
    let inside = address.strip_prefix(base);
    inside.unwrap_or_else(|| panic!("{address} is not under {base}"))
}

/// Returns the width and height that a PNG says it has (PNG §11.2.1).
fn png_size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

/// Returns the constant that the service worker begins with.
fn settings(worker: &Page) -> Value {
    let line = worker.text.lines().next().expect("a line");
    let settings = line.strip_prefix("const site = ").expect("a constant");
    serde_json::from_str(settings.trim_end_matches(';')).expect("JSON")
}

/// Asks once more for what the visitor has, and checks that nothing is sent.
fn assert_known(visitor: &Person, path: &str, page: &Page) {
    let tag = page.header("etag").expect("a tag");
    let again = visitor.get_with(path, &[("If-None-Match", tag)]);
    assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
    assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
}

#[test]
fn the_manifest_names_pages_and_icons_that_exist() {
    for base in ["", "/feed"] {
        let url = BaseUrl::parse(&format!("http://pi.example{base}/"));
        let site = Site::with(|config| {
            config.site.name = "Our allotment".into();
            config.site.about = "Beds & bees".into();
            config.server.base_url = url.filter(|_| !base.is_empty());
        });
        let (alice, visitor) = (site.member("alice"), site.visitor());
        let page = visitor.get(MANIFEST);
        assert_eq!(
            page.header("content-type"),
            Some("application/manifest+json")
        );
        assert_known(&visitor, MANIFEST, &page);
        let manifest = page.json();
        assert_eq!(manifest["name"], "Our allotment");
        assert_eq!(manifest["short_name"], "Our");
        assert_eq!(manifest["description"], "Beds & bees");
        assert_eq!(manifest["display"], "standalone");
        for key in ["id", "start_url", "scope"] {
            assert_eq!(manifest[key], format!("{base}/"), "{key}");
        }
        let share = &manifest["share_target"];
        assert_eq!(share["action"], format!("{base}/share"));
        assert_eq!(share["method"], "GET");
        assert_eq!(share["enctype"], "application/x-www-form-urlencoded");
        let fields = json!({ "title": "title", "text": "text", "url": "url" });
        assert_eq!(share["params"], fields);

        let icons = manifest["icons"].as_array().expect("icons");
        let purposes: Vec<&Value> = icons.iter().map(|icon| &icon["purpose"]).collect();
        assert_eq!(purposes, ["any", "any", "maskable"]);
        for icon in icons {
            let address = icon["src"].as_str().expect("an address");
            let picture = visitor.get(inside(address, base));
            assert_eq!(picture.header("content-type"), Some("image/png"));
            let (width, height) = png_size(&picture.bytes);
            assert_eq!(icon["sizes"], format!("{width}x{height}"), "{address}");
        }
        for shortcut in manifest["shortcuts"].as_array().expect("shortcuts") {
            let address = shortcut["url"].as_str().expect("an address");
            assert_eq!(alice.get(inside(address, base)).status, 200, "{address}");
        }
    }
}

#[test]
fn every_page_links_the_manifest_and_says_its_colours() {
    let site = Site::start();
    let visitor = site.visitor();
    let page = visitor.get("/login").text;
    assert_eq!(between(&page, "rel=\"manifest\" href=\"", "\""), MANIFEST);
    let icon = visitor.get(between(&page, "rel=\"apple-touch-icon\" href=\"", "\""));
    assert_eq!(png_size(&icon.bytes), (180, 180));

    let colours = |page: &str| {
        let found = all_between(page, "name=\"theme-color\" content=\"", "\"");
        found.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let both = colours(&page);
    assert_eq!(both, ["#ffffff", "#1b1e24"]);
    visitor.post("/theme", &[("theme", "dark"), ("next", "/login")]);
    assert_eq!(colours(&visitor.get("/login").text), both[1..]);
    visitor.post("/theme", &[("theme", "light"), ("next", "/login")]);
    assert_eq!(colours(&visitor.get("/login").text), both[..1]);

    // They are those of the style sheet.
    let style = visitor
        .get(between(&page, "stylesheet\" href=\"", "\""))
        .text;
    assert!(style.contains("--card:light-dark(#fff,#1b1e24)"));
    assert!(style.contains("--ground:light-dark(#f5f4f0,"));
    assert_eq!(visitor.get(MANIFEST).json()["background_color"], "#f5f4f0");
}

#[test]
fn the_service_worker_keeps_one_page_and_its_files() {
    for base in ["", "/feed"] {
        let url = BaseUrl::parse(&format!("http://pi.example{base}/"));
        let mut site = Site::with(|config| {
            config.server.base_url = url.filter(|_| !base.is_empty());
        });
        let visitor = site.visitor();
        let worker = visitor.get("/sw.js");
        assert_eq!(
            worker.header("content-type"),
            Some("text/javascript; charset=utf-8")
        );
        let policy = worker.header("content-security-policy").expect("a policy");
        assert!(policy.contains("connect-src 'self'"), "{policy}");
        assert_known(&visitor, "/sw.js", &worker);

        let settings = settings(&worker);
        assert_eq!(settings["caches"], format!("quartfeed:{base}:"));
        assert_eq!(settings["page"], format!("{base}/offline"));
        let page = visitor.get("/offline").text;
        for file in settings["files"].as_array().expect("files") {
            let file = file.as_str().expect("an address");
            assert!(page.contains(&format!("=\"{file}\"")), "{file}");
            assert_eq!(visitor.get(inside(file, base)).status, 200, "{file}");
        }

        // A change of the page reaches browsers that have an older one.
        let version = settings["version"].clone();
        site.restart_with(|config| config.site.name = "Another name".into());
        let changed = self::settings(&site.visitor().get("/sw.js"));
        assert_ne!(changed["version"], version);
    }
}

#[test]
fn the_page_without_a_network_is_the_same_for_everybody() {
    let site = Site::start();
    let page = site.visitor().get("/offline");
    assert_eq!(page.status, 200);
    assert!(page.words().contains("cannot be reached"));
    for secret in ["csrf", "<form", "data-user", "alice"] {
        assert!(!page.has(secret), "{secret}");
    }
    assert_eq!(site.member("alice").get("/offline").text, page.text);
}
