import type { Change } from "../../change";
import { isNewLife, raisesNewer } from "../../steps";
import type { Problem } from "../../problem";
import type { Rule } from "../../rule";
import { carryOver } from "../settings";
import { sources } from "../sources";
import { blockersOf, type NodeState, type Status } from "../sysupgrade";
import { sysupgradeOf, type Upgrade, upgradeOf } from "../upgrade";

/**
 * Where the old installation's nodes are, as far as the last release tells: at weight 0 the new one is exported and
 * upgraded, with weight it is applied. A platform with hosts asks `sysupgrade status` there.
 */
function recordedStates({ previous, next }: Change, { older, newer }: Upgrade): NodeState[] {
  const [before, after] = [previous?.slots[newer.name], next.slots[newer.name]];
  const stands = before !== undefined && !isNewLife(before, after, newer.name);
  const isApplied = stands && (previous?.weights[newer.name] ?? 0) > 0;
  const upgraded: Status = stands ? "export and upgrade complete" : "not started";
  return older.topology.map(({ host, adminNodeManager }) => ({
    host,
    status: isApplied ? "system upgrade complete" : upgraded,
    adminNodeManager,
    oldRuns: !isApplied,
    newRuns: isApplied,
  }));
}

function stepOrder(change: Change): Problem[] {
  const upgrade = sysupgradeOf(change);
  if (!upgrade || !raisesNewer(change)) return [];
  const { name } = upgrade.newer;
  const nodes = recordedStates(change, upgrade);
  // What is asked before the stop is asked of all nodes; without one there is another finding already.
  const first = nodes[0]?.host;
  if (first === undefined) return [];
  return blockersOf("stop", first, { nodes, first }).map((why) => ({
    key: `gateway:traffic.${name}`,
    wrong: `${name} gets traffic, which is the switch by sysupgrade apply, and as far as the last release tells ${why}.`,
    remedy: `Give ${name} weight 0 first: that exports and upgrades on every node while the old installation serves, and its errors and warnings cost no downtime.`,
  }));
}

function oneSwitch(change: Change): Problem[] {
  const newer = sysupgradeOf(change)?.newer;
  if (!newer) return [];
  const weight = change.next.weights[newer.name];
  if (weight === 0 || weight === 100) return [];
  return [
    {
      key: `gateway:traffic.${newer.name}`,
      wrong: `${newer.name} gets ${weight} % of the traffic, and the old gateways stop on all nodes before apply runs on any.`,
      remedy: `Give ${newer.name} 0 for the test upgrade, and 100 for the switch.`,
    },
  ];
}

/** What is done by hand, by its name in `carriedOver`; and by which of the vendor's ways it is lost. */
const byHand: Record<(typeof carryOver)[number], { way: Upgrade["way"]; what: string }> = {
  services: { way: "sysupgrade", what: "VDISTDIR and VINSTDIR in the service scripts" },
  "single-sign-on": { way: "sysupgrade", what: "the single sign-on files of each instance" },
  "node-manager": {
    way: "sysupgrade",
    what: "Node Manager customisations (access control, LDAP, security headers, certificates)",
  },
  jvm: { way: "sysupgrade", what: "changes to jvm.xml, service.xml and the JRE's own files" },
  quickstart: { way: "sysupgrade", what: "the QuickStart tutorial" },
  "customised-files": { way: "update", what: "customised files in webapps, conf, system/conf and samples" },
};

function carriedByHand(change: Change): Problem[] {
  const upgrade = upgradeOf(change);
  if (!upgrade) return [];
  const { way, newer } = upgrade;
  const done = newer.settings.carriedOver ?? [];
  const open = carryOver.filter((item) => byHand[item].way === way && !done.includes(item));
  if (open.length === 0) return [];
  const key = `gateway:${newer.name}.settings.carriedOver`;
  return [
    {
      key,
      wrong: `Not carried over by ${way === "sysupgrade" ? "sysupgrade" : "the update"}: ${open.map((item) => byHand[item].what).join("; ")}.`,
      remedy: `Carry over by hand what is in use, and list what is done or not in use in ${key}: ${open.join(", ")}.`,
      source: way === "sysupgrade" ? sources.upgrade : sources.update,
    },
  ];
}

/** The order of the vendor's steps, and what is left to do by hand after them. */
export const orderRules: Rule[] = [
  {
    id: "axway/step-order",
    severity: "warning",
    demands:
      "A test upgrade comes before the switch: export and upgrade on every node are in a release of their own, at weight 0, before apply.",
    source: sources.overview,
    needs: ["last release"],
    check: stepOrder,
  },
  {
    id: "axway/one-switch",
    severity: "error",
    demands:
      "An upgrade by sysupgrade switches all traffic at once: the old and the new gateways never serve together.",
    source: sources.commands,
    check: oneSwitch,
  },
  {
    id: "axway/carry-over",
    severity: "warning",
    demands:
      "What the vendor's scripts leave behind is carried over by hand: service scripts, single sign-on files, Node Manager customisations, changed files.",
    source: sources.upgrade,
    check: carriedByHand,
  },
];
