//! The release: the tar of `deploy/release` and the Debian package of `Cargo.toml` have files that exist, and all samples.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use toml::{Table, Value};

const RELEASE: &str = "deploy/release";
/// Beginning of files that `deploy/release` makes.
const PARTS: &str = "dist/parts/";
/// Files and directories of `deploy/` that serve a copy of the source, and are no samples.
const FOR_THE_SOURCE: &[&str] = &[
    "Dockerfile",
    "Dockerfile.dockerignore",
    "apt.bash",
    "compose.yaml",
    "debian",
    "release",
    "try-arm",
    "try-deb",
    "walk.py",
];
/// Files of a tar for which the Debian package has its own: the licence is its `copyright`.
const OWN_IN_THE_DEB: &[&str] = &["LICENSE", "deploy/quartfeed.service"];
/// Keys of a unit in which the service of the package differs from the sample.
const UNIT_DIFFERENCES: &[&str] = &["DynamicUser", "ExecStart", "StateDirectoryMode", "User"];

#[test]
fn every_file_of_a_tar_exists() {
    let files = tar_files(&read(RELEASE));
    assert!(files.len() > 20, "{files:?}");
    for file in files {
        assert!(Path::new(&file).is_file(), "there is no {file}");
    }
}

#[test]
fn every_file_of_the_debian_package_exists_or_is_made() {
    let release = read(RELEASE);
    for (source, target) in assets() {
        if source.starts_with("target/release/") {
            assert_eq!(target, "usr/bin/");
        } else if let Some(part) = source.strip_prefix(PARTS) {
            let made = part
                .rsplit_once('*')
                .map_or(part, |(directory, _)| directory);
            let made = format!("$PARTS/{made}");
            assert!(release.contains(&made), "{RELEASE} does not make {made}");
        } else {
            assert!(!matching(&source).is_empty(), "there is no {source}");
        }
    }
}

#[test]
fn every_sample_is_in_the_tar() {
    let tar = tar_files(&read(RELEASE));
    for sample in samples() {
        let name = sample.to_string_lossy().into_owned();
        assert!(tar.contains(&name), "{name} is not in the tar");
    }
}

#[test]
fn the_debian_package_has_what_the_tar_has() {
    let assets = assets();
    let deb: Vec<PathBuf> = assets
        .iter()
        .flat_map(|(source, _)| matching(source))
        .collect();
    for file in tar_files(&read(RELEASE)) {
        let is_there = deb.contains(&PathBuf::from(&file));
        assert_eq!(is_there, !OWN_IN_THE_DEB.contains(&file.as_str()), "{file}");
    }
}

#[test]
fn the_service_of_the_debian_package_differs_from_the_sample_in_little() {
    let (sample, own) = (
        unit("deploy/quartfeed.service"),
        unit("deploy/debian/quartfeed.service"),
    );
    let rest = |lines: &[String]| -> Vec<String> {
        let differs = |line: &&String| {
            let key = line.split('=').next().unwrap_or_default();
            UNIT_DIFFERENCES.contains(&key)
        };
        lines
            .iter()
            .filter(|line| !differs(line))
            .cloned()
            .collect()
    };
    assert_eq!(rest(&own), rest(&sample));
    let start = "ExecStart=/usr/bin/quartfeed --config /etc/quartfeed/quartfeed.toml";
    assert!(own.contains(&start.to_owned()), "{own:?}");
    let config = (
        "deploy/debian/quartfeed.toml".to_owned(),
        "etc/quartfeed/".to_owned(),
    );
    assert!(assets().contains(&config));
}

#[test]
fn the_configuration_of_the_debian_package_is_valid_and_keeps_data_where_the_service_may_write() {
    let file = "deploy/debian/quartfeed.toml";
    let check = Command::new(env!("CARGO_BIN_EXE_quartfeed"))
        .args(["config", "check", "--config", file])
        .output()
        .expect("the program starts");
    assert!(check.status.success(), "{check:?}");
    let config: Table = read(file).parse().expect("TOML");
    let path = config["database"]["path"].as_str().expect("a text");
    assert_eq!(path, "/var/lib/quartfeed/quartfeed.db");
    let directory = "StateDirectory=quartfeed".to_owned();
    assert!(unit("deploy/debian/quartfeed.service").contains(&directory));
}

