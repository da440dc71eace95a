/** Every place in a value, as the keys that lead to it. */
export function places(given: unknown, at: string[] = []): string[][] {
  return typeof given === "object" && given !== null
    ? [at, ...Object.entries(given).flatMap(([name, inner]) => places(inner, [...at, name]))]
    : [at];
}

/** A copy of a value with another one in a place. */
export function inPlace(given: unknown, [name, ...rest]: string[], other: unknown): unknown {
  if (name === undefined) return other;
  const copy = (Array.isArray(given) ? [...(given as unknown[])] : { ...(given as object) }) as Record<
    string,
    unknown
  >;
  copy[name] = inPlace(copy[name], rest, other);
  return copy;
}
