// The receiver of webhooks that the documentation shows, in Python, against a real site.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const { QUARTFEED_PROGRAM, QUARTFEED_PYTHON = 'python3', ...env } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
const PASSWORD = 'correct horse battery';
const DOCUMENT = new URL('../../docs/api.md', import.meta.url);
const DEADLINE = 60_000;

let directory, program, site, receiver;
const cookies = new Map();

const next = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** Asks for a page as a browser does that keeps cookies. */
async function page(path, form) {
  const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { cookie: jar, origin: site };
  const body = form && new URLSearchParams(form);
  const answer = await fetch(site + path, { method: form ? 'POST' : 'GET', headers, body, redirect: 'manual' });
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
    cookies.set(name, value);
  }
  return { status: answer.status, text: await answer.text() };
}

/** Sends a form with the token of its page. */
async function send(on, path, form) {
  const { text } = await page(on);
  const [, csrf_token] = text.match(/name="csrf_token" value="([^"]+)"/);
  return page(path, { ...form, csrf_token });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await next(server, 'listening');
  const { port } = server.address();
  server.close();
  await next(server, 'close');
  return port;
}

/** Returns the program that the documentation shows. */
async function documented() {
  const text = await readFile(DOCUMENT, 'utf8');
  const section = text.slice(text.indexOf('\n## Webhooks\n'));
  return section.match(/```python\n([\s\S]*?)```/)[1];
}

/** Starts the receiver, and returns the lines that it writes. */
async function receive(port, secret) {
  const file = join(directory, 'receiver.py');
  await writeFile(file, await documented());
  receiver = spawn(QUARTFEED_PYTHON, [file, String(port), secret], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = { out: [], err: [] };
  createInterface(receiver.stdout).on('line', (line) => lines.out.push(line));
  createInterface(receiver.stderr).on('line', (line) => lines.err.push(line));
  return lines;
}

async function eventually(what, holds) {
  const deadline = Date.now() + DEADLINE;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await pause(20);
  }
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quartfeed-webhooks-'));
  const database = join(directory, 'quartfeed.db');
  const add = ['user', 'add', 'ann', '--password-stdin', '--database', database];
  const added = spawnSync(PROGRAM, add, { cwd: directory, env, input: `${PASSWORD}\n` });
  assert.equal(added.status, 0, String(added.stderr));
  const settings = { ...env, QUARTFEED_WEBHOOKS_ENABLED: 'true', QUARTFEED_WEBHOOKS_ALLOWED_ADDRESSES: '127.0.0.1' };
  const serve = ['serve', '--listen', '127.0.0.1:0', '--database', database];
  program = spawn(PROGRAM, serve, { cwd: directory, env: settings, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await next(createInterface(program.stdout), 'line');
  site = line.match(/(http:\/\/\S+?)\/?$/)[1];
  const signedIn = await send('/login', '/login', { username: 'ann', password: PASSWORD });
  assert.equal(signedIn.status, 303, signedIn.text);
});

after(async () => {
  receiver?.kill('SIGTERM');
  program?.kill('SIGTERM');
  if (program) await next(program, 'exit');
  await rm(directory, { recursive: true });
});

test('the receiver of the documentation takes what the site sends, and nothing else', async () => {
  const port = await freePort();
  const form = { name: 'receiver', url: `http://127.0.0.1:${port}/`, body: 'standard', topic: 'feed' };
  const made = await send('/settings/webhooks', '/settings/webhooks', form);
  const secret = made.text.match(/whsec_[A-Za-z0-9+/=]+/)[0];
  const lines = await receive(port, secret);
  await eventually('the receiver listens', () => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false));

  const posted = await send('/', '/post', { message: 'Tea at “Café Ünal”' });
  assert.equal(posted.status, 303, posted.text);
  await eventually('the post arrives', () => lines.out.includes('ann wrote Tea at “Café Ünal”'));

  // Somebody else who knows the address.
  const seconds = String(Math.floor(Date.now() / 1000));
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds, 'webhook-signature': 'v1,AAAA' };
  const body = '{"type":"post.created","data":{"post":{"author":{"username":"eve"},"message":"hi"}}}';
  const forged = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
  assert.equal(forged.status, 401);
  assert.equal(lines.out.length, 1, lines.err.join('\n'));
});
