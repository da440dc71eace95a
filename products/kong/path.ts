import type { PathVerdict } from "../product";
import { compareVersions, version } from "../version";

/** Lines of releases in the order in which they follow each other; the guide lists them up to 3.15. */
const lines = [
  "2.8",
  ...["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9"],
  ...["3.10", "3.11", "3.12", "3.13", "3.14", "3.15"],
];

/** Releases with long-term support; a step from one to the next is guaranteed though lines lie between. */
const longTermSupport = ["2.8", "3.4", "3.10", "3.14"];

/** The lines that one guaranteed step leads to: the next minor of the same major, and the next long-term one. */
function stepsFrom(line: string): string[] {
  if (!lines.includes(line)) return [];
  const next = lines[lines.indexOf(line) + 1];
  const sameMajor = next && next.split(".")[0] === line.split(".")[0] ? [next] : [];
  const lts = longTermSupport.includes(line) ? longTermSupport[longTermSupport.indexOf(line) + 1] : undefined;
  return lts && !sameMajor.includes(lts) ? [...sameMajor, lts] : sameMajor;
}

/** The shortest way of guaranteed steps from line to line, without the first; undefined where there is none. */
function shortestWay(from: string, to: string): string[] | undefined {
  const ways = [[from]];
  const seen = new Set([from]);
  for (let way = ways.shift(); way; way = ways.shift()) {
    const last = way[way.length - 1] as string;
    if (last === to) return way.slice(1);
    for (const next of stepsFrom(last)) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
}

/** What may follow a version, as a remedy says it. */
function whatMayFollow(from: string): string[] {
  return ["a later patch of its line", ...stepsFrom(version(from).line).map((next) => `${next}.x`)];
}

/** Guaranteed: patch to patch, adjacent minors, adjacent long-term releases. */
export function path(from: string, to: string): PathVerdict {
  const [old, target] = [version(from), version(to)];
  const instead = whatMayFollow(from);
  if (compareVersions(from, to) > 0) {
    return { guaranteed: false, why: `${to} is older than ${from}`, via: [], instead };
  }
  if (old.line === target.line || stepsFrom(old.line).includes(target.line)) return { guaranteed: true };
  const unknown = [old, target].find(({ line }) => !lines.includes(line));
  if (unknown) {
    const isNewer = compareVersions(unknown.text, `${lines[lines.length - 1]}.0`) > 0;
    return {
      guaranteed: false,
      why: `Kong ${unknown.text} is not among the releases known here`,
      via: [],
      instead,
      ...(isNewer ? { unknown: unknown.line } : {}),
    };
  }
  const way = shortestWay(old.line, target.line);
  return {
    guaranteed: false,
    why: `Kong does not guarantee the step from ${from} to ${to}`,
    via: way ? way.slice(0, -1) : [],
    instead,
  };
}
