import type { PathVerdict } from "../product";
import { compareVersions, version } from "../version";

/** Lines of releases in the order in which they follow each other. */
const lines = ["7.2", "7.3", "8.0", "8.1", "8.2"];

/** The first version that a rolling upgrade can lead to: the last patches of 7.2 have it, and all that follows. */
const firstTarget = "7.2.3.2";

/** What may follow a version, the nearest first, as a remedy says it. */
function whatMayFollow(from: string): string[] {
  const { line } = version(from);
  const nearest = compareVersions(from, firstTarget) < 0 ? firstTarget : "a later patch of its line";
  const later = lines.filter((each) => each !== version(firstTarget).line && each !== line);
  const following = later.filter((each) => compareVersions(`${each}.0`, from) > 0);
  return [nearest, ...following.map((each) => `${each}.x`)];
}

/** Guaranteed: any step forward whose target the procedure works for. Jahia says nothing of where it may start. */
export function path(from: string, to: string): PathVerdict {
  const [old, target] = [version(from), version(to)];
  const order = compareVersions(from, to);
  if (order === 0) return { guaranteed: true };
  const refused = { guaranteed: false as const, via: [], instead: whatMayFollow(from) };
  if (order > 0) return { ...refused, why: `${to} is older than ${from}` };
  if (compareVersions(to, firstTarget) < 0) {
    return {
      ...refused,
      why: `Jahia's rolling upgrade does not lead to ${to}, only to ${firstTarget} and later`,
    };
  }
  if (lines.includes(target.line) || old.line === target.line) return { guaranteed: true };
  const isNewer = compareVersions(to, `${lines[lines.length - 1]}.0`) > 0;
  return {
    ...refused,
    why: `Jahia ${to} is not among the releases known here`,
    ...(isNewer ? { unknown: target.line } : {}),
  };
}
