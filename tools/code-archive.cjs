"use strict";
// One file with the code of many modules: an index as JSON, its length before it, and behind it the text of each module
// and what V8 made of that. Of a module nothing is read before it is needed.
const fs = require("node:fs");

const lengthBytes = 4;

/**
 * An archive that `maker` wrote, as `{ modules, read }`; an empty one where there is none, one of somebody
 * else, or half of one. A module is `{ size, changed, requests, start, text, code, wide }`: the last four say where its code lies.
 */
function readArchive(place, maker) {
  try {
    const file = fs.openSync(place, "r");
    const bytes = (start, length) => {
      const buffer = Buffer.allocUnsafeSlow(length);
      fs.readSync(file, buffer, 0, length, start);
      return buffer;
    };
    const length = bytes(0, lengthBytes).readUInt32LE();
    const index = JSON.parse(bytes(lengthBytes, length).toString());
    const from = lengthBytes + length;
    const isWhole = fs.fstatSync(file).size === from + index.length;
    if (index.maker !== maker || !isWhole) return empty();
    return {
      modules: index.modules,
      read({ start, text, code, wide }) {
        const both = bytes(from + start, text + code);
        return { text: both.toString(encoding(wide), 0, text), code: both.subarray(text) };
      },
    };
  } catch {
    return empty();
  }
}

const empty = () => ({ modules: {} });

/** The contents of an archive of modules, each as `[file, { size, changed, requests, text, code }]` with its text and code. */
function archiveOf(maker, modules) {
  const index = { maker, modules: {} };
  const parts = [];
  let start = 0;
  for (const [file, { text, code, ...known }] of modules) {
    const wide = /[^\0-\xff]/.test(text);
    const written = Buffer.from(text, encoding(wide));
    index.modules[file] = { ...known, start, text: written.length, code: code.length, wide };
    parts.push(written, code);
    start += written.length + code.length;
  }
  const head = Buffer.from(JSON.stringify({ ...index, length: start }));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...parts]);
}

/** Most texts have no character beyond Latin-1: nothing of those has to be decoded. */
function encoding(wide) {
  return wide ? "utf8" : "latin1";
}

module.exports = { archiveOf, readArchive };
