// main.js: where the page comes alive. Everything here improves a page that works without it.

import './drafts.js';
import './forms.js';
import './keys.js';
import { river } from './page.js';
import { goLive } from './live.js';

if (river?.dataset.stream) goLive();
