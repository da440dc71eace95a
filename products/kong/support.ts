import type { Change } from "../change";
import { versionSteps } from "../steps";
import type { DatabaseSupport } from "../product";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { version } from "../version";

/** The last day of long-term support, by line, in UTC. */
export const longTermSupportEnds: Record<string, string> = {
  "2.8": "2025-03-26",
  "3.4": "2026-08-31",
  "3.10": "2028-03-31",
  "3.14": "2029-04-07",
};

/** PostgreSQL by line, as Kong tests and supports it. Lines that the page does not list are not known. */
export const databaseVersions: DatabaseSupport = {
  server: "PostgreSQL",
  byLine: {
    ...Object.fromEntries(["3.4", "3.7", "3.8"].map((line) => [line, { oldest: 12, newest: 16 }])),
    ...Object.fromEntries(
      ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"].map((line) => [
        line,
        { oldest: 13, newest: 17 },
      ]),
    ),
  },
  source: "https://developer.konghq.com/gateway/third-party-support/",
};

function ended(change: Change): Problem[] {
  const today = change.now.toISOString().slice(0, "2025-03-26".length);
  return versionSteps(change).flatMap(({ to, key }) => {
    const { line } = version(to);
    const end = longTermSupportEnds[line];
    if (end === undefined || today <= end) return [];
    return [
      {
        key,
        wrong: `The long-term support of Kong ${line} ended on ${end}.`,
        remedy: `Plan the step on from ${to}, or choose a line that is supported.`,
      },
    ];
  });
}

/** How long the target is looked after. */
export const supportRules: Rule[] = [
  {
    id: "kong/lts-ended",
    severity: "warning",
    demands: "The line of the target is still under its long-term support.",
    source: "https://developer.konghq.com/gateway/version-support-policy/",
    check: ended,
  },
];
