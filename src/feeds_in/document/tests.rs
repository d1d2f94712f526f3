//! Feeds that are read, mended or refused.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{
    mending::{ATOM_0_3, ATOM_1_0},
    *,
};

const HOME: &str = "https://example.org/blog/feed.xml";

fn url() -> Url {
    Url::parse(HOME).expect("an address")
}

fn reading(document: impl AsRef<[u8]>) -> ReadFeed {
    let document = document.as_ref();
    let text = String::from_utf8_lossy(document);
    read(document, &url(), 3_000).unwrap_or_else(|why| panic!("{why:?}: {text}"))
}

fn rss(item: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>
         <title>A blog</title><link>https://example.org/blog/</link>{item}</channel></rss>"
    )
}

/// Returns the text of the only entry.
fn message(document: impl AsRef<[u8]>) -> String {
    let feed = reading(document);
    assert_eq!(feed.entries.len(), 1, "{feed:?}");
    feed.entries[0].message.as_str().to_owned()
}

#[test]
fn the_versions_of_rss_are_read_alike() {
    let item = "<item><title>One</title><link>/one</link></item>";
    for version in [
        "version=\"0.91\"",
        "version='0.94'",
        "version=\"2.01\"",
        "",
        "xmlns:x=\"x:y\" version=\"2\"",
    ] {
        let feed = rss(item).replace("version=\"2.0\"", version);
        assert_eq!(
            message(&feed),
            "One\n\nhttps://example.org/one",
            "{version}"
        );
    }
    let feed = reading(rss(item));
    assert_eq!(feed.title, "A blog");
    assert_eq!(feed.page.as_deref(), Some("https://example.org/blog/"));
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">
        <channel rdf:about=\"x\"><title>R</title><link>https://e.org/</link><description>d</description></channel>
        <item rdf:about=\"https://e.org/1\"><title>One</title><link>https://e.org/1</link></item></rdf:RDF>";
    assert_eq!(message(rdf), "One\n\nhttps://e.org/1");
}

#[test]
fn atom_is_read_in_both_versions() {
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>A</title><id>x</id>
        <updated>2026-05-01T00:00:00Z</updated><entry><id>urn:1</id><title type=\"html\">One &amp;lt;b&amp;gt;</title>
        <updated>2026-05-01T00:00:00Z</updated><link href=\"../one\"/>
        <content type=\"html\">&lt;p&gt;Hello&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</content></entry></feed>";
    assert_eq!(message(atom), "One <b>\n\nHello\n\nhttps://example.org/one");
    assert_eq!(
        reading(atom).entries[0].written_at,
        Some(Timestamp(1_777_593_600_000))
    );
    let old = atom
        .replace(ATOM_1_0, ATOM_0_3)
        .replace("<updated>", "<modified>")
        .replace("</updated>", "</modified>")
        .replace("type=\"html\"", "type=\"text/html\" mode=\"escaped\"");
    assert_eq!(message(&old), message(atom));
    assert_eq!(
        reading(&old).entries[0].written_at,
        Some(Timestamp(1_777_593_600_000))
    );
}

#[test]
fn json_feeds_are_read_with_numbers_for_ids_and_without_titles() {
    for feed in [
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","url":"https://e.org/1","content_text":"Hello <b>"}]}"#,
        r#"{"version":"https://jsonfeed.org/version/1","title":"J","items":[{"id":1,"url":"https://e.org/1","content_text":"Hello <b>"}]}"#,
        r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://e.org/1","content_text":"Hello <b>"}]}"#,
    ] {
        assert_eq!(message(feed), "Hello <b>\n\nhttps://e.org/1", "{feed}");
    }
}

#[test]
fn damaged_feeds_give_the_entries_that_they_have() {
    let item =
        "<item><title>AT&T & more&nbsp;of it</title><link>https://e.org/?a=1&b=2</link></item>";
    assert_eq!(
        message(rss(item)),
        "AT&T & more of it\n\nhttps://e.org/?a=1&b=2"
    );
    let whole = rss("<item><title>One</title></item><item><title>Two</title></item>");
    let cut = &whole[..whole.find("Two").expect("it is there")];
    assert_eq!(message(cut), "One");
    let mut latin = rss("<item><title>Caf?</title></item>").into_bytes();
    let at = latin.iter().position(|b| *b == b'?').and_then(|first| {
        latin[first + 1..]
            .iter()
            .rposition(|b| *b == b'?')
            .map(|at| first + 1 + at)
    });
    latin[at.expect("it is there")] = 0xe9;
    assert_eq!(message(latin), "Café");
    let declared =
        rss("<item><title>x</title></item>").replace("1.0\"?", "1.0\" encoding=\"iso-8859-1\"?");
    let declared: Vec<u8> = declared
        .bytes()
        .map(|b| if b == b'x' { 0xe9 } else { b })
        .collect();
    assert!(read(&declared, &url(), 3_000).is_ok());
    assert_eq!(
        message(format!(
            "\u{feff}\n\n  {}",
            rss("<item><title>x</title></item>")
        )),
        "x"
    );
}

