// Prints the contrast (WCAG 2.2, 1.4.3) of the colours of assets/style.css against what they stand on, light and dark.

import { readFileSync } from 'node:fs';

const style = readFileSync(new URL('../assets/style.css', import.meta.url), 'utf8');
const full = (hex) => (hex.length === 4 ? hex.replace(/[^#]/g, '$&$&') : hex);
const roles = Object.fromEntries(
  [...style.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(([, name, ...pair]) => [name, pair.map(full)]),
);
roles.white = ['#ffffff', '#ffffff'];

function luminance(hex) {
  const [r, g, b] = hex.match(/\w\w/g).slice(0, 3).map((part) => {
    const value = parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((high + 0.05) / (low + 0.05)).toFixed(1);
};

for (const [name, on] of [
  ['ink', 'card'], ['soft', 'card'], ['soft', 'ground'], ['soft', 'hover'], ['blue', 'card'], ['blue', 'ground'],
  ['white', 'fill'], ['heart', 'card'], ['red', 'card'], ['edge', 'card'],
]) {
  console.log(`${name} on ${on}: ${[0, 1].map((theme) => contrast(roles[name][theme], roles[on][theme])).join(', ')}`);
}
