/** What `sysupgrade status` says of a node, word for word, in the order in which a node gets there. */
export const statuses = [
  "not started",
  "export complete",
  "export and upgrade complete",
  "system upgrade complete",
] as const;

export type Status = (typeof statuses)[number];

/** The steps of an upgrade on a node; `stop` is that of the old installation's processes. */
export type Step = "export" | "upgrade" | "stop" | "apply";

/** A node of the domain, as `sysupgrade` and its processes show it. */
export interface NodeState {
  /** Its name in the topology. */
  host: string;
  status: Status;
  /** Whether it ran an Admin Node Manager in the old installation. */
  adminNodeManager: boolean;
  /** Whether its Node Manager and gateways of the old installation run. */
  oldRuns: boolean;
  /** Whether those of the new installation do. */
  newRuns: boolean;
}

/** The domain in the middle of an upgrade. */
export interface Domain {
  nodes: NodeState[];
  /** The host that is given as --anm_host: `apply` comes first there. */
  first: string;
}

function hostsOf(nodes: NodeState[], is: (node: NodeState) => boolean): string {
  return nodes
    .filter(is)
    .map(({ host }) => host)
    .join(", ");
}

function isDone(node: NodeState): boolean {
  return node.status === "system upgrade complete";
}

/** Whether both export and upgrade have ended well on the node. */
function isUpgraded(node: NodeState): boolean {
  return node.status === "export and upgrade complete" || isDone(node);
}

/** Once one node is applied, another export or upgrade would take the domain apart again. */
function afterApply({ nodes }: Domain): string[] {
  const applied = hostsOf(nodes, isDone);
  return applied ? [`apply has run on ${applied}`] : [];
}

function beforeExport(domain: Domain): string[] {
  const stopped = hostsOf(domain.nodes, ({ oldRuns }) => !oldRuns);
  const started = hostsOf(domain.nodes, ({ newRuns }) => newRuns);
  return [
    ...afterApply(domain),
    ...(stopped ? [`the old installation does not run on ${stopped}`] : []),
    ...(started ? [`the new installation runs on ${started}`] : []),
  ];
}

function beforeUpgrade(domain: Domain, node: NodeState): string[] {
  return [
    ...afterApply(domain),
    ...(node.status === "not started" ? [`export has not run on ${node.host}`] : []),
  ];
}

function beforeStop({ nodes }: Domain): string[] {
  const missing = hostsOf(nodes, (node) => !isUpgraded(node));
  return missing ? [`export and upgrade are not complete on ${missing}`] : [];
}

function beforeApply(domain: Domain, node: NodeState): string[] {
  const { nodes, first } = domain;
  const why = beforeStop(domain);
  if (isDone(node)) why.push(`apply has run on ${node.host}`);
  const running = hostsOf(nodes, ({ oldRuns }) => oldRuns);
  if (running) why.push(`the old installation still runs on ${running}`);
  const leader = nodes.find(({ host }) => host === first);
  if (!leader?.adminNodeManager) why.push(`${first} was no Admin Node Manager of the old installation`);
  if (node.host === first || !leader) return why;
  if (!isDone(leader)) why.push(`apply comes first on ${first}`);
  else if (!leader.newRuns) why.push(`the new Admin Node Manager does not run on ${first}`);
  return why;
}

/**
 * Why a step must not run on a node now, as sentences without their full stop; empty when it may. A step that has ended
 * well there is run again with `--force`, which cleans what came after it.
 */
export function blockersOf(step: Step, host: string, domain: Domain): string[] {
  const node = domain.nodes.find((each) => each.host === host);
  if (!node) return [`${host} is not in the topology`];
  if (step === "export") return beforeExport(domain);
  if (step === "upgrade") return beforeUpgrade(domain, node);
  if (step === "stop") return beforeStop(domain);
  return beforeApply(domain, node);
}
