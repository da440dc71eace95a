/** What a rule found in a change. Errors refuse it, warnings go with it into the review. */
export interface Finding {
  severity: "error" | "warning";
  /** The rule's id, such as "transition/serving-slot-changed". */
  rule: string;
  /** The config key that it is about, such as "gateway:green.version". */
  key: string;
  /** One sentence: what is wrong. */
  wrong: string;
  /** One sentence: what to do. */
  remedy: string;
  /** Where the rule is published: an address, or a page of this project's docs. */
  source: string;
  /** The id in gateway:acknowledge by which this finding is accepted. Absent: it cannot be. */
  acknowledge?: string;
}

const rank = { error: 0, warning: 1 };

/** Worst first; findings of one severity keep the order in which the rules gave them. */
export function worstFirst(findings: Finding[]): Finding[] {
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** A finding as a reviewer reads it, each part on its own line. */
export function formatFinding(finding: Finding): string {
  const { severity, key, wrong, remedy, rule, source, acknowledge } = finding;
  const accept = acknowledge ? [`    to accept it: add "${acknowledge}" to gateway:acknowledge`] : [];
  return [
    `${severity}: ${key}: ${wrong}`,
    `    what to do: ${remedy}`,
    ...(severity === "error" ? accept : []),
    `    rule: ${rule} (${source})`,
  ].join("\n");
}
