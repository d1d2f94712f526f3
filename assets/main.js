// main.js: starts the script of a page. Every module improves a page that works without it.

import './compose.js';
import './forms.js';
import './keys.js';
import './mentions.js';
import { streamUrl } from './page.js';
import { goLive } from './live.js';

if (streamUrl) goLive();
