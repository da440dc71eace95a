import { formatFinding } from "../../products/finding";
import { invalidDemand } from "../../stacks/config/demands";
import type { Outcome, Unasked } from "./check";

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function listed(title: string, rules: Unasked[]): string[] {
  return rules.length === 0 ? [] : ["", title, ...rules.map(({ id, demands }) => `  ${id}: ${demands}`)];
}

/** What a check found, as a reviewer reads it: the findings, worst first, what was not checked, and the counts. */
export function formatOutcome({ findings, notChecked, atPreview }: Outcome): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const missing = new Set(notChecked.flatMap(({ needs }) => needs));
  const ways = [
    ...(missing.has("last release") ? ["--release"] : []),
    ...(missing.has("promoted release") ? ["--promoted"] : []),
  ];
  const why = ways.length > 0 ? ` (give ${ways.join(" and ")})` : "";
  const isReadable = findings.every(({ rule }) => rule !== invalidDemand.id);
  return [
    ...findings.map(formatFinding),
    ...(isReadable
      ? [...listed(`Not checked${why}:`, notChecked), ...listed("Asked at preview only:", atPreview)]
      : ["", "The rules are asked once the config can be read."]),
    "",
    [
      count(errors, "error"),
      count(findings.length - errors, "warning"),
      `${count(notChecked.length, "rule")} not checked`,
      `${atPreview.length} asked at preview only`,
    ].join(", "),
  ]
    .join("\n")
    .trimStart();
}
