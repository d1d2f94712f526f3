// site.mjs: runs the real program on a free port, and gives people browsers of their own.
//
// Each story gets a fresh site. It fails if a page logs an error in the console, breaks the content security policy or
// asks another host, if the program logs an error or a warning, or if the program does not stop cleanly.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Proxy } from './proxy.mjs';

// The program refuses variables with its prefix that it does not know, so this one is not passed on.
const { QUARTFEED_PROGRAM, ...ENVIRONMENT } = process.env;
const PROGRAM = QUARTFEED_PROGRAM ?? fileURLToPath(new URL('../../target/debug/quartfeed', import.meta.url));
// The shell is Chromium without its windows, and takes half the time.
const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Long enough for a busy machine: a deadline passes only if something never happens.
const DEADLINE_MS = 120_000;
const START_MS = 120_000;
const STOP_MS = 120_000;

export const PASSWORD = 'correct horse battery';

export const launch = (options = {}) => chromium.launch({ executablePath: CHROMIUM, args: FLAGS, ...options });
let launched;
const browser = () => (launched ??= launch());
after(async () => (await launched)?.close());

/**
 * Defines a test that gets a fresh site.
 *
 * `settings` are environment variables of the program without their prefix `QUARTFEED_`. `underPath` is the path of
 * the site, if that is not `/`. `excused` are patterns of errors that may appear in a console, such as `/422/` where a
 * form is refused.
 */
export function story(name, options, tell = options) {
  test(name, async () => {
    const site = new Site(tell === options ? {} : options);
    try {
      await Promise.all([site.start(), browser()]);
      await tell(site);
      await site.assertQuiet();
    } catch (error) {
      if (site.log.length) console.error(`the end of the log:\n${site.log.slice(-20).join('\n')}`);
      throw error;
    } finally {
      await site.end();
    }
  });
}

export class Site {
  log = [];
  complaints = [];
  #contexts = [];
  #proxies = [];
  #settings;
  #path;
  #excused;
  #directory;
  #program;
  #address = '127.0.0.1:0';

  constructor({ settings = {}, underPath = '/', excused = [] }) {
    this.#settings = settings;
    this.#path = underPath;
    this.#excused = excused;
  }

