// compose.js: loads pictures.js when somebody begins to write, or has pictures in a draft. Until then, and if it cannot
// be loaded, the form sends files as any form does.

import { PICTURES } from './drafts.js';
import { on, recall } from './page.js';

const loadPictures = () => import('./pictures.js').catch(() => {});
const loadPicturesFor = ({ type, target }) => (type === 'dragenter' || target.closest('#compose')) && loadPictures();

if (document.querySelector('#compose')) {
  for (const name of ['focusin', 'change', 'dragenter']) on(name, loadPicturesFor);
  if (recall(PICTURES) || document.querySelector('.shot')) loadPictures();
}
