// proxy.mjs: a reverse proxy that can fail as real proxies and networks do.

import { createServer, request as ask } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

// Longer than a frame of 60 a second.
const PAINT_MS = 20;

export class Proxy {
  #target;
  #server;
  #isDown = false;
  #isCutOff = false;
  #holdsStreams = false;
  #isPortal = false;
  #isSlow = false;
  #streams = new Set();

  constructor(target) {
    this.#target = target;
    this.#server = createServer((request, answer) => this.#pass(request, answer));
  }

  async start() {
    await new Promise((ready) => this.#server.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${this.#server.address().port}/`;
  }

  /** Closes all connections and answers 502, as while the program behind it is being replaced. */
  breakDown() {
    this.#isDown = true;
    this.#server.closeAllConnections();
  }

  /** Closes all connections and answers nothing, as without a network. */
  cutOff() {
    this.#isCutOff = true;
    this.#server.closeAllConnections();
  }

  /** Keeps new event streams back, as a proxy does that waits for the end of each answer. */
  holdStreams() {
    this.#holdsStreams = true;
  }

  /** Answers everything but streams with a page of its own, as a captive portal does. */
  pretend() {
    this.#isPortal = true;
  }

  /** Passes pages on element by element, as a slow network may, so that browsers paint every part of them. */
  slowDown() {
    this.#isSlow = true;
  }

  recover() {
    this.#isDown = this.#isCutOff = this.#holdsStreams = this.#isPortal = this.#isSlow = false;
  }

  /** Stops passing data on open connections, as after a laptop's sleep. They look open; new connections work. */
  forgetConnections() {
    for (const { theirs } of this.#streams) theirs.unpipe().resume();
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  #pass(request, answer) {
    if (this.#isCutOff) return request.socket.destroy();
    if (this.#isDown) {
      request.resume();
      return answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    }
    if (this.#holdsStreams && request.method === 'GET' && request.url.includes('/sse')) return;
    if (this.#isPortal && !request.url.includes('/sse')) {
      return answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<main><h1>Welcome to the hotel</h1></main>');
    }
    const { method, headers } = request;
    if (this.#isSlow) delete headers['accept-encoding'];
    const onward = ask(new URL(request.url, this.#target), { method, headers }, (theirs) => {
      const stream = { theirs };
      this.#streams.add(stream);
      answer.on('close', () => this.#streams.delete(stream));
      answer.writeHead(theirs.statusCode, theirs.headers).flushHeaders();
      if (this.#isSlow && theirs.headers['content-type']?.includes('html')) passSlowly(theirs, answer);
      else theirs.pipe(answer);
      theirs.on('error', () => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }
}

/** Passes a page on in pieces that each begin with an element. */
async function passSlowly(theirs, answer) {
  const page = Buffer.concat(await theirs.toArray()).toString();
  const [head, ...pieces] = page.split(/(?<=<body[^]*)(?=<[a-z])/);
  answer.write(head);
  for (const piece of pieces) {
    await delay(PAINT_MS);
    answer.write(piece);
  }
  answer.end();
}
