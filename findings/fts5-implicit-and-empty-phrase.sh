#!/usr/bin/env bash
# Software: SQLite 3.54.1, FTS5 (PyPI apsw 3.54.1.0).
#
# Expected: the documentation of FTS5 (https://www.sqlite.org/fts5.html, section 3.7 "FTS5 Boolean Operators") says that phrases
# with nothing but spaces between them are joined by an implicit AND. So a query should find the same rows with a space
# between two phrases as with the word AND.
#
# Seen: if one of the phrases has no token, such as one of signs alone under the default tokenizer, the two differ. With
# AND nothing is found; with a space the phrase is left out, and the query finds the rows of the other phrase.
#
#     SQLite 3.54.1
#     "love" AND "++"  finds []
#     "love" "++"      finds [1, 2]
#
# A program that quotes the words of its users and joins them by spaces therefore finds rows that do not have all of them.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
python3 -m venv "$directory/venv"
"$directory/venv/bin/pip" install --quiet apsw==3.54.1.0

"$directory/venv/bin/python" - <<'PYTHON'
import sys
import apsw

print("SQLite", apsw.sqlite_lib_version())
db = apsw.Connection(":memory:")
db.execute("create virtual table texts using fts5(text)")
db.execute("insert into texts(rowid, text) values (1, 'love and peace'), (2, 'love'), (3, 'war')")


def found(query):
    rows = db.execute("select rowid from texts where texts match ? order by rowid", (query,))
    return [row[0] for row in rows]


explicit, implicit = found('"love" AND "++"'), found('"love" "++"')
print('"love" AND "++"  finds', explicit)
print('"love" "++"      finds', implicit)
sys.exit(0 if (explicit, implicit) == ([], [1, 2]) else 1)
PYTHON
