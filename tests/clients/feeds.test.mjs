// The feeds of a site, read by two readers that others wrote, feedparser and Feedsmith, and held to the rules of their
// formats.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';

const { QUARTFEED_PROGRAM, QUARTFEED_PYTHON = 'python3', ...env } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
const PASSWORD = 'correct horse battery';
const TEXT = 'Tea & <cake> at “Café Ünal”, #Weather\nsee https://example.org/?a=1&b=2';
const PICTURED = '* a picture\n* of <script>alert(1)</script>';
/** The address that the site is told to have, so that the addresses in its feeds are whole. */
const BASE = 'https://feeds.example.org/river';
const RULES = fileURLToPath(new URL('atom_rules.py', import.meta.url));
const PICTURE = new URL('../pictures/alpha.png', import.meta.url);

let directory, program, site, token;

const next = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${site}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quartfeed-feeds-'));
  const database = join(directory, 'quartfeed.db');
  const add = ['user', 'add', 'ann', '--password-stdin', '--display-name', 'Ann Ünal', '--database', database];
  const added = spawnSync(PROGRAM, add, { cwd: directory, env, input: `${PASSWORD}\n` });
  assert.equal(added.status, 0, String(added.stderr));
  const settings = { ...env, QUARTFEED_SITE_VISIBILITY: 'public', QUARTFEED_SITE_GUEST_READS: '0', QUARTFEED_SERVER_BASE_URL: BASE };
  const serve = ['serve', '--listen', '127.0.0.1:0', '--database', database];
  program = spawn(PROGRAM, serve, { cwd: directory, env: settings, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await next(createInterface(program.stdout), 'line');
  site = line.match(/(http:\/\/\S+?)\/?$/)[1];
  ({ access_token: token } = await ask('token', { username: 'ann', password: PASSWORD }));
  const { id } = await ask('posts', { message: TEXT });
  await ask(`posts/${id}/comments`, { comment: 'and a comment' });
  await ask('posts', { message: 'The second post' });
  const form = new FormData();
  form.append('image', new Blob([await readFile(PICTURE)], { type: 'image/png' }), 'alpha.png');
  const headers = { Authorization: `Bearer ${token}` };
  const image = await (await fetch(`${site}/api/v1/images`, { method: 'POST', headers, body: form })).json();
  await ask('posts', { message: PICTURED, images: [{ id: image.id, alt: 'A & B' }] });
});

after(async () => {
  program?.kill('SIGTERM');
  if (program) await next(program, 'exit');
  await rm(directory, { recursive: true });
});

const get = async (path) => (await fetch(site + path)).text();

