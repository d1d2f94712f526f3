// main.js: starts the script of a page. Every module improves a page that works without it.

import './compose.js';
import './forms.js';
import { on, river, streamUrl, user } from './page.js';
import { goLive } from './live.js';

if (streamUrl) goLive();

// The shortcuts come with the first key that somebody presses: many pages are read without one. Firefox must not take the
// slash meanwhile.
let press = (event) => {
  if (event.key === '/' && event.target === document.body) event.preventDefault();
  import('./keys.js').then((keys) => (press = keys.press)(event), () => {});
};
on('keydown', (event) => press(event));

if (user && river) import('./seen.js').catch(() => {});

if (document.querySelector('.secret')) import('./copy.js').catch(() => {});

// Names are completed in text fields alone.
const loadMentions = ({ target }) => target.matches('textarea, [data-people]') && import('./mentions.js').catch(() => {});
on('focusin', loadMentions);
loadMentions({ target: document.activeElement });
