import fs from "node:fs";
import path from "node:path";
import { nodeModules } from "./places.mjs";

const file = path.join(nodeModules, ".gateway-upgrade", "programs.json");

/** What the last set-up found and chose; `postgres`, `haproxy` and `pulumi` are for other code to read. */
export function readRecord() {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

export function writeRecord(record) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Renamed into place, so that nobody reads half of it.
  fs.writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`);
  fs.renameSync(`${file}.${process.pid}`, file);
}
