import { distance } from "fastest-levenshtein";

/** Nobody mistypes a name that is longer than any. */
const longest = 60;

/** How many letters may be wrong: a third of them, two at least; of a name of three letters or less, one. */
function limitFor(name: string): number {
  return name.length <= 3 ? 1 : Math.max(2, Math.floor(name.length / 3));
}

/** The known name that is nearest to one that is not known, where one is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined;
  const [best] = known
    .map((each) => ({ each, away: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ away }) => away <= limitFor(name))
    .sort((a, b) => a.away - b.away);
  return best?.each;
}

/** "Did you mean traffic? " before a remedy that lists what there is; nothing where no name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? "" : `Did you mean ${meant}? `;
}
