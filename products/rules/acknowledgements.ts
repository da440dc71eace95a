import { closest, distance } from "fastest-levenshtein";
import type { Change } from "../change";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

/** What can be accepted of this product: whole ids, and beginnings of ids, which end in "/". */
function acceptable({ product }: Change, common: readonly Rule[]): string[] {
  const ofRules = [...common, ...product.rules].flatMap(({ acknowledges }) => acknowledges ?? []);
  return [...new Set([...product.breakingChanges.map(({ id }) => id), ...ofRules])];
}

function isCovered(id: string, known: string): boolean {
  return known.endsWith("/") ? id.length > known.length && id.startsWith(known) : id === known;
}

/** The known id that was meant: the nearest one, unless more than half of it would have to be written anew. */
function meant(id: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(id, known);
  return distance(id, nearest) <= nearest.length / 2 ? nearest : undefined;
}

/** The rule that nothing is accepted in vain: of all ids that these rules and the product's own can be accepted by. */
export function acknowledgementRules(common: readonly Rule[]): Rule[] {
  const unknownId = (change: Change): Problem[] => {
    const known = acceptable(change, common);
    return change.asked.acknowledge
      .filter((id) => !known.some((each) => isCovered(id, each)))
      .map((id) => {
        const nearest = meant(id, known);
        return {
          key: "gateway:acknowledge",
          wrong: `"${id}" is neither a breaking change of ${change.product.title} nor a finding that can be accepted.`,
          remedy: nearest
            ? `Did you mean "${nearest}${nearest.endsWith("/") ? "..." : ""}"? Write that, or take it out.`
            : "Take it out; a finding that can be accepted names its id.",
        };
      });
  };
  return [
    {
      id: "acknowledge/unknown-id",
      severity: "error",
      demands:
        "Each id in gateway:acknowledge is that of a breaking change or of a finding that can be accepted.",
      source: "README.md#configuration",
      check: unknownId,
    },
  ];
}
