// The feeds of a site, read by two readers that others wrote: feedparser and Feedsmith.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
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
  const settings = { ...env, QUARTFEED_SITE_VISIBILITY: 'public', QUARTFEED_SITE_GUEST_READS: '0' };
  const serve = ['serve', '--listen', '127.0.0.1:0', '--database', database];
  program = spawn(PROGRAM, serve, { cwd: directory, env: settings, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await next(createInterface(program.stdout), 'line');
  site = line.match(/(http:\/\/\S+?)\/?$/)[1];
  ({ access_token: token } = await ask('token', { username: 'ann', password: PASSWORD }));
  const { id } = await ask('posts', { message: TEXT });
  await ask(`posts/${id}/comments`, { comment: 'and a comment' });
  await ask('posts', { message: 'The second post' });
});

after(async () => {
  program?.kill('SIGTERM');
  if (program) await next(program, 'exit');
  await rm(directory, { recursive: true });
});

const get = async (path) => (await fetch(site + path)).text();

test('feedparser reads the Atom feed as it is meant', () => {
  const script = `
import feedparser, json, sys
feed = feedparser.parse(sys.argv[1])
entry = feed.entries[1]
print(json.dumps({
    "bozo": bool(feed.bozo), "version": feed.version, "title": feed.feed.title, "entries": len(feed.entries),
    "author": entry.author, "tags": [tag.term for tag in entry.tags], "updated": entry.updated_parsed is not None,
    "link": entry.link, "content": entry.content[0].value, "id": entry.id,
}))`;
  const read = spawnSync(QUARTFEED_PYTHON, ['-c', script, `${site}/user/ann.atom`], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  const { content, id, link, ...found } = JSON.parse(read.stdout);
  assert.deepEqual(found, {
    bozo: false, version: 'atom10', title: 'Ann Ünal · QuartFeed', entries: 2,
    author: 'Ann Ünal', tags: ['Weather'], updated: true,
  });
  assert.match(id, /^urn:uuid:/);
  assert.ok(link.startsWith(`${site}/post/`), link);
  assert.match(content, /^<p>Tea &amp; &lt;cake&gt; at “Café Ünal”, <a .*>#Weather<\/a><br( \/)?>see <a .*<\/p>$/);
});

test('Feedsmith reads both formats alike', async () => {
  const atom = parseAtomFeed(await get('/everything.atom'));
  const json = parseJsonFeed(await get('/everything.json'));
  assert.deepEqual(atom.entries.map(({ id }) => id), json.items.map(({ id }) => id));
  assert.deepEqual(atom.entries.map(({ title }) => title.value ?? title), json.items.map(({ title }) => title));
  assert.equal(json.items[1].content_text, TEXT);
  assert.equal(atom.entries[1].content.value ?? atom.entries[1].content, json.items[1].content_html);
});
