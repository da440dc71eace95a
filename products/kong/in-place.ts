import type { Change } from "../change";
import { versionSteps } from "../steps";
import type { Interruption, Step } from "../product";
import { capacityOf } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

const guide = "https://developer.konghq.com/gateway/upgrade";
const inPlaceGuide = `${guide}/in-place/`;

/** The guide's order of an upgrade in place. */
export const inPlaceProcedure: Step[] = [
  {
    name: "freeze",
    does: "Stops every write to the configuration: Admin API, Kong Manager, decK and direct writes to the database.",
    where: "the database",
    after: [],
    preconditions: ["Breaking changes between the two versions are reviewed."],
    source: inPlaceGuide,
  },
  {
    name: "backup",
    does: "Dumps the database; the keyring and kong.conf are copied apart.",
    where: "the database",
    after: ["freeze"],
    preconditions: ["The database answers."],
    source: `${guide}/backup-and-restore/`,
  },
  {
    name: "stop",
    does: "Stops the nodes of the old version and leaves the database running: from here on no traffic is served.",
    where: "every node",
    after: ["backup"],
    preconditions: ["The dump can be listed and is not empty."],
    source: inPlaceGuide,
  },
  {
    name: "up",
    does: "Runs 'kong migrations up' of the new version: the half of the migrations that old nodes can live with.",
    where: "the first node",
    after: ["stop"],
    preconditions: ["The new version is installed.", "No node of the old version runs."],
    source: inPlaceGuide,
  },
  {
    name: "finish",
    does: "Runs 'kong migrations finish': the rest, after which only the new version can use the database.",
    where: "the first node",
    after: ["up"],
    preconditions: ["'kong migrations up' ended without an error, and no node of the old version runs."],
    irreversible: true,
    source: inPlaceGuide,
  },
  {
    name: "start",
    does: "Starts the nodes at the new version, one after the other.",
    where: "every node",
    after: ["finish"],
    preconditions: ["'kong migrations list' says that nothing is new or pending."],
    source: inPlaceGuide,
  },
];

/**
 * What stops. Under blue-green only writes to the configuration wait, which is what the freeze is for: no downtime that
 * anybody has to accept.
 */
export function interruptions(change: Change): Interruption[] {
  if (change.strategy !== "in-place" || versionSteps(change).length === 0) return [];
  return [
    {
      what: "all traffic",
      howLong:
        "from the stop of the old nodes to the start of the new ones, with all migrations between them",
      source: inPlaceGuide,
    },
  ];
}

function oneNode(change: Change): Problem[] {
  if (change.strategy !== "in-place") return [];
  const { older, slots } = change.next;
  const nodes = slots[older] ? capacityOf(slots[older]) : 0;
  if (nodes < 2 || versionSteps(change).length === 0) return [];
  return [
    {
      key: `gateway:${older}.nodes`,
      wrong: `${older} has ${nodes} nodes on the database that is migrated in place.`,
      remedy: `Shut ${nodes - 1} of them down first, and upgrade one node at a time.`,
      acknowledge: "kong/in-place-one-node",
    },
  ];
}

/** What an upgrade in place asks of its nodes. */
export const inPlaceRules: Rule[] = [
  {
    id: "kong/in-place-one-node",
    acknowledges: "kong/in-place-one-node",
    severity: "error",
    demands: "In place, the other nodes are shut down first, and one node is upgraded at a time.",
    source: inPlaceGuide,
    needs: ["last release"],
    check: oneNode,
  },
];
