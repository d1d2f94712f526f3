// times.js: shows times as people say them, such as "5 minutes ago". Without the script the server's times stay.

import { lang, many, on, say } from './page.js';

const REFRESH_MS = 30_000;
// British English writes times as the server does.
const formatted = (options) => new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, options).format;
const clock = formatted({ hour: '2-digit', minute: '2-digit' });
const day = formatted({ day: 'numeric', month: 'long' });
const dayAndYear = formatted({ day: 'numeric', month: 'long', year: 'numeric' });
const exact = formatted({ dateStyle: 'full', timeStyle: 'long' });

export function refreshTimes(scope = document) {
  for (const time of scope.querySelectorAll('time[datetime]')) {
    const date = new Date(time.dateTime);
    const text = ago(date, new Date());
    if (time.textContent !== text) time.textContent = text;
    time.title = exact(date);
  }
}

export function ago(date, now) {
  const minutes = Math.floor((now - date) / 60_000);
  if (minutes < 1) return say('just now');
  if (minutes < 60) return many(minutes, '{n} minute ago', '{n} minutes ago');
  if (date.toDateString() === now.toDateString()) return many(Math.floor(minutes / 60), '{n} hour ago', '{n} hours ago');
  // Twelve hours before midnight is always yesterday, even when the clocks change.
  const yesterday = new Date(new Date(now).setHours(-12));
  if (date.toDateString() === yesterday.toDateString()) return say('Yesterday at {time}', { time: clock(date) });
  return date.getFullYear() === now.getFullYear() ? day(date) : dayAndYear(date);
}

const refreshIfSeen = () => document.hidden || refreshTimes();
refreshTimes();
setInterval(refreshIfSeen, REFRESH_MS);
on('visibilitychange', refreshIfSeen);
