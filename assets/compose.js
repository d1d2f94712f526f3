// compose.js: what takes pictures comes once somebody is about to write, or has left pictures in a draft. Until then, and
// if it does not come, the form takes files as any form does.

import { PICTURES } from './drafts.js';
import { on, recall } from './page.js';

const bring = () => import('./pictures.js').catch(() => {});
const bringFor = ({ type, target }) => (type === 'dragenter' || target.closest('#compose')) && bring();

if (document.querySelector('#compose')) {
  for (const name of ['focusin', 'change', 'dragenter']) on(name, bringFor);
  if (recall(PICTURES) || document.querySelector('.shot')) bring();
}
