import { reviewApplied } from "../../components/applied-requests";
import { products } from "../../products/catalogue";
import type { Change } from "../../products/change";
import { type Finding, worstFirst } from "../../products/finding";
import type { ReleaseRecord } from "../../products/record";
import { type Need, review, type Rule } from "../../products/rule";
import { commonRules, rulesOf } from "../../products/rules/catalogue";
import { changeOf } from "../../stacks/change";
import { invalidDemand } from "../../stacks/config/demands";
import { readConfig } from "../../stacks/config/read";
import { placeOf } from "../../stacks/place";
import { plainSecrets } from "../../stacks/plain-secrets";
import type { StackConfig } from "./stack-config";

/** What a check knows of what was before; a release that is absent is that of a stack without any. */
export interface Before {
  last?: { record?: ReleaseRecord };
  promoted?: { record?: ReleaseRecord };
}

/** A rule that was not asked, as the outcome lists it, and what it needs that is not there. */
export type Unasked = Pick<Rule, "id" | "demands"> & { needs: Need[] };

export interface Outcome {
  /** Worst first. */
  findings: Finding[];
  /** Rules that need what was not given. */
  notChecked: Unasked[];
  /** Rules that need the engine: what runs, and secrets. */
  atPreview: Unasked[];
}

/** Rules that compare secrets: outputs and config hold them encrypted, so only the engine can. */
export const onSecrets = ["transition/password-changed", "transition/secrets-changed"];

function unasked({ id, demands, needs = [] }: Rule, known: readonly Need[]): Unasked {
  return { id, demands, needs: needs.filter((need) => !known.includes(need)) };
}

function needsEngine({ id, needs = [] }: Rule): boolean {
  return needs.includes("live gateway") || onSecrets.includes(id);
}

/** What is encrypted where more than a secret stands cannot be read here: that is said, not that it has the wrong type. */
function ofEncrypted(encrypted: string[]): (finding: Finding) => Finding {
  return (finding) =>
    finding.rule === invalidDemand.id && encrypted.includes(finding.key)
      ? {
          ...finding,
          wrong: `${finding.key} is encrypted as a whole, and only the engine can read it.`,
          remedy: `Encrypt its secrets alone: pulumi config set --secret --path '${finding.key}...'.`,
        }
      : finding;
}

/** The product that a config names, where it can be told though the rest of it cannot be read. */
function rulesFor(raw: Record<string, string>): readonly Rule[] {
  const name = raw["gateway:product"] ?? "";
  const product = Object.hasOwn(products, name) ? products[name] : undefined;
  return product ? rulesOf(product) : commonRules;
}

/** The findings of a preview, as far as they follow from a stack's config and what its outputs recorded. */
export function check(
  stack: string,
  { raw, encrypted }: StackConfig,
  before: Before,
  now = new Date(),
): Outcome {
  const { settings, findings } = readConfig(raw, placeOf(stack));
  const read = findings.map(ofEncrypted(encrypted));
  const given: Need[] = [
    ...(before.last ? (["last release"] as const) : []),
    ...(before.promoted ? (["promoted release"] as const) : []),
  ];
  const asked = rulesFor(raw).filter((rule) => !needsEngine(rule));
  const atPreview = rulesFor(raw)
    .filter(needsEngine)
    .map((rule) => unasked(rule, given));
  if (!settings)
    return { findings: worstFirst(read), notChecked: asked.map((rule) => unasked(rule, given)), atPreview };

  // Where no stack is named, nothing of one is missing.
  const known: Need[] = settings.asked.promotedFrom === undefined ? [...given, "promoted release"] : given;
  const topKeys = new Set(encrypted.map((at) => at.split(".")[0] as string));
  const change: Change = changeOf(settings, {
    // Secrets that cannot be read are taken for unchanged.
    last: { record: before.last?.record, secrets: settings.secrets },
    promoted: before.promoted?.record,
    observed: {
      plainSecrets: plainSecrets(settings, topKeys),
      appliedFiles: settings.appliedFiles.map(reviewApplied),
    },
  });
  const reviewed = review(asked, { ...change, now }, known);
  return {
    findings: worstFirst([...read, ...reviewed.findings]),
    notChecked: reviewed.notChecked.map((rule) => unasked(rule, known)),
    atPreview,
  };
}

/** 1 on an error, 2 where rules could not be checked, else 0. */
export function exitCodeOf({ findings, notChecked }: Outcome): number {
  if (findings.some(({ severity }) => severity === "error")) return 1;
  return notChecked.length > 0 ? 2 : 0;
}