#[test]
fn a_broken_character_breaks_nothing_else() {
    let item = "<item><title>Ünïcödé \u{1F600} AT&T</title></item>";
    let mut broken = rss(item).into_bytes();
    let at = broken.iter().position(|b| *b == b'A').expect("it is there");
    let at = broken[at + 1..]
        .iter()
        .position(|b| *b == b'A')
        .map_or(at, |more| at + 1 + more);
    broken.insert(at, 0xff);
    let found = message(&broken);
    assert!(
        found.starts_with("Ünïcödé 😀 \u{fffd}") && found.ends_with("AT&T"),
        "{found}"
    );

    // The declared encoding holds, too, if something has to be mended.
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Привет");
    let feed = rss("<item><title>_ & co</title></item>")
        .replace("1.0\"?", "1.0\" encoding=\"windows-1251\"?");
    let mut bytes = Vec::new();
    for b in feed.bytes() {
        if b == b'_' {
            bytes.extend_from_slice(&cyrillic);
        } else {
            bytes.push(b);
        }
    }
    assert_eq!(message(bytes), "Привет & co");
}

#[test]
fn raw_sections_are_not_mended() {
    let feed = rss(
        "<item><title>a & b</title><link><![CDATA[https://e.org/?a=1&b=2]]></link>
         <description><![CDATA[<p>x&hellip; & y</p>]]></description></item>",
    );
    assert_eq!(message(feed), "a & b\n\nx… & y\n\nhttps://e.org/?a=1&b=2");
}

#[test]
fn a_link_that_is_as_long_as_a_post_is_left_out() {
    for chars_max in 15..40 {
        let feed = rss("<item><title>Title</title><link>https://e.org/1234</link></item>");
        let feed = read(feed.as_bytes(), &url(), chars_max).expect("a feed");
        let text = feed.entries[0].message.as_str();
        assert!(
            text.starts_with('T') && text.chars().count() <= chars_max as usize,
            "{text}"
        );
    }
}

#[test]
fn ids_are_those_of_the_feed_or_none() {
    let feed = rss(
        "<item><guid>abc</guid><title>x</title></item><item><description>only words</description></item>",
    );
    let entries = reading(&feed).entries;
    assert_eq!(
        entries
            .iter()
            .map(|entry| entry.id.as_str())
            .collect::<Vec<_>>(),
        ["abc", ""]
    );
    assert_eq!(entries, reading(&feed).entries, "the same each time");
    let permalink = rss("<item><guid>https://e.org/1</guid><title>x</title></item>");
    assert_eq!(
        reading(permalink).entries[0].link.as_deref(),
        Some("https://e.org/1")
    );
}

#[test]
fn a_post_has_title_beginning_and_link() {
    let words = "word ".repeat(400);
    let long = message(rss(&format!(
        "<item><title>T</title><link>https://e.org/1</link><description>{words}</description></item>"
    )));
    assert!(
        long.starts_with("T\n\nword word") && long.ends_with("word…\n\nhttps://e.org/1"),
        "{long}"
    );
    assert!(long.chars().count() < 600, "{long}");
    let repeated = rss(
        "<item><title>Hello there…</title><link>https://e.org/1</link><description>Hello there everybody</description></item>",
    );
    assert_eq!(
        message(repeated),
        "Hello there everybody\n\nhttps://e.org/1"
    );
    let dangerous = rss(
        "<item><title>x</title><link>javascript:alert(1)</link><description>&lt;a href='javascript:alert(1)'&gt;y&lt;/a&gt;&lt;script&gt;z&lt;/script&gt;</description></item>",
    );
    assert_eq!(message(dangerous), "x\n\ny");
    let short = read(
        rss("<item><title>ééééééééééééé</title><link>https://e.org/1</link></item>").as_bytes(),
        &url(),
        30,
    );
    let short = short.expect("a feed").entries[0]
        .message
        .as_str()
        .to_owned();
    assert!(short.ends_with("https://e.org/1"), "{short}");
    assert!(short.chars().count() <= 30, "{short}");
}

