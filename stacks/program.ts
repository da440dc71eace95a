import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { BlueGreenGateway } from "../components/blue-green";
import type { Platform } from "../components/platform";
import { contextsOf } from "../components/slot-context";
import { reviewApplied } from "../components/applied-requests";
import type { Observed } from "../products/change";
import type { RunnableProduct } from "../products/operation";
import { freezeMode } from "../products/freeze";
import { planOf } from "../products/plan";
import { review } from "../products/rule";
import { usedOverride } from "../products/rules/window";
import { rulesOf } from "../products/rules/catalogue";
import { recordRelease } from "../products/record";
import { type Release, sharesDatabase, type SlotName } from "../products/release";
import { changeOf } from "./change";
import { type Place, readConfig, type Settings } from "./config/read";
import { announce, refuse, report } from "./findings";
import { readLastRelease, readPromoted } from "./last-release";
import { plainSecrets } from "./plain-secrets";
import { readChange, readLoss, secretKeys } from "./review";

/** A platform that a stack's config was opened on. */
export interface Opened {
  platform: Platform;
  /** Why nothing of it can be where config says, and what to do. */
  unusable?: Observed["directory"];
  /** A location of gateway:restoreFrom, as the platform's database resource takes it. */
  locate: (given: string) => string;
  /** Options of all resources: the provider that they are made by. Asked once the change was reviewed. Default: none. */
  options?: () => pulumi.ComponentResourceOptions;
  /** Where users and administrators reach the gateway; asked once its resources are made. */
  addresses: () => Record<string, pulumi.Input<string>>;
}

/** What a platform brings to the program that all platforms share. */
export interface Host {
  place: (stack: string) => Place;
  open: (settings: Settings & { runnable: RunnableProduct }, stack: string) => Opened;
}

/** Reads the config, reviews the change and makes the resources: the same on every platform. */
export async function runProgram(raw: Record<string, string>, host: Host): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const { settings, findings } = readConfig(raw, host.place(stack));
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
  const { platform, unusable, locate, addresses, options } = host.open({ ...settings, runnable }, stack);
  if (!pulumi.runtime.isDryRun() && !unusable) {
    await platform.live.othersEnded((text) => void pulumi.log.info(text));
  }
  const live = unusable ? { asWanted: true } : await platform.live.traffic(release);
  const snapshots = unusable ? [] : await platform.live.snapshots();
  const change = await readChange({
    ...{ settings, platform, last, promoted, live, lastSnapshot: snapshots[0] },
    offline: { ...offline, directory: unusable },
  });
  const judge = (loss: Observed["sinceCutover"]) => {
    const whole = { ...change, holds: platform.holds, observed: { ...change.observed, sinceCutover: loss } };
    const everything = ["last release", "promoted release", "live gateway"] as const;
    return { whole, findings: review(rulesOf(settings.product), whole, everything).findings };
  };
  // What a rollback loses is for its reviewer to know. An update moves the traffic first, and notes it after that.
  const isPreview = pulumi.runtime.isDryRun();
  const reviewed = judge(isPreview ? await readLoss(platform, change) : undefined);
  report(reviewed.findings);
  if (isPreview) announce(planOf(reviewed.whole));

  const secrets = pulumi.secret(settings.secrets);
  // Those of the product itself; config is refused where it names a port that no test reaches.
  const checks = settings.smokeChecks.filter(({ port }) => platform.testedPorts.includes(port));
  const gateway = new BlueGreenGateway(
    "gateway",
    {
      platform,
      release,
      secrets,
      smokeTests: { checks, limits: config.smokeTests },
      stood: last.record ? contextsOf(last.record).map(({ life }) => life) : [],
      restoreFrom: config.restoreFrom === undefined ? "" : locate(config.restoreFrom),
      freeze: freezeMode(release, asked.freeze, platform.holds),
      apply: appliedFiles,
      // Only what is live decides whether there is something to write that the record knows nothing of.
      reconcile: live.asWanted ? undefined : randomUUID(),
    },
    options?.(),
  );
  // With one slot, that of the last upgrade: a last snapshot is taken at the end of the run and would show in the next one.
  const lastUpgrade = snapshots.find(({ reason }) => reason.startsWith("before-"));
  const record = gateway.report.apply(async (written) => {
    const { findings } = judge(await readLoss(platform, change));
    return recordRelease(last.record, written, { findings, override: usedOverride(change) });
  });
  return {
    release: record,
    findings: record.apply(({ findings = [] }) => findings),
    ...addresses(),
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
