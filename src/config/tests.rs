//! Tests of the sources, their order, and the messages about mistakes.

use super::*;

fn from_file(text: &str) -> Result<Loaded, String> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), text).expect("it can be written");
    let sources = Sources {
        file: Some(file.path().to_owned()),
        ..Sources::default()
    };
    let name = file.path().display().to_string();
    sources
        .load()
        .map_err(|mistake| mistake.to_string().replace(&name, "quartfeed.toml"))
}

#[test]
fn the_documented_file_says_the_defaults_and_every_key() {
    let text = include_str!("../../quartfeed.toml");
    let loaded = from_file(text).expect("our own file is right");
    let defaults = Loaded::show(
        &Sources {
            file: None,
            ..Sources::default()
        }
        .load()
        .expect("defaults"),
    );
    let values = |shown: &str| -> Vec<String> {
        shown
            .lines()
            .map(|line| line.split("  #").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(values(&loaded.show()), values(&defaults));
    for setting in SETTINGS {
        assert_ne!(
            loaded.origins.of(setting.key),
            Origin::Default,
            "{} is not in quartfeed.toml",
            setting.key
        );
    }
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(
        file.path(),
        "[server]\nlisten = \"127.0.0.1:1\"\n[database]\npath = \"a\"\n[site]\nname = \"File\"\n",
    )
    .expect("it can be written");
    let sources = Sources {
        file: Some(file.path().to_owned()),
        environment: vec![
            ("QUARTFEED_SERVER_LISTEN".into(), "127.0.0.1:2".into()),
            ("QUARTFEED_DATABASE_PATH".into(), "b".into()),
            ("HOME".into(), "/".into()),
        ],
        flags: vec![("--listen", "server.listen", "127.0.0.1:3".into())],
    };
    let loaded = sources.load().expect("all is right");
    assert_eq!(loaded.config.server.listen.port(), 3);
    assert_eq!(loaded.config.database.path, PathBuf::from("b"));
    assert_eq!(loaded.config.site.name, "File");
    assert_eq!(loaded.origins.of("server.listen"), Origin::Flag("--listen"));
    assert_eq!(
        loaded.origins.of("database.path"),
        Origin::Variable("QUARTFEED_DATABASE_PATH".into())
    );
    assert_eq!(
        loaded.origins.of("site.name"),
        Origin::File {
            path: file.path().to_owned(),
            line: 6
        }
    );
    assert_eq!(loaded.origins.of("log.level"), Origin::Default);
}

#[test]
fn a_mistake_names_line_key_expectation_and_the_nearest_key() {
    let cases = [
        (
            "[server]\nlisen = \"x\"\n",
            "quartfeed.toml, line 2: there is no key server.lisen; the nearest that exists is server.listen",
        ),
        (
            "[sever]\nlisten = \"x\"\n",
            "quartfeed.toml, line 1: there is no key sever.listen; the nearest that exists is server.listen",
        ),
        (
            "listen = \"x\"\n",
            "quartfeed.toml, line 1: there is no key listen; the nearest that exists is server.listen",
        ),
        (
            "[server]\n\nlisten = 5000\n",
            "quartfeed.toml, line 3: server.listen: expected an address and a port",
        ),
        (
            "[limits]\npost_chars = 0\n",
            "quartfeed.toml, line 2: limits.post_chars: expected a number of characters from 1 to 50000, found the number 0",
        ),
        ("[limits]\npost_chars = -1\n", "found the number -1"),
        (
            "[site]\nname = \"\"\n",
            "quartfeed.toml, line 2: site.name: expected a text of 1 to 50",
        ),
        ("[site\n", "quartfeed.toml, line 1: this is not TOML: "),
        (
            "[server]\ntrusted_proxies = [\"10.0.0.0/33\"]\n",
            "line 2: server.trusted_proxies",
        ),
        (
            "[database]\nsynchronous = true\n",
            "expected \"full\" or \"normal\", found true",
        ),
    ];
    for (text, expected) in cases {
        let mistake = from_file(text).expect_err(text);
        assert!(mistake.contains(expected), "{text:?} gave: {mistake}");
    }
}

#[test]
fn a_variable_that_does_not_exist_is_a_mistake_too() {
    let environment = vec![("QUARTFEED_SERVER_LISEN".to_owned(), "x".to_owned())];
    let mistake = Sources {
        environment,
        ..Sources::default()
    }
    .load()
    .expect_err("it does not exist");
    assert!(
        mistake.to_string().contains("QUARTFEED_SERVER_LISTEN"),
        "{mistake}"
    );
}

#[test]
fn a_network_contains_its_addresses() {
    let inside = |range: &str, address: &str| {
        AddressRange::parse(range)
            .expect("a network")
            .contains(address.parse().expect("an address"))
    };
    assert!(inside("10.0.0.0/8", "10.200.3.4"));
    assert!(!inside("10.0.0.0/8", "11.0.0.1"));
    assert!(inside("127.0.0.1", "127.0.0.1"));
    assert!(inside("127.0.0.1", "::ffff:127.0.0.1"));
    assert!(!inside("127.0.0.1", "127.0.0.2"));
    assert!(inside("fd00::/8", "fd12::1"));
    assert!(inside("0.0.0.0/0", "1.2.3.4"));
    assert!(!inside("0.0.0.0/0", "::1"));
}

#[test]
fn a_secret_is_neither_shown_nor_repeated() {
    let secret = "0123456789abcdef0123456789abcdef";
    let loaded = from_file(&format!("[api]\njwt_secret = \"{secret}\"\n")).expect("long enough");
    let shown = loaded.show();
    assert!(!shown.contains(secret), "{shown}");
    assert!(
        shown.contains("# jwt_secret is set and not shown"),
        "{shown}"
    );
    let mistake = from_file("[api]\njwt_secret = \"too short\"\n").expect_err("too short");
    assert!(
        mistake.contains("32 bytes") && !mistake.contains("too short"),
        "{mistake}"
    );
}

#[test]
fn an_unusual_port_is_part_of_the_names_of_cookies() {
    for (text, port) in [
        ("", None),
        ("listen = \"127.0.0.1:0\"", None),
        ("listen = \"[::1]:5000\"", None),
        ("listen = \"0.0.0.0:5001\"", Some(5001)),
        (
            "base_url = \"http://pi.example/\"\nlisten = \"127.0.0.1:5001\"",
            None,
        ),
        ("base_url = \"https://pi.example:8443/\"", Some(8443)),
        ("base_url = \"https://pi.example:443/\"", None),
        ("base_url = \"http://[fd00::1]/\"", None),
        ("base_url = \"http://[fd00::1]:81/\"", Some(81)),
    ] {
        let loaded = from_file(&format!("[server]\n{text}\n")).expect("it is right");
        assert_eq!(loaded.config.server.cookie_port, port, "{text}");
    }
}
