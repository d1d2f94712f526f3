// copy.js: a button that copies a link or a token which is shown only once. Only pages that show one load it.

import { element, say } from './page.js';
import { toast } from './notices.js';

for (const secret of document.querySelectorAll('.secret')) {
  // navigator.clipboard is missing on plain http.
  const onclick = () => {
    getSelection().selectAllChildren(secret.firstElementChild);
    if (document.execCommand('copy')) toast(say('Copied'));
    getSelection().empty();
  };
  secret.after(element('button', { type: 'button', textContent: say('Copy'), onclick }));
}
