import { products } from "../../products/catalogue";
import { recordRelease, type ReleaseRecord } from "../../products/record";
import { readConfig } from "../../stacks/config/read";
import { placeOf } from "../../stacks/local-place";

/** A stack's config as the engine hands it over, and what its last update recorded. */
export interface ReviewedGateway {
  raw: Record<string, string>;
  record?: ReleaseRecord;
}

type Keys = Record<string, unknown>;

/** Versions that follow each other, by product; not every step from one to a later one is guaranteed. */
const versions: Record<string, string[]> = {
  kong: ["2.8.5", "3.4.3", "3.7.1", "3.8.1", "3.9.1", "3.10.0", "3.10.0.11", "3.14.0", "4.0.0"],
  api7: ["3.2.16", "3.3.2", "3.4.0", "3.4.1", "3.5.0", "3.8.0"],
  axway: ["7.5.3", "7.6.2", "7.7.20200130", "7.7.20230228", "7.7.20240228", "7.7.20240530"],
  jahia: ["7.3.8.0", "8.0.3.0", "8.1.6.1", "8.2.0.0", "8.2.1.0"],
};

/** What a change finds, and what it makes of it, from one version to another. */
const situations: ((from: string, to: string) => { before?: Keys; after: Keys })[] = [
  (from) => ({ after: { blue: { version: from } } }),
  (from) => ({ before: { blue: { version: from } }, after: { blue: { version: from } } }),
  // Provision, shift, take over at once.
  (from, to) => ({
    before: { blue: { version: from } },
    after: { ...two(from, to), traffic: { green: 0 } },
  }),
  (from, to) => ({
    before: { ...two(from, to), traffic: { green: 10 } },
    after: { ...two(from, to), traffic: { green: 50 } },
  }),
  (from, to) => ({
    before: { blue: { version: from } },
    after: { ...two(from, to), traffic: { green: 100 } },
  }),
  // Roll back, finalize.
  (from, to) => ({
    before: { ...two(from, to), traffic: { green: 100 } },
    after: { blue: { version: from } },
  }),
  (from, to) => ({
    before: { ...two(from, to), traffic: { green: 100 } },
    after: { green: { version: to } },
  }),
  // What is refused: the slot that serves gets another version, leaves, or a key is mistyped.
  (from, to) => ({ before: { blue: { version: from } }, after: { blue: { version: to } } }),
  (from, to) => ({ before: { blue: { version: from } }, after: { green: { version: to } } }),
  (from, to) => ({ before: { blue: { version: from } }, after: { ...two(from, to), trafic: { green: 10 } } }),
];

function two(from: string, to: string): Keys {
  return { blue: { version: from }, green: { version: to }, ...(from === to ? { source: "blue" } : {}) };
}

function asRaw(product: string, keys: Keys): Record<string, string> {
  const entries = Object.entries(keys).map(([key, value]) => [`gateway:${key}`, JSON.stringify(value)]);
  return { "gateway:product": product, ...(Object.fromEntries(entries) as Record<string, string>) };
}

/** What an update with this config would have recorded. */
function recordOf(raw: Record<string, string>): ReleaseRecord | undefined {
  const { settings } = readConfig(raw, placeOf("bench"));
  if (!settings) return undefined;
  return recordRelease(undefined, { mark: "mark", at: "2026-01-01T00:00:00Z", release: settings.release });
}

/** Gateways of every product, each pair of versions and each situation in turn. */
export function makeGateways(count: number): ReviewedGateway[] {
  const names = Object.keys(products);
  return Array.from({ length: count }, (_, index) => {
    const product = names[index % names.length] as string;
    const known = versions[product] ?? ["1.0.0", "1.1.0"];
    const round = Math.floor(index / names.length);
    const situation = situations[round % situations.length] as (typeof situations)[number];
    const pair = Math.floor(round / situations.length);
    const first = pair % known.length;
    const second = (first + Math.floor(pair / known.length)) % known.length;
    const { before, after } = situation(known[first] as string, known[second] as string);
    const record = before && recordOf(asRaw(product, before));
    return { raw: asRaw(product, after), ...(record ? { record } : {}) };
  });
}