  /** Starts the program. After a stop it gets the same port and the same database again. */
  async start() {
    this.#directory ??= await mkdtemp(join(tmpdir(), 'quartfeed-browser-'));
    const env = { ...ENVIRONMENT, QUARTFEED_LIMITS_UPLOAD_SECONDS: String(DEADLINE_MS / 1000) };
    for (const [key, value] of Object.entries(this.#settings)) env[`QUARTFEED_${key}`] = String(value);
    // The port is part of the names of cookies, so it is the same from the beginning.
    if (this.#address.endsWith(':0')) this.#address = `127.0.0.1:${await freePort()}`;
    if (this.#path !== '/') {
      env.QUARTFEED_SERVER_BASE_URL = `http://${this.#address}${this.#path}`;
    }
    const database = join(this.#directory, 'quartfeed.db');
    const args = ['serve', '--listen', this.#address, '--database', database];
    this.#program = spawn(PROGRAM, args, { cwd: this.#directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface(this.#program.stderr).on('line', (line) => this.log.push(line));
    this.#address = await listening(this.#program);
    this.url = `http://${this.#address}${this.#path}`;
  }

  /** Stops the program as a service manager does, and checks its exit status. */
  async stop() {
    const program = this.#program;
    this.#program = undefined;
    const ended = new Promise((resolve) => program.once('exit', (code, signal) => resolve(signal ?? code)));
    const status = program.exitCode ?? program.signalCode;
    if (status === null) program.kill('SIGTERM');
    assert.equal(status ?? (await within(STOP_MS, ended, 'the program did not stop')), 0, 'exit status');
  }

  async end() {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    if (this.#program) await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Starts a proxy in front of the program, which can be broken. Browsers use it with `{ baseURL: proxy.url }`. */
  async proxy() {
    const proxy = new Proxy(this.url);
    this.#proxies.push(proxy);
    await proxy.start();
    return proxy;
  }

  /** Opens a browser in which nobody is signed in. `options` are Playwright's, such as `javaScriptEnabled: false`. */
  async visitor(options = {}) {
    const context = await (await browser()).newContext({
      baseURL: this.url,
      locale: 'en-GB',
      viewport: { width: 1000, height: 700 },
      // Requests that a service worker passes on cannot be held back by a test. Its own tests allow it.
      serviceWorkers: 'block',
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(DEADLINE_MS);
    if (options.javaScriptEnabled !== false) await context.addInitScript(reportViolations);
    context.on('page', (page) => this.#watch(page));
    const { host } = new URL(options.baseURL ?? this.url);
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (url.host !== host) this.complaints.push(`a request to another host: ${url}`);
    });
    return new Person(context, await context.newPage(), options.javaScriptEnabled !== false);
  }

  /** Registers and signs somebody in through the pages, and leaves the home page open. */
  async newcomer(username, options) {
    const person = await this.visitor(options);
    person.username = username;
    await person.register(username);
    await person.signIn(username);
    return person;
  }

  /** Registers and signs somebody in by requests alone, which is quicker, and opens the home page. */
  async person(username, { name = '', ...options } = {}) {
    const person = await this.visitor(options);
    person.username = username;
    await person.send('register', { username, password: PASSWORD, name });
    await person.send('login', { username, password: PASSWORD });
    await person.goHome();
    return person;
  }

  people(...usernames) {
    return Promise.all(usernames.map((username) => this.person(username)));
  }

  #watch(page) {
    const complain = (text) => this.complaints.push(`${page.url()}: ${text}`);
    page.on('pageerror', (error) => complain(`an error: ${error.stack}`));
    page.on('console', (message) => {
      if (message.text().startsWith(VIOLATION)) complain(message.text());
      else if (message.type() === 'error') complain(`in the console: ${message.text()}`);
    });
  }

  async assertQuiet() {
    const unexcused = this.complaints.filter((text) => !this.#excused.some((excuse) => excuse.test(text)));
    assert.deepEqual(unexcused, [], 'the pages complain');
    // People type wrong passwords, also in stories.
    const errors = this.log.filter((line) => /^\S+ (error|warn)(?! +sign-in failed) /.test(line));
    assert.deepEqual(errors, [], 'the program complains');
  }
}

const tokenIn = (html) => html.match(/name="csrf_token" value="([^"]+)"/)[1];

export class Person {
  #token;

  constructor(context, page, hasScripts) {
    this.context = context;
    this.page = page;
    this.hasScripts = hasScripts;
  }

  async register(username, name = '', page = this.page) {
    await page.goto('register');
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByLabel('Name (optional)').fill(name);
    await page.locator('main').getByRole('button', { name: 'Register' }).click();
    await page.getByText('User registered successfully, please login').waitFor();
  }

  async signIn(username = this.username, page = this.page) {
    await page.goto('login');
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#compose').waitFor();
  }

  /** Opens another tab with the home page, and waits until it is live. */
  secondTab() {
    return this.open('./');
  }

  async open(path) {
    const page = await this.context.newPage();
    await page.goto(path);
    if (this.hasScripts) await live(page);
    return page;
  }

  async goHome(page = this.page) {
    await page.goto('./');
    if (this.hasScripts) await live(page);
  }

  async follow(other) {
    await this.send(`follow/${other.username}`, {}, './');
    await this.goHome();
  }

  /** Writes a post on the home page, and waits until it is shown. */
  async post(text, page = this.page) {
    await page.getByLabel('Share something').fill(text);
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await post(page, text).first().waitFor();
  }

  /** Writes posts by requests: pages of this browser change only by the events. */
  async postElsewhere(...texts) {
    for (const message of texts) await this.send('post', { message }, './');
  }

  /** Sends a form by a request, and returns the fragment that the server draws for the script. */
  async act(path, form = {}) {
    this.#token ??= tokenIn(await (await this.context.request.get('./')).text());
    const headers = { Accept: 'text/vnd.quartfeed.fragment+html' };
    const answer = await this.context.request.post(path, { form: { ...form, csrf_token: this.#token }, headers });
    assert.ok(answer.ok(), `${path}: ${answer.status()}`);
    return answer.text();
  }

  /** Writes a post by a request, and returns its id. */
  async write(message) {
    return (await this.act('post', { message })).match(/data-post-id="([^"]+)"/)[1];
  }

  /** Writes a post with pictures by requests, and returns its id. Each picture comes with its description. */
  async share(message, ...pictures) {
    const { request } = this.context;
    const csrf_token = tokenIn(await (await request.get('./')).text());
    const form = new URLSearchParams({ csrf_token, message });
    for (const [image, alt] of pictures) {
      const headers = { 'X-CSRF-Token': csrf_token };
      const answer = await request.post('api/v1/images', { multipart: { image }, headers });
      assert.equal(answer.status(), 201, await answer.text());
      form.append('image_id', (await answer.json()).id);
      form.append('alt', alt);
    }
    const headers = { Accept: 'text/vnd.quartfeed.fragment+html', 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await request.post('post', { data: form.toString(), headers });
    assert.equal(answer.status(), 201, await answer.text());
    return (await answer.text()).match(/data-post-id="([^"]+)"/)[1];
  }

  /** Writes comments by requests, and returns the id of the last one. */
  async comment(post, ...texts) {
    let drawn;
    for (const comment of texts) drawn = await this.act(`post/${post}/comment`, { comment });
    return Math.max(...[...drawn.matchAll(/data-comment-id="(\d+)"/g)].map(([, id]) => Number(id)));
  }

  /** Sends a form as a page without the script does, with the token of the page at `from`. */
  async send(path, form, from = path) {
    const page = await (await this.context.request.get(from)).text();
    const csrf_token = tokenIn(page);
    const answer = await this.context.request.post(path, { form: { ...form, csrf_token }, maxRedirects: 0 });
    assert.equal(answer.status(), 303, `${path}: ${await answer.text()}`);
  }
}

// --- the contents of a page

/** Opens the menu of oneself, and locates it. */
export async function ownMenu(page) {
  await page.getByRole('button', { name: 'Menu of' }).click();
  return page.locator('#own-menu');
}

export const signOut = async (page) => (await ownMenu(page)).getByRole('button', { name: 'Sign out' }).click();

/** Locates the article with this text. */
export const post = (page, text) => page.locator('.river article', { has: page.getByText(text, { exact: true }) });

/** Returns the texts of all articles, from the top. */
export const river = (page) => page.locator('.river article .text').allTextContents();

/** Locates a button of the article itself, not of its comments. */
export const button = (article, name) => article.locator('.post-body > .meta').getByRole('button', { name });

/** Returns the texts of the comments under the post with this text, without their authors. */
export async function comments(page, text) {
  const all = await post(page, text).locator('.comment-text').allTextContents();
  return all.map((line) => line.split(' — ')[0]);
}

/** Returns the HTML of the articles by id, without tokens, times and marks, which differ between two drawings. */
export function drawn(page) {
  return page.evaluate(() => {
    const bare = (article) => {
      const copy = article.cloneNode(true);
      for (const name of ['place', 'live', 'seen', 'unread', 'first']) copy.removeAttribute(`data-${name}`);
      for (const mark of copy.querySelectorAll('.new')) mark.remove();
      for (const first of copy.querySelectorAll('[data-first-unread]')) first.removeAttribute('data-first-unread');
      for (const fold of copy.querySelectorAll('.more')) {
        fold.replaceChildren(fold.dataset.more);
        fold.removeAttribute('data-news');
      }
      for (const token of copy.querySelectorAll('[type=hidden]')) token.removeAttribute('value');
      for (const time of copy.querySelectorAll('time')) [time.textContent, time.title] = ['', ''];
      return [article.id, copy.outerHTML];
    };
    return Object.fromEntries([...document.querySelectorAll('.river article')].map(bare));
  });
}

/** Waits until an open page equals a freshly loaded one. */
export async function assertAsLoaded(page) {
  const fresh = await page.context().newPage();
  await fresh.goto(page.url());
  await live(fresh);
  await eventually(() => drawn(page), await drawn(fresh));
  await fresh.close();
}

/** Returns the vertical position of every article in sight, by id. */
export const places = (page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('.river article')].map((it) => [it.id, it.getBoundingClientRect()]);
    return all.filter(([, { bottom, top }]) => bottom > 0 && top < innerHeight).map(([id, { y }]) => [id, y]);
  });

/** Checks that nothing has moved by a pixel. Pages scroll by whole pixels, but posts may end within one. */
export async function assertUnmoved(page, before) {
  assert.ok(before.length > 1, 'something was in sight');
  for (const [id, y] of before) {
    const now = await page.locator(`#${id}`).evaluate((it) => it.getBoundingClientRect().y);
    assert.ok(Math.abs(now - y) < 1, `${id} moved from ${y} to ${now}`);
  }
}

export const hasFocus = (locator) => locator.evaluate((it) => it === document.activeElement);

/** Waits until an element has the focus. */
export const assertFocus = (locator) => eventually(() => hasFocus(locator), true);

/** Waits until the page has its stream and its shortcuts. */
export async function live(page) {
  await page.locator('html[data-live=on]').waitFor({ state: 'attached' });
  await keysAreThere(page);
}

/** Waits until all sent forms are answered. Some buttons show their new state before that. */
export const answered = (page) => page.locator('form[aria-busy]').first().waitFor({ state: 'detached' });

/** Waits until the shortcuts, which a page loads after its script, are in use. */
export const keysAreThere = (page) =>
  page.waitForFunction(async () => {
    const loaded = performance.getEntriesByType('resource').find(({ name }) => /\/(keys|seen)\.js$/.test(name));
    return loaded && import(loaded.name).then(() => true);
  });

export const gone = (locator) => locator.waitFor({ state: 'detached' });

/** Waits until `read` returns `expected`. After the deadline it fails with the last difference. */
export async function eventually(read, expected, ms = DEADLINE_MS) {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await read();
    try {
      return assert.deepEqual(found, expected);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Waits until the browser has painted what the page had changed. */
export const painted = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Marks a page. The mark is lost when the page is reloaded or left. */
export const mark = (page) => page.evaluate(() => void (window.markedByTest = true));
export const isMarked = (page) => page.evaluate(() => window.markedByTest === true);

// --- the program

async function listening(program) {
  const lines = createInterface(program.stdout);
  const first = new Promise((resolve, reject) => {
    lines.once('line', resolve);
    program.once('error', reject);
    program.once('exit', (code) => reject(new Error(`the program ended with ${code} before it listened`)));
  });
  const line = await within(START_MS, first, 'the program did not say that it listens');
  const [, address] = line.match(/^listening on http:\/\/(\S+?)\/?$/) ?? [];
  assert.ok(address, `not the expected line: ${line}`);
  return address;
}

export async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function within(ms, promise, complaint) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const VIOLATION = 'refused by the content security policy';
// Runs in the page.
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`refused by the content security policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
}
