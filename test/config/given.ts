import { readConfig } from "../../stacks/config/read";

/** A config as a stack file has it: text as it is, all else as JSON. */
export type Given = Record<string, unknown>;

export const good: Given = { product: "kong", blue: { version: "3.9.1" } };

/** As the engine hands it to the program. */
export function asRaw(given: Given): Record<string, string> {
  const raw = Object.entries(given).map(([key, value]): [string, string] => [
    `gateway:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(raw);
}

export function read(given: Given) {
  return readConfig(asRaw(given), (name, { local: { port } }) => ({ place: { at: `${name}:${port}` } }));
}

export const check = (value: Given) => ({ ...good, smokeTests: { checks: [value] } });
export const two = (other: Given = {}) => ({ ...good, green: { version: "3.10.0" }, ...other });
export const existing = {
  addresses: ["10.0.0.1:8000"],
  adminApi: "http://10.0.0.1:8001",
  statusApi: "http://10.0.0.1:8007",
  database: { host: "db", name: "kong", user: "kong" },
};
