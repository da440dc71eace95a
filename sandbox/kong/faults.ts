import { readFileSync } from "node:fs";

/** What a version can be made to do wrong, for tests. */
export interface Faults {
  notReady: boolean;
  crashOnStart: boolean;
  migrationFails: boolean;
  /** Share of proxied requests answered with a 500, 0 to 1. */
  errorShare: number;
  /** Milliseconds that every proxied request is held back. */
  delay: number;
}

/** Reads `3.10.0:not-ready,3.10.0:5xx=0.3`; only what names exactly `version` counts. */
export function parseFaults(text: string, version: string): Faults {
  const faults: Faults = {
    notReady: false,
    crashOnStart: false,
    migrationFails: false,
    errorShare: 0,
    delay: 0,
  };
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const colon = entry.indexOf(":");
    const [kind, value = ""] = entry.slice(colon + 1).split("=") as [string, string?];
    if (colon < 1) throw new Error(`fault "${entry}": write <version>:<fault>`);
    const matches = entry.slice(0, colon) === version;
    if (kind === "not-ready") faults.notReady ||= matches;
    else if (kind === "crash-on-start") faults.crashOnStart ||= matches;
    else if (kind === "migration-fails") faults.migrationFails ||= matches;
    else if (kind === "5xx") faults.errorShare = matches ? share(entry, value) : faults.errorShare;
    else if (kind === "slow") faults.delay = matches ? milliseconds(entry, value) : faults.delay;
    else
      throw new Error(
        `fault "${entry}": "${kind}" is none of not-ready, crash-on-start, migration-fails, 5xx, slow`,
      );
  }
  return faults;
}

function share(entry: string, value: string): number {
  const number = Number(value);
  if (value === "" || !(number >= 0 && number <= 1)) throw new Error(`fault "${entry}": 5xx takes 0 to 1`);
  return number;
}

function milliseconds(entry: string, value: string): number {
  const match = /^(\d+)(ms|s)$/.exec(value);
  if (!match) throw new Error(`fault "${entry}": slow takes a time such as 800ms or 2s`);
  return Number(match[1]) * (match[2] === "s" ? 1000 : 1);
}

/** Faults of the environment and of the file that KONG_TWIN_FAULTS_FILE names, which a test may change at any time. */
export class FaultSwitch {
  private readonly fixed: string;
  private readonly file: string | undefined;
  private lastText = "";
  private last: Faults;
  private readAt = 0;

  constructor(
    private readonly version: string,
    env: NodeJS.ProcessEnv = process.env,
  ) {
    this.fixed = env.KONG_TWIN_FAULTS ?? "";
    this.file = env.KONG_TWIN_FAULTS_FILE === "" ? undefined : env.KONG_TWIN_FAULTS_FILE;
    this.last = parseFaults(this.fixed, version);
    this.current();
  }

  /** The faults in force now. The file is read anew at most every 20 ms, so that a busy proxy can ask at each request. */
  current(): Faults {
    if (this.file === undefined || Date.now() - this.readAt < 20) return this.last;
    this.readAt = Date.now();
    let text = "";
    try {
      text = readFileSync(this.file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (text === this.lastText) return this.last;
    this.lastText = text;
    try {
      this.last = parseFaults(`${this.fixed},${text}`, this.version);
    } catch (error) {
      // Perhaps read while it was being written: what was in force stays so until the file can be read.
      process.stderr.write(`${this.file}: ${(error as Error).message}\n`);
    }
    return this.last;
  }
}
