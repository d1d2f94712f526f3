#!/usr/bin/env bash
# png 0.18.1 (crates.io, the Rust PNG decoder): `Info::source_gamma` is documented as "Set by both `gAMA` as well as to a
# replacement by `sRGB` chunk", and the documentation of `gama_chunk` says to prefer it. After decoding a file with a gAMA
# chunk it is None; only `gama_chunk` has the value. The encoder does write the chunk from `source_gamma`.
#
# Seen: "gama_chunk: Some(1.0), source_gamma: None".
# Needs cargo and crates.io. Exits with 1 if the behaviour has changed.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/src"
cat >"$directory/Cargo.toml" <<'TOML'
[package]
name = "gamma"
version = "0.0.0"
edition = "2021"

[dependencies]
png = "=0.18.1"
TOML
cat >"$directory/src/main.rs" <<'RUST'
use png::{BitDepth, ColorType, Decoder, Encoder, ScaledFloat};

fn main() {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 1, 1);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_source_gamma(ScaledFloat::new(1.0));
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[128]).unwrap();
    writer.finish().unwrap();
    assert!(file.windows(4).any(|four| four == b"gAMA"), "the chunk is in the file");

    let reader = Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let value = |gamma: Option<ScaledFloat>| gamma.map(ScaledFloat::into_value);
    let info = reader.info();
    println!("gama_chunk: {:?}, source_gamma: {:?}", value(info.gama_chunk), value(info.source_gamma));
}
RUST
found=$(cd "$directory" && cargo run --quiet)
echo "png 0.18.1: $found"
[ "$found" = "gama_chunk: Some(1.0), source_gamma: None" ]
