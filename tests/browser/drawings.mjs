// drawings.mjs: draws small pictures for the stories, so that no picture file is checked in.

import { crc32, deflateSync } from 'node:zlib';

/** Returns a PNG for `setInputFiles`: a gradient between two RGB colours. */
export function png(name, width, height, from = [240, 200, 150], to = [40, 90, 160]) {
  return painted(name, width, height, (x, y) => between(from, to, (x + y) / (width + height)));
}

const between = (from, to, part) => from.map((one, i) => Math.round(one + (to[i] - one) * part));

/** Draws rows of hills and a setting sun. */
export function evening(name, width, height) {
  return painted(name, width, height, (x, y) => {
    const [across, down] = [x / height, y / height];
    const sky = between([88, 120, 168], [250, 196, 138], Math.min(1, down / 0.62));
    const hill = [0, 1, 2, 3].findLast((n) => {
      const wave = Math.sin(across * (2.1 + n) + 2.2 * n) + 0.45 * Math.sin(across * (5.3 + 2 * n) + n);
      return down > 0.54 + 0.13 * n - (0.075 - 0.012 * n) * wave;
    });
    if (hill !== undefined) return between([176, 138, 140], [38, 52, 58], hill / 3 + (down - 0.8) / 4);
    const fromSun = Math.hypot(across - 1.02, down - 0.4);
    return between([255, 240, 205], sky, Math.min(1, Math.max(0, (fromSun - 0.07) * 40), 0.45 + fromSun));
  });
}

/** Draws a tomato, for an avatar. */
export function tomato(name, side) {
  return painted(name, side, side, (x, y) => {
    const [across, down] = [(2 * x) / side - 1, (2 * y) / side - 1];
    const [round, turn] = [Math.hypot(across, (down + 0.52) * 1.9), Math.atan2(down + 0.52, across)];
    if (round < 0.24 + 0.2 * Math.cos(5 * turn + 0.5)) return [62, 120, 58];
    const fruit = Math.hypot(across, (down - 0.1) * 1.12) / 0.8;
    if (fruit > 1) return [236, 229, 208];
    return between([236, 92, 66], [176, 38, 32], Math.min(1, Math.hypot(across + 0.3, down + 0.2)));
  });
}

function painted(name, width, height, colourAt) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(colourAt(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  const head = Buffer.from([...long(width), ...long(height), 8, 2, 0, 0, 0]);
  const chunks = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  const buffer = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
  return { name, mimeType: 'image/png', buffer };
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  return Buffer.concat([long(data.length), body, long(crc32(body))]);
}

function long(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Returns an endless animation of a red and a blue frame. Each LZW code has eight bits and stands for one pixel. */
export function gif(name, width, height) {
  const short = (number) => [number & 255, number >> 8];
  const colours = [255, 0, 0, 0, 0, 255, ...Array(3 * 126).fill(0)];
  const head = [...Buffer.from('GIF89a'), ...short(width), ...short(height), 0xf6, 0, 0, ...colours];
  const forEver = [0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0];
  const frame = (colour) => {
    // A clear code in time keeps the codes from becoming wider.
    const codes = Array.from({ length: width * height }, (_, n) => (n % 100 ? [colour] : [128, colour])).flat();
    const data = [...codes, 129];
    const blocks = [];
    for (let n = 0; n < data.length; n += 255) blocks.push(Math.min(255, data.length - n), ...data.slice(n, n + 255));
    return [0x21, 0xf9, 4, 4, ...short(20), 0, 0, 0x2c, 0, 0, 0, 0, ...short(width), ...short(height), 0, 7, ...blocks, 0];
  };
  const buffer = Buffer.from([...head, ...forEver, ...frame(0), ...frame(1), 0x3b]);
  return { name, mimeType: 'image/gif', buffer };
}
