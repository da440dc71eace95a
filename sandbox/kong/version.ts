/** The lines of Kong Gateway that the twin can stand in for, oldest first. */
export const LINES = ["3.8", "3.9", "3.10", "3.13", "3.14"] as const;
export type Line = (typeof LINES)[number];

export interface Version {
  /** As given, for example "3.9.1" or "3.10.0.11". */
  text: string;
  line: Line;
  /** Three parts are the community edition's numbers, four the enterprise edition's. */
  edition: "community" | "enterprise";
}

/** Reads a version, or throws with the reason why the twin cannot stand in for it. */
export function parseVersion(text: string | undefined): Version {
  if (text === undefined || text === "") {
    throw new Error(`KONG_TWIN_VERSION is not set: name the version to stand in for, for example "3.9.1"`);
  }
  const match = /^(\d+\.\d+)\.\d+(\.\d+)?$/.exec(text);
  if (!match) {
    throw new Error(`KONG_TWIN_VERSION "${text}" is not a version: three or four numbers are needed`);
  }
  const line = LINES.find((known) => known === match[1]);
  if (!line) {
    throw new Error(`KONG_TWIN_VERSION "${text}": the twin knows only the lines ${LINES.join(", ")}`);
  }
  return { text, line, edition: match[2] === undefined ? "community" : "enterprise" };
}

/** Whether `version` is of `line` or a later one. */
export function since(version: Version, line: Line): boolean {
  return LINES.indexOf(version.line) >= LINES.indexOf(line);
}

/** The name that Kong gives itself in `Server` and `Via`. */
export function serverToken(version: Version): string {
  return version.edition === "enterprise"
    ? `kong/${version.text}-enterprise-edition`
    : `kong/${version.text}`;
}
