import { posix } from "node:path";
import type { Change } from "../../change";
import type { Problem } from "../../problem";
import type { Rule } from "../../rule";
import { version } from "../../version";
import { sources } from "../sources";
import { updateOf } from "../path";
import { type Installation, installationsOf, sysupgradeOf, upgradeOf } from "../upgrade";

const strategyOf = { sysupgrade: "export-upgrade-apply", update: "update" } as const;

function windows(change: Change): Problem[] {
  return installationsOf(change)
    .filter(({ settings }) => settings.os === "windows")
    .map(({ name }) => ({
      key: `gateway:${name}.settings.os`,
      wrong: `${name} is on Windows, where API Gateway is neither installed nor upgraded.`,
      remedy: "Move the gateway to Linux nodes first, and upgrade it there.",
    }));
}

function strategy(change: Change): Problem[] {
  const upgrade = upgradeOf(change);
  if (!upgrade || change.strategy === strategyOf[upgrade.way]) return [];
  const { way, older, newer } = upgrade;
  const by =
    way === "update"
      ? "the script of the update, without sysupgrade"
      : "sysupgrade, not by the script of an update";
  return [
    {
      key: "gateway:strategy",
      wrong: `The step from ${older.version} to ${newer.version} is made by ${by}, and the strategy is ${change.strategy}.`,
      remedy: `Set gateway:strategy to ${strategyOf[way]}.`,
      source: way === "update" ? sources.update : sources.upgrade,
    },
  ];
}

function licence(change: Change): Problem[] {
  const upgrade = sysupgradeOf(change);
  if (!upgrade) return [];
  const { older, newer } = upgrade;
  const { licence: given } = newer.settings;
  if (given && given !== older.settings.licence) return [];
  return [
    {
      key: `gateway:${newer.name}.settings.licence`,
      wrong: given
        ? `${newer.name} names the licence file of ${older.name}, and one of ${older.version} is not valid for ${newer.version}.`
        : `${newer.name} names no licence file, and ${newer.version} does not start with that of ${older.version}.`,
      remedy: `Get a licence key for 7.7 from the vendor, and name its file in gateway:${newer.name}.settings.licence.`,
    },
  ];
}

function servicePack(change: Change): Problem[] {
  const newer = sysupgradeOf(change)?.newer;
  if (!newer || newer.settings.servicePack || updateOf(newer.version)) return [];
  return [
    {
      key: `gateway:${newer.name}.version`,
      wrong: `${newer.name} is ${newer.version} without a service pack or an update.`,
      remedy: `Apply the latest update to the new installation, and give its version: ${version(newer.version).line}.YYYYMMDD.`,
    },
  ];
}

/** A directory, so that two ways to write it are the same. */
function written(directory: string): string {
  const normal = posix.normalize(directory);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

function ownDirectory({ name, settings }: Installation): Problem[] {
  const key = `gateway:${name}.settings.installDir`;
  const remedy = `Give the apigateway directory of the installation, such as /opt/Axway-7.7/apigateway, in ${key}.`;
  const { installDir } = settings;
  if (!installDir) return [{ key, wrong: `${name} does not say where its installation is.`, remedy }];
  if (posix.basename(written(installDir)) === "apigateway") return [];
  return [{ key, wrong: `${name}'s directory ${installDir} does not end in /apigateway.`, remedy }];
}

function directories(change: Change): Problem[] {
  const problems = installationsOf(change).flatMap(ownDirectory);
  const upgrade = upgradeOf(change);
  const [old, target] = [upgrade?.older.settings.installDir, upgrade?.newer.settings.installDir];
  if (!upgrade || !old || !target) return problems;
  const { way, older, newer } = upgrade;
  const key = `gateway:${newer.name}.settings.installDir`;
  const isSame = written(old) === written(target);
  if (way === "sysupgrade" && isSame) {
    const wrong = `${newer.name} is installed in ${target}, where ${older.name} is.`;
    const remedy = `Install ${newer.version} in a directory of its own, and name it in ${key}.`;
    return [...problems, { key, wrong, remedy }];
  }
  if (way === "update" && !isSame) {
    const wrong = `The update goes into the installation that is there, ${old}, and ${newer.name} names ${target}.`;
    return [...problems, { key, wrong, remedy: `Set ${key} to ${old}.`, source: sources.update }];
  }
  return problems;
}

/** What the new installation needs at least, on every node, in GB. */
const least = [
  { field: "diskGb", gigabytes: 4, what: "disk space" },
  { field: "memoryGb", gigabytes: 8, what: "memory" },
] as const;

function resources(change: Change): Problem[] {
  const newer = upgradeOf(change)?.newer;
  if (!newer) return [];
  return newer.topology.flatMap((node) =>
    least.flatMap(({ field, gigabytes, what }) => {
      const given = node[field];
      if (given === undefined || given >= gigabytes) return [];
      return [
        {
          key: `gateway:${newer.name}.settings.topology`,
          wrong: `${node.host} has ${given} GB of ${what}, and API Gateway needs ${gigabytes} GB or more.`,
          remedy: `Give ${node.host} ${gigabytes} GB of ${what} before the installation.`,
        },
      ];
    }),
  );
}

/** What the vendor asks of an installation. */
export const installationRules: Rule[] = [
  {
    id: "axway/windows",
    severity: "error",
    demands: "API Gateway is not installed or upgraded on Windows.",
    source: sources.overview,
    check: windows,
  },
  {
    id: "axway/strategy-of-path",
    severity: "error",
    demands:
      "An older line comes to 7.7 by sysupgrade (export-upgrade-apply), and 7.7 to a later update of it by the update's script alone (update).",
    source: sources.upgrade,
    check: strategy,
  },
  {
    id: "axway/licence",
    severity: "error",
    demands: "An upgrade from an older line has a new licence key; an update of 7.7 keeps the one it has.",
    source: sources.overview,
    check: licence,
  },
  {
    id: "axway/service-pack",
    severity: "error",
    demands: "The latest service pack or update of 7.7 is applied to the new installation before the export.",
    source: sources.overview,
    check: servicePack,
  },
  {
    id: "axway/new-directory",
    severity: "error",
    demands:
      "Each installation names its apigateway directory; an upgrade's new one is another than the old one's, an update's the same.",
    source: sources.upgrade,
    check: directories,
  },
  {
    id: "axway/resources",
    severity: "error",
    demands: "Each node has 4 GB of disk space and 8 GB of memory at least, where config states them.",
    source: sources.requirements,
    check: resources,
  },
];
