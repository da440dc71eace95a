import type { Change } from "../change";
import { versionSteps } from "../steps";
import type { PathVerdict } from "../product";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { compareVersions } from "../version";

type Refused = Extract<PathVerdict, { guaranteed: false }>;

/** The steps of a change whose path is not guaranteed. */
function refusedSteps(change: Change) {
  return versionSteps(change).flatMap((step) => {
    const verdict = change.product.path(step.from, step.to);
    return verdict.guaranteed ? [] : [{ ...step, verdict }];
  });
}

/** A line or a version, as a step of a way: "3.10.x". */
function asStep(text: string): string {
  return text.split(".").length < 3 ? `${text}.x` : text;
}

function remedyOf({ from, to, verdict }: { from: string; to: string; verdict: Refused }): string {
  if (verdict.via.length > 0) {
    return `Upgrade step by step: ${[from, ...verdict.via.map(asStep), to].join(" → ")}.`;
  }
  if (verdict.instead.length === 0) return `Stay at ${from}: no guaranteed path leads on from it.`;
  return `Choose a version that ${from} has a guaranteed path to: ${verdict.instead.join(" or ")}.`;
}

function notGuaranteed(change: Change): Problem[] {
  return refusedSteps(change)
    .filter(({ from, to, verdict }) => verdict.unknown === undefined && compareVersions(from, to) <= 0)
    .map((step) => ({
      key: step.key,
      wrong: `${step.verdict.why}.`,
      remedy: remedyOf(step),
      source: change.product.pathSource,
    }));
}

function unknownVersion(change: Change): Problem[] {
  return refusedSteps(change)
    .filter(({ verdict }) => verdict.unknown !== undefined)
    .map((step) => ({
      key: step.key,
      wrong: `${step.verdict.why}: it is newer than they are, so its path and its breaking changes are not known.`,
      remedy: `${remedyOf(step)} Or read the vendor's notes on ${step.to} and accept it.`,
      source: change.product.pathSource,
      acknowledge: `path/unknown-version/${step.verdict.unknown}`,
    }));
}

/** A downgrade is no rollback: only the slot that still holds the old version may go back. */
function downgrade(change: Change): Problem[] {
  return refusedSteps(change)
    .filter(({ from, to, verdict }) => verdict.unknown === undefined && compareVersions(from, to) > 0)
    .map((step) => ({
      key: step.key,
      wrong: `${step.to} is older than ${step.from}: a database does not migrate backwards.`,
      remedy:
        `A rollback returns the weight to the slot that still holds ${step.to}; without one, make a new stack at ` +
        `${step.to} with gateway:restoreFrom set to a snapshot of that version.`,
      source: change.product.pathSource,
    }));
}

const source = "docs/architecture.md#version-paths";

/** Which version may follow which, as each product's vendor guarantees it. */
export const pathRules: readonly Rule[] = [
  {
    id: "path/not-guaranteed",
    severity: "error",
    demands:
      "Each step from one version to the next is one that the vendor guarantees; the refusal names the shortest way.",
    source,
    check: notGuaranteed,
  },
  {
    id: "path/unknown-version",
    severity: "error",
    demands: "A version newer than the tables here is accepted by name.",
    source,
    acknowledges: "path/unknown-version/",
    check: unknownVersion,
  },
  {
    id: "path/downgrade",
    severity: "error",
    demands: "No version goes backwards; a rollback goes to the slot that still holds the old one.",
    source,
    check: downgrade,
  },
];
