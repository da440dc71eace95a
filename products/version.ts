// Each by its own file: the whole of semver would be a third of what a command of ours takes to start.
import type { SemVer } from "semver";
import compare from "semver/functions/compare";
import parse from "semver/functions/parse";

/**
 * A version of an API gateway: three parts, or the four that enterprise releases carry ("3.10.0.11").
 * `semver` alone drops the fourth part, so it is kept and compared here.
 */
export interface Version {
  text: string;
  /** The first two parts, which name a line of releases: "3.10". */
  line: string;
  base: SemVer;
  fourth: number;
}

/** The third part may be a date: "7.7.20240228". */
const pattern = /^(\d{1,6}\.\d{1,6}\.\d{1,8})(?:\.(0|[1-9]\d{0,5}))?$/;

/** Reads "3.9.1" or "3.10.0.11". Undefined for anything else, "3.10" among them: a release has three parts at least. */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text);
  const base = match?.[1] === undefined ? null : parse(match[1]);
  if (!match || !base) return undefined;
  return { text, line: `${base.major}.${base.minor}`, base, fourth: Number(match[2] ?? 0) };
}

/** As `parseVersion`, for text that validation has passed. Throws on anything else. */
export function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`"${text}" is no version of three or four numbers`);
  return parsed;
}

/** Below 0 when `a` is older than `b`, 0 when they are the same release, above 0 when it is newer. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [version(a), version(b)];
  return compare(left.base, right.base) || left.fourth - right.fourth;
}
