// engines.mjs: drives Firefox and WebKitGTK, as Debian has them.
//
// Playwright's own builds of both are patched, so they would say little about what people have. An `Engine` knows the
// same few steps for both; what differs is how a command is sent: WebDriver BiDi to Firefox, WebDriver to WebKitGTK.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import WebSocket from 'ws';
import { freePort } from './site.mjs';

const DEADLINE_MS = 120_000;
const KEYS = { Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C', Home: '\uE011' };

/**
 * Tells whether a browser is missing, and then reports its tests as not run. On Debian none may be: `tests/run` installs
 * them all, and a missing one fails.
 */
export function isMissing(command, name) {
  const places = process.env.PATH.split(':');
  if (existsSync('/etc/debian_version') || places.some((place) => existsSync(join(place, command)))) return false;
  test(`NOT RUN: ${name}`, { skip: `there is no ${command} on this system` }, () => {});
  return true;
}

class Engine {
  #programs = [];
  /** Errors of the scripts of pages, if the engine tells them. */
  errors = [];

  /** Starts a program in a directory of its own. Resolves to what the first line that matches `sign` says. */
  async run(command, args, sign, env = {}) {
    this.directory ??= await mkdtemp(join(tmpdir(), 'quartfeed-engine-'));
    const ownEnv = { ...process.env, HOME: this.directory, ...env };
    const program = spawn(command, args, { env: ownEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#programs.push(program);
    return new Promise((resolve, reject) => {
      const failed = (why) => reject(new Error(`${command}: ${why}`));
      const timer = setTimeout(failed, DEADLINE_MS, 'it did not start');
      program.once('error', failed);
      program.once('exit', (code) => (clearTimeout(timer), failed(`it ended with ${code}`)));
      const look = (line) => {
        const found = line.match(sign);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      };
      for (const output of [program.stdout, program.stderr]) createInterface(output).on('line', look);
    });
  }

  async close() {
    await this.quit().catch(() => {});
    for (const program of this.#programs.reverse()) {
      if (program.exitCode !== null || program.signalCode !== null) continue;
      const ended = new Promise((resolve) => program.once('exit', resolve));
      // The engine has processes of its own.
      process.kill(-program.pid, 'SIGKILL');
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }


  /** Waits until a function returns something true in the page. While a page is being left, there is nothing to ask. */
  async until(ask, ...args) {
    const deadline = Date.now() + DEADLINE_MS;
    let found;
    for (;;) {
      found = await this.ask(ask, ...args).catch((error) => ({ error }));
      if (found && !found.error) return found;
      if (Date.now() > deadline) break;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`never true in ${this.name}: ${ask} ${JSON.stringify(args)}: ${found?.error ?? found}`);
  }

  /**
   * Waits until an element is in sight with these words, in its text or its label, and has stayed in its place for one
   * look. A page that was just shown again may still scroll. Resolves to its middle.
   */
  place(css, words = '') {
    return this.until(
      (css, words) => {
        const says = (it) => (it.ariaLabel ?? it.textContent).includes(words);
        const found = [...document.querySelectorAll(css)].find((it) => says(it) && it.checkVisibility());
        if (!found) return null;
        found.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { x, y, width, height } = found.getBoundingClientRect();
        const place = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
        const stayed = found.seenByTest === `${place.x} ${place.y}`;
        found.seenByTest = `${place.x} ${place.y}`;
        return stayed && found.contains(document.elementFromPoint(place.x, place.y)) ? place : null;
      },
      css,
      words,
    );
  }

  /** Clicks with the mouse. */
  async click(css, words) {
    const { x, y } = await this.place(css, words);
    const press = { button: 0 };
    await this.perform('pointer', [
      { type: 'pointerMove', x, y, origin: 'viewport' },
      { type: 'pointerDown', ...press },
      { type: 'pointerUp', ...press },
    ]);
  }

  /** Types text, or presses keys by their names. */
  async type(...texts) {
    const keys = texts.flatMap((text) => (KEYS[text] ? [KEYS[text]] : [...text]));
    const actions = keys.flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })));
    await this.perform('key', actions);
  }

  async fill(css, text) {
    await this.click(css);
    await this.until((css) => document.activeElement.matches(css), css);
    await this.type(text);
  }
}

class Firefox extends Engine {
  name = 'Firefox';
  command = 'firefox-esr';
  #socket;
  #waiting = new Map();
  #last = 0;
  #context;

