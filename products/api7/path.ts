import type { PathVerdict } from "../product";
import { compareVersions, version } from "../version";

/** Lines of releases in the order in which they follow each other; the release notes were read up to 3.9. */
const lines = ["3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9"];

/** The first release that is newer than all of them. */
const firstUnknown = "3.10.0";

/** The one broken step that the release notes name: this Dashboard does not start on a database as old as that. */
const trap = { target: "3.3.1", newestThatFails: "3.2.16.2", oldestThatWorks: "3.2.16.3", fixed: "3.3.2" };

function failsFrom(from: string): boolean {
  return compareVersions(from, trap.newestThatFails) <= 0;
}

/** The line that one guaranteed step leads to: the next minor of the same major. */
function nextLine(line: string): string | undefined {
  return lines.includes(line) ? lines[lines.indexOf(line) + 1] : undefined;
}

/** A line to stop at, or the release of it that the broken step makes the only good one. */
function stopOver(line: string, from: string, to: string): string {
  if (!failsFrom(from)) return line;
  if (line === version(trap.fixed).line) return trap.fixed;
  return line === version(trap.oldestThatWorks).line && to === trap.target ? trap.oldestThatWorks : line;
}

/** What may follow a version, as a remedy says it. */
function whatMayFollow(from: string): string[] {
  const { line } = version(from);
  const next = nextLine(line);
  const later = "a later patch of its line";
  if (!next) return [later];
  const stop = stopOver(next, from, from);
  return [later, stop === next ? `${next}.x` : stop];
}

function known(text: string): boolean {
  return lines.includes(version(text).line);
}

/** Guaranteed: patch to patch, and adjacent minors, both within major 3. */
export function path(from: string, to: string): PathVerdict {
  const [old, target] = [version(from), version(to)];
  const order = compareVersions(from, to);
  if (order === 0) return { guaranteed: true };
  const instead = whatMayFollow(from);
  if (order > 0) return { guaranteed: false, why: `${to} is older than ${from}`, via: [], instead };
  if (to === trap.target && nextLine(old.line) === target.line && failsFrom(from)) {
    const why = `The Dashboard of API7 Enterprise ${to} does not start on what ${trap.newestThatFails} or an older release left; ${trap.fixed} does`;
    return { guaranteed: false, why, via: [], instead };
  }
  const isPatch = old.line === target.line && target.base.major === 3;
  if (isPatch || nextLine(old.line) === target.line) return { guaranteed: true };
  const unknown = [target, old].find(({ text }) => !known(text));
  if (unknown) {
    const isNewer = compareVersions(unknown.text, firstUnknown) >= 0;
    return {
      guaranteed: false,
      why: `API7 Enterprise ${unknown.text} is not among the releases known here`,
      via: [],
      instead,
      ...(isNewer ? { unknown: unknown.line } : {}),
    };
  }
  const between = lines.slice(lines.indexOf(old.line) + 1, lines.indexOf(target.line));
  return {
    guaranteed: false,
    why: `API7 Enterprise does not guarantee the step from ${from} to ${to}`,
    via: between.map((line) => stopOver(line, from, to)),
    instead,
  };
}
