// compose.js: loads to.js, linked.js and pictures.js when somebody begins to write, and pictures.js if there are pictures in a draft.
// Until then, and if they cannot be loaded, the form works as any form does.

import { PICTURES } from './drafts.js';
import { on, recall } from './page.js';

const loadPictures = () => import('./pictures.js').catch(() => {});
const loadFor = ({ type, target }) => {
  if (type !== 'dragenter' && !target.closest('#compose')) return;
  loadPictures();
  import('./to.js').catch(() => {});
  import('./linked.js').catch(() => {});
};

const form = document.querySelector('#compose');
if (form) {
  form.addEventListener('focusin', () => (form.dataset.open = ''), { once: true });
  for (const name of ['focusin', 'change', 'dragenter']) on(name, loadFor);
  if (recall(PICTURES) || document.querySelector('.shot')) loadPictures();
}
