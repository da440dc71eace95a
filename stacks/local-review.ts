import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { risingSlots, whatIsUnhealthy } from "../components/gates";
import { safePath } from "../components/local/haproxy/config";
import { longestSocketPath, socketOf } from "../components/local/haproxy/runtime";
import { readManifest } from "../components/local/postgres/snapshot";
import type { LiveTraffic, Platform } from "../components/platform";
import type { Finding } from "../products/finding";
import { lifeOf, type Release, slotNames } from "../products/release";
import { type KnownSnapshot, reviewTransition } from "../products/transition";
import type { Settings } from "./config/read";
import type { LastRelease } from "./last-release";

const docs = "README.md#configuration";

function error(rule: string, key: string, wrong: string, remedy: string): Finding {
  return { severity: "error", rule, key: `gateway:${key}`, wrong, remedy, source: docs };
}

/** As root, PostgreSQL's server runs as another user: each folder above its own must let that one pass. */
function closedFolder(directory: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const parts = path.resolve(directory).split(path.sep);
  const folders = parts.map((_, index) => path.join("/", ...parts.slice(1, index + 1)));
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

/** Whether everything can lie below this directory. */
export function reviewDirectory(directory: string): Finding[] {
  const socket = socketOf(directory);
  const key = "local.directory";
  if (!safePath.test(path.resolve(directory))) {
    return [
      error(
        "local/directory",
        key,
        `HAProxy cannot take the path ${path.resolve(directory)}.`,
        "Use letters, digits and . _ / @ + - in it.",
      ),
    ];
  }
  const closed = closedFolder(directory);
  if (closed !== undefined) {
    return [
      error(
        "local/directory",
        key,
        `PostgreSQL does not run as root, and ${closed} lets no other user pass to its files below ${directory}.`,
        "Set a directory that others can pass through, such as /var/tmp/gateway, or run as an ordinary user.",
      ),
    ];
  }
  if (socket.length <= longestSocketPath) return [];
  const wrong = `The balancer's socket would have a path of ${socket.length} characters, and ${longestSocketPath} are possible.`;
  return [
    error("local/directory", key, wrong, "Set a directory with a shorter path, such as /var/tmp/gateway."),
  ];
}

/** Keys of the config that the engine holds as secrets. */
function secretKeys(): Set<string> {
  return new Set(JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[]);
}

/** A secret that was set without --secret is in the stack's config file for everybody to read. */
function reviewPlainSecrets({ secrets, config }: Settings): Finding[] {
  const known = secretKeys();
  const slots = slotNames.filter((name) => {
    const own = config[name]?.existing?.database.password ?? config[name]?.database?.password;
    return own !== undefined || Object.keys(secrets[name]?.environment ?? {}).length > 0;
  });
  return [...slots, ...(config.database.password === undefined ? [] : ["database"])]
    .filter((key) => !known.has(`gateway:${key}`))
    .map((key) => ({
      severity: "warning",
      rule: "config/plain-secret",
      key: `gateway:${key}`,
      wrong: `gateway:${key} holds a secret that was set in plain.`,
      remedy: `Set it with pulumi config set --secret --path 'gateway:${key}...'; it is then encrypted in the stack's config.`,
      source: docs,
    }));
}

/** The vendor's version path, asked only of a change that adds the newer slot or gives it another version. */
async function reviewPath({ product, release, config }: Settings, last: LastRelease): Promise<Finding[]> {
  const { older, newer, slots } = release;
  const before = newer && last.record?.slots[newer];
  const after = newer && slots[newer];
  if (newer && after && before?.version !== after.version) {
    return product.review({
      from: slots[older]?.version,
      to: after.version,
      key: `gateway:${newer}.version`,
    });
  }
  if (config.restoreFrom === undefined || last.record || newer) return [];
  const manifest = await readManifest(path.resolve(config.restoreFrom)).catch(() => undefined);
  if (!manifest) {
    return [
      error(
        "config/restore-from",
        "restoreFrom",
        `There is no snapshot at ${config.restoreFrom}.`,
        "Name a directory that holds a manifest.json and a dump.",
      ),
    ];
  }
  if (manifest.product !== product.name) {
    return [
      error(
        "config/restore-from",
        "restoreFrom",
        `The snapshot is one of ${manifest.product}, not of ${product.name}.`,
        "Name a snapshot of this product.",
      ),
    ];
  }
  const to = slots[older]?.version ?? "";
  return product.review({ from: manifest.version, to, key: `gateway:${older}.version` });
}

/** A slot that stands already and is to get more traffic must be able to take it: told at preview, not only by the gate. */
async function reviewHealth(
  platform: Platform,
  release: Release,
  live: LiveTraffic,
  last: LastRelease,
): Promise<Finding[]> {
  const standing = risingSlots(release, live.weights ?? last.record?.weights).filter(
    ({ name, slot, life }) => {
      const before = last.record?.slots[name];
      return before && lifeOf(name, before) === life && before.nodes >= slot.nodes;
    },
  );
  const found = await Promise.all(
    standing.map(async (context): Promise<Finding[]> => {
      const unhealthy = await whatIsUnhealthy(platform, context);
      return unhealthy.map((why) =>
        error(
          "traffic/unhealthy-slot",
          `traffic.${context.name}`,
          `${context.name} is to get traffic and cannot take it: ${why}.`,
          `Mend ${context.name}, or leave the traffic where it is.`,
        ),
      );
    }),
  );
  return found.flat();
}

/** Everything that the rules of this platform look at. */
export interface Review {
  settings: Settings;
  last: LastRelease;
  live: LiveTraffic;
  platform: Platform;
  lastSnapshot: KnownSnapshot | undefined;
}

/** What may not follow the last release, by the record, by what is live and by the secrets. */
function reviewChange({ settings, last, live, lastSnapshot }: Review): Finding[] {
  const { release, secrets } = settings;
  const both = slotNames.filter((name) => last.record?.slots[name] && release.slots[name]);
  return reviewTransition({
    previous: last.record,
    live: live.weights,
    next: release,
    changedPasswords: both.filter((name) => last.secrets[name]?.password !== secrets[name]?.password),
    passwordKeys: Object.fromEntries(
      slotNames
        .filter((name) => settings.config[name]?.database?.password !== undefined)
        .map((name) => [name, `gateway:${name}.database.password`]),
    ),
    placeKey: "gateway:local",
    changedSecrets: both.filter(
      (name) => !isDeepStrictEqual(last.secrets[name]?.environment ?? {}, secrets[name]?.environment ?? {}),
    ),
    lastSnapshot,
  });
}

function reviewSilence({ silent }: LiveTraffic): Finding[] {
  if (silent === undefined) return [];
  return [
    {
      severity: "warning",
      rule: "traffic/balancer-silent",
      key: "gateway:traffic",
      wrong: `${silent}; the weights of the last release are taken for the live ones.`,
      remedy: "The update starts it with the weights that it had; see its files if that fails.",
      source: docs,
    },
  ];
}

/** All findings of a change on this platform, the product's and the rules of transition among them. */
export async function reviewLocal(review: Review): Promise<Finding[]> {
  const { settings, last, live, platform } = review;
  return [
    ...reviewChange(review),
    ...reviewSilence(live),
    ...reviewPlainSecrets(settings),
    ...(await reviewPath(settings, last)),
    ...(await reviewHealth(platform, settings.release, live, last)),
  ];
}
