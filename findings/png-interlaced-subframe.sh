#!/usr/bin/env bash
# png 0.18.1 (crates.io): the documentation of `Reader::next_frame` says that the rows of a frame follow each other without
# gaps, by the size of the frame itself. For a frame of an interlaced animated PNG that is smaller than the picture, they are
# as far apart as the rows of the whole picture, although `OutputInfo::line_size` is the length of a row of the frame.
# Without interlacing there are no gaps. A program that follows the documentation shows such a frame torn apart.
#
# Seen: "interlaced: line size 2, bytes [1, 2, 0, 0, 3, 4, 0, 0]; plain: line size 2, bytes [1, 2, 3, 4, 0, 0, 0, 0]".
# Needs cargo and crates.io. Exits with 1 if the behaviour has changed.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/src"
cat >"$directory/Cargo.toml" <<'TOML'
[package]
name = "subframe"
version = "0.0.0"
edition = "2021"

[dependencies]
crc32fast = "=1.5.4"
flate2 = "=1.1.10"
png = "=0.18.1"
TOML
cat >"$directory/src/main.rs" <<'RUST'
use std::io::{Cursor, Write};

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    let sum = crc32fast::hash(&body).to_be_bytes();
    [&(data.len() as u32).to_be_bytes(), body.as_slice(), &sum].concat()
}

fn packed(rows: &[&[u8]]) -> Vec<u8> {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    for row in rows {
        zlib.write_all(&[&[0], *row].concat()).unwrap();
    }
    zlib.finish().unwrap()
}

fn control(number: u32, side: u32, place: u32) -> Vec<u8> {
    let numbers = [number, side, side, place, place].map(u32::to_be_bytes).concat();
    chunk(b"fcTL", &[numbers.as_slice(), &[0, 1, 0, 10, 0, 0]].concat())
}

/// Returns grey pictures of 4 × 4 pixels, and then a frame of 2 × 2 with the pixels 1, 2, 3 and 4.
fn picture(is_interlaced: bool) -> Vec<u8> {
    let head = [&[0, 0, 0, 4, 0, 0, 0, 4, 8, 0, 0, 0], [u8::from(is_interlaced)].as_slice()].concat();
    // The passes of Adam7 that have pixels in pictures of these sizes.
    let (large, small): (&[&[u8]], &[&[u8]]) = if is_interlaced {
        (
            &[&[9], &[9], &[9; 2], &[9; 2], &[9; 2], &[9; 4], &[9; 4]],
            &[&[1], &[2], &[3, 4]],
        )
    } else {
        (&[&[9; 4], &[9; 4], &[9; 4], &[9; 4]], &[&[1, 2], &[3, 4]])
    };
    let data = [&2_u32.to_be_bytes(), packed(small).as_slice()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]),
        control(0, 4, 0),
        chunk(b"IDAT", &packed(large)),
        control(1, 2, 1),
        chunk(b"fdAT", &data),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn second_frame(is_interlaced: bool) -> String {
    let decoder = png::Decoder::new(Cursor::new(picture(is_interlaced)));
    let mut reader = decoder.read_info().unwrap();
    reader.next_frame(&mut [0; 16]).unwrap();
    let mut bytes = [0; 16];
    let info = reader.next_frame(&mut bytes).unwrap();
    format!("line size {}, bytes {:?}", info.line_size, &bytes[..8])
}

fn main() {
    println!("interlaced: {}; plain: {}", second_frame(true), second_frame(false));
}
RUST
found=$(cd "$directory" && cargo run --quiet)
echo "png 0.18.1: $found"
[ "$found" = "interlaced: line size 2, bytes [1, 2, 0, 0, 3, 4, 0, 0]; plain: line size 2, bytes [1, 2, 3, 4, 0, 0, 0, 0]" ]
