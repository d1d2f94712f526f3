// Checks every page in every state with axe-core (accessibility), vnu (the W3C's HTML checker), and a narrow screen.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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

// Complaints of the checker that are no mistakes.
const NO_MISTAKES = [
  // Articles are named by their author and their text (aria-labelledby). A heading for every post would say less.
  /^Article lacks heading/,
];

// The rules that colours decide. The others find the same in the dark as in the light.
const COLOURS = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** The HTML of the pages as the server sent it, by name; the last test gives all of it to the checker. */
const pages = new Map();

/** Runs axe-core over what `page` shows now: light and dark, on a desktop and on a phone; then measures its width. */
async function look(page) {
  await page.evaluate(AXE);
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === 'dark' ? COLOURS : {};
      const { violations, passes } = await page.evaluate((options) => axe.run(options), { ...rules, resultTypes: ['violations'] });
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
      assert.deepEqual(found, [], `${page.url()}, ${colorScheme}, ${width} px`);
      assert.ok(passes.length > (colorScheme === 'dark' ? 0 : 10), 'axe-core has looked');
    }
  }
  await page.setViewportSize({ width: NARROW_PX, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const wide = (px) => [...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > px).map((it) => it.outerHTML.slice(0, 80));
  if (width > NARROW_PX) assert.fail(`${page.url()} scrolls sideways: ${width} px: ${await page.evaluate(wide, NARROW_PX)}`);
}

/** Opens a page by `act`, looks at it, and keeps its HTML for the checker. */
async function judge(page, name, act) {
  const isPage = (answer) => answer.request().isNavigationRequest() && ![301, 303].includes(answer.status());
  const [loaded] = await Promise.all([page.waitForResponse(isPage), act()]);
  pages.set(`${name} (${pages.size})`, await loaded.text());
  await page.waitForLoadState();
  await look(page);
}

async function go(page, ...paths) {
  for (const path of paths) await judge(page, path, () => page.goto(path));
}

async function check(files) {
  const args = ['-Xss1m', '-jar', VNU, '--stdout', '--exit-zero-always', '--format', 'json', ...files];
  const { stdout } = await promisify(execFile)('java', args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** Submits the form as a browser without the script does: the answer is a page. */
const submit = (page, name) => page.locator('main').getByRole('button', { name, exact: true }).click();

story('the pages for strangers pass all checks', { excused: EXCUSED }, async (site) => {
  const { page } = await site.visitor(CALM);
  await go(page, './', 'register', 'login', 'no/such/page');
  await page.goto('register');
  await page.getByLabel('Username').fill('not a name');
  await page.getByLabel('Password').fill('short');
  await judge(page, 'register, refused', () => submit(page, 'Register'));
  await page.goto('login');
  await page.getByLabel('Username').fill('nobody');
  await page.getByLabel('Password').fill('not the password');
  await judge(page, 'login, refused', () => submit(page, 'Sign in'));
  await page.goto('register');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill(PASSWORD);
  await judge(page, 'login, with words', () => submit(page, 'Register'));
});

story('the pages of a newcomer pass all checks', { excused: EXCUSED }, async (site) => {
  const { page } = await site.person('alice', CALM);
  await go(page, './', 'everything', 'discussions', 'tag/none', 'people', 'people?q=nobody', 'notifications', 'saved', 'best', 'on-this-day');
  await go(page, 'user/alice', 'user/alice/activity', 'user/alice/followers', 'user/alice/following');
  await go(page, 'confirm', 'settings', 'settings/account', 'settings/account/delete', 'settings/sessions', 'settings/privacy', 'settings/data', 'settings/import', 'settings/phone');
  await judge(page, 'a code', () => submit(page, 'Show a code'));
  const code = (await page.locator('.secret').textContent()).trim();
  await go(page, code);
  await judge(page, 'signed in by a code', () => submit(page, 'Sign in as alice'));
  await judge(page, 'a used code', () => page.goto(code));
});

story('the pages of groups and conversations pass all checks', { excused: EXCUSED }, async (site) => {
  const alice = await site.person('alice', CALM);
  const [bob, carol] = await site.people('bob', 'carol');
  const dave = await site.person('dave', CALM);
  const { page } = alice;
  await go(page, 'groups', 'groups/new', 'directs');
  await page.goto('groups/new');
  await page.getByLabel('Name', { exact: true }).fill('a b');
  await judge(page, 'groups/new, refused', () => submit(page, 'Create group'));
  await alice.act('groups/new', { name: 'garden', title: 'Garden <3', about: 'Everything that grows', privacy: 'private' });
  for (const person of [bob, carol, dave]) {
    await person.act('settings/privacy', { directs_from: 'everybody' });
    await person.act('group/garden/join');
  }
  for (const name of ['bob', 'carol']) await alice.act(`group/garden/members/${name}/accept`);
  await alice.act('group/garden/members/carol/bar');
  const post = await bob.write('Tulips');
  await bob.act(`post/${post}/edit`, { message: 'Tulips', to: 'feed garden' });
  await go(page, 'groups', 'group/garden', 'group/garden/members', 'group/garden/requests', 'group/garden/edit');
  await go(page, 'group/garden/delete', 'notifications', `post/${post}`, `post/${post}/why`);
  const direct = await alice.write('Psst');
  await go(page, `post/${direct}/audience`, `post/${direct}?edit`);
  await alice.act('post', { message: 'Only for you', to: '@bob @carol' });
  await go(page, 'directs');
  await page.getByText('Only for you').waitFor();
  await judge(page, 'a conversation', () => page.locator('article .when a').first().click());
  await page.getByLabel('Add somebody').fill('nobody');
  await judge(page, 'a conversation, refused', () => submit(page, 'Add'));
  await judge(dave.page, 'a closed group', () => dave.page.goto('group/garden'));
});

story('the pages about hiding pass all checks', { excused: EXCUSED }, async (site) => {
  const [alice, bob] = await Promise.all([site.person('alice', CALM), site.person('bob', { name: 'Bob Ross' })]);
  const { page } = alice;
  const first = await bob.write('A spoiler #été');
  await bob.write('Hello');
  await alice.act('follow/bob');
  const hide = (kind, value, span) => alice.act('hide', { kind, value, for: span, where: 'everywhere' });
  await hide('words', 'spoiler', '7d');
  await hide('post', first, '2h');
  await hide('tag', 'été', '1d');
  await hide('user', 'bob', 'ever');
  await go(page, 'settings/hidden', `hide?post=${first}`, 'hide?user=bob', 'hide?tag=été', 'user/bob');
  await alice.act('unhide', { kind: 'user', value: 'bob' });
  await go(page, './', './?order=date', 'everything');
  await page.locator('.hidden-posts summary').click();
  await look(page);
  await page.goto('settings/hidden');
  await page.getByLabel('Word or phrase').fill('x'.repeat(101));
  await judge(page, 'settings/hidden, refused', () => submit(page, 'Hide'));
});

story('the pages of lists pass all checks', { excused: EXCUSED }, async (site) => {
  const alice = await site.person('alice', CALM);
  const bob = await site.person('bob', { name: 'Bob Ross' });
  const { page } = alice;
  await go(page, 'lists');
  await alice.act('follow/bob');
  await alice.act('groups/new', { name: 'garden', title: 'Garden <3' });
  await bob.write('Tulips #tea');
  await page.goto('lists');
  await page.getByLabel('Title').fill('Tea & cake');
  await page.getByLabel('People, groups and tags').fill('@nobody #tea');
  await page.getByText('Add people and groups you follow').click();
  await page.getByLabel('Bob Ross').check();
  await judge(page, 'lists, refused', () => submit(page, 'Create list'));
  await page.getByLabel('People, groups and tags').fill('garden #tea');
  await page.getByLabel('only in this list').check();
  await judge(page, 'a list', () => submit(page, 'Create list'));
  await page.getByText('Tulips').waitFor();
  await alice.act('lists', { title: 'Second' });
  await go(page, 'lists', 'list/tea-cake/edit', 'lists?member=@bob', './', 'user/bob', 'tag/tea', 'group/garden');
});

/** Gives Alice everything that pages show: friends, reasons, folded comments and likes, a history, notifications. */
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
  await alice.act(`post/${own}/edit`, { message: `My own, changed, after http://x.example/post/${via}` });
  await dave.act(`post/${own}/like`);
  await alice.act(`post/${trees}/save`);
  await alice.act(`post/${own}/pin`);
  await alice.act('bell', { kind: 'user', value: 'carol' });
  await carol.write('For the bell');
  return { alice, trees, via, own, comment };
}

const settings = { FEED_PAGE_SIZE: PAGE_SIZE };

story('the pages for members pass all checks', { excused: EXCUSED, settings }, async (site) => {
  const { alice, trees, via, own, comment } = await aliceHasLived(site, CALM);
  const { page } = alice;
  await go(page, './', 'everything', 'discussions', 'tag/été', 'people', 'people?q=bo', 'notifications', 'notifications?again', 'saved', 'best', 'best?days=30');
  await judge(page, 'an older page', async () => page.goto(await olderPage(alice)));
  await go(page, 'user/bob', 'user/bob/activity', 'user/bob/followers', 'user/alice', 'user/carol', 'user/alice/following', 'user/alice/followers');
  await go(page, `post/${trees}`, `post/${trees}?likes=all`, `post/${via}`, 'no/such/page');
  await go(page, `post/${own}`, `post/${own}?edit`, `post/${own}?history`, `comment/${comment}/edit`);
  await judge(page, '403', () => page.goto(`post/${trees}?edit`));

  await go(page, 'profile/edit');
  await page.getByLabel('Username').fill('not a name');
  await page.getByLabel('Name (optional)').fill('x'.repeat(51));
  await page.getByLabel('About you').fill('x'.repeat(501));
  await judge(page, 'profile/edit, refused', () => submit(page, 'Save'));

  const phone = await site.visitor();
  await phone.page.goto('login');
  await phone.page.getByLabel('Username').fill('alice');
  await phone.page.getByLabel('Password').fill(PASSWORD);
  await submit(phone.page, 'Sign in');
  await go(page, 'settings', 'settings/sessions', 'settings/account', 'settings/account/delete', 'confirm?next=/people');
  await page.goto('settings/account');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('short');
  await judge(page, 'settings/account, refused', () => submit(page, 'Change password'));
});

story('the pages of searches and feeds pass all checks', { excused: EXCUSED }, async (site) => {
  const alice = await site.person('alice', CALM);
  const bob = await site.person('bob');
  await bob.write('A boat on the lake #boat');
  const { page } = alice;
  await go(page, 'search', 'search?q=boat+-motor+before:soon', 'search?q=nothing', 'searches');
  await page.goto('search?q=boat');
  await judge(page, 'a saved search', () => submit(page, 'Save this search'));
  await bob.write('Another boat');
  await go(page, 'searches', './', 'settings/feeds');
  await go(page, 'settings/hooks');
  await page.goto('settings/feeds');
  await judge(page, 'an address for feed readers', () => submit(page, 'Create address'));
  await go(page, 'settings/feeds');
});

async function olderPage(person) {
  const html = await (await person.context.request.get('./')).text();
  return html.match(/rel="next" href="([^"]+)"/)[1].replaceAll('&amp;', '&');
}

story('the answers to forms without the script pass all checks', { excused: EXCUSED, settings }, async (site) => {
  const { alice, own, comment } = await aliceHasLived(site, CALM);
  const { page } = alice;
  // The page asks for the script and gets an empty one.
  await page.route('**/app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const tooLong = 'x'.repeat(3_001);
  await page.goto('./');
  await page.getByLabel('Share something').fill(tooLong);
  await judge(page, 'a refused post', () => submit(page, 'Post'));
  await page.goto(`post/${own}`);
  await page.getByLabel('Write a comment').fill(tooLong);
  await judge(page, 'a refused comment', () => submit(page, 'Comment'));
  await page.goto(`post/${own}?edit`);
  await page.getByLabel('Edit post').fill(tooLong);
  await judge(page, 'a refused edit', () => submit(page, 'Save'));
  await page.goto(`comment/${comment}/edit`);
  await page.getByLabel('Edit comment').fill(tooLong);
  await judge(page, 'a refused edit of a comment', () => submit(page, 'Save'));
  await page.goto(`post/${own}`);
  await judge(page, 'a deletion that can be undone', () => submit(page, 'Delete this post'));
});

story('pages that the script has changed pass all checks', async (site) => {
  const { alice } = await aliceHasLived(site, CALM);
  const bob = await site.person('robert');
  await alice.follow(bob);
  const { page } = alice;
  const first = page.locator('.river article', { hasText: 'My own' });
  await first.getByRole('link', { name: 'Edit', exact: true }).click();
  await first.getByLabel('Edit post').waitFor();
  await look(page);
  await page.getByLabel('Share something').pressSequentially('Hello @b');
  await page.getByRole('listbox').waitFor();
  await look(page);
  await page.keyboard.press('Escape');
  await page.getByLabel('Share something').fill('x'.repeat(3_000));
  await first.getByRole('link', { name: 'Cancel' }).click();
  await first.getByRole('button', { name: 'Delete this post' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await look(page);

  await page.setViewportSize({ width: 360, height: 400 });
  await page.mouse.wheel(0, 400);
  await page.waitForFunction(() => scrollY > 300);
  await bob.write('News');
  await page.locator('#new-posts').waitFor();
  await look(page);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await look(page);
});

const SEA = png('sea.png', 400, 300);
const MEADOW = png('meadow.png', 300, 500, [200, 240, 200], [20, 90, 40]);
const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('These are words.') };

story('pages with pictures pass all checks', { excused: EXCUSED }, async (site) => {
  const alice = await site.person('alice', { name: 'Alice <3', ...CALM });
  const { page } = alice;
  await page.goto('profile/edit');
  await page.getByLabel('Picture (optional)').setInputFiles(SEA);
  await judge(page, 'a profile with a picture', () => submit(page, 'Save'));
  const id = await alice.share('With words', [SEA, 'The "sea" & more'], [MEADOW, ''], [gif('lamp.gif', 90, 60), 'A lamp']);
  await alice.share('', [png('tiny.png', 2, 2), '']);
  await go(page, './', `post/${id}`, `post/${id}?edit`, 'notifications', 'profile/edit');
  await page.getByLabel('Picture (optional)').setInputFiles(NOTES);
  await judge(page, 'a profile with a refused picture', () => submit(page, 'Save'));

  await page.goto('./');
  await page.getByLabel('Add pictures').setInputFiles([SEA, NOTES, MEADOW]);
  await page.locator('.shot[data-state=ready]').nth(1).waitFor();
  await look(page);
  await page.locator('.pictures a').first().click();
  await page.locator('.lightbox[aria-busy=false]').waitFor();
  await look(page);

  await page.route('**/app.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto('./');
  await page.getByLabel('Share something').focus();
  await page.getByLabel('Add pictures').setInputFiles([SEA, NOTES]);
  await judge(page, 'a post with a refused picture', () => submit(page, 'Post'));
});

story('the pages for admins and the pages behind links pass all checks', { excused: [...EXCUSED, /410/], settings }, async (site) => {
  const { page } = await site.person('alice', { name: 'Alice <3', ...CALM });
  const setup = site.log.join('\n').match(/\/(setup\/[\w-]+)/)[1];
  await go(page, setup);
  await page.goto(setup);
  await judge(page, 'admin, for the first time', () => submit(page, 'Make me the admin'));
  await site.people('bob', 'carol', 'dave', 'erin', 'frank', 'a_long_name_999');

  await go(page, 'settings', 'settings/invitations');
  await page.getByLabel('Number of people').fill('1000');
  await page.getByLabel('People they will follow').fill('nobody');
  await judge(page, 'an invitation, refused', () => submit(page, 'Create invitation'));
  await page.getByLabel('Number of people').fill('2');
  await page.getByLabel('People they will follow').fill('alice bob');
  await judge(page, 'an invitation', () => submit(page, 'Create invitation'));
  const invitation = (await page.locator('.once a').getAttribute('href')).slice(1);
  const guest = await site.visitor(CALM);
  await go(guest.page, invitation, 'invite/none', 'reset/none');
  const newcomer = { username: 'gina', password: PASSWORD, invite: invitation.split('/')[1] };
  await guest.send('register', newcomer);
  await go(page, 'settings/invitations');

  await go(page, 'admin', 'admin?q=nobody', 'admin/user/a_long_name_999', 'admin/user/bob');
  await judge(page, 'a link for a new password', () => submit(page, 'Create a password reset link'));
  await go(guest.page, (await page.locator('.once a').getAttribute('href')).slice(1));
  await guest.page.getByLabel('New password').fill('short');
  await judge(guest.page, 'a new password, refused', () => submit(guest.page, 'Set password'));
  await page.goto('admin/user/alice');
  await judge(page, 'the only admin', () => submit(page, 'Suspend'));
  await page.goto('admin/user/bob');
  await judge(page, 'suspended', () => submit(page, 'Suspend'));
  await judge(page, 'suspended and leaving', () => submit(page, 'Delete the account'));
  await go(page, 'admin', 'admin/invitations', 'admin/settings', 'admin/health', 'admin/journal');
  await go(page, 'help', 'help/using', 'help/search', 'help/operating', 'help/troubleshooting', 'help/settings', 'help/api');
  if (process.env.SHOW) {
    await page.setViewportSize({ width: 1000, height: 1000 });
    for (const path of ['admin', 'admin/user/bob', 'admin/settings', 'admin/health', 'admin/journal', 'settings/invitations']) {
      await page.goto(path);
      await page.screenshot({ path: `${process.env.SHOW}/${path.replaceAll('/', '-')}.png` });
    }
  }
});

story(
  'the pages for private people and for guests pass all checks',
  { excused: EXCUSED, settings: { ...settings, SITE_VISIBILITY: 'public', SITE_GUEST_READS: 1 } },
  async (site) => {
    const [bob, carol] = await site.people('bob', 'carol');
    const alice = await site.person('alice', CALM);
    const { page } = alice;
    await carol.send('settings/privacy', { private: '1' }, 'settings/privacy');
    await alice.send('settings/privacy', { private: '1' }, 'settings/privacy');
    await alice.act('follow/carol');
    for (const other of [bob, carol]) await other.act('follow/alice');
    const [first, second] = [await bob.write('Open to all'), await bob.write('This too')];
    await alice.act(`post/${first}/like`);
    await go(page, 'requests', 'notifications', 'user/carol', 'user/bob', 'everything');
    await alice.send('mute/bob', {}, './');
    await alice.send('block/carol', {}, './');
    await go(page, 'settings/privacy', 'user/bob', 'api/docs');
    const guest = await site.visitor(CALM);
    await go(guest.page, './', 'user/bob', 'user/bob/followers', `post/${first}`, 'user/alice', 'api/docs');
    await judge(guest.page, 'one post too many', () => guest.page.goto(`post/${second}`));
  },
);

// Once for all pages: Java takes longer to start than to check one.
test('the HTML of all these pages is valid', async (all) => {
  if (!pages.size) return all.skip('no page was opened');
  const directory = await mkdtemp(join(tmpdir(), 'quartfeed-html-'));
  try {
    const files = [...pages].map(([name, html], n) => ({ name, html, file: join(directory, `${n}.html`) }));
    for (const { html, file } of files) await writeFile(file, html);
    const { messages } = await check(files.map(({ file }) => file));
    const mistakes = messages.filter(({ message }) => !NO_MISTAKES.some((known) => known.test(message)));
    const found = mistakes.map(({ url, message, extract }) => {
      const { name } = files.find(({ file }) => url.endsWith(file));
      return `${name}: ${message}\n    ${extract}`;
    });
    assert.deepEqual(found, []);
  } finally {
    await rm(directory, { recursive: true });
  }
});
