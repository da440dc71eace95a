import { randomUUID } from "node:crypto";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenGateway } from "../components/blue-green";
import { host, portsOf } from "../components/local/layout";
import { waitForOthers } from "../components/local/live";
import { localPlatform } from "../components/local/platform";
import { listSnapshots } from "../components/local/postgres/snapshot";
import { contextsOf } from "../components/slot-context";
import { reviewApplied } from "../components/applied-requests";
import type { Observed } from "../products/change";
import { ownTablesOf } from "../products/configuration";
import { freezeMode } from "../products/freeze";
import { planOf } from "../products/plan";
import { review } from "../products/rule";
import { usedOverride } from "../products/rules/window";
import { rulesOf } from "../products/rules/catalogue";
import { recordRelease } from "../products/record";
import { type Release, sharesDatabase, type SlotName } from "../products/release";
import { changeOf } from "./change";
import { readConfig } from "./config/read";
import { announce, refuse, report } from "./findings";
import { readLastRelease, readPromoted } from "./last-release";
import { directoryOf, placeOf } from "./local-place";
import { problemOfDirectory, readChange, readLoss, secretKeys } from "./local-review";
import { plainSecrets } from "./plain-secrets";

/** The program of the embedded platform: everything on this machine's loopback, below one directory. */
export async function local(raw: Record<string, string>): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const { settings, findings } = readConfig(raw, placeOf(stack));
  if (!settings) refuse(findings);
  const last = await readLastRelease();
  const { config, release, runnable, asked } = settings;
  const promoted = asked.promotedFrom === undefined ? undefined : await readPromoted(asked.promotedFrom);
  const appliedFiles = settings.appliedFiles.map(reviewApplied);
  const offline = { plainSecrets: plainSecrets(settings, secretKeys()), appliedFiles };
  if (!runnable || findings.length > 0) {
    // Nothing of it can be carried out: what the rules say of it all the same.
    const change = changeOf(settings, { last, promoted, observed: offline });
    refuse([
      ...findings,
      ...review(rulesOf(settings.product), change, ["last release", "promoted release"]).findings,
    ]);
  }
  const directory = directoryOf(config.local.directory, stack);
  const unusable = problemOfDirectory(directory);
  const { port, programs = "" } = config.local;
  if (!pulumi.runtime.isDryRun() && !unusable) {
    await waitForOthers(directory, config.timeouts.lock, (text) => void pulumi.log.info(text));
  }
  const { timeouts, drainLimit } = config;
  const ownTables = ownTablesOf(asked.customPlugins);
  const where = { directory, port, programs, timeouts, drainLimit, ownTables };
  const platform = localPlatform({ product: runnable, ...where });
  const live = unusable ? { asWanted: true } : await platform.liveTraffic(release);
  const snapshots = await listSnapshots(directory);
  const change = await readChange({
    ...{ settings, platform, directory, last, promoted, live, lastSnapshot: snapshots[0] },
    offline: { ...offline, directory: unusable },
  });
  const judge = (loss: Observed["sinceCutover"]) => {
    const whole = { ...change, observed: { ...change.observed, sinceCutover: loss } };
    const everything = ["last release", "promoted release", "live gateway"] as const;
    return { whole, findings: review(rulesOf(settings.product), whole, everything).findings };
  };
  // What a rollback loses is for its reviewer to know. An update moves the traffic first, and notes it after that.
  const isPreview = pulumi.runtime.isDryRun();
  const reviewed = judge(isPreview ? await readLoss(platform, change) : undefined);
  report(reviewed.findings);
  if (isPreview) announce(planOf(reviewed.whole));

  const secrets = pulumi.secret(settings.secrets);
  const gateway = new BlueGreenGateway("gateway", {
    platform,
    release,
    secrets,
    smokeTests: { checks: settings.smokeChecks, limits: config.smokeTests },
    stood: last.record ? contextsOf(last.record).map(({ life }) => life) : [],
    restoreFrom: config.restoreFrom === undefined ? "" : path.resolve(config.restoreFrom),
    freeze: freezeMode(release, asked.freeze),
    apply: appliedFiles,
    // Only what is live decides whether there is something to write that the record knows nothing of.
    reconcile: live.asWanted ? undefined : randomUUID(),
  });
  // With one slot, that of the last upgrade: a last snapshot is taken at the end of the run and would show in the next one.
  const lastUpgrade = snapshots.find(({ reason }) => reason.startsWith("before-"));
  const record = gateway.report.apply(async (written) => {
    const { findings } = judge(await readLoss(platform, change));
    return recordRelease(last.record, written, { findings, override: usedOverride(change) });
  });
  return {
    release: record,
    findings: record.apply(({ findings = [] }) => findings),
    url: `http://${host}:${portsOf(port).gateway}`,
    adminUrl: `http://${host}:${portsOf(port).admin}`,
    snapshot: gateway.snapshot ?? lastUpgrade?.location ?? "none yet",
    rollback: rollbackText(release),
    cutover: gateway.cutover,
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
