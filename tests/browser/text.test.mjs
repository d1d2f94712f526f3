// A day in lynx and in w3m, which know neither scripts nor style sheets: register, sign in, post, comment, like, delete.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMissing } from './engines.mjs';
import { PASSWORD, eventually, story } from './site.mjs';

const RUN_MS = 120_000;
const WORD = 'Written';
const TEXT = `${WORD} without a script`;

/** Runs a browser in a terminal, which `script` makes, and in a home directory of its own. */
class Terminal {
  screen = '';

  static async inHome(use) {
    const home = await mkdtemp(join(tmpdir(), 'quartfeed-text-'));
    try {
      await use(home);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }

  constructor(command, home, env = {}) {
    const ownEnv = { ...process.env, TERM: 'vt100', LC_ALL: 'C.UTF-8', HOME: home, ...env };
    const args = ['--quiet', '--flush', '--return', '--command', `exec ${command}`, '/dev/null'];
    this.program = spawn('script', args, { env: ownEnv, stdio: ['pipe', 'pipe', 'inherit'] });
    this.program.stdout.on('data', (data) => (this.screen += data));
    this.ended = new Promise((resolve, reject) => this.program.once('error', reject).once('exit', resolve));
  }

  type(keys) {
    this.program.stdin.write(keys);
  }

  /** Waits until the browser reads keys. w3m drops those that come while it loads a page or an editor runs. */
  async isReading() {
    const { pid } = this.program;
    const [browser] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
    const isRead = async () => (await readFile(`/proc/${browser}/wchan`, 'utf8')).startsWith('poll_schedule_timeout');
    await eventually(isRead, true);
  }

  async end() {
    const timer = setTimeout(() => this.program.kill('SIGKILL'), RUN_MS);
    assert.equal(await this.ended, 0, this.screen.slice(-2_000));
    clearTimeout(timer);
  }
}

/** Waits until the browser has made these requests, one after the other, since the last call. */
async function asked(site, ...requests) {
  for (const request of requests) {
    const isWanted = (line, n) => n >= site.heard && (request.test?.(line) ?? line.includes(`method=${request}`));
    await eventually(() => site.log.some(isWanted), true);
    site.heard = site.log.findIndex(isWanted) + 1;
  }
}

/** lynx reads its keys from a file, one a line. A search leads to the first link or field from where it finds the words. */
async function walkInLynx(site) {
  const keys = (text) => [...text].map((key) => `key ${{ ' ': '<space>', '\n': '^J', '\t': '<tab>' }[key] ?? key}`);
  const go = (path) => keys(`g${site.url}${path}\n`);
  const steps = [
    keys(`/Username\nlynx\t${PASSWORD}\t\t\t\n`),
    keys(`/Username\nlynx\t${PASSWORD}\t\t\n`),
    keys(`/Share\n${TEXT}\t/Post\n\n`),
    keys(`/Write a\n${TEXT}\t\n`),
    // "Comment", and then the button.
    [...go('everything'), ...keys('/By bob\n\t\n')],
    go(''),
    keys(`/Share\n${TEXT}\t/Post\n\n`),
    // "Comment", "Save", "Edit", and then the button.
    keys(`/${TEXT}\n\t\t\t\n`),
    keys('Qy'),
  ];
  await Terminal.inHome(async (home) => {
    const script = join(home, 'keys');
    await writeFile(script, `${steps.flat().join('\n')}\n`);
    const lynx = `lynx -nopause -accept_all_cookies -cmd_script=${script} ${site.url}register`;
    await new Terminal(lynx, home).end();
  });
}

/** w3m opens an editor for a text of several lines. A search leads to the words themselves, and Enter follows them. */
async function walkInW3m(site) {
  await Terminal.inHome(async (home) => {
    const editor = join(home, 'editor');
    await writeFile(editor, `#!/bin/sh\nprintf '%s' '${TEXT}' > "$1"\n`);
    await chmod(editor, 0o700);
    site.heard = site.log.length;
    const w3m = new Terminal(`w3m -cookie -o confirm_qq=0 ${site.url}register`, home, { EDITOR: editor });
    const fill = (label, text = '') => w3m.type(`/${label}\r\t\r${text}${text && '\r'}`);
    const shown = async (...requests) => {
      await asked(site, ...requests);
      await w3m.isReading();
    };
    // After the editor, w3m draws the page anew.
    const write = async (label) => {
      const before = w3m.screen.length;
      fill(label);
      await eventually(() => w3m.screen.slice(before).includes(WORD), true);
      await w3m.isReading();
    };
    const press = (words) => w3m.type(`/^${words}\r\r`);
    const go = (path) => w3m.type(`U\x15${site.url}${path}\r`);
    await shown('GET path=/register');
    fill('Username', 'w3m');
    fill('Password', PASSWORD);
    press('Register');
    await shown('POST path=/register', 'GET path=/login');
    fill('Username', 'w3m');
    fill('Password', PASSWORD);
    press('Sign in$');
    await shown('POST path=/login', 'GET path=/ ');
    for (const _ of ['kept', 'deleted']) {
      await write('Share');
      press('Post');
      await shown('POST path=/post', 'GET path=/ ');
    }
    w3m.type(`/${TEXT}\r`);
    press('Delete');
    await shown(/POST path=\/post\/.*delete/, 'GET path=/ ');
    await write('Write a');
    press('Comment$');
    await shown(/POST path=\/post\/.*comment/, 'GET path=/post/');
    go('everything');
    await shown('GET path=/everything');
    w3m.type('/By bob\r');
    press('Like');
    await shown(/POST path=\/post\/.*like/, 'GET path=/post/');
    w3m.type('q');
    await w3m.end();
  });
}

async function walked(site, bob, name, id) {
  const page = async (path) => (await bob.context.request.get(path)).text();
  const own = await page(`user/${name}`);
  assert.equal(own.match(/data-post-id=/g)?.length, 1, 'one post is there, and one is deleted');
  assert.equal(own.match(/class="comment-text"/g)?.length, 1);
  assert.equal(own.split(TEXT).length, 3, 'the post and the comment say it');
  assert.match(await page(`post/${id}`), new RegExp(`${name}</bdi></a> liked this`));
}

for (const [name, walk] of Object.entries({ lynx: walkInLynx, w3m: walkInW3m })) {
  if (isMissing(name, name)) continue;
  story(`a day in ${name}`, async (site) => {
    const bob = await site.person('bob');
    const id = await bob.write('By bob');
    await walk(site);
    await walked(site, bob, name, id);
  });
}
