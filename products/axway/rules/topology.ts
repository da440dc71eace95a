import type { Change } from "../../change";
import type { Problem } from "../../problem";
import type { Rule } from "../../rule";
import { sources } from "../sources";
import { adminNodeManagersOf, installationsOf, sysupgradeOf, type Upgrade, upgradeOf } from "../upgrade";

/** The hosts of the one that the other has not: names are compared letter by letter, as the vendor's commands do. */
function missingIn(hosts: { host: string }[], others: { host: string }[]): string[] {
  return hosts.map(({ host }) => host).filter((host) => !others.some((other) => other.host === host));
}

function unnamedNodes(change: Change): Problem[] {
  return installationsOf(change)
    .filter(({ topology }) => topology.length === 0)
    .map(({ name }) => ({
      key: `gateway:${name}.settings.topology`,
      wrong: `${name} names none of the domain's nodes.`,
      remedy: `List every node in gateway:${name}.settings.topology by its host name in the topology, Admin Node Managers with adminNodeManager: true.`,
    }));
}

function nodes(change: Change): Problem[] {
  const unnamed = unnamedNodes(change);
  const upgrade = upgradeOf(change);
  if (!upgrade || unnamed.length > 0) return unnamed;
  const { older, newer } = upgrade;
  const key = `gateway:${newer.name}.settings.topology`;
  const left = missingIn(older.topology, newer.topology);
  const strangers = missingIn(newer.topology, older.topology);
  return [
    ...left.map((host) => ({
      key,
      wrong: `${host} is a node of ${older.name} and not of ${newer.name}: it would be left behind at ${older.version}.`,
      remedy: `Add ${host} to ${key}, or take it out of the domain before the upgrade.`,
    })),
    ...strangers.map((host) => ({
      key,
      wrong: `${host} is a node of ${newer.name} and not of ${older.name}: an upgrade makes the nodes that were there.`,
      remedy: `Take ${host} out of ${key}, and add it to the domain after the upgrade.`,
    })),
  ];
}

/** A host that is meant by a name that is not quite one. */
function alike(name: string, hosts: string[]): string | undefined {
  return hosts.find((host) => host.toLowerCase() === name.toLowerCase());
}

function adminNodeManager(change: Change): Problem[] {
  const upgrade = sysupgradeOf(change);
  return upgrade && upgrade.older.topology.length > 0 ? adminNodeManagerOf(upgrade) : [];
}

function adminNodeManagerOf({ older, newer }: Upgrade): Problem[] {
  const managers = adminNodeManagersOf(older);
  const key = `gateway:${newer.name}.settings.anmHost`;
  const choice = `Set ${key} to ${managers.join(" or ")}: apply comes first there, and every node is given that name.`;
  const { anmHost } = newer.settings;
  if (managers.length === 0) {
    const wrong = `No node of ${older.name} is marked as an Admin Node Manager, and apply comes first on one.`;
    const remedy = "Mark those that run one with adminNodeManager: true.";
    return [{ key: `gateway:${older.name}.settings.topology`, wrong, remedy }];
  }
  if (anmHost === undefined) {
    if (managers.length === 1) return [];
    const wrong = `${older.name} has ${managers.length} Admin Node Managers, and none is named for export and apply.`;
    return [{ key, wrong, remedy: choice }];
  }
  const hosts = older.topology.map(({ host }) => host);
  if (!hosts.includes(anmHost)) {
    const meant = alike(anmHost, hosts);
    return [
      {
        key,
        wrong: `${anmHost} is no host of ${older.name}'s topology${meant ? `, where it is written ${meant}` : ""}.`,
        remedy: choice,
      },
    ];
  }
  if (managers.includes(anmHost)) return [];
  const wrong = `${anmHost} runs no Admin Node Manager in ${older.name}, and apply comes first on a node that does.`;
  return [{ key, wrong, remedy: choice }];
}

/** The domain that an upgrade makes is the domain that was there. */
export const topologyRules: Rule[] = [
  {
    id: "axway/node-topology",
    severity: "error",
    demands: "The new installation is on exactly the nodes of the old one: no node is left behind.",
    source: sources.commands,
    check: nodes,
  },
  {
    id: "axway/admin-node-manager",
    severity: "error",
    demands:
      "Where there are several Admin Node Managers one is named, by its exact name in the topology and the same on every node; apply comes first on a node that ran one.",
    source: sources.commands,
    check: adminNodeManager,
  },
];
