import type { PathVerdict } from "../product";
import { compareVersions, type Version, version } from "../version";

/** The line that the guide upgrades to. */
export const currentLine = "7.7";

/** The oldest version that the guide upgrades from, and the lines that it does. */
const oldest = "7.5.1";
const oldLines = ["7.5", "7.6"];

/** What may follow, as a remedy says it. */
const anyOfCurrent = "7.7.x, x being the date of an update";

/** The date that the third part of a version tells: of "7.7.20240228". Undefined where it tells none. */
export function updateOf(text: string): string | undefined {
  const date = String(version(text).base.patch);
  const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)$/.exec(date) ?? [];
  if (!year) return undefined;
  const read = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return read.toISOString().startsWith(`${year}-${month}-${day}`) ? date : undefined;
}

/** The way that leads from one version to another: by `sysupgrade`, or by the script of an update. */
export function wayOf(from: string, to: string): "sysupgrade" | "update" | undefined {
  const [old, target] = [version(from), version(to)];
  if (compareVersions(from, to) >= 0 || !isKnown(old) || !isKnown(target)) return undefined;
  if (target.line !== currentLine) return undefined;
  if (old.line === currentLine) return "update";
  return compareVersions(from, oldest) >= 0 && oldLines.includes(old.line) ? "sysupgrade" : undefined;
}

/** 7.7 has a release without a date, and updates that are named by theirs; other lines have any third part. */
function isKnown({ text, line, base, fourth }: Version): boolean {
  if (line !== currentLine) return compareVersions(text, `${currentLine}.0`) < 0;
  return fourth === 0 && (base.patch === 0 || updateOf(text) !== undefined);
}

/** Guaranteed: 7.5.1 or later and 7.6 to 7.7 by `sysupgrade`; 7.7 to a later update of it by the update's own script. */
export function path(from: string, to: string): PathVerdict {
  const [old, target] = [version(from), version(to)];
  const isOld = compareVersions(from, oldest) < 0;
  const refused = (why: string, instead: string[]): PathVerdict => ({
    guaranteed: false,
    why,
    via: [],
    instead,
  });
  const instead = old.line === currentLine ? ["a later update of 7.7"] : isOld ? [] : [anyOfCurrent];
  const order = compareVersions(from, to);
  if (order === 0) return { guaranteed: true };
  if (order > 0) return refused(`${to} is older than ${from}`, instead);
  if (wayOf(from, to)) return { guaranteed: true };
  const isNewer = ({ text, line }: Version) =>
    line !== currentLine && compareVersions(text, `${currentLine}.0`) > 0;
  const unknown = [old, target].find(isNewer);
  if (unknown) {
    return {
      guaranteed: false,
      why: `API Gateway ${unknown.text} is not among the releases known here`,
      via: [],
      instead: unknown === old ? [] : instead,
      unknown: unknown.line,
    };
  }
  const undated = [old, target].find((release) => release.line === currentLine && !isKnown(release));
  if (undated) return refused(`${undated.text} is neither 7.7.0 nor 7.7 with the date of an update`, instead);
  if (isOld) return refused(`The guide upgrades from ${oldest} and later, and ${from} is older`, instead);
  return refused(`The guide upgrades to 7.7 alone, and ${to} is of the line ${target.line}`, instead);
}
