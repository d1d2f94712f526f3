// What judges say about every page: axe-core (accessibility), vnu (the W3C's HTML checker), and a ruler for narrow
// screens. One life, in which every state of every page occurs.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gif, png } from './drawings.mjs';
import { PASSWORD, story } from './site.mjs';

const AXE = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const VNU = fileURLToPath(import.meta.resolve('vnu-jar/build/dist/vnu.jar'));
const CALM = { reducedMotion: 'reduce' };
const EXCUSED = [/403|404|422/];
const NARROW_PX = 320;
const PAGE_SIZE = 5;

// What the checker says that is no mistake.
const NO_MISTAKES = [
  // Our articles are named by their author and their text (aria-labelledby); a heading for every post says less.
  /^Article lacks heading/,
];

class Judges {
  #pages = new Map(); // name → HTML, as the server sent it

  /** Looks at what `page` shows now: light and dark, on a desktop, on a phone, and on the narrowest screen. */
  async look(page) {
    await page.evaluate(AXE);
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const { violations, passes } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        assert.deepEqual(found, [], `${page.url()}, ${colorScheme}, ${width} px`);
        assert.ok(passes.length > 10, 'axe-core has looked');
      }
    }
    await page.setViewportSize({ width: NARROW_PX, height: 800 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= NARROW_PX, `${page.url()} scrolls sideways: ${width} px`);
  }

  /** Goes there by `act`, looks, and keeps the HTML for the checker. */
  async judge(page, name, act) {
    const isPage = (answer) => answer.request().isNavigationRequest() && ![301, 303].includes(answer.status());
    const [loaded] = await Promise.all([page.waitForResponse(isPage), act()]);
    this.#pages.set(name, await loaded.text());
    await page.waitForLoadState();
    await this.look(page);
  }

  async go(page, ...paths) {
    for (const path of paths) await this.judge(page, path, () => page.goto(path));
  }

  async assertValid() {
    const directory = await mkdtemp(join(tmpdir(), 'quartfeed-html-'));
    try {
      const files = [...this.#pages].map(([name, html], n) => ({ name, html, file: join(directory, `${n}.html`) }));
      for (const { html, file } of files) await writeFile(file, html);
      const { messages } = await check(files.map(({ file }) => file));
      const mistakes = messages.filter(({ message }) => !NO_MISTAKES.some((known) => known.test(message)));
      const found = mistakes.map(({ url, message, extract }) => {
        const { name } = files.find(({ file }) => url.endsWith(file));
        return `${name}: ${message}\n    ${extract}`;
      });
      assert.deepEqual(found, []);
      assert.ok(files.length > 4, 'something was checked');
    } finally {
      await rm(directory, { recursive: true });
    }
  }
}

