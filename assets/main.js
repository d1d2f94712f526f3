// main.js: starts the script of a page. Every module improves a page that works without it.

import './compose.js';
import './forms.js';
import { base, on, river, streamUrl, user } from './page.js';
import { goLive } from './live.js';

if (streamUrl) goLive();

// The browser has service workers on secure pages alone.
if (user) navigator.serviceWorker?.register(`${base}/sw.js`).catch(() => {});

// Pages without posts and without a menu, such as the one to sign in, need no shortcuts.
if (user && river) import('./seen.js').catch(() => {});
else if (user || river) import('./keys.js').catch(() => {});

if (document.querySelector('[data-mark]')) import('./marks.js').catch(() => {});

if (document.querySelector('[data-progress]')) import('./progress.js').catch(() => {});

if (document.querySelector('.secret')) import('./copy.js').catch(() => {});

// Names are completed in text fields alone.
const loadMentions = ({ target }) => target.matches('textarea, [data-people]') && import('./mentions.js').catch(() => {});
on('focusin', loadMentions);
loadMentions({ target: document.activeElement });
