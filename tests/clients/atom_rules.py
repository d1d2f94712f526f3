"""Checks an Atom feed by the rules of RFC 4287, RFC 4685 and the W3C's feed validation service, errors and warnings alike.

Usage: atom_rules.py ADDRESS < FEED. Prints one line for each problem.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from urllib.parse import urlsplit

ATOM = "{http://www.w3.org/2005/Atom}"
THREADS = "{http://purl.org/syndication/thread/1.0}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; ?charset=[a-z0-9-]+)?")
RELATIONS = {"self", "alternate", "enclosure", "replies", "next", "related", "via"}

# The elements that each one may have: how often at least and at most.
ANY = 10**9
IN_FEED = {
    "id": (1, 1), "title": (1, 1), "updated": (1, 1), "link": (1, ANY), "subtitle": (0, 1), "generator": (0, 1),
    "icon": (0, 1), "logo": (0, 1), "author": (0, ANY), "category": (0, ANY), "entry": (0, ANY),
}
IN_ENTRY = {
    "id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "author": (1, ANY), "link": (1, ANY),
    "category": (0, ANY), "content": (1, 1), "summary": (0, 1),
}
IN_PERSON = {"name": (1, 1), "uri": (0, 1), "email": (0, 1)}
TEXT_TYPES = {None, "text", "html"}
# Elements and attributes that the service calls a risk.
UNSAFE = {"script", "style", "iframe", "object", "embed", "form", "input", "meta", "link", "applet", "base"}


class Content(HTMLParser):
    """Collects what is wrong with the HTML of an entry."""

    VOID = {"br", "img", "hr"}

    def __init__(self):
        super().__init__()
        self.problems, self.open = [], []

    def handle_starttag(self, tag, attrs):
        if tag in UNSAFE:
            self.problems.append(f"<{tag}> in the content")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"{name} in the content")
            if name in ("href", "src") and not is_whole(value):
                self.problems.append(f"a relative address in the content: {value}")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")


def is_whole(address):
    parts = urlsplit(address or "")
    return bool(parts.scheme in ("http", "https") and parts.netloc or parts.scheme in ("urn", "mailto"))


def check(document, address):
    problems = []
    feed = ElementTree.fromstring(document)
    if feed.tag != ATOM + "feed":
        return ["the root is no Atom feed"]
    if not document.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        problems.append("the encoding is not declared")
    children(feed, IN_FEED, problems)
    own = [link.get("href") for link in feed.findall(ATOM + "link") if link.get("rel") == "self"]
    if own != [address]:
        problems.append(f"rel=self is {own}, not {address}")
    ids = [entry.findtext(ATOM + "id") for entry in feed.findall(ATOM + "entry")]
    if len(set(ids)) < len(ids):
        problems.append("two entries have one id")
    newest = [entry.findtext(ATOM + "updated") for entry in feed.findall(ATOM + "entry")]
    if newest and feed.findtext(ATOM + "updated") < max(newest):
        problems.append("the feed is older than its newest entry")
    for entry in feed.findall(ATOM + "entry"):
        children(entry, IN_ENTRY, problems)
        check_entry(entry, problems)
    for element in feed.iter():
        check_element(element, problems)
    return problems


def check_entry(entry, problems):
    if (entry.findtext(ATOM + "published") or "") > entry.findtext(ATOM + "updated", ""):
        problems.append("an entry was published after it was updated")
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in entry.findall(ATOM + "link")]
    pages = [link for link in links if link[0] == "alternate"]
    if len(pages) != 1:
        problems.append(f"an entry has {len(pages)} pages")
    if not (entry.findtext(ATOM + "title") or "").strip():
        problems.append("an entry has an empty title")


def check_element(element, problems):
    if not element.tag.startswith((ATOM, THREADS)):
        problems.append(f"{element.tag} is of no known format")
        return
    name, text = element.tag.split("}")[1], (element.text or "").strip()
    if name in ("updated", "published") and not DATE.fullmatch(text):
        problems.append(f"{name} is no date: {text}")
    if name in ("id", "uri", "icon", "logo") and not is_whole(text):
        problems.append(f"{name} is no whole address: {text}")
    if name in ("title", "content", "summary", "subtitle") and element.get("type") not in TEXT_TYPES:
        problems.append(f"{name} has the type {element.get('type')}")
    if name == "content" and element.get("type") == "html":
        content = Content()
        content.feed(text)
        content.close()
        problems += content.problems + [f"<{tag}> stays open" for tag in content.open]
    if name in ("author", "contributor"):
        children(element, IN_PERSON, problems)
    if name == "category" and not element.get("term"):
        problems.append("a category has no term")
    if name == "link":
        check_link(element, problems)


def check_link(link, problems):
    rel, address = link.get("rel", "alternate"), link.get("href")
    if rel not in RELATIONS:
        problems.append(f"{rel} is no registered relation")
    if not is_whole(address):
        problems.append(f"a relative link: {address}")
    if not MEDIA_TYPE.fullmatch(link.get("type", "")):
        problems.append(f"a link has the type {link.get('type')}")
    if rel == "enclosure" and not (link.get("length") or "").isdigit():
        problems.append("an enclosure has no length")
    count = link.get(THREADS + "count")
    if count is not None and (rel != "replies" or not count.isdigit()):
        problems.append("thr:count does not stand where it belongs")


def children(parent, allowed, problems):
    found = {}
    for child in parent:
        if child.tag.startswith(ATOM):
            name = child.tag.removeprefix(ATOM)
            found[name] = found.get(name, 0) + 1
            if name not in allowed:
                problems.append(f"{name} in {parent.tag.removeprefix(ATOM)}")
    for name, (least, most) in allowed.items():
        if not least <= found.get(name, 0) <= most:
            problems.append(f"{found.get(name, 0)} × {name} in {parent.tag.removeprefix(ATOM)}")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    for problem in check(sys.stdin.buffer.read(), sys.argv[1]):
        print(problem)
