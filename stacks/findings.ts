import * as pulumi from "@pulumi/pulumi";
import { type Finding, formatFinding, worstFirst } from "../products/finding";

/**
 * Hands findings to the reviewer: all at once, worst first, before the first resource. Errors end the run; warnings stay
 * with it in its diagnostics.
 */
export function report(findings: Finding[]): void {
  const sorted = worstFirst(findings);
  const errors = sorted.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    throw new pulumi.RunError(
      `This change is refused (${count}); nothing was touched.\n\n${sorted.map(formatFinding).join("\n")}`,
    );
  }
  for (const finding of sorted) void pulumi.log.warn(formatFinding(finding));
}

/** Tells the reviewer what the update will do, step by step. */
export function announce(steps: string[]): void {
  if (steps.length === 0) return;
  const lines = steps.map((step, index) => `  ${index + 1}. ${step}`);
  void pulumi.log.info(`The plan:\n${lines.join("\n")}`);
}
