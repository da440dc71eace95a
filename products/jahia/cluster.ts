import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { sources } from "./sources";
import { keyOf, type Upgrade, upgradeRule } from "./upgrade";

/** A list as a sentence has it: "a, b and c". */
function told(names: string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

function nodesOf({ newer }: Upgrade) {
  return newer.settings.cluster.nodes;
}

function oneProcessingNode(upgrade: Upgrade): Problem[] {
  const nodes = nodesOf(upgrade);
  const key = keyOf(upgrade, "cluster.nodes");
  const processing = nodes.filter((node) => node.processing).map(({ serverId }) => serverId);
  const ids = nodes.map(({ serverId }) => serverId);
  const doubled = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  const problems: Problem[] = doubled.map((id) => ({
    key,
    wrong: `More than one node of ${upgrade.newer.name} has the serverId ${id}.`,
    remedy: "Give each node a cluster.node.serverId of its own.",
  }));
  if (processing.length !== 1) {
    const has = processing.length === 0 ? "no processing node" : `the processing nodes ${told(processing)}`;
    problems.push({
      key,
      wrong: `${upgrade.newer.name} has ${has}, where a cluster has exactly one.`,
      remedy: "Set processing: true on the one node whose jahia.node.properties has processingServer = true.",
    });
  } else if (processing[0] !== ids[0]) {
    problems.push({
      key,
      wrong: `${ids[0]} is the first node to cross, and ${processing[0]} is the processing node.`,
      remedy: `Put ${processing[0]} first: the processing node migrates the schema for all others.`,
    });
  }
  return problems;
}

function sameNodes(upgrade: Upgrade): Problem[] {
  const { older, newer } = upgrade;
  const before = older.settings.cluster.nodes;
  const after = nodesOf(upgrade);
  if (before.length === 0 || after.length === 0) return [];
  const missing = before.filter(({ serverId }) => !after.some((node) => node.serverId === serverId));
  const added = after.filter(({ serverId }) => !before.some((node) => node.serverId === serverId));
  const others = [...missing, ...added].map(({ serverId }) => serverId);
  if (others.length > 0) {
    return [
      {
        key: keyOf(upgrade, "cluster.nodes"),
        wrong: `${older.name} and ${newer.name} do not have the same nodes: ${told(others)} ${others.length > 1 ? "are" : "is"} in one of them only.`,
        remedy: `List the nodes of ${older.name}: they cross; add and remove nodes before or after the upgrade.`,
      },
    ];
  }
  const [was, is] = [before, after].map((nodes) => nodes.find(({ processing }) => processing)?.serverId);
  if (!was || !is || was === is) return [];
  return [
    {
      key: keyOf(upgrade, "cluster.nodes"),
      wrong: `The processing node is ${was} in ${older.name} and ${is} in ${newer.name}.`,
      remedy: `Keep ${was} as the processing node until the upgrade is done.`,
    },
  ];
}

function oneNodeLeft(upgrade: Upgrade): Problem[] {
  const [only, ...others] = nodesOf(upgrade);
  if (!only || others.length > 0) return [];
  return [
    {
      key: keyOf(upgrade, "cluster.nodes"),
      wrong: `${only.serverId} is the only node: nobody serves while it is out of the balancer.`,
      remedy: "Add a second node to the cluster before the upgrade.",
    },
  ];
}

function clustered(upgrade: Upgrade): Problem[] {
  if (upgrade.newer.settings.cluster.activated) return [];
  return [
    {
      key: keyOf(upgrade, "cluster.activated"),
      wrong: `cluster.activated is not true in ${upgrade.newer.name}: the markers then reset nothing, and a node that has crossed meets the nodes of the older schema.`,
      remedy: "Set cluster.activated = true in jahia.node.properties on every node, and here.",
    },
  ];
}

function readOnlyFirst(upgrade: Upgrade): Problem[] {
  const { cluster } = upgrade.newer.settings;
  const from = cluster.readOnlyFrom;
  const processing = cluster.nodes.filter((node) => node.processing);
  if (from === undefined || processing.some(({ serverId }) => serverId === from)) return [];
  return [
    {
      key: keyOf(upgrade, "cluster.readOnlyFrom"),
      wrong: `Full read-only mode would be switched on ${from}, which is not the processing node: no other node would follow it.`,
      remedy: `Name ${processing[0]?.serverId ?? "the processing node"}, or take readOnlyFrom out.`,
    },
  ];
}

/** What the rolling upgrade asks of the cluster's nodes. */
export const clusterRules: Rule[] = [
  upgradeRule(
    {
      id: "jahia/one-processing-node",
      demands: "The cluster has exactly one processing node, which crosses first, and no serverId twice.",
      source: sources.clustering,
    },
    oneProcessingNode,
  ),
  upgradeRule(
    {
      id: "jahia/same-nodes",
      demands: "The nodes of the newer schema are those of the older one, the processing node among them.",
      source: sources.rollingUpgrade,
    },
    sameNodes,
  ),
  upgradeRule(
    {
      id: "jahia/one-node-left",
      demands: "The cluster has two nodes or more, so that one serves while another crosses.",
      source: sources.rollingUpgrade,
    },
    oneNodeLeft,
  ),
  upgradeRule(
    {
      id: "jahia/clustered",
      demands: "cluster.activated is true: only then does a marker reset what nodes know of each other.",
      source: sources.discoveryReset,
    },
    clustered,
  ),
  upgradeRule(
    {
      id: "jahia/read-only-first",
      demands:
        "Full read-only mode comes before all else, and is switched on the processing node, the one that takes every node along.",
      source: sources.rollingUpgrade,
    },
    readOnlyFirst,
  ),
];
