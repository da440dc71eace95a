import * as pulumi from "@pulumi/pulumi";
import { type Finding, formatFinding, worstFirst } from "../products/finding";

/** Ends the run with everything that was found, worst first, before anything is touched. */
export function refuse(findings: Finding[]): never {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const count = errors === 1 ? "1 error" : `${errors} errors`;
  throw new pulumi.RunError(
    `This change is refused (${count}); nothing was touched.\n\n${worstFirst(findings).map(formatFinding).join("\n")}`,
  );
}

/**
 * Hands findings to the reviewer: all at once, worst first, before the first resource. Errors end the run; warnings stay
 * with it in its diagnostics.
 */
export function report(findings: Finding[]): void {
  if (findings.some(({ severity }) => severity === "error")) refuse(findings);
  // The engine says itself that it is a warning.
  for (const finding of findings) void pulumi.log.warn(formatFinding(finding).replace(/^warning: /, ""));
}

/** Tells the reviewer what the update will do, step by step. */
export function announce(steps: string[]): void {
  if (steps.length === 0) return;
  const lines = steps.map((step, index) => `  ${index + 1}. ${step}`);
  void pulumi.log.info(`The plan:\n${lines.join("\n")}`);
}
