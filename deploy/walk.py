"""Walks the program /quartfeed of a root directory, as two people and an operator with kill -9 do.

    python3 deploy/walk.py ROOT JPEG

It prints a line for each check, and ends with status 1 at the first that fails. deploy/try-arm runs it."""

import http.cookiejar
import json
import os
import re
import signal
import struct
import subprocess
import sys
import urllib.parse
import urllib.request
import zlib

PASSWORD = "correct horse battery"
ANSWER_SECONDS = 60
STOP_SECONDS = 30
PNG_SIZE = (2000, 1500)
DATABASE = "/data/quartfeed.db"
# Seconds; a signed number of 32 bits ends on 19 January 2038.
AFTER_2038 = 2_180_000_000
MESSAGE = "Emulated, and alive"


def check(is_good, what):
    print("ok   " if is_good else "BAD  ", what, flush=True)
    if not is_good:
        sys.exit(1)


class Site:
    """A running program, whose data is in /data of the root."""

    def __init__(self, root):
        self.root = root
        self.start()

    def start(self):
        command = ["chroot", self.root, "/quartfeed", "--listen", "127.0.0.1:0", "--database", DATABASE]
        environment = {"PATH": os.environ["PATH"] + ":/usr/sbin", "QUARTFEED_LOG_LEVEL": "warn"}
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        line = self.program.stdout.readline()
        check(line.startswith("listening on http://"), f"it says: {line.strip()}")
        self.address = line.removeprefix("listening on ").strip()

    def end(self, signal_):
        self.program.send_signal(signal_)
        return self.program.wait(STOP_SECONDS)


class Person:
    """A browser with its cookies. It knows the address of the site anew after each restart."""

    def __init__(self, site, name):
        self.site, self.name = site, name
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)

    def get(self, path):
        with self.browser.open(self.site.address + path, timeout=ANSWER_SECONDS) as answer:
            return answer.headers, answer.read()

    def feed(self):
        return json.loads(self.get("/api/v1/feed")[1])["posts"]

    def send(self, path, fields, pictures=()):
        """Sends a form, and returns the path of the page that follows."""
        page = self.get("/login" if path in ("/login", "/register") else "/")[1].decode()
        token = re.search('name="csrf-token" content="([^"]+)"', page)[1]
        fields = {"csrf_token": token, **fields}
        body, kind = urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
        if pictures:
            body, kind = multipart(fields, pictures)
        request = urllib.request.Request(self.site.address + path, body, {"Content-Type": kind})
        with self.browser.open(request, timeout=ANSWER_SECONDS) as answer:
            return urllib.parse.urlsplit(answer.url).path

    def enter(self):
        """Registers, and signs in."""
        fields = {"username": self.name, "password": PASSWORD}
        check(self.send("/register", fields) == "/login", f"{self.name} registers")
        check(self.send("/login", fields) == "/", f"{self.name} signs in")


def multipart(fields, pictures):
    edge = "edge-of-a-part"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, content in pictures:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\nContent-Type: image/any\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    parts.append(f"--{edge}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={edge}"


def make_png():
    """Returns a picture with soft colours, larger than any screen."""
    width, height = PNG_SIZE
    rows = b"".join(
        b"\0" + b"".join(bytes((x * 255 // width, y * 255 // height, 128)) for x in range(width)) for y in range(height)
    )
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def size_of(picture):
    """Returns the width and height that a JPEG, PNG or WebP says it has."""
    if picture.startswith(b"\x89PNG"):
        return struct.unpack(">II", picture[16:24])
    if picture[8:16] == b"WEBPVP8 ":
        return tuple(side & 0x3FFF for side in struct.unpack("<HH", picture[26:30]))
    if picture[8:16] == b"WEBPVP8L":
        bits = int.from_bytes(picture[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    at = 2
    while picture[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    height, width = struct.unpack(">HH", picture[at + 5 : at + 9])
    return width, height


def read_event(stream, wanted):
    """Reads a stream of events up to the first with a name, and returns its data."""
    name = None
    for line in stream:
        field, _, value = line.decode().strip().partition(": ")
        if field == "event":
            name = value
        if field == "data" and name == wanted:
            return json.loads(value)
    return {}


def check_pictures(person, before=None):
    """Checks all renditions of the newest post's pictures, and returns them. They must be those from before."""
    drawn = {}
    for image in person.feed()[0]["images"]:
        for rendition in (image, image["row"]):
            url, size = rendition["url"], (rendition["width"], rendition["height"])
            drawn[url] = person.get(url)[1]
            check(size_of(drawn[url]) == size, f"a picture is drawn in {size[0]} x {size[1]}, {len(drawn[url])} bytes")
    check(before in (None, drawn), "the pictures are those from before" if before else f"{len(drawn)} pictures are there")
    return drawn


def main():
    root, jpeg = sys.argv[1:]
    with open(jpeg, "rb") as file:
        pictures = [("photograph.jpg", file.read()), ("large.png", make_png())]
    site = Site(root)
    try:
        walk(site, pictures)
    finally:
        site.program.kill()


def walk(site, pictures):
    alice, bob = Person(site, "alice"), Person(site, "bob")
    for person in (alice, bob):
        person.enter()
    bob.send("/follow/alice", {})
    with bob.browser.open(site.address + "/sse", timeout=ANSWER_SECONDS) as stream:
        check(stream.readline() == b"retry: 3000\n", "bob follows alice and opens a stream")
        alice.send("/post", {"message": MESSAGE})
        event = read_event(stream, "post")
        check(event.get("post", {}).get("message") == MESSAGE, "alice posts, and the post comes to bob's page by itself")
    alice.send("/post", {"message": "With pictures"}, pictures)
    drawn = check_pictures(bob)
    check(len(drawn) >= len(pictures), "alice posts a JPEG and a PNG")

    check(site.end(signal.SIGKILL) == -signal.SIGKILL, "kill -9")
    os.utime(site.root + DATABASE, (AFTER_2038, AFTER_2038))
    print("      the database gets a date in 2039, which 32 bits cannot count")
    site.start()
    check([post["message"] for post in bob.feed()] == ["With pictures", MESSAGE], "bob is still signed in, and sees both posts")
    check_pictures(bob, drawn)
    alice.send("/post", {"message": "Still here"})
    check(bob.feed()[0]["message"] == "Still here", "alice posts again")
    check(site.end(signal.SIGTERM) == 0, "SIGTERM ends it with status 0")


main()
