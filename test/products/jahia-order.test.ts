import assert from "node:assert/strict";
import {
  type ClusterState,
  clusterSteps,
  type NodeState,
  nodeSteps,
  obstaclesTo,
  type WantedStep,
} from "../../products/jahia/order";

describe("What a step of Jahia's rolling upgrade waits for", () => {
  const standing = (serverId: string, processing: boolean): NodeState => ({
    ...{ serverId, processing, schema: "older", migrated: false, marked: false },
    ...{ running: true, ready: true, balanced: true, readOnly: "OFF" },
  });
  const initial: ClusterState = {
    nodes: [standing("node-1", true), standing("node-2", false), standing("node-3", false)],
    backedUp: false,
    copied: false,
  };
  /** What a step does to the node that takes it. */
  const effects: Record<(typeof nodeSteps)[number], Partial<NodeState>> = {
    "take-out": { balanced: false },
    stop: { running: false, ready: false, readOnly: undefined },
    repoint: { schema: "newer" },
    migrate: { migrated: true },
    mark: { marked: true },
    start: { running: true, ready: true, marked: false, readOnly: "OFF" },
    return: { balanced: true },
  };
  function withNode(state: ClusterState, serverId: string, change: Partial<NodeState>): ClusterState {
    const nodes = state.nodes.map((node) => (node.serverId === serverId ? { ...node, ...change } : node));
    return { ...state, nodes };
  }
  function take(state: ClusterState, wanted: WantedStep): ClusterState {
    if ("serverId" in wanted) return withNode(state, wanted.serverId, effects[wanted.step]);
    if (wanted.step === "backup") return { ...state, backedUp: true };
    if (wanted.step === "copy") return { ...state, copied: true };
    if (wanted.step === "finish") return state;
    return { ...state, nodes: state.nodes.map((node) => ({ ...node, readOnly: "ON" })) };
  }
  const ids = initial.nodes.map(({ serverId }) => serverId);
  const guide: WantedStep[] = [
    ...(["read-only", "backup", "copy"] as const).map((step) => ({ step })),
    ...ids.flatMap((serverId) => nodeSteps.map((step) => ({ step, serverId }))),
    { step: "finish" },
  ];
  /** The cluster after this many steps of the guide. */
  const after = (count: number) => guide.slice(0, count).reduce(take, initial);
  const name = (wanted: WantedStep) =>
    "serverId" in wanted ? `${wanted.step} ${wanted.serverId}` : wanted.step;

  /** Which of the nodes that are left is next is free. */
  const isFree = (wanted: WantedStep, later: WantedStep) =>
    wanted.step === "take-out" && later.step === "take-out" && wanted.serverId !== "node-1";

  guide.forEach((wanted, index) => {
    it(`${index + 1}. ${name(wanted)}: nothing once all before it is done, and no later step may be taken yet`, () => {
      assert.deepEqual(obstaclesTo(wanted, after(index)), []);
      for (const later of guide.slice(index + 1).filter((each) => !isFree(wanted, each))) {
        assert.notDeepEqual(obstaclesTo(later, after(index)), [], name(later));
      }
    });
  });
  it("every step is one of the guide", () => {
    assert.deepEqual(
      [...new Set(guide.map(({ step }) => step))].sort(),
      [...clusterSteps, ...nodeSteps].sort(),
    );
  });

  const readOnly = after(1);
  const firstOut = after(4);
  const stopped = after(5);
  const started = after(9);
  const table: [as: string, wanted: WantedStep, state: ClusterState, obstacle: RegExp][] = [
    [
      "a node is busy with another switch",
      { step: "read-only" },
      withNode(initial, "node-2", { readOnly: "PENDING_OFF" }),
      /node-2 says PENDING_OFF, and takes no other order/,
    ],
    [
      "no processing node to switch the mode on",
      { step: "read-only" },
      withNode(initial, "node-1", { processing: false }),
      /has 0 processing nodes/,
    ],
    [
      "a job ran on for too long",
      { step: "backup" },
      withNode(readOnly, "node-3", { readOnly: "PARTIAL_ON" }),
      /node-3 is not in full read-only mode: it says PARTIAL_ON, not ON/,
    ],
    [
      "a node was restarted, and forgot the mode",
      { step: "take-out", serverId: "node-1" },
      withNode(after(3), "node-2", { readOnly: "OFF" }),
      /node-2 is not in full read-only mode: it says OFF/,
    ],
    [
      "a node that does not answer is not taken for read-only",
      { step: "copy" },
      withNode(after(2), "node-2", { readOnly: undefined }),
      /node-2 is not in full read-only mode: it says nothing/,
    ],
    [
      "another node first",
      { step: "take-out", serverId: "node-2" },
      after(3),
      /node-1 has not crossed yet: the processing node is first/,
    ],
    [
      "two nodes at once",
      { step: "take-out", serverId: "node-2" },
      firstOut,
      /node-1 does not serve: only one node is out at a time/,
    ],
    [
      "the only node",
      { step: "take-out", serverId: "node-1" },
      { ...after(3), nodes: after(3).nodes.slice(0, 1) },
      /nobody would serve/,
    ],
    [
      "a process is left",
      { step: "migrate", serverId: "node-1" },
      withNode(after(6), "node-1", { running: true, readOnly: "ON" }),
      /node-1 is still running/,
    ],
    [
      "schema A would be migrated",
      { step: "migrate", serverId: "node-1" },
      stopped,
      /node-1 still points to the older schema/,
    ],
    [
      "no marker",
      { step: "start", serverId: "node-1" },
      after(7),
      /node-1 lacks its marker: an empty file rolling-upgrade/,
    ],
    [
      "a start that failed after it had read the marker",
      { step: "return", serverId: "node-1" },
      withNode(started, "node-1", { ready: false }),
      /node-1 is not ready/,
    ],
    [
      "a second copy over what the processing node has written",
      { step: "copy" },
      after(10),
      /on the newer schema already/,
    ],
    [
      "generated-resources purged before the last node has crossed",
      { step: "finish" },
      after(guide.length - 2),
      /node-3 does not serve from the newer schema yet/,
    ],
    ["a node that is not there", { step: "stop", serverId: "node-9" }, readOnly, /no node node-9/],
  ];
  for (const [as, wanted, state, obstacle] of table) {
    it(`${name(wanted)}: ${as}`, () => {
      assert.match(obstaclesTo(wanted, state).join("\n"), obstacle);
    });
  }
  it("a node that was restarted half-way is switched to read-only mode again, and then goes on", () => {
    const forgot = withNode(after(10), "node-2", { readOnly: "OFF" });
    assert.notDeepEqual(obstaclesTo({ step: "take-out", serverId: "node-2" }, forgot), []);
    assert.deepEqual(obstaclesTo({ step: "read-only" }, forgot), []);
  });
  it("a marker that a failed start has used up may be written again", () => {
    const failed = withNode(started, "node-1", { running: false, ready: false, readOnly: undefined });
    assert.deepEqual(obstaclesTo({ step: "mark", serverId: "node-1" }, failed), []);
  });
});