#[test]
fn the_newest_entries_come_first_and_not_too_many() {
    let item = |n: u32| {
        format!("<item><title>{n}</title><pubDate>{n} May 2026 00:00:00 GMT</pubDate></item>")
    };
    let feed = reading(rss(&(1..=30).map(item).collect::<String>()));
    assert_eq!(feed.entries[0].message.as_str(), "30");
    let rdf: String = (0..9_000)
        .map(|n| format!("<item><title>{n}</title><link>https://e.org/{n}</link></item>"))
        .collect();
    let rdf = format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">
         <channel><title>R</title><link>https://e.org/</link><description>d</description></channel>{rdf}</rdf:RDF>"
    );
    assert_eq!(reading(rdf).entries.len(), ENTRIES_MAX);
    let many: String = (0..50_000)
        .map(|n| format!("<item><title>{n}</title></item>"))
        .collect();
    assert_eq!(reading(rss(&many)).entries.len(), ENTRIES_MAX);
}

#[test]
fn pages_and_nonsense_are_told_from_feeds() {
    let page = "<!doctype html><html><head><link rel=alternate type=application/rss+xml href='/rss'></head></html>";
    let named = Url::parse("https://example.org/rss").expect("an address");
    assert_eq!(
        read(page.as_bytes(), &url(), 3_000),
        Err(Unreadable::Page(Some(named)))
    );
    let without = "<html><body>hello</body></html>";
    assert_eq!(
        read(without.as_bytes(), &url(), 3_000),
        Err(Unreadable::Page(None))
    );
    for nonsense in [
        "",
        "   ",
        "hello",
        "{}",
        "[]",
        "<a></a>",
        "\u{0}",
        "{\"version\":1}",
        "<rss",
        "<?xml version=\"1.0\"?>",
    ] {
        let found = read(nonsense.as_bytes(), &url(), 3_000);
        assert!(
            matches!(found, Err(Unreadable::Nonsense(_))),
            "{nonsense}: {found:?}"
        );
    }
}

/// Returns the folder with the feeds that feed-rs is tested with. Most are from the web.
fn corpus() -> PathBuf {
    let run = |program: &str, arguments: &[&str]| {
        let program = env::var_os(program.to_uppercase()).unwrap_or_else(|| program.into());
        let output = Command::new(program)
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        String::from_utf8(output.expect("it runs").stdout).expect("UTF-8")
    };
    let version = run("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    // Only what was compiled for this machine was downloaded.
    let platform = format!("--filter-platform={}", host.expect("a host"));
    let asked = run(
        "cargo",
        &["metadata", "--format-version=1", "--offline", &platform],
    );
    let metadata: Value = serde_json::from_str(&asked).expect("JSON");
    let mut packages = metadata["packages"].as_array().expect("a list").iter();
    let found = packages.find(|package| package["name"] == "feed-rs");
    let manifest = found.expect("it is a dependency")["manifest_path"].as_str();
    Path::new(manifest.expect("a path")).with_file_name("fixture")
}

/// Returns the name and the bytes of each feed in a folder and those below it.
fn feeds_in(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            feeds_in(&path, found);
        } else {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            found.push((name, fs::read(&path).expect("readable")));
        }
    }
}

#[test]
fn feeds_from_the_web_are_read_whole_and_cut_short() {
    let mut feeds = Vec::new();
    feeds_in(&corpus(), &mut feeds);
    // Beside them is what feed-rs makes of them.
    let (expected, feeds): (Vec<_>, Vec<_>) = feeds
        .into_iter()
        .partition(|(name, _)| name.ends_with(".serde.json"));
    assert!(feeds.len() > 60, "{}", feeds.len());
    let expected_entries = |name: &str| {
        let beside = Path::new(name).with_extension("serde.json");
        let mut files = expected.iter();
        let (_, bytes) = files.find(|(other, _)| Path::new(other) == beside)?;
        let feed: Value = serde_json::from_slice(bytes).expect("JSON");
        Some(feed["entries"].as_array().expect("a list").len())
    };
    let mut compared = 0;
    let mut unread = Vec::new();
    for (name, bytes) in &feeds {
        let whole = read(bytes, &url(), 3_000);
        assert_eq!(
            whole,
            read(bytes, &url(), 3_000),
            "{name}: the same each time"
        );
        match &whole {
            Ok(feed) if !feed.entries.is_empty() => {
                if let Some(entries) = expected_entries(name) {
                    compared += 1;
                    assert_eq!(feed.entries.len(), entries.min(ENTRIES_MAX), "{name}");
                }
            }
            _ => unread.push(name.rsplit('/').next().unwrap_or_default()),
        }
        for part in 1..20 {
            // Whatever comes of it, it is an answer.
            let _ = read(&bytes[..bytes.len() * part / 20], &url(), 3_000);
        }
    }
    unread.sort_unstable();
    // Three are no feeds, and one has a title and no entries.
    let no_feeds = [
        "rss_2.0_invalid_1.xml",
        "xml_iso8859.xml",
        "xml_sample_1.xml",
        "xml_sample_2.xml",
    ];
    assert_eq!(unread, no_feeds, "of {}", feeds.len());
    assert!(compared > 50, "{compared}");
}
