import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** Runs a command quietly: `{ ok, text, why }`. A command that is not there or takes too long is not ok. */
export function tryCommand(program, args, { seconds = 30, ...options } = {}) {
  const limits = { encoding: "utf8", timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 2 ** 26 };
  const result = spawnSync(program, args, { stdio: ["ignore", "pipe", "pipe"], ...limits, ...options });
  const text = `${result.stdout ?? ""}${result.stderr ?? ""}`;
  const took = result.error?.code === "ETIMEDOUT" ? `no answer in ${seconds} s` : result.error?.message;
  return { ok: result.status === 0, text, why: took ?? lastLine(text) };
}

function lastLine(text) {
  return text.trim().split("\n").at(-1);
}

export function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

export function directoriesOnPath() {
  return (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
}

/** The first of these directories that holds every one of the programs. */
export function directoryWith(programs, directories) {
  return directories.find((directory) => programs.every((name) => isExecutable(path.join(directory, name))));
}
