// links.js: opens folded comments, likes, edit forms and pictures in place. Each of these links also works as a plain
// link.

import { focusOn, inTurn, on } from './page.js';
import { forgetDraft } from './drafts.js';
import { fetchFragment } from './fragments.js';
import { merge, swap } from './merge.js';
import { keepPlace } from './place.js';

const unfold = { comments: unfoldComments, likes: unfoldLikes, edit: openEdit };

on('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const edit = link.closest('.edit');
  if (link.matches('.write')) link.closest('article').querySelector('.comment-form textarea').focus();
  else if (link.dataset.unfold) inTurn(() => open(link));
  else if (link.matches('.pictures a')) import('./lightbox.js').then(({ show }) => show(link), () => location.assign(link));
  else if (link.matches('.cancel') && isInPlace(edit)) closeEdit(edit);
  else return;
  event.preventDefault();
});

async function open(link) {
  const fresh = await fetchFragment(link.href).catch(() => null);
  if (fresh) unfold[link.dataset.unfold](link, fresh);
  else location.assign(link);
}

function unfoldComments(link, page) {
  const list = link.closest('.comments');
  const before = link.closest('li').previousElementSibling;
  keepPlace(() => merge(list, page.querySelector('.comments')));
  list.dataset.whole = '';
  const news = list.querySelector('[data-first-unread]');
  focusOn((news ?? before.nextElementSibling)?.querySelector('.comment-by a'));
  news?.scrollIntoView({ block: 'center' });
}

function unfoldLikes(link, page) {
  swap(link.closest('.likes'), page.querySelector('.likes'));
}

// Inserts the edit form before the text, which the style sheet then hides.
function openEdit(link, form) {
  const holder = link.closest('.comment, .post-body');
  if (!holder.querySelector(':scope > .edit')) holder.querySelector('.text, .comment-text').before(form);
  const field = holder.querySelector(':scope > .edit textarea');
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

// Tells whether a form was opened in place. On the server's own edit page there is no text beside it.
export const isInPlace = (form) => form.nextElementSibling?.matches('.text, .comment-text');

export function closeEdit(form) {
  const link = form.parentElement.querySelector(':scope > .meta [data-unfold=edit]');
  forgetDraft(form.querySelector('textarea'));
  form.remove();
  focusOn(link);
}