async function check(files) {
  const args = ['-Xss1m', '-jar', VNU, '--stdout', '--exit-zero-always', '--format', 'json', ...files];
  const { stdout } = await promisify(execFile)('java', args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** Sends what is filled in, as somebody without the script does: the answer is a page. */
const submit = (page, name) => page.locator('main').getByRole('button', { name, exact: true }).click();

story('the judges find nothing in the pages for strangers', { excused: EXCUSED }, async (site) => {
  const judges = new Judges();
  const { page } = await site.visitor(CALM);
  await judges.go(page, './', 'register', 'login', 'no/such/page');
  await page.goto('register');
  await page.getByLabel('Username').fill('not a name');
  await page.getByLabel('Password').fill('short');
  await judges.judge(page, 'register, refused', () => submit(page, 'Register'));
  await page.goto('login');
  await page.getByLabel('Username').fill('nobody');
  await page.getByLabel('Password').fill('not the password');
  await judges.judge(page, 'login, refused', () => submit(page, 'Sign in'));
  await page.goto('register');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill(PASSWORD);
  await judges.judge(page, 'login, with words', () => submit(page, 'Register'));
  await judges.assertValid();
});

story('the judges find nothing in the pages of a newcomer', { excused: EXCUSED }, async (site) => {
  const judges = new Judges();
  const { page } = await site.person('alice', CALM);
  await judges.go(page, './', 'everything', 'discussions', 'tag/none', 'people', 'people?q=nobody', 'notifications');
  await judges.go(page, 'user/alice', 'user/alice/activity', 'user/alice/followers', 'user/alice/following');
  await judges.go(page, 'confirm', 'settings', 'settings/account', 'settings/account/delete', 'settings/sessions', 'settings/privacy', 'settings/data', 'settings/phone');
  await judges.judge(page, 'a code', () => submit(page, 'Show a code'));
  const code = (await page.locator('.secret').textContent()).trim();
  await judges.go(page, code);
  await judges.judge(page, 'signed in by a code', () => submit(page, 'Sign in as alice'));
  await judges.judge(page, 'a used code', () => page.goto(code));
  await judges.assertValid();
});

/** Alice has everything that pages show: friends, reasons, folded comments and likes, a history, notifications. */
async function aliceHasLived(site, options) {
  const alice = await site.person('alice', { name: 'Alice <3', ...options });
  const bob = await site.person('bob', { name: 'Bob Ross' });
  const others = await site.people('carol', 'dave', 'erin', 'frank');
  const [carol, dave] = others;
  await alice.act('follow/bob');
  for (const other of [bob, carol, dave]) await other.act('follow/alice');
  await bob.act('follow/carol');

  for (let n = 1; n <= PAGE_SIZE; n++) await bob.write(`Number ${n}`);
  const via = await carol.write('From afar, see https://example.org/a/very/long/path?with=a&query=that&goes=on&and=on');
  const trees = await bob.write('Happy little trees #été #painting');
  await carol.comment(via, 'One', 'Two', 'Three');
  for (const person of [alice, ...others]) await person.act(`post/${trees}/like`);
  const comment = await alice.comment(trees, 'Hello @bob', 'c2', 'c3');
  await bob.comment(trees, 'Thank you, @alice');
  await bob.act(`comment/${comment}/like`);
  await bob.act(`post/${via}/like`);
  await bob.write('عربي\n\nwith more lines.');
  const own = await alice.write('My own');
  await alice.act(`post/${own}/edit`, { message: 'My own, changed' });
  await dave.act(`post/${own}/like`);
  return { alice, trees, via, own, comment };
}

const settings = { FEED_PAGE_SIZE: PAGE_SIZE };

story('the judges find nothing in the pages for members', { excused: EXCUSED, settings }, async (site) => {
  const judges = new Judges();
  const { alice, trees, via, own, comment } = await aliceHasLived(site, CALM);
  const { page } = alice;
  await judges.go(page, './', 'everything', 'discussions', 'tag/été', 'people', 'people?q=bo', 'notifications', 'notifications?again');
  await judges.judge(page, 'an older page', async () => page.goto(await olderPage(alice)));
  await judges.go(page, 'user/bob', 'user/bob/activity', 'user/bob/followers', 'user/alice/following', 'user/alice/followers');
  await judges.go(page, `post/${trees}`, `post/${trees}?likes=all`, `post/${via}`, 'no/such/page');
  await judges.go(page, `post/${own}`, `post/${own}?edit`, `post/${own}?history`, `comment/${comment}/edit`);
  await judges.judge(page, '403', () => page.goto(`post/${trees}?edit`));

  await judges.go(page, 'profile/edit');
  await page.getByLabel('Username').fill('not a name');
  await page.getByLabel('Name (optional)').fill('x'.repeat(51));
  await page.getByLabel('About you').fill('x'.repeat(501));
  await judges.judge(page, 'profile/edit, refused', () => submit(page, 'Save'));

  const phone = await site.visitor();
  await phone.page.goto('login');
  await phone.page.getByLabel('Username').fill('alice');
  await phone.page.getByLabel('Password').fill(PASSWORD);
  await submit(phone.page, 'Sign in');
  await judges.go(page, 'settings', 'settings/sessions', 'settings/account', 'settings/account/delete', 'confirm?next=/people');
  await page.goto('settings/account');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('short');
  await judges.judge(page, 'settings/account, refused', () => submit(page, 'Change password'));
  await judges.assertValid();
});

async function olderPage(person) {
  const html = await (await person.context.request.get('./')).text();
  return html.match(/rel="next" href="([^"]+)"/)[1].replaceAll('&amp;', '&');
}

story('the judges find nothing in what forms answer without the script', { excused: EXCUSED, settings }, async (site) => {
  const judges = new Judges();
  const { alice, own, comment } = await aliceHasLived(site, CALM);
  const { page } = alice;
  // The script is asked for, and does not come.
  await page.route('**/app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const tooLong = 'x'.repeat(3_001);
  await page.goto('./');
  await page.getByLabel('Share something').fill(tooLong);
  await judges.judge(page, 'a refused post', () => submit(page, 'Post'));
  await page.goto(`post/${own}`);
  await page.getByLabel('Write a comment').fill(tooLong);
  await judges.judge(page, 'a refused comment', () => submit(page, 'Comment'));
  await page.goto(`post/${own}?edit`);
  await page.getByLabel('Edit post').fill(tooLong);
  await judges.judge(page, 'a refused edit', () => submit(page, 'Save'));
  await page.goto(`comment/${comment}/edit`);
  await page.getByLabel('Edit comment').fill(tooLong);
  await judges.judge(page, 'a refused edit of a comment', () => submit(page, 'Save'));
  await page.goto(`post/${own}`);
  await judges.judge(page, 'a deletion that can be undone', () => submit(page, 'Delete this post'));
  await judges.assertValid();
});

story('the judges find nothing in what the script draws', async (site) => {
  const judges = new Judges();
  const { alice } = await aliceHasLived(site, CALM);
  const bob = await site.person('robert');
  await alice.follow(bob);
  const { page } = alice;
  const first = page.locator('.river article', { hasText: 'My own' });
  await first.getByRole('link', { name: 'Edit', exact: true }).click();
  await first.getByLabel('Edit post').waitFor();
  await judges.look(page);
  await page.getByLabel('Share something').pressSequentially('Hello @b');
  await page.getByRole('listbox').waitFor();
  await judges.look(page);
  await page.keyboard.press('Escape');
  await page.getByLabel('Share something').fill('x'.repeat(3_000));
  await first.getByRole('link', { name: 'Cancel' }).click();
  await first.getByRole('button', { name: 'Delete this post' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await judges.look(page);

  await page.setViewportSize({ width: 360, height: 400 });
  await page.mouse.wheel(0, 400);
  await page.waitForFunction(() => scrollY > 300);
  await bob.write('News');
  await page.locator('#new-posts').waitFor();
  await judges.look(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await judges.look(page);
});

const SEA = png('sea.png', 400, 300);
const MEADOW = png('meadow.png', 300, 500, [200, 240, 200], [20, 90, 40]);
const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('These are words.') };

story('the judges find nothing in pages with pictures', { excused: EXCUSED }, async (site) => {
  const judges = new Judges();
  const alice = await site.person('alice', { name: 'Alice <3', ...CALM });
  const { page } = alice;
  await page.goto('profile/edit');
  await page.getByLabel('Picture (optional)').setInputFiles(SEA);
  await judges.judge(page, 'a profile with a picture', () => submit(page, 'Save'));
  const id = await alice.share('With words', [SEA, 'The "sea" & more'], [MEADOW, ''], [gif('lamp.gif', 90, 60), 'A lamp']);
  await alice.share('', [png('tiny.png', 2, 2), '']);
  await judges.go(page, './', `post/${id}`, `post/${id}?edit`, 'notifications', 'profile/edit');
  await page.getByLabel('Picture (optional)').setInputFiles(NOTES);
  await judges.judge(page, 'a profile with a refused picture', () => submit(page, 'Save'));

  await page.goto('./');
  await page.getByLabel('Add pictures').setInputFiles([SEA, NOTES, MEADOW]);
  await page.locator('.shot[data-state=ready]').nth(1).waitFor();
  await judges.look(page);
  await page.locator('.pictures a').first().click();
  await page.locator('.lightbox[aria-busy=false]').waitFor();
  await judges.look(page);

  await page.route('**/app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto('./');
  await page.getByLabel('Add pictures').setInputFiles([SEA, NOTES]);
  await judges.judge(page, 'a post with a refused picture', () => submit(page, 'Post'));
  await judges.assertValid();
});

story('the judges find nothing in the pages for admins, and where links lead', { excused: [...EXCUSED, /410/], settings }, async (site) => {
  const judges = new Judges();
  const { page } = await site.person('alice', { name: 'Alice <3', ...CALM });
  const setup = site.log.join('\n').match(/\/(setup\/[\w-]+)/)[1];
  await judges.go(page, setup);
  await page.goto(setup);
  await judges.judge(page, 'admin, for the first time', () => submit(page, 'Make me the admin'));
  await site.people('bob', 'carol', 'dave', 'erin', 'frank', 'a_long_name_999');

  await judges.go(page, 'settings', 'settings/invitations');
  await page.getByLabel('Number of people').fill('1000');
  await page.getByLabel('People they will follow').fill('nobody');
  await judges.judge(page, 'an invitation, refused', () => submit(page, 'Create invitation'));
  await page.getByLabel('Number of people').fill('2');
  await page.getByLabel('People they will follow').fill('alice bob');
  await judges.judge(page, 'an invitation', () => submit(page, 'Create invitation'));
  const invitation = (await page.locator('.once a').getAttribute('href')).slice(1);
  const guest = await site.visitor(CALM);
  await judges.go(guest.page, invitation, 'invite/none', 'reset/none');
  const newcomer = { username: 'gina', password: PASSWORD, invite: invitation.split('/')[1] };
  await guest.send('register', newcomer);
  await judges.go(page, 'settings/invitations');

  await judges.go(page, 'admin', 'admin?q=nobody', 'admin/user/a_long_name_999', 'admin/user/bob');
  await judges.judge(page, 'a link for a new password', () => submit(page, 'Create a password reset link'));
  await judges.go(guest.page, (await page.locator('.once a').getAttribute('href')).slice(1));
  await guest.page.getByLabel('New password').fill('short');
  await judges.judge(guest.page, 'a new password, refused', () => submit(guest.page, 'Set password'));
  await page.goto('admin/user/alice');
  await judges.judge(page, 'the only admin', () => submit(page, 'Suspend'));
  await page.goto('admin/user/bob');
  await judges.judge(page, 'suspended', () => submit(page, 'Suspend'));
  await judges.judge(page, 'suspended and leaving', () => submit(page, 'Delete the account'));
  await judges.go(page, 'admin', 'admin/invitations', 'admin/settings', 'admin/journal');
  if (process.env.SHOW) {
    await page.setViewportSize({ width: 1000, height: 1000 });
    for (const path of ['admin', 'admin/user/bob', 'admin/settings', 'admin/journal', 'settings/invitations']) {
      await page.goto(path);
      await page.screenshot({ path: `${process.env.SHOW}/${path.replaceAll('/', '-')}.png` });
    }
  }
  await judges.assertValid();
});

story(
  'the judges find nothing in what private people and guests see',
  { excused: EXCUSED, settings: { ...settings, SITE_VISIBILITY: 'public', SITE_GUEST_READS: 1 } },
  async (site) => {
    const judges = new Judges();
    const [bob, carol] = await site.people('bob', 'carol');
    const alice = await site.person('alice', CALM);
    const { page } = alice;
    await carol.send('settings/privacy', { private: '1' }, 'settings/privacy');
    await alice.send('settings/privacy', { private: '1' }, 'settings/privacy');
    await alice.act('follow/carol');
    for (const other of [bob, carol]) await other.act('follow/alice');
    const [first, second] = [await bob.write('Open to all'), await bob.write('This too')];
    await alice.act(`post/${first}/like`);
    await judges.go(page, 'requests', 'notifications', 'user/carol', 'user/bob', 'everything');
    await alice.send('mute/bob', {}, './');
    await alice.send('block/carol', {}, './');
    await judges.go(page, 'settings/privacy', 'user/bob', 'api/docs');
    const guest = await site.visitor(CALM);
    await judges.go(guest.page, './', 'user/bob', 'user/bob/followers', `post/${first}`, 'user/alice', 'api/docs');
    await judges.judge(guest.page, 'one post too many', () => guest.page.goto(`post/${second}`));
    await judges.assertValid();
  },
);
