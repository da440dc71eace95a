/** Why the Admin API takes no writes while two slots stand, and the two ways out of it. */
export function closedReason(newer: string, older: string, shared: boolean): string {
  const loss = shared ? "may not fit both versions" : "would be lost";
  return (
    `An upgrade is under way: configuration written now ${loss}. Give ${newer} all weight, which makes its ` +
    `Admin API the one to use, or take ${newer} out, which opens that of ${older} again.`
  );
}
