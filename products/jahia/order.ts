import { markerFor } from "./procedure";

/** What a node says of its full read-only mode. */
export type ReadOnlyStatus = "OFF" | "ON" | "PENDING_ON" | "PENDING_OFF" | "PARTIAL_ON" | "PARTIAL_OFF";

/** A node in the middle of an upgrade. */
export interface NodeState {
  serverId: string;
  processing: boolean;
  /** The schema that its JDBC URL names. */
  schema: "older" | "newer";
  /** Whether its installation is at the target version. */
  migrated: boolean;
  /** Whether its marker lies in its data folder. */
  marked: boolean;
  running: boolean;
  /** Whether it has started to the end, is healthy, and none of its patches failed. */
  ready: boolean;
  /** Whether the balancer sends it requests. */
  balanced: boolean;
  /** Undefined while it does not answer. */
  readOnly?: ReadOnlyStatus;
}

export interface ClusterState {
  nodes: NodeState[];
  /** A backup was taken since full read-only mode is on. */
  backedUp: boolean;
  /** The copy of the schema is there, and whoever compared its rows with the original's since found no difference. */
  copied: boolean;
}

/** Steps that are taken once. */
export const clusterSteps = ["read-only", "backup", "copy", "finish"] as const;

/** Steps that each node takes, the processing node before all others, in this order. */
export const nodeSteps = ["take-out", "stop", "repoint", "migrate", "mark", "start", "return"] as const;

/** A step of the procedure, as it is to be taken now. */
export type WantedStep =
  { step: (typeof clusterSteps)[number] } | { step: (typeof nodeSteps)[number]; serverId: string };

/** A condition and the sentence that says that it does not hold. */
type Condition = [holds: boolean, obstacle: string];

function unmet(conditions: Condition[]): string[] {
  return conditions.filter(([holds]) => !holds).map(([, obstacle]) => obstacle);
}

function hasCrossed({ schema, migrated, running, ready, balanced }: NodeState): boolean {
  return schema === "newer" && migrated && running && ready && balanced;
}

function processingNode({ nodes }: ClusterState): Condition[] {
  const { length } = nodes.filter((node) => node.processing);
  return [[length === 1, `The cluster has ${length} processing nodes, where it must have exactly one.`]];
}

/** Every node that still works on the older schema must say ON; a restart turns the mode off. */
function readOnlyHolds({ nodes }: ClusterState): Condition[] {
  return nodes
    .filter(({ schema, running }) => schema === "older" && running)
    .map(({ serverId, readOnly = "nothing" }) => [
      readOnly === "ON",
      `${serverId} is not in full read-only mode: it says ${readOnly}, not ON.`,
    ]);
}

/** Asked again after a restart as well: of the nodes that have not crossed yet. */
function beforeReadOnly(cluster: ClusterState): Condition[] {
  const left = cluster.nodes.filter(({ schema }) => schema === "older");
  const nodes = left.flatMap(({ serverId, running, readOnly = "" }): Condition[] => [
    [running, `${serverId} is not running.`],
    [
      !readOnly.startsWith("PENDING"),
      `${serverId} says ${readOnly}, and takes no other order until that ends.`,
    ],
  ]);
  return [...processingNode(cluster), [left.length > 0, "Every node has crossed already."], ...nodes];
}

function beforeFinish(cluster: ClusterState): Condition[] {
  const nodes = cluster.nodes.flatMap((node): Condition[] => [
    [hasCrossed(node), `${node.serverId} does not serve from the newer schema yet.`],
    [node.readOnly === "OFF", `${node.serverId} is still in full read-only mode, or does not say OFF.`],
  ]);
  return [...processingNode(cluster), ...nodes];
}

