// What others read of the program: Prometheus its metrics, fail2ban its log.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const { QUARTFEED_PROGRAM, QUARTFEED_PYTHON = 'python3', ...env } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
const FILTER = fileURLToPath(new URL('../../deploy/fail2ban/filter.conf', import.meta.url));
/** Reads metrics with the parser of the Prometheus project, which is strict, and prints what it found as JSON. */
const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
found = {family.name: [family.type, family.unit, len(family.samples)] for family in parse(sys.stdin.read())}
print(json.dumps(found))
`;

let directory;

const next = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** Starts the program, and returns its address, that of its metrics, and a way to end it. */
async function start(format) {
  const log = join(directory, `${format}.log`);
  const settings = { ...env, QUARTFEED_METRICS_LISTEN: '127.0.0.1:0', QUARTFEED_LOG_FORMAT: format };
  const serve = ['serve', '--listen', '127.0.0.1:0', '--database', join(directory, `${format}.db`)];
  const stdio = ['ignore', 'pipe', openSync(log, 'w')];
  const program = spawn(PROGRAM, serve, { cwd: directory, env: settings, stdio });
  const line = await next(createInterface(program.stdout), 'line');
  const site = line.match(/(http:\/\/\S+?)\/?$/)[1];
  const metrics = (await readFile(log, 'utf8')).match(/http:\/\/\S+?\/metrics/)[0];
  const end = async () => {
    program.kill('SIGTERM');
    await next(program, 'exit');
    return log;
  };
  return { site, metrics, end };
}

async function signIn(site) {
  const answer = await fetch(`${site}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'nobody', password: 'wrong wrong' }),
  });
  assert.equal(answer.status, 401);
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quartfeed-watching-'));
});

after(() => rm(directory, { recursive: true }));

test('Prometheus reads the metrics', async () => {
  const { site, metrics, end } = await start('text');
  await signIn(site);
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2';
  const answer = await fetch(metrics, { headers: { Accept: accept } });
  assert.match(answer.headers.get('content-type'), /^application\/openmetrics-text; version=1\.0\.0/);
  const parsed = spawnSync(QUARTFEED_PYTHON, ['-c', PARSE], { input: await answer.text() });
  assert.equal(parsed.status, 0, String(parsed.stderr));
  const found = JSON.parse(parsed.stdout);
  assert.deepEqual(found.quartfeed_request_seconds.slice(0, 2), ['histogram', 'seconds']);
  assert.deepEqual(found.quartfeed_commit_seconds.slice(0, 2), ['histogram', 'seconds']);
  assert.deepEqual(found.quartfeed_failed_sign_ins, ['counter', '', 1]);
  assert.deepEqual(found.process_resident_memory_bytes.slice(0, 2), ['gauge', 'bytes']);
  await end();
});

for (const format of ['text', 'json']) {
  test(`fail2ban finds failed sign-ins in a log of format ${format}`, async () => {
    const { site, end } = await start(format);
    await signIn(site);
    await signIn(site);
    await fetch(`${site}/login`);
    const log = await end();
    const read = spawnSync('fail2ban-regex', [log, FILTER, '--out', 'ip'], { encoding: 'utf8' });
    assert.equal(read.status, 0, read.stderr);
    assert.deepEqual(read.stdout.trim().split('\n'), ['127.0.0.1', '127.0.0.1']);
  });
}
