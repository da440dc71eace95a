import type { Step } from "../product";
import { sources } from "./sources";

const source = sources.rollingUpgrade;
const processingNode = "the processing node";

/** The marker that keeps a node from taking the nodes of the other schema for its own: an empty file in its data folder. */
export function markerFor(node: { processing: boolean }): "rolling-upgrade" | "backup-restore" {
  return node.processing ? "rolling-upgrade" : "backup-restore";
}

/** The steps of the guide, one to eleven, and what it says of generated-resources at the end. */
export const procedure: Step[] = [
  {
    name: "read-only",
    does: "Turns every node to full read-only mode, so that nothing is written any more.",
    where: "every node",
    after: [],
    preconditions: [
      "There is exactly one processing node, and the mode is switched on it: the others follow no other node.",
      "No job runs that takes longer than 60 seconds to end.",
    ],
    source,
  },
  {
    name: "backup",
    does: "Takes a backup of the database and of every node's data folder.",
    where: "the environment",
    after: ["read-only"],
    preconditions: ["Every node says ON, and not PENDING_ON or PARTIAL_ON."],
    source: sources.faqs,
  },
  {
    name: "copy",
    does: "Copies the database to a second schema.",
    where: "the database",
    after: ["read-only", "backup"],
    preconditions: ["Every node still says ON: a restart turns the mode off without a word."],
    source,
  },
  {
    name: "take-out",
    does: "Takes the node out of the balancer.",
    where: processingNode,
    after: ["copy"],
    preconditions: ["The copy has as many rows as the original.", "Another node serves."],
    source,
  },
  {
    name: "stop",
    does: "Stops the node.",
    where: processingNode,
    after: ["take-out"],
    preconditions: ["The node gets no requests any more."],
    source,
  },
  {
    name: "repoint",
    does: "Points the node to the copied schema.",
    where: processingNode,
    after: ["stop"],
    preconditions: [
      "No process of the node is left.",
      "A container is made anew: one that is only started again keeps its first database.",
    ],
    source,
  },
  {
    name: "migrate",
    does: "Runs the release's migration on the node.",
    where: processingNode,
    after: ["repoint"],
    preconditions: ["The node is stopped, and its JDBC URL names the copied schema."],
    source,
  },
  {
    name: "mark",
    does: "Creates the marker in the node's data folder: rolling-upgrade.",
    where: processingNode,
    after: ["migrate"],
    preconditions: ["The node is still stopped: a marker is read, and deleted, early in the start."],
    source: sources.markers,
  },
  {
    name: "start",
    does: "Starts the node; it is not in full read-only mode any more.",
    where: processingNode,
    after: ["mark"],
    preconditions: ["The marker is there, and the owner of the process may delete it."],
    source,
  },
  {
    name: "return",
    does: "Gives the node its traffic back.",
    where: processingNode,
    after: ["start"],
    preconditions: ["The marker is gone, the node is ready at its new version, and no patch has failed."],
    source,
  },
  {
    name: "others",
    does: "Takes each other node through the same steps, out of the balancer first and with the marker backup-restore.",
    where: "the other nodes, one by one",
    after: ["return"],
    preconditions: ["Every node that has not crossed says ON.", "Another node serves."],
    // Until the last node has crossed, one still serves the old version from the old schema.
    irreversible: true,
    source,
  },
  {
    name: "finish",
    does: "Empties generated-resources: Jahia makes anew what is asked for.",
    where: "every node",
    after: ["others"],
    preconditions: ["Every node serves from the copied schema, and none is in full read-only mode."],
    source,
  },
];