  async open() {
    const directory = (this.directory = await mkdtemp(join(tmpdir(), 'quartfeed-engine-')));
    const args = ['--headless', '--no-remote', '--profile', directory, '--remote-debugging-port=0', '--width=1000', '--height=700'];
    const address = await this.run(this.command, args, /WebDriver BiDi listening on (ws:\S+)/);
    this.#socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => this.#socket.once('open', resolve).once('error', reject));
    this.#socket.on('message', (data) => this.#heard(JSON.parse(data)));
    await this.#send('session.new', { capabilities: {} });
    await this.#send('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = await this.#send('browsingContext.getTree', {});
    this.#context = contexts[0].context;
  }

  #send(method, params) {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #heard({ id, type, result, error, message, params }) {
    if (type === 'event') {
      if (params.type === 'javascript' && params.level === 'error') this.errors.push(params.text);
      return;
    }
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === 'success') resolve(result);
    else reject(new Error(`${error}: ${message}`));
  }

  #evaluate(expression) {
    const target = { context: this.#context };
    return this.#send('script.evaluate', { expression, target, awaitPromise: true, userActivation: false });
  }

  async ask(fn, ...args) {
    const calls = `JSON.stringify((${fn})(...${JSON.stringify(args)})) ?? 'null'`;
    const { result, exceptionDetails } = await this.#evaluate(calls);
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value);
  }

  perform(type, actions) {
    return this.#send('input.performActions', { context: this.#context, actions: [{ id: type, type, actions }] });
  }

  async choose(css, path) {
    const { result } = await this.#evaluate(`document.querySelector(${JSON.stringify(css)})`);
    const element = { sharedId: result.sharedId };
    await this.#send('input.setFiles', { context: this.#context, element, files: [path] });
  }

  go(url) {
    return this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  back() {
    return this.#send('browsingContext.traverseHistory', { context: this.#context, delta: -1 });
  }

  async quit() {
    await this.#send('browser.close', {});
  }
}

class WebKit extends Engine {
  name = 'WebKitGTK';
  command = 'WebKitWebDriver';
  #session;

  async open() {
    const screen = ['-displayfd', '2', '-screen', '0', '1200x900x24', '-nolisten', 'tcp'];
    const display = await this.run('Xvfb', screen, /^(\d+)$/);
    const port = await freePort();
    const env = { DISPLAY: `:${display}`, WEBKIT_DISABLE_COMPOSITING_MODE: '1', NO_AT_BRIDGE: '1' };
    this.run(this.command, [`--port=${port}`], /never/, env).catch(() => {});
    this.#session = `http://127.0.0.1:${port}/session`;
    const options = { binary: miniBrowser(), args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      try {
        const { sessionId } = await this.#send('POST', '', { capabilities });
        this.#session += `/${sessionId}`;
        return;
      } catch (error) {
        // It listens a moment after its start.
        if (error.cause?.code !== 'ECONNREFUSED' || Date.now() > deadline) throw error;
        await new Promise((next) => setTimeout(next, 50));
      }
    }
  }

  async #send(method, path, body) {
    const answer = await fetch(this.#session + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  async ask(fn, ...args) {
    const script = `return JSON.stringify((${fn})(...${JSON.stringify(args)})) ?? 'null'`;
    return JSON.parse(await this.#send('POST', '/execute/sync', { script, args: [] }));
  }

  perform(type, actions) {
    return this.#send('POST', '/actions', { actions: [{ id: type, type, actions }] });
  }

  async choose(css, path) {
    const element = await this.#send('POST', '/element', { using: 'css selector', value: css });
    const [id] = Object.values(element);
    await this.#send('POST', `/element/${id}/value`, { text: path });
  }

  go(url) {
    return this.#send('POST', '/url', { url });
  }

  back() {
    return this.#send('POST', '/back', {});
  }

  async quit() {
    await this.#send('DELETE', '');
  }
}

function miniBrowser() {
  const library = '/usr/lib';
  const inside = (path) => readdirSync(path, { withFileTypes: true }).filter((it) => it.isDirectory());
  for (const { name: machine } of inside(library)) {
    const versions = inside(join(library, machine)).filter(({ name }) => /^webkit2?gtk-[\d.]+$/.test(name));
    for (const { name } of versions) {
      const path = join(library, machine, name, 'MiniBrowser');
      if (readdirSync(join(path, '..')).includes('MiniBrowser')) return path;
    }
  }
  return assert.fail('there is no MiniBrowser; Debian has it in libwebkit2gtk, which webkit2gtk-driver needs');
}

export const ENGINES = [Firefox, WebKit];
