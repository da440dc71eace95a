/** Inputs of a command: what its resource has in its environment, and nothing secret. */

/** The environment variable that bears an input. */
export function variable(key: string): string {
  return `GATEWAY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** A resource's inputs as the environment of its command: text as it is, all else as JSON. */
export function toEnvironment<T extends Record<string, unknown>>(input: T): Record<string, string> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      variable(key),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Reads a text input. Throws where the resource has none of that name. */
export function text(key: string): string {
  const value = process.env[variable(key)];
  if (value === undefined) throw new Error(`the command's input ${variable(key)} is missing`);
  return value;
}

/** Whether the resource has an input of that name. */
export function hasInput(key: string): boolean {
  return process.env[variable(key)] !== undefined;
}

/** Reads an input that is no text. */
export function json<T>(key: string): T {
  return JSON.parse(text(key)) as T;
}
