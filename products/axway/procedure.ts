import type { Change } from "../change";
import { isRollback, raisesNewer, weightBefore } from "../steps";
import type { Interruption, Step } from "../product";
import { wayOf } from "./path";
import { sources } from "./sources";
import { upgradeOf } from "./upgrade";

/** The vendor's order of an upgrade by `sysupgrade`. */
export const procedure: Step[] = [
  {
    name: "back-up",
    does: "Backs up the old apigateway directory, and every external database for OAuth, KPS and metrics.",
    where: "every node",
    after: [],
    preconditions: [],
    source: sources.upgrade,
  },
  {
    name: "install",
    does: "Installs 7.7 in a new directory, without QuickStart and Cassandra, with the old administrator's credentials.",
    where: "every node",
    after: [],
    preconditions: [
      "Each node has 4 GB of disk space and 8 GB of memory at least.",
      "A licence key for 7.7 is in conf/licenses of the new installation.",
    ],
    source: sources.upgrade,
  },
  {
    name: "service-pack",
    does: "Applies the latest update of 7.7 to the new installation, of which nothing is started.",
    where: "every node",
    after: ["install"],
    preconditions: [
      "JDBC drivers of external OAuth and KPS databases are in upgrade/lib of the new installation.",
    ],
    source: sources.upgrade,
  },
  {
    name: "export",
    does: "Exports the data of the old installation with sysupgrade export, which does not change it.",
    where: "every node",
    after: ["back-up", "service-pack"],
    preconditions: [
      "The old Node Managers and gateways run on every node.",
      "All gateways of a group have the same configuration deployed.",
      "Nothing of the old installation is changed from here on.",
      "Apply has not run on any node.",
    ],
    source: sources.commands,
  },
  {
    name: "upgrade",
    does: "Checks the exported data and upgrades it with sysupgrade upgrade; it is run again, with the export, until no error is left.",
    where: "every node",
    after: ["export"],
    preconditions: [
      "Cassandra has an address that every node reaches, and its port 9042 is open.",
      "Apply has not run on any node.",
    ],
    source: sources.commands,
  },
  {
    name: "stop",
    does: "Stops the old gateways and Node Managers; Cassandra stays up.",
    where: "every node",
    after: ["upgrade"],
    preconditions: ["sysupgrade status says 'export and upgrade complete' on every node."],
    source: sources.upgrade,
  },
  {
    name: "apply-first",
    does: "Makes and starts the new domain with sysupgrade apply.",
    where: "the first node",
    after: ["stop"],
    preconditions: [
      "The node ran an Admin Node Manager in the old installation, and is the one named as --anm_host.",
      "The backups of the external databases are of this day.",
    ],
    irreversible: true,
    source: sources.commands,
  },
  {
    name: "apply",
    does: "Adds the node to the new domain and starts it with sysupgrade apply.",
    where: "the other nodes, one by one",
    after: ["apply-first"],
    preconditions: [
      "The new Admin Node Manager runs on the first node.",
      "--anm_host is the same as there: another one makes a second domain, without an error.",
    ],
    irreversible: true,
    source: sources.commands,
  },
  {
    name: "verify",
    does: "Looks at topology, users and key property stores, and asks every gateway's health check.",
    where: "every node",
    after: ["apply"],
    preconditions: ["sysupgrade status says 'system upgrade complete' on every node."],
    source: sources.upgrade,
  },
  {
    name: "carry-over",
    does: "Points service scripts to the new installation, and carries single sign-on files and Node Manager customisations over.",
    where: "every node",
    after: ["verify"],
    preconditions: [],
    source: sources.upgrade,
  },
];

/** A rollback from an installation that was applied: the new one is stopped before the old one starts. */
function ofRollback(change: Change): Interruption[] {
  const { previous } = change;
  const [from, to] = [previous?.slots[previous.older], previous?.newer && previous.slots[previous.newer]];
  const served = previous?.newer !== undefined && weightBefore(change, previous.newer) > 0;
  if (!served || !from || !to || wayOf(from.version, to.version) !== "sysupgrade") return [];
  return [
    {
      what: "all traffic",
      howLong: "from the stop of the new gateways to the start of the old ones",
      source: sources.metrics,
    },
  ];
}

/** What stops: everything at the switch of an upgrade, one node at a time in an update. */
export function interruptions(change: Change): Interruption[] {
  if (isRollback(change)) return ofRollback(change);
  const upgrade = upgradeOf(change);
  if (!upgrade || !raisesNewer(change)) return [];
  if (upgrade.way === "sysupgrade") {
    return [
      {
        what: "all traffic",
        howLong:
          "from the stop of the old gateways on all nodes until apply has run: minutes, and longer with a large configuration",
        source: sources.minimalDowntime,
      },
      {
        what: "changes to the configuration (deployments, topology, users, API Manager)",
        howLong: "from the first export until apply has run on every node: what changes in between is lost",
        source: sources.questions,
      },
    ];
  }
  const nodes = Math.max(upgrade.older.topology.length, upgrade.newer.topology.length);
  if (nodes > 1) return [];
  return [
    {
      what: "all traffic",
      howLong: "from the stop of the only node until its update is installed and it has started again",
      source: sources.update,
    },
  ];
}
