// The samples of a container, as far as they can be tested without Docker: the program lives in the root that the
// Dockerfile makes, and takes the settings that the samples set.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const { QUARTFEED_PROGRAM, PATH } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
const DOCKERFILE = await readFile(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8');
const COMPOSE = await readFile(new URL('../../deploy/compose.yaml', import.meta.url), 'utf8');
const PICTURE = new URL('../pictures/alpha.png', import.meta.url);
const PASSWORD = 'correct horse battery';
const NAMESPACE = ['--map-root-user', '--mount'];
/**
 * Makes a root with what the Dockerfile copies and with what Docker adds, and runs the program in it. Only /data and
 * /tmp can be written. Arguments: the root, the directory of the data.
 */
const ENTER = `
set -eu
root=$1 data=$2
mount -t tmpfs none "$root"
(${imageStep()})
mkdir "$root/data" "$root/proc" "$root/dev"
touch "$root/dev/null"
mount --bind "$data" "$root/data"
mount --rbind /proc "$root/proc"
mount --bind /dev/null "$root/dev/null"
mount -t tmpfs none "$root/tmp"
mount -o remount,bind,ro "$root"
exec env -i ${dockerEnv().map(([name, value]) => `${name}=${value}`).join(' ')} QUARTFEED_SERVER_LISTEN=127.0.0.1:0 \\
    QUARTFEED_SITE_VISIBILITY=public TZ=Asia/Kolkata \\
    "$(PATH=$PATH:/usr/sbin command -v chroot)" "$root" /quartfeed serve
`;

let directory;

const next = (emitter, name) => new Promise((resolve) => emitter.once(name, resolve));

/** Returns the step of the Dockerfile that makes the root of the image, for the directory `$root`. */
function imageStep() {
  const step = DOCKERFILE.match(/^RUN (set -eu;[^]*?[^\\])\n\n/m)[1].replaceAll('\\\n', '\n');
  assert.ok(step.includes('/image/quartfeed') && step.includes('mkdir -m 700 /data'));
  return step
    .replace('mkdir -m 700 /data', ':')
    .replace('target/release/quartfeed', `'${PROGRAM}'`)
    .replaceAll(/(?<![\w$])\/image/g, '"$root"');
}

/** Returns the variables that the Dockerfile sets. */
function dockerEnv() {
  const lines = DOCKERFILE.match(/^ENV ((?:.*\\\n)*.*)$/m)[1].replaceAll('\\\n', ' ');
  return lines.trim().split(/\s+/).map((pair) => pair.split('='));
}

/** Returns the settings of the other sample, with those that are commented out. */
function composeSettings() {
  return [...COMPOSE.matchAll(/^ +(?:# )?(QUARTFEED_\w+): (.+)$/gm)].map(([, name, value]) => [name, value]);
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quartfeed-container-'));
});

after(() => rm(directory, { recursive: true }));

test('the program takes the settings of the samples', () => {
  const settings = [...dockerEnv(), ...composeSettings()];
  assert.ok(settings.length >= 6, String(settings));
  const check = (extra) =>
    spawnSync(PROGRAM, ['config', 'check'], { cwd: directory, env: Object.fromEntries([...settings, ...extra]), encoding: 'utf8' });
  assert.equal(check([['QUARTFEED_SITE_NAEM', 'x']]).status, 2, 'a setting that does not exist is noticed');
  const checked = check([]);
  assert.equal(checked.status, 0, checked.stderr);
});

const canMount = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
const skip = !canMount && 'this system lets no program mount in a namespace of its own';

test('the program lives in the root of the image', { skip }, async (t) => {
  const [root, data] = [join(directory, 'root'), join(directory, 'data')];
  await mkdir(root);
  await mkdir(data);
  const stdio = ['ignore', 'pipe', 'pipe'];
  const program = spawn('unshare', [...NAMESPACE, 'sh', '-c', ENTER, 'sh', root, data], { env: { PATH }, stdio });
  t.after(() => program.kill('SIGKILL'));
  let log = '';
  program.stderr.on('data', (bytes) => { log += bytes; });
  const ended = next(program, 'exit');
  const line = await Promise.race([next(createInterface(program.stdout), 'line'), ended]);
  assert.match(String(line), /^listening on /, log);
  const site = line.match(/(http:\/\/\S+?)\/?$/)[1];

  const add = ['user', 'add', 'ann', '--password-stdin', '--database', join(data, 'quartfeed.db')];
  assert.equal(spawnSync(PROGRAM, add, { cwd: directory, env: {}, input: `${PASSWORD}\n` }).status, 0);
  const json = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ username: 'ann', password: PASSWORD });
  const signedIn = await fetch(`${site}/api/v1/token`, { method: 'POST', headers: json, body });
  const headers = { Authorization: `Bearer ${(await signedIn.json()).access_token}` };
  const form = new FormData();
  form.append('image', new Blob([await readFile(PICTURE)], { type: 'image/png' }), 'alpha.png');
  const image = await fetch(`${site}/api/v1/images`, { method: 'POST', headers, body: form });
  assert.equal(image.status, 201, log);
  const post = JSON.stringify({ message: 'from a container', images: [{ id: (await image.json()).id, alt: '' }] });
  const posted = await fetch(`${site}/api/v1/posts`, { method: 'POST', headers: { ...headers, ...json }, body: post });
  const page = await (await fetch(`${site}${(await posted.json()).url}`)).text();
  const [, minute, shown] = page.match(/<time datetime="[^"]+:(\d\d):\d\dZ"[^>]*>[^<]*:(\d\d)</);
  assert.equal((Number(minute) + 30) % 60, Number(shown), 'the time zone of TZ is in the image: five and a half hours');
  program.kill('SIGTERM');
  assert.equal(await ended, 0, log);
});
