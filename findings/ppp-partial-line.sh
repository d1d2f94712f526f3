#!/usr/bin/env bash
# ppp 2.3.0 (crates.io, a parser of the PROXY protocol): `PartialResult::is_incomplete` is documented as "an action that leads
# to an incomplete result may have a different result with more bytes". For some beginnings of a valid line of version 1 it
# is false, although more bytes make the line whole: for example when the bytes end behind the space before the last port.
# A receiver that reads in pieces and trusts it refuses a valid connection.
#
# Seen: "refused as wrong for ever: 39 of 45 bytes".
# Needs cargo and crates.io. Exits with 1 if the behaviour has changed.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/src"
cat >"$directory/Cargo.toml" <<'TOML'
[package]
name = "partial"
version = "0.0.0"
edition = "2021"

[dependencies]
ppp = "=2.3.0"
TOML
cat >"$directory/src/main.rs" <<'RUST'
use ppp::{HeaderResult, PartialResult};

fn main() {
    let line = b"PROXY TCP4 203.0.113.5 127.0.0.1 51111 5000\r\n";
    assert!(matches!(HeaderResult::parse(line), HeaderResult::V1(Ok(_))), "the whole line is valid");
    let wrong: Vec<String> = (7..line.len())
        .filter(|end| !HeaderResult::parse(&line[..*end]).is_incomplete())
        .map(|end| end.to_string())
        .collect();
    println!("refused as wrong for ever: {} of {} bytes", wrong.join(", "), line.len());
}
RUST
found=$(cd "$directory" && cargo run --quiet)
echo "ppp 2.3.0: $found"
[ "$found" = "refused as wrong for ever: 39 of 45 bytes" ]
