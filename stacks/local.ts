import { randomUUID } from "node:crypto";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenGateway } from "../components/blue-green";
import { localPlace } from "../components/local/addressing";
import { host, portsOf } from "../components/local/layout";
import { waitForOthers } from "../components/local/live";
import { localPlatform } from "../components/local/platform";
import { listSnapshots } from "../components/local/postgres/snapshot";
import { planOf } from "../products/plan";
import { review } from "../products/rule";
import { rulesOf } from "../products/rules/catalogue";
import { recordRelease } from "../products/record";
import { type Release, sharesDatabase, type SlotName } from "../products/release";
import { changeOf } from "./change";
import { givenDatabase } from "./config/given-database";
import { readConfig } from "./config/read";
import { announce, refuse, report } from "./findings";
import { readLastRelease } from "./last-release";
import { plainSecrets, problemOfDirectory, readHealth, readRestore } from "./local-review";

/** The directory of a stack, relative to the project: a destroy works from any checkout of it. */
function directoryOf(given: string | undefined): string {
  return given ?? path.join(".local", pulumi.getStack());
}

/** The program of the embedded platform: everything on this machine's loopback, below one directory. */
export async function local(raw: Record<string, string>): Promise<Record<string, unknown>> {
  const { settings, findings } = readConfig(raw, (name, config) => ({
    place: localPlace(config.local.port, directoryOf(config.local.directory), name, givenDatabase(config)),
    site: { platform: "local", "local.programs": config.local.programs ?? "" },
  }));
  if (!settings) refuse(findings);
  const last = await readLastRelease();
  const { config, release, runnable } = settings;
  const offline = { plainSecrets: plainSecrets(settings) };
  if (!runnable || findings.length > 0) {
    // Nothing of it can be carried out: what the rules say of it all the same.
    const change = changeOf(settings, { last, observed: offline });
    refuse([...findings, ...review(rulesOf(settings.product), change, ["last release"]).findings]);
  }
  const directory = directoryOf(config.local.directory);
  const unusable = problemOfDirectory(directory);
  const { port, programs = "" } = config.local;
  if (!pulumi.runtime.isDryRun() && !unusable) {
    await waitForOthers(directory, config.timeouts.lock, (text) => void pulumi.log.info(text));
  }
  const { timeouts, drainLimit } = config;
  const platform = localPlatform({ product: runnable, directory, port, programs, timeouts, drainLimit });
  const live = unusable ? { asWanted: true } : await platform.liveTraffic(release);
  const snapshots = await listSnapshots(directory);
  const observed = {
    ...offline,
    directory: unusable,
    balancerSilent: live.silent,
    restore: await readRestore(settings, last),
    unhealthy: unusable ? {} : await readHealth(platform, settings, live, last),
  };
  const change = changeOf(settings, { last, live: live.weights, observed, lastSnapshot: snapshots[0] });
  report(review(rulesOf(settings.product), change, ["last release", "live gateway"]).findings);
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
  // With one slot, that of the last upgrade: a last snapshot is taken at the end of the run and would show in the next one.
  const lastUpgrade = snapshots.find(({ reason }) => reason.startsWith("before-"));
  const record = gateway.report.apply((written) => recordRelease(last.record, written));
  return {
    release: record,
    url: `http://${host}:${portsOf(port).gateway}`,
    adminUrl: `http://${host}:${portsOf(port).admin}`,
    snapshot: gateway.snapshot ?? lastUpgrade?.location ?? "none yet",
    rollback: rollbackText(release),
    // Recorded with the release, so that a failed update leaves those of before.
    secrets: pulumi.all([gateway.report, secrets]).apply(([, given]) => given),
  };
}

/** How to go back from here, in one sentence. */
function rollbackText(release: Release): string {
  const { older, newer, slots } = release;
  if (!newer) {
    return `${older} is alone: there is nothing to roll back to but a snapshot (gateway:restoreFrom on a new stack).`;
  }
  const at = (name: SlotName) => `${name} (${slots[name]?.version})`;
  const goes = sharesDatabase(release) ? "goes, and the database stays" : "goes after a last snapshot";
  return (
    `Revert the commit that added ${at(newer)} and run pulumi up: traffic goes back to ${at(older)} first, then ${newer} ` +
    `${goes}. To keep ${newer}, set gateway:traffic to { ${older}: 100, ${newer}: 0 } instead.`
  );
}