function beforeTakingOut(cluster: ClusterState, node: NodeState): Condition[] {
  const others = cluster.nodes.filter(({ serverId }) => serverId !== node.serverId);
  const first = cluster.nodes.find(({ processing }) => processing);
  return [
    [node.schema === "older", `${node.serverId} has crossed already.`],
    [others.length > 0, `${node.serverId} is the only node: nobody would serve.`],
    ...others.map(({ serverId, running, ready, balanced }): Condition => [
      running && ready && balanced,
      `${serverId} does not serve: only one node is out at a time.`,
    ]),
    [
      node.processing || (first !== undefined && hasCrossed(first)),
      `${first?.serverId ?? "The processing node"} has not crossed yet: the processing node is first.`,
    ],
  ];
}

/** What must hold of the node itself, by step. Each asks for what the step before it has done. */
const ofNode: Record<(typeof nodeSteps)[number], (node: NodeState, cluster: ClusterState) => Condition[]> = {
  "take-out": (node, cluster) => beforeTakingOut(cluster, node),
  stop: ({ serverId, balanced }) => [[!balanced, `${serverId} is still in the balancer.`]],
  repoint: (node) => [isStopped(node), isOut(node)],
  migrate: (node) => [isStopped(node), isOut(node), isRepointed(node)],
  mark: (node) => [isStopped(node), isOut(node), isRepointed(node), isMigrated(node)],
  start: (node) => [
    isStopped(node),
    isOut(node),
    isRepointed(node),
    isMigrated(node),
    [node.marked, `${node.serverId} lacks its marker: an empty file ${markerFor(node)} in its data folder.`],
  ],
  return: (node) => [
    isRepointed(node),
    isMigrated(node),
    [node.running && node.ready, `${node.serverId} is not ready.`],
    [!node.marked, `${node.serverId} has not read its marker ${markerFor(node)}.`],
    [node.readOnly === "OFF", `${node.serverId} is still in full read-only mode, or does not say OFF.`],
  ],
};

const isBackedUp = ({ backedUp }: ClusterState): Condition => [
  backedUp,
  "There is no backup since full read-only mode is on.",
];
const isStopped = ({ running, serverId }: NodeState): Condition => [
  !running,
  `${serverId} is still running.`,
];
const isOut = ({ balanced, serverId }: NodeState): Condition => [
  !balanced,
  `${serverId} is still in the balancer.`,
];
const isRepointed = ({ schema, serverId }: NodeState): Condition => [
  schema === "newer",
  `${serverId} still points to the older schema.`,
];
const isMigrated = ({ migrated, serverId }: NodeState): Condition => [
  migrated,
  `${serverId} is not migrated.`,
];

/**
 * Why a step may not be taken now, as sentences; empty when it may. It looks at the cluster alone, never at what was
 * done before: an upgrade that was interrupted goes on from what is there.
 */
export function obstaclesTo(wanted: WantedStep, cluster: ClusterState): string[] {
  return unmet(
    "serverId" in wanted ? beforeNodeStep(wanted, cluster) : beforeClusterStep(wanted.step, cluster),
  );
}

function beforeClusterStep(step: (typeof clusterSteps)[number], cluster: ClusterState): Condition[] {
  if (step === "read-only") return beforeReadOnly(cluster);
  if (step === "finish") return beforeFinish(cluster);
  const onOlder: Condition = [
    cluster.nodes.every(({ schema }) => schema === "older"),
    "A node is on the newer schema already: what is saved now is not what it serves.",
  ];
  return [...readOnlyHolds(cluster), onOlder, ...(step === "copy" ? [isBackedUp(cluster)] : [])];
}

function beforeNodeStep(
  { step, serverId }: Extract<WantedStep, { serverId: string }>,
  cluster: ClusterState,
): Condition[] {
  const node = cluster.nodes.find((each) => each.serverId === serverId);
  if (!node) return [[false, `The cluster has no node ${serverId}.`]];
  return [
    ...readOnlyHolds(cluster),
    isBackedUp(cluster),
    [cluster.copied, "The schema is not copied yet."],
    ...processingNode(cluster),
    ...ofNode[step](node, cluster),
  ];
}
