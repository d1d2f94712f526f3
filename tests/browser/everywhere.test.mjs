// Four people act at random; afterwards every open page must equal a freshly loaded one. Each run takes new seeds:
// `SEED=7` repeats one, `SEEDS=20` takes twenty.

import { drawn, eventually, live, story } from './site.mjs';

const { SEED, SEEDS = 2 } = process.env;
const ACTS = 80;
const PATHS = ['./', 'everything', 'discussions', 'user/bob', 'user/bob/activity'];
// A fresh page has one page of posts and an open one may have more, so one page holds all of them.
const settings = { FEED_PAGE_SIZE: 100 };

const unforeseen = () => Math.floor(Math.random() * 2 ** 32);
const seeds = SEED ? [Number(SEED), Number(SEED)] : Array.from({ length: Number(SEEDS) }, unforeseen);

for (const [n, seed] of seeds.entries()) {
  const isCut = n % 2 === 1;
  const name = `after random actions all open pages equal freshly loaded ones${isCut ? ', even if the stream was cut' : ''}`;
  story(`${name} (SEED=${seed})`, { settings, excused: [/404|502|ERR_/] }, async (site) => {
    const proxy = await site.proxy();
    const alice = await site.person('alice', { baseURL: proxy.url });
    const life = new Life(seed, [alice, ...(await site.people('bob', 'carol', 'dave'))]);
    await life.begin();
    const pages = [];
    for (const path of [...PATHS, `post/${life.posts[0].id}`]) pages.push(await alice.open(path));

    await life.goOn(ACTS / 2);
    // Alice acts as well, but not while she is cut off.
    if (isCut) {
      proxy.breakDown();
      await life.without(alice).goOn(ACTS / 2);
      proxy.recover();
      // After a long break a page waits up to a minute before it tries again; a browser that is back says so.
      for (const page of pages) await page.evaluate(() => dispatchEvent(new Event('online')));
    } else {
      await life.goOn(ACTS / 2);
    }

    for (const page of pages) await assertAsLoaded(page, life);
  });
}

async function assertAsLoaded(page, { log }) {
  const fresh = await page.context().newPage();
  await fresh.goto(page.url());
  await live(fresh);
  const expected = await drawn(fresh);
  await fresh.close();
  try {
    await eventually(async () => (await showWaiting(page), drawn(page)), expected);
  } catch (error) {
    const seen = await drawn(page);
    const ids = Object.keys({ ...seen, ...expected }).filter((id) => seen[id] !== expected[id]);
    for (const id of ids) {
      const acts = log.filter((line) => line.includes(id.slice('post-'.length)) || line.includes('follow'));
      console.error(`${page.url()}: ${id}\nis     ${seen[id]}\nshould ${expected[id]}\n${acts.join('\n')}`);
    }
    throw error;
  }
}

const showWaiting = (page) => page.evaluate(() => document.querySelector('#new-posts:not([hidden])')?.click());

// --- what people do

class Life {
  log = [];
  posts = [];
  comments = [];
  #random;
  #people;

  constructor(seed, people) {
    this.#random = generator(seed);
    this.#people = people;
  }

  /** Lets everybody follow somebody and write a post. */
  async begin() {
    for (const [i, person] of this.#people.entries()) {
      const next = this.#people[(i + 1) % this.#people.length];
      await this.#do(person, `follow/${next.username}`);
      await this.#write(person);
    }
  }

  without(person) {
    this.#people = this.#people.filter((other) => other !== person);
    return this;
  }

  async goOn(acts) {
    for (let n = 0; n < acts; n++) await this.#act(this.#pick(this.#people));
  }

  #act(person) {
    const here = ({ isGone }) => !isGone;
    const own = ({ by }) => by === person;
    const among = (all, ...tests) => this.#pick(all.filter((one) => tests.every((test) => test(one))));
    const post = among(this.posts, here);
    const ownPost = among(this.posts, here, own);
    const underPost = ({ post }) => here(post);
    const comment = among(this.comments, here, underPost);
    const ownComment = among(this.comments, here, own, underPost);
    const gonePost = among(this.posts, own, ({ isGone }) => isGone);
    const goneComment = among(this.comments, own, underPost, ({ isGone }) => isGone);
    const other = among(this.#people, (one) => one !== person);
    const text = `${this.log.length} by ${person.username}`;

    const likes = (kind, one, act) => one && one.by !== person && this.#do(person, `${kind}/${one.id}/${act}`, one);
    const changes = (kind, one, act, form) => one && this.#do(person, `${kind}/${one.id}/${act}`, one, form);
    const choices = [
      [10, () => this.#write(person)],
      [30, () => post && this.#comment(person, post)],
      [16, () => likes('post', post, 'like')],
      [8, () => likes('post', post, 'unlike')],
      [6, () => likes('comment', comment, this.#pick(['like', 'unlike']))],
      [4, () => changes('post', ownPost, 'edit', { message: `Changed to ${text}` })],
      [5, () => changes('comment', ownComment, 'edit', { comment: `Changed to ${text}` })],
      [4, () => changes('post', ownPost, 'delete')],
      [4, () => changes('post', gonePost, 'undelete')],
      [7, () => changes('comment', ownComment, 'delete')],
      [4, () => changes('comment', goneComment, 'undelete')],
      [4, () => this.#do(person, `${this.#pick(['follow', 'unfollow'])}/${other.username}`)],
    ];
    return this.#pick(choices.flatMap(([weight, act]) => Array(weight).fill(act)))();
  }

  async #write(by) {
    const quoted = this.#pick([undefined, ...this.posts]);
    const link = quoted ? ` after http://x.example/post/${quoted.id}` : '';
    this.posts.push({ by, id: await by.write(`Post ${this.log.length} by ${by.username}${link}`) });
    this.log.push(`${by.username} writes ${this.posts.at(-1).id}`);
  }

  async #comment(by, post) {
    this.comments.push({ by, post, id: await by.comment(post.id, `Comment ${this.log.length}`) });
    this.log.push(`${by.username} writes comment ${this.comments.at(-1).id} under ${post.id}`);
  }

  async #do(person, path, one, form) {
    this.log.push(`${person.username}: ${path}${one?.post ? ` under ${one.post.id}` : ''}`);
    await person.act(path, form);
    if (path.endsWith('delete')) one.isGone = path.endsWith('/delete');
  }

  #pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }
}

// Mulberry32: a small pseudorandom number generator that can be repeated from its seed.
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