/** Returns what is wrong with an Atom feed, a line for each problem. */
function problems(feed, address) {
  const checked = spawnSync(QUARTFEED_PYTHON, [RULES, address], { input: feed, encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr);
  return checked.stdout.trim().split('\n').filter(Boolean);
}

test('feedparser reads the Atom feed as it is meant', () => {
  const script = `
import feedparser, json, sys
feed = feedparser.parse(sys.argv[1])
entry = feed.entries[2]
print(json.dumps({
    "bozo": bool(feed.bozo), "version": feed.version, "title": feed.feed.title, "entries": len(feed.entries),
    "author": entry.author, "tags": [tag.term for tag in entry.tags], "updated": entry.updated_parsed is not None,
    "link": entry.link, "content": entry.content[0].value, "id": entry.id,
}))`;
  const read = spawnSync(QUARTFEED_PYTHON, ['-c', script, `${site}/user/ann.atom`], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  const { content, id, link, ...found } = JSON.parse(read.stdout);
  assert.deepEqual(found, {
    bozo: false, version: 'atom10', title: 'Ann Ünal · QuartFeed', entries: 3,
    author: 'Ann Ünal', tags: ['Weather'], updated: true,
  });
  assert.match(id, /^urn:uuid:/);
  assert.ok(link.startsWith(`${BASE}/post/`), link);
  assert.match(content, /^<p>Tea &amp; &lt;cake&gt; at “Café Ünal”, <a .*>#Weather<\/a><br( \/)?>see <a .*<\/p>$/);
});

test('Feedsmith reads both formats alike', async () => {
  const atom = parseAtomFeed(await get('/everything.atom'));
  const json = parseJsonFeed(await get('/everything.json'));
  assert.deepEqual(atom.entries.map(({ id }) => id), json.items.map(({ id }) => id));
  assert.deepEqual(atom.entries.map(({ title }) => title.value ?? title), json.items.map(({ title }) => title));
  assert.equal(json.items[2].content_text, TEXT);
  assert.equal(atom.entries[2].content.value ?? atom.entries[2].content, json.items[2].content_html);
});

const FEEDS = ['/everything', '/user/ann', '/tag/weather', '/tag/nothing'];

test('Atom feeds keep the rules of their format', async () => {
  for (const path of FEEDS) {
    const answer = await fetch(`${site}${path}.atom`);
    assert.equal(answer.headers.get('content-type'), 'application/atom+xml; charset=utf-8');
    assert.deepEqual(problems(await answer.text(), `${BASE}${path}.atom`), [], path);
  }
});

test('the rules find what breaks them', async () => {
  const address = `${BASE}/user/ann.atom`;
  const feed = await get('/user/ann.atom');
  for (const [from, to, problem] of [
    ['rel="self"', 'rel="via"', /^rel=self is \[\]/],
    [/urn:uuid:/, 'uuid:', /^id is no whole address/],
    [/<updated>20/, '<updated>Mon 20', /^updated is no date/],
    [/<name>.*?<\/name>/, '', /^0 × name in author/],
    [/ length="\d+"/, '', /^an enclosure has no length/],
    [/&lt;p&gt;/, '&lt;p onclick=1&gt;', /^onclick in the content/],
    [/&lt;\/p&gt;/, '', /^<p> stays open/],
    [/href=&quot;https:\/\/feeds.example.org/, 'href=&quot;', /^a relative address in the content/],
    [/<published>20/, '<published>29', /^an entry was published after/],
  ]) {
    const broken = feed.replace(from, to);
    assert.notEqual(broken, feed, String(from));
    assert.ok(problems(broken, address).some((found) => problem.test(found)), `${problem}: ${problems(broken, address)}`);
  }
});

test('JSON feeds keep the rules of their format', async () => {
  const isWhole = (address) => /^https?:$/.test(new URL(address).protocol);
  const isDate = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text);
  for (const path of FEEDS) {
    const answer = await fetch(`${site}${path}.json`);
    assert.match(answer.headers.get('content-type'), /^application\/feed\+json/);
    const { version, title, home_page_url, feed_url, items, ...more } = await answer.json();
    assert.equal(version, 'https://jsonfeed.org/version/1.1');
    assert.ok(title.length > 0);
    assert.ok(isWhole(home_page_url));
    assert.equal(feed_url, `${BASE}${path}.json`);
    const names = Object.keys(more).filter((name) => !name.startsWith('_'));
    assert.deepEqual(names.filter((name) => !['description', 'icon', 'favicon', 'authors'].includes(name)), []);
    assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
    for (const item of items) {
      const { id, url, title: name, content_html, content_text, date_published, date_modified, authors, tags, attachments } = item;
      assert.equal(typeof id, 'string');
      assert.ok(isWhole(url) && name.length > 0 && content_html.length > 0 && content_text.length > 0);
      assert.ok(isDate(date_published) && isDate(date_modified));
      assert.ok(authors.length > 0 && authors.every((author) => author.name && isWhole(author.url)));
      assert.ok((tags ?? []).every((tag) => typeof tag === 'string'));
      for (const { url: file, mime_type, size_in_bytes } of attachments ?? []) {
        assert.ok(isWhole(file) && /^image\//.test(mime_type) && Number.isInteger(size_in_bytes));
      }
    }
  }
});
