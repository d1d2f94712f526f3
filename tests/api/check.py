"""Tests the program by the description of its API: starts it with people and texts, and runs schemathesis against it.

Fails if schemathesis finds something, or if an operation never succeeded: such an operation was not really tested."""

import http.cookiejar
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).parent
PROGRAM = os.environ.pop("QUARTFEED_PROGRAM")
PASSWORD = "correct horse battery"
STOP_SECONDS = 20


def add_user(database, name):
    command = [PROGRAM, "user", "add", name, "--password-stdin", "--database", database]
    subprocess.run(command, input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)


def ask(site, path, body, token=None):
    """Sends a request that must succeed, and returns its answer."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{site}/api/v1/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def send_form(site, browser, path, fields):
    """Sends a form as a browser does, with the token of the site's pages."""
    with browser.open(f"{site}/login") as page:
        token = re.search('name="csrf-token" content="([^"]+)"', page.read().decode())[1]
    body = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
    browser.open(f"{site}{path}", body).close()


def make_pages(site):
    """Creates what only pages can create: a group of alice, and a list of bob."""
    for name, path, fields in [
        ("alice", "/groups/new", {"name": "garden"}),
        ("bob", "/lists", {"title": "Painters", "members": "@alice"}),
    ]:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(cookies)
        send_form(site, browser, "/login", {"username": name, "password": PASSWORD})
        send_form(site, browser, path, fields)


def variables(site):
    """Creates what the configuration of schemathesis names."""
    pair = lambda name: ask(site, "token", {"username": name, "password": PASSWORD})
    alice, bob, spare, used = (pair(name) for name in ("alice", "bob", "bob", "bob"))
    post = ask(site, "posts", {"message": "Hello"}, alice["access_token"])
    comment = ask(site, f"posts/{post['id']}/comments", {"comment": "Hi"}, alice["access_token"])
    return {
        "QUARTFEED_TOKEN": bob["access_token"],
        "QUARTFEED_SPARE_TOKEN": spare["access_token"],
        "QUARTFEED_REFRESH_TOKEN": used["refresh_token"],
        "QUARTFEED_PASSWORD": PASSWORD,
        "QUARTFEED_POST": post["id"],
        "QUARTFEED_COMMENT": str(comment["id"]),
    }


def successes(report, description):
    """Returns how many requests of each operation succeeded."""
    counts = {
        f"{method.upper()} {path}": 0
        for path, item in description["paths"].items()
        for method in item
        # schemathesis reads the description, and does not test its path.
        if method != "parameters" and path != "/openapi.json"
    }
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][case]["value"]
            status = (interaction.get("response") or {}).get("status_code", 0)
            if 200 <= status < 300:
                counts[f"{case['method']} {case['path']}"] += 1
    return counts


def main():
    with tempfile.TemporaryDirectory() as directory:
        database, report = f"{directory}/quartfeed.db", pathlib.Path(directory, "report.ndjson")
        for name in ("alice", "bob"):
            add_user(database, name)
        command = [PROGRAM, "--listen", "127.0.0.1:0", "--database", database]
        with open(f"{directory}/log", "w") as log:
            program = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            site = program.stdout.readline().removeprefix("listening on ").strip()
            command = [pathlib.Path(sys.executable).with_name("st"), "run", f"{site}/api/v1/openapi.json"]
            command += ["--report", "ndjson", "--report-ndjson-path", report]
            make_pages(site)
            environment = os.environ | variables(site) | {"HYPOTHESIS_STORAGE_DIRECTORY": directory}
            tested = subprocess.run(command, cwd=HERE, env=environment)
            with urllib.request.urlopen(f"{site}/api/v1/openapi.json") as answer:
                description = json.load(answer)
        finally:
            program.send_signal(signal.SIGTERM)
            stopped = program.wait(STOP_SECONDS)
        counts = successes(report, description)
    for operation, count in sorted(counts.items(), key=lambda one: one[1]):
        print(f"{count:4} answers 2xx: {operation}")
    untested = [operation for operation, count in counts.items() if count == 0]
    if untested:
        print(f"never successful: {', '.join(untested)}")
    if tested.returncode or untested or stopped:
        sys.exit(f"schemathesis ended with {tested.returncode}, the program with {stopped}")
    print(f"{len(counts)} operations passed")


main()
