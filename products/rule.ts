import type { Change } from "./change";
import type { Finding } from "./finding";
import type { Problem } from "./problem";

/** What a rule may need beyond a stack's config. Where it is not to be had, the rule is listed as not checked. */
export type Need =
  /** The release that this stack's last update recorded. */
  | "last release"
  /** The release of the stack that gateway:promotedFrom names. */
  | "promoted release"
  /** The gateway and the balancer as they are now. */
  | "live gateway";

/** One demand on a change: data that the docs list, and a pure function that tells where a change falls short of it. */
export interface Rule {
  /** "path/not-guaranteed": what it is about, then what it refuses. */
  id: string;
  severity: Finding["severity"];
  /** What must hold, in one sentence, as docs/rules.md lists it. */
  demands: string;
  /** Where that is published: an address, or a page of this project's docs. */
  source: string;
  /** Default: the config alone. */
  needs?: Need[];
  /**
   * The id that accepts a finding of this rule, in gateway:acknowledge; one that ends in "/" is the beginning of it. Each
   * `acknowledge` of its problems must be such an id, or it is refused as unknown. Default: no finding can be accepted.
   */
  acknowledges?: string;
  check: (change: Change) => Problem[];
}

/** What rules found in a change, and which of them could not be asked. */
export interface Review {
  findings: Finding[];
  notChecked: Rule[];
}

/**
 * Asks every rule that can be asked. A finding that config acknowledges is a warning: a reviewer still sees what was
 * accepted.
 */
export function review(rules: readonly Rule[], change: Change, known: readonly Need[]): Review {
  const isKnown = ({ needs = [] }: Rule) => needs.every((need) => known.includes(need));
  const findings = rules.filter(isKnown).flatMap((rule) =>
    rule.check(change).map((problem): Finding => {
      const { id, severity, source } = rule;
      const finding = { severity, source, ...problem, rule: id };
      const accepted = problem.acknowledge && change.asked.acknowledge.includes(problem.acknowledge);
      return accepted
        ? { ...finding, severity: "warning", remedy: `Accepted by gateway:acknowledge: ${problem.remedy}` }
        : finding;
    }),
  );
  return { findings, notChecked: rules.filter((rule) => !isKnown(rule)) };
}
