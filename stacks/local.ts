import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenGateway } from "../components/blue-green";
import { risingSlots, whatIsUnhealthy } from "../components/gates";
import { safePath } from "../components/local/haproxy/config";
import { longestSocketPath, socketOf } from "../components/local/haproxy/runtime";
import { host, portsOf } from "../components/local/layout";
import { waitForOthers } from "../components/local/live";
import { localPlace, localPlatform } from "../components/local/platform";
import { listSnapshots, readManifest } from "../components/local/postgres/snapshot";
import type { LiveTraffic, Platform } from "../components/platform";
import type { Finding } from "../products/finding";
import { planOf } from "../products/plan";
import { recordRelease } from "../products/record";
import { lifeOf, type Release, type SlotName, slotNames } from "../products/release";
import { type KnownSnapshot, reviewTransition } from "../products/transition";
import { readConfig, type Settings } from "./config/read";
import { announce, report } from "./findings";
import { type LastRelease, readLastRelease } from "./last-release";

const docs = "README.md#configuration";

function error(rule: string, key: string, wrong: string, remedy: string): Finding {
  return { severity: "error", rule, key: `gateway:${key}`, wrong, remedy, source: docs };
}

/** The directory of a stack, relative to the project: a destroy works from any checkout of it. */
function directoryOf(given: string | undefined): string {
  return given ?? path.join(".local", pulumi.getStack());
}

/** As root, PostgreSQL's server runs as another user: each folder above its own must let that one pass. */
function closedFolder(directory: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const parts = path.resolve(directory).split(path.sep);
  const folders = parts.map((_, index) => path.join("/", ...parts.slice(1, index + 1)));
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

function reviewDirectory(directory: string): Finding[] {
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

/** A secret that was set without --secret is in the stack's config file for everybody to read. */
function reviewPlainSecrets({ secrets, config }: Settings): Finding[] {
  const keys = slotNames.filter((name) => {
    const own = secrets[name];
    const shared = !config[name]?.existing && config[name]?.database?.password === undefined;
    return (own?.password !== undefined && !shared) || Object.keys(own?.environment ?? {}).length > 0;
  });
  return [...keys, ...(config.database.password === undefined ? [] : ["database"])]
    .filter((key) => !pulumi.runtime.isConfigSecret(`gateway:${key}`))
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

function reviewAll(
  settings: Settings,
  last: LastRelease,
  live: LiveTraffic,
  lastSnapshot: KnownSnapshot | undefined,
): Finding[] {
  const { release, secrets } = settings;
  const changedPasswords = slotNames.filter(
    (name) =>
      last.record?.slots[name] &&
      release.slots[name] &&
      last.secrets[name]?.password !== secrets[name]?.password,
  );
  const transition = reviewTransition({
    previous: last.record,
    live: live.weights,
    next: release,
    changedPasswords,
    lastSnapshot,
  });
  const silent: Finding[] = live.silent
    ? [
        {
          severity: "warning",
          rule: "traffic/balancer-silent",
          key: "gateway:traffic",
          wrong: `${live.silent}; the weights of the last release are taken for the live ones.`,
          remedy: "The update starts it with the weights that it had; see its files if that fails.",
          source: docs,
        },
      ]
    : [];
  return [...transition, ...silent];
}

/** The program of the embedded platform: everything on this machine's loopback, below one directory. */
export async function local(raw: Record<string, string>): Promise<Record<string, unknown>> {
  const reading = readConfig(raw, (name, config) =>
    localPlace(config.port, directoryOf(config.directory), name),
  );
  report(reading.findings);
  const settings = reading.settings as Settings;
  const { config, product, release } = settings;
  const directory = directoryOf(config.local.directory);
  const { port, programs = "" } = config.local;
  report(reviewDirectory(directory));

  const last = await readLastRelease();
  if (!pulumi.runtime.isDryRun()) {
    await waitForOthers(directory, config.timeouts.lock, (text) => void pulumi.log.info(text));
  }
  const { timeouts, drainLimit } = config;
  const platform = localPlatform({ product, directory, port, programs, timeouts, drainLimit });
  const live = await platform.liveTraffic(release);
  const snapshots = await listSnapshots(directory);
  const findings = [
    ...reviewAll(settings, last, live, snapshots[0]),
    ...reviewPlainSecrets(settings),
    ...(await reviewPath(settings, last)),
    ...(await reviewHealth(platform, release, live, last)),
  ];
  report(findings);
  if (pulumi.runtime.isDryRun()) announce(planOf(last.record, release));

  const secrets = pulumi.secret(settings.secrets);
  const gateway = new BlueGreenGateway("gateway", {
    platform,
    release,
    secrets,
    smokeTests: { checks: settings.smokeChecks, limits: config.smokeTests },
    restoreFrom: config.restoreFrom === undefined ? "" : path.resolve(config.restoreFrom),
    // Only what is live decides whether there is something to write that the record knows nothing of.
    reconcile: live.asWanted ? undefined : randomUUID(),
  });
  const record = gateway.report.apply((written) => recordRelease(last.record, written));
  return {
    release: record,
    url: `http://${host}:${portsOf(port).gateway}`,
    adminUrl: `http://${host}:${portsOf(port).admin}`,
    snapshot: gateway.snapshot ?? snapshots[0]?.location ?? "none yet",
    rollback: rollbackText(release),
    // Recorded with the release, so that a failed update leaves those of before.
    secrets: pulumi.all([gateway.report, secrets]).apply(([, given]) => given),
  };
}

/** How to go back from here, in one sentence. */
function rollbackText({ older, newer, slots }: Release): string {
  if (!newer) {
    return `${older} is alone: there is nothing to roll back to but a snapshot (gateway:restoreFrom on a new stack).`;
  }
  const at = (name: SlotName) => `${name} (${slots[name]?.version})`;
  return (
    `Revert the commit that added ${at(newer)} and run pulumi up: traffic goes back to ${at(older)} first, then ${newer} ` +
    `goes after a last snapshot. To keep ${newer}, set gateway:traffic to { ${older}: 100, ${newer}: 0 } instead.`
  );
}
