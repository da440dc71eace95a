"use strict";
const fs = require("node:fs");
const path = require("node:path");

/** Writes a file for those who start later. */
function keep(place, contents) {
  const half = `${place}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(place), { recursive: true });
    // Renamed into place, so that nobody reads half of it.
    fs.writeFileSync(half, contents);
    fs.renameSync(half, place);
  } catch {
    // Where nothing can be written, it is made again each time.
  }
}

module.exports = { keep };