#[test]
fn the_version_of_a_release_is_that_of_the_program() {
    let first = "version = \"";
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find(|line| line.starts_with(first));
    // deploy/release reads the version in this way.
    let version = line.map(|line| line[first.len()..].trim_end_matches('"'));
    assert_eq!(version, Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_documents_name_the_glibc_that_the_debian_package_depends_on() {
    let depends = deb()["depends"].as_str().expect("a text").to_owned();
    let version = depends
        .split("libc6 (>= ")
        .nth(1)
        .and_then(|rest| rest.split(')').next())
        .expect("a version");
    for document in ["README.md", "docs/operating.md"] {
        let named = format!("glibc {version}");
        assert!(
            read(document).contains(&named),
            "{document} does not name {named}"
        );
    }
}

#[test]
fn the_scripts_can_be_read_by_bash() {
    for script in [
        RELEASE,
        "deploy/try-arm",
        "deploy/try-deb",
        "deploy/apt.bash",
        "tests/run",
    ] {
        let check = Command::new("bash").args(["-n", script]).output();
        let check = check.expect("there is bash");
        assert!(
            check.status.success() && check.stderr.is_empty(),
            "{check:?}"
        );
    }
}

/// The rules above must be able to fail.
#[test]
fn missing_files_are_noticed() {
    assert_eq!(
        tar_files("readonly FILES=(\n    a.md\n    b/c.md\n)\nd.md\n"),
        ["a.md", "b/c.md"]
    );
    assert!(matching("docs/nothing-here.md").is_empty());
    assert!(matching("docs/*.nothing").is_empty());
    assert!(matching("docs/*.md").contains(&PathBuf::from("docs/api.md")));
    assert!(!matching("docs/*.md").contains(&PathBuf::from("docs/contrast.mjs")));
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the files that a text of `deploy/release` lists.
fn tar_files(release: &str) -> Vec<String> {
    let list = release.split("readonly FILES=(\n").nth(1).expect("a list");
    let list = list.split("\n)").next().unwrap_or_default();
    list.lines().map(|line| line.trim().to_owned()).collect()
}

/// Returns the metadata of the Debian package.
fn deb() -> Table {
    let manifest: Table = read("Cargo.toml").parse().expect("TOML");
    let deb = manifest["package"]["metadata"]["deb"].as_table();
    deb.expect("a table").clone()
}

/// Returns the files of the Debian package: what they are in the repository, and the places to which they go.
fn assets() -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let assets = deb()["assets"].as_array().expect("a list").clone();
    assets
        .iter()
        .map(|asset| (text(&asset[0]), text(&asset[1])))
        .collect()
}

/// Returns the files that a path names, which may have one `*` in its last part.
fn matching(path: &str) -> Vec<PathBuf> {
    let Some((before, after)) = path.split_once('*') else {
        return Path::new(path)
            .is_file()
            .then(|| path.into())
            .into_iter()
            .collect();
    };
    let directory = before.trim_end_matches(|c| c != '/');
    files(directory)
        .into_iter()
        .filter(|file| {
            let file = file.to_string_lossy();
            file.starts_with(before) && file.ends_with(after)
        })
        .collect()
}

/// Returns the files of a directory, if there is one.
fn files(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("readable").path());
    paths.filter(|path| path.is_file()).collect()
}

/// Returns the samples in `deploy/` that serve a machine with the program alone.
fn samples() -> Vec<PathBuf> {
    let mut samples = Vec::new();
    for entry in fs::read_dir("deploy").expect("the directory exists") {
        let path = entry.expect("readable").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if FOR_THE_SOURCE.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            samples.extend(files(&path.to_string_lossy()));
        } else {
            samples.push(path);
        }
    }
    samples
}

/// Returns the lines of a unit of systemd without comments.
fn unit(path: &str) -> Vec<String> {
    let text = read(path);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(ToOwned::to_owned).collect()
}
