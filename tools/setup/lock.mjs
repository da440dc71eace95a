import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { cache } from "./places.mjs";
import { say } from "./say.mjs";

const lock = path.join(cache, "setup.lock");

/** One set-up at a time for each user: a second one waits, and then finds the work done. */
export async function withLock(work) {
  fs.mkdirSync(cache, { recursive: true });
  let told = false;
  while (!take()) {
    if (!told) say(`another set-up is at work; waiting for it (if there is none, remove ${lock})`);
    told = true;
    await wait(1000);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function take() {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (problem) {
    if (problem.code !== "EEXIST") throw problem;
    if (!holderIsAlive()) fs.rmSync(lock, { force: true });
    return false;
  }
}

function holderIsAlive() {
  try {
    const pid = Number(fs.readFileSync(lock, "utf8"));
    // Just created and not written yet counts as alive.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (problem) {
    return problem.code === "EPERM";
  }
}
