//! Prepares `assets/` for embedding: every file beside a gzip of it, and one hash of them all.
//!
//! The hash is part of every asset's URL, so assets may be cached for ever and modules can import each
//! other by relative paths.

use std::{env, fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

fn main() {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=migrations");
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets");
    let _ = fs::remove_dir_all(&target); // left by an earlier build; missing in the first one
    fs::create_dir_all(&target).expect("OUT_DIR is writable");

    let mut names: Vec<_> = fs::read_dir("assets")
        .expect("assets/ is part of the repository")
        .map(|entry| entry.expect("assets/ is readable").file_name())
        .collect();
    names.sort();

    let mut hash = Sha256::new();
    for name in names {
        let content = fs::read(Path::new("assets").join(&name)).expect("assets are files");
        hash.update(name.as_encoded_bytes());
        hash.update(&content);
        fs::write(target.join(&name), &content).expect("OUT_DIR is writable");
        let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
        zipped.write_all(&content).expect("memory takes it");
        let mut zipped_name = name.clone();
        zipped_name.push(".gz");
        fs::write(
            target.join(zipped_name),
            zipped.finish().expect("memory takes it"),
        )
        .expect("OUT_DIR is writable");
    }
    let hash: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("cargo::rustc-env=QUARTFEED_ASSETS_HASH={hash}");
}
