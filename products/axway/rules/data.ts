import { BlockList, isIP } from "node:net";
import type { Change } from "../../change";
import type { Problem } from "../../problem";
import type { Rule } from "../../rule";
import { oldestPatchOf, supportedBy } from "../cassandra";
import { sources } from "../sources";
import { sysupgradeOf, upgradeOf } from "../upgrade";

const ownAddresses = new BlockList();
ownAddresses.addSubnet("127.0.0.0", 8, "ipv4");
ownAddresses.addAddress("0.0.0.0", "ipv4");
ownAddresses.addAddress("::1", "ipv6");
ownAddresses.addAddress("::", "ipv6");

/** Whether an address leads back to the machine that uses it, so that each node would reach another server. */
function isLocal(address: string): boolean {
  const name = address
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
  const family = isIP(name);
  if (family > 0) return ownAddresses.check(name, family === 4 ? "ipv4" : "ipv6");
  return /^(.*\.)?localhost(\.localdomain)?$/.test(name);
}

function cassandraAddress(change: Change): Problem[] {
  const upgrade = sysupgradeOf(change);
  if (!upgrade) return [];
  const { older, newer } = upgrade;
  const { cassandra, noCassandra } = newer.settings;
  if (noCassandra) {
    const collections = [older, newer].flatMap(({ settings }) => settings.cassandraCollections ?? []);
    if (collections.length === 0) return [];
    return [
      {
        key: `gateway:${newer.name}.settings.noCassandra`,
        wrong: `${newer.name} is upgraded without Cassandra, which these KPS collections are kept in: ${[...new Set(collections)].join(", ")}.`,
        remedy: `Name the server in gateway:${newer.name}.settings.cassandra, or move the collections to another data source before the export.`,
        source: sources.messages,
      },
    ];
  }
  const host = cassandra?.host ?? "localhost";
  if (older.topology.length < 2 || !isLocal(host)) return [];
  return [
    {
      key: `gateway:${newer.name}.settings.cassandra`,
      wrong: `The domain has ${older.topology.length} nodes, and ${host}${cassandra ? "" : ", the default for Cassandra,"} is another machine on each of them.`,
      remedy: `Set gateway:${newer.name}.settings.cassandra.host to an address that every node reaches, or noCassandra where nothing is kept in it.`,
    },
  ];
}

function cassandraVersion(change: Change): Problem[] {
  const newer = upgradeOf(change)?.newer;
  const given = newer?.settings.cassandra?.version;
  if (!newer || given === undefined) return [];
  const { lines, source } = supportedBy(newer.version);
  const [major, minor, patch = "0"] = given.split(".");
  const line = lines.find((each) => each === `${major}.${minor}`);
  const key = `gateway:${newer.name}.settings.cassandra.version`;
  const oldest = lines.map((each) => `${each}.${oldestPatchOf(each)}`).join(" or ");
  const remedy = `Upgrade Cassandra first, to ${oldest} or a later patch of it.`;
  if (!line) {
    const wrong = `Cassandra is ${given}, and ${newer.version} supports ${lines.join(" and ")}.`;
    return [{ key, wrong, remedy, source }];
  }
  if (Number(patch) >= oldestPatchOf(line)) return [];
  const wrong = `Cassandra is ${given}, and ${newer.version} was tested with ${line}.${oldestPatchOf(line)}.`;
  return [{ key, wrong, remedy, severity: "warning" }];
}

const kinds = {
  oauth: "the OAuth database",
  kps: "the KPS database",
  metrics: "the metrics database",
  activemq: "the ActiveMQ directory",
} as const;

function externalData(change: Change): Problem[] {
  const newer = sysupgradeOf(change)?.newer;
  return (newer?.settings.externalData ?? [])
    .filter(({ backup }) => backup === undefined)
    .map(({ name, kind }) => ({
      key: `gateway:${newer?.name}.settings.externalData`,
      wrong: `${name}, ${kinds[kind]}, is used by both installations and has no backup: what the new one writes there, the old one may not read.`,
      remedy: `Back ${name} up before the switch, and name where in its backup.`,
      source: kind === "metrics" ? sources.metrics : sources.upgrade,
    }));
}

/** What both installations use is fit for the new one, and can be had back for the old one. */
export const dataRules: Rule[] = [
  {
    id: "axway/cassandra-address",
    severity: "error",
    demands:
      "With several nodes Cassandra has an address that all of them reach; an upgrade without Cassandra has no KPS collection in it.",
    source: sources.messages,
    check: cassandraAddress,
  },
  {
    id: "axway/cassandra-version",
    severity: "error",
    demands: "The version of Cassandra, where config states it, is one that the new version supports.",
    source: sources.upgrade,
    check: cassandraVersion,
  },
  {
    id: "axway/external-databases",
    severity: "error",
    demands:
      "Each external database for OAuth, KPS or metrics, and an ActiveMQ directory outside the installation, has a backup: keeping the old installation does not keep them.",
    source: sources.upgrade,
    check: externalData,
  },
];
