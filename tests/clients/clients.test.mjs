// The examples of docs/api.md, section "Listening", run with the real clients: each event arrives at once, comments do no
// harm, and nothing is missed over a restart.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// The program refuses variables with its prefix that it does not know, so this one is not passed on.
const { QUARTFEED_PROGRAM, QUARTFEED_PYTHON = 'python3', ...env } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? here('../../target/debug/quartfeed');
const PASSWORD = 'correct horse battery';
const EXAMPLES = 5;
// Shorter than the time between two comments: an event must not wait for the next bytes.
const LIVE_MS = 12_000;
const DEADLINE_MS = 120_000;
const COMMANDS = { sh: 'bash', mjs: process.execPath, py: QUARTFEED_PYTHON };

let directory, program, site, token, address = '127.0.0.1:0';

const text = await readFile(here('../../docs/api.md'), 'utf8');
const examples = [...text.matchAll(/<!-- ([\w.-]+) -->\n```\w+\n([^]*?)```/g)].map(([, name, code]) => ({ name, code }));

async function start() {
  const args = ['serve', '--listen', address, '--database', join(directory, 'quartfeed.db')];
  program = spawn(PROGRAM, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface(program.stdout), 'line');
  [, address] = line.match(/^listening on http:\/\/(\S+?)\/?$/);
  site = `http://${address}`;
}

async function stop() {
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
}

function once(emitter, name) {
  return new Promise((resolve, reject) => {
    emitter.once(name, (...values) => resolve(values));
    setTimeout(reject, DEADLINE_MS, new Error(`no ${name} in time`)).unref();
  });
}

async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${site}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

const write = (message) => ask('posts', { message });

async function eventually(what, holds, ms = DEADLINE_MS) {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Waits until a stream has carried a comment. Those of the clients carry one in the same fifteen seconds. */
async function aComment() {
  const headers = { Authorization: `Bearer ${token}` };
  const stream = await fetch(`${site}/api/v1/events`, { headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  for await (const bytes of stream.body) if (String(Buffer.from(bytes)) === ':\n') return;
}

/** A running example, with the lines that it has printed. */
class Client {
  lines = [];
  errors = [];

  constructor({ name }) {
    this.name = name;
    this.process = spawn(COMMANDS[name.split('.').pop()], [join(directory, name)], {
      cwd: directory,
      env: { ...env, site, token },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    createInterface(this.process.stdout).on('line', (line) => this.lines.push(line));
    createInterface(this.process.stderr).on('line', (line) => this.errors.push(line));
  }

  /** Returns how often it has printed the event of a post. */
  count(message) {
    return this.lines.filter((line) => JSON.parse(line).post?.message === message).length;
  }

  stop() {
    process.kill(-this.process.pid, 'SIGKILL');
  }
}

describe('listening', { concurrency: false }, () => {
  const clients = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'quartfeed-clients-'));
    await mkdir(directory, { recursive: true });
    await symlink(here('node_modules'), join(directory, 'node_modules'));
    for (const { name, code } of examples) await writeFile(join(directory, name), code);
    const added = spawnSync(PROGRAM, ['user', 'add', 'alice', '--password-stdin', '--database', 'quartfeed.db'], {
      cwd: directory,
      env,
      input: `${PASSWORD}\n`,
    });
    assert.equal(added.status, 0, String(added.stderr));
    await start();
    ({ access_token: token } = await ask('token', { username: 'alice', password: PASSWORD }));
    clients.push(...examples.map((example) => new Client(example)));
  });

  after(async () => {
    for (const client of clients) client.stop();
    await stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('all examples are found', () => assert.equal(examples.length, EXAMPLES));

  test('each event arrives at once', async () => {
    // The first posts may come before the stream is open.
    for (const client of clients) {
      let tries = 0;
      await eventually(`${client.name} listens: ${client.errors}`, async () => {
        await write(`to ${client.name}, ${tries++}`);
        return client.lines.length > 0;
      });
    }
    for (const n of [1, 2, 3]) {
      await write(`live ${n}`);
      for (const client of clients) {
        await eventually(`${client.name} prints post ${n}`, () => client.count(`live ${n}`) === 1, LIVE_MS);
      }
    }
  });

  test('nothing is missed over a restart, and comments do no harm', async () => {
    await aComment();
    await stop();
    await start();
    await write('while you were away');
    await write('and once more');
    for (const client of clients) {
      for (const message of ['while you were away', 'and once more']) {
        await eventually(`${client.name} prints "${message}": ${client.errors}`, () => client.count(message) > 0);
        assert.equal(client.count(message), 1, client.name);
      }
      assert.deepEqual(client.errors, [], client.name);
    }
  });
});
