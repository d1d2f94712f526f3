"""The home page by Flask and SQLite, as the tutorial of Flask writes it: one connection for each request, and Jinja.

PEERS_DATABASE names the database file. Nothing is remembered between requests, except the compiled template.
"""

import gzip
import json
import os
import re
import sqlite3
from datetime import datetime, timezone

from flask import Flask, abort, g, render_template, request

PAGE_POSTS = 20
HUES = 8
SLUG_WORDS = 6
# QuartFeed compresses with this level too.
GZIP_LEVEL = 1

app = Flask(__name__)
app.jinja_env.trim_blocks = True
app.jinja_env.lstrip_blocks = True


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(os.environ["PEERS_DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


@app.teardown_appcontext
def close_db(_error):
    db = g.pop("db", None)
    if db is not None:
        db.close()


@app.after_request
def compress(response):
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.data = gzip.compress(response.data, GZIP_LEVEL)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response


@app.template_filter()
def rfc3339(millis):
    return datetime.fromtimestamp(millis // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@app.template_filter()
def shown(millis):
    return datetime.fromtimestamp(millis // 1000, timezone.utc).strftime("%-d %B %Y at %H:%M")


@app.template_filter()
def slug(message):
    return "-".join(re.findall(r"[^\W_]+", message.lower())[:SLUG_WORDS])


@app.get("/")
def home():
    db = get_db()
    session = db.execute(
        "select users.id, username, form_token from sessions join users on users.id = user_id where token = ?",
        (request.cookies.get("session", ""),),
    ).fetchone()
    if session is None:
        abort(401)
    posts = db.execute(
        """select posts.id, author_id, username, message, created_at
           from posts join users on users.id = author_id
           where author_id = ?1 or author_id in (select followed_id from follows where user_id = ?1)
           order by created_at desc limit ?2""",
        (session["id"], PAGE_POSTS),
    ).fetchall()
    ids = json.dumps([post["id"] for post in posts])
    comments = by_post(
        db.execute(
            """select post_id, comments.id, username, message, created_at
               from comments join users on users.id = author_id
               where post_id in (select value from json_each(?)) order by post_id, comments.id""",
            (ids,),
        )
    )
    likes = by_post(
        db.execute(
            """select post_id, username from likes join users on users.id = user_id
               where post_id in (select value from json_each(?)) order by post_id, user_id""",
            (ids,),
        )
    )
    return render_template("home.html", me=session, posts=posts, comments=comments, likes=likes, hues=HUES)


def by_post(rows):
    found = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(row)
    return found
