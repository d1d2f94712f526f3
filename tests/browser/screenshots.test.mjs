// Takes screenshots of a busy home page, a group and a conversation, for the README and for changes of the style: out/*.png.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { evening, tomato } from './drawings.mjs';
import { river, story } from './site.mjs';

const OUT = fileURLToPath(new URL('out/', import.meta.url));

// From the oldest: the author, the text, minutes ago, and the description of a picture. There are no emoji, as not
// every machine has a font with them.
const POSTS = [
  ['ruth', 'Found the box with Grandpa’s slides. There are four hundred of them. Who has a projector?', 1_500],
  ['tom', 'The tomatoes have finally decided to be red. Come and take some before the blackbirds do!', 305],
  ['maya', 'Swimming badge: done!\n\nNext one needs 800 metres, so I am taking the rest of the week off.', 190],
  ['ruth', 'Sunday at ours, one o’clock. Lasagne for everybody, and Tom brings the tomatoes he is so proud of.', 48],
  ['tom', 'Train is on time for once. I will be at the station at 18:12 with two bags and one very tired dog.', 12, 'Hills at sunset, from the train'],
  ['maya', 'I can pick you up! The dog may sit in front.', 3],
];

story('screenshots of a busy site fit wide and narrow screens in both themes', async (site) => {
  await mkdir(OUT, { recursive: true });
  const family = {
    maya: await site.person('maya', { name: 'Maya' }),
    tom: await site.person('tom', { name: 'Tom' }),
    ruth: await site.person('ruth', { name: 'Ruth' }),
  };
  for (const [username, name] of [['oskar', 'Oskar'], ['granny', 'Granny Lou']]) await site.person(username, { name });
  const { maya, tom } = family;
  await tom.page.goto('profile/edit');
  await tom.page.getByLabel('Picture (optional)').setInputFiles(tomato('tomato.png', 200));
  await tom.page.getByRole('button', { name: 'Save', exact: true }).click();
  await tom.page.getByText('Profile updated').waitFor();
  for (const [who, text, , shows] of POSTS) {
    if (shows) await family[who].share(text, [evening('evening.png', 640, 400), shows]);
    else await family[who].write(text);
  }
  await maya.follow(tom);
  await maya.follow(family.ruth);
  assert.deepEqual(await river(maya.page), POSTS.map(([, text]) => text).reverse());

  const minutes = POSTS.map(([, , ago]) => ago).reverse();
  for (const [width, height] of [[1280, 952], [360, 740]]) {
    for (const colorScheme of ['light', 'dark']) {
      await maya.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await maya.page.setViewportSize({ width, height });
      await maya.page.evaluate(writtenThroughTheDay, minutes);
      await maya.page.evaluate(() => Promise.all([...document.images].map((it) => ((it.loading = 'eager'), it.decode()))));
      await maya.page.screenshot({ path: `${OUT}home-${colorScheme}-${width}.png`, animations: 'disabled' });
      await assertFits(maya.page, width);
    }
  }

  const { ruth } = family;
  await tom.send('groups/new', { name: 'allotment', title: 'Allotment 7', about: 'Beds, bees and who waters when.', privacy: 'public' }, './');
  for (const person of [maya, ruth]) await person.send('group/allotment/join', {}, './');
  await tom.act('post', { message: 'The blackbirds have found the strawberries. Who has a net?', to: 'allotment' });
  const net = await ruth.act('post', { message: 'Watering on Saturday: Maya in the morning, I in the evening.', to: 'allotment' });
  await maya.comment(net.match(/data-post-id="([^"]+)"/)[1], 'I have got a net, too!');
  await tom.act('follow/maya');
  await maya.act('post', { message: 'Shall we give Ruth the big projector for her birthday?', to: '@tom' });
  for (const [name, path, width, height] of [['group', 'group/allotment', 1280, 800], ['directs', 'directs', 360, 740]]) {
    await maya.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await maya.page.setViewportSize({ width, height });
    await maya.page.goto(path);
    await maya.page.locator('article').first().waitFor();
    await maya.page.screenshot({ path: `${OUT}${name}-${width}.png`, animations: 'disabled' });
    await assertFits(maya.page, width);
  }
});

async function assertFits(page, width) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wider, `no sideways scrolling at ${width} px`);
}

// Runs in the page. All posts were written in this second; this spreads them over the day.
function writtenThroughTheDay(minutes) {
  for (const [i, time] of document.querySelectorAll('.river time').entries()) {
    time.dateTime = new Date(Date.now() - minutes[i] * 60_000).toISOString();
  }
  document.dispatchEvent(new Event('visibilitychange'));
}
