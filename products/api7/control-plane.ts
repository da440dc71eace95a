import { isDeepStrictEqual } from "node:util";
import type { Change } from "../change";
import { isRollback, versionSteps } from "../steps";
import { slotsOf } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { compareVersions } from "../version";
import { sources } from "./sources";
import { controlPlaneSettings, controlPlaneStep, dataPlaneSettings, isUpgrade } from "./upgrade";

const key = (name: string) => `gateway:controlPlane.settings.${name}`;

/** Without the control plane nothing tells whether it is ahead of its data planes, or which step it makes itself. */
function missing(change: Change): Problem[] {
  if (!isUpgrade(change)) return [];
  const { previous, next } = change;
  if (!next.controlPlane) {
    return [
      {
        key: "gateway:controlPlane",
        wrong: "The data planes are upgraded, and config does not tell the version of their control plane.",
        remedy: 'Set gateway:controlPlane to { version: "...", settings: { ... } }, as it runs now.',
      },
    ];
  }
  const [step] = versionSteps(change);
  if (!previous || previous.controlPlane || !step) return [];
  return [
    {
      key: "gateway:controlPlane",
      wrong: `The last release tells no control plane, so its own step to ${next.controlPlane.version} is not known.`,
      remedy: `Record gateway:controlPlane as it runs now in a change of its own, and set ${step.key} after that.`,
    },
  ];
}

/** ADC dumps one gateway group at a time: a group that is not named is not in the backup. */
function dumps(change: Change): Problem[] {
  if (!isUpgrade(change) || !change.next.controlPlane) return [];
  const { gatewayGroups = [] } = controlPlaneSettings(change);
  if (gatewayGroups.length === 0) {
    return [
      {
        key: key("gatewayGroups"),
        wrong: "No gateway group is named, so there is no dump of any by ADC beside that of the database.",
        remedy: `Name every gateway group of the control plane in ${key("gatewayGroups")}.`,
      },
    ];
  }
  const own = slotsOf(change.next).flatMap(({ slot }) => dataPlaneSettings(slot).gatewayGroup ?? []);
  return [...new Set(own)]
    .filter((group) => !gatewayGroups.includes(group))
    .map((group) => ({
      key: key("gatewayGroups"),
      wrong: `Data planes of this release are in the gateway group "${group}", which is not named, so ADC dumps nothing of it.`,
      remedy: `Add "${group}" to ${key("gatewayGroups")}.`,
    }));
}

/** From this release on an ADC that is older than `oldest` is not understood. */
const adc = { since: "3.6.0", oldest: "0.18.0" };

function adcVersion(change: Change): Problem[] {
  const target = change.next.controlPlane?.version;
  if (!isUpgrade(change) || !target || compareVersions(target, adc.since) < 0) return [];
  const given = controlPlaneSettings(change).adc;
  if (given !== undefined && compareVersions(given, adc.oldest) >= 0) return [];
  return [
    {
      key: key("adc"),
      wrong:
        given === undefined
          ? `Config does not tell the version of ADC, and API7 Enterprise ${target} takes none before ${adc.oldest}.`
          : `ADC ${given} does not work with API7 Enterprise ${target}.`,
      remedy: `Install ADC ${adc.oldest} or later before the dumps are taken, and name its version in ${key("adc")}.`,
    },
  ];
}

/** Both parts of the control plane read one database; only the one of them that is told elsewhere shows it late. */
function sameDatabase(change: Change): Problem[] {
  const { previous, next } = change;
  const isSet = !isDeepStrictEqual(previous?.controlPlane, next.controlPlane);
  const { database } = controlPlaneSettings(change);
  if (!database || isRollback(change) || !(isSet || isUpgrade(change))) return [];
  if (database.dashboard === database.dpManager) return [];
  return [
    {
      key: key("database"),
      wrong: `The Dashboard's dsn leads to ${database.dashboard}, and the DP Manager's to ${database.dpManager}.`,
      remedy: "Point both at the one database of the control plane.",
    },
  ];
}

/** In place means on the same database: one that is changed with the version is restored or empty, not upgraded. */
function keepsDatabase(change: Change): Problem[] {
  if (!controlPlaneStep(change) || isRollback(change)) return [];
  const before = change.previous ? controlPlaneSettings({ next: change.previous }).database : undefined;
  const after = controlPlaneSettings(change).database;
  if (!before || !after || isDeepStrictEqual(before, after)) return [];
  return [
    {
      key: key("database"),
      wrong: "The control plane gets another version and another database in one change.",
      remedy: "Move the database first, at the same version, and change the version after that.",
    },
  ];
}

/** The new version migrates the database as it starts: what still runs of the old one is then on a schema that it does not know. */
function mixed(change: Change): Problem[] {
  const step = controlPlaneStep(change);
  if (!step || isRollback(change) || controlPlaneSettings(change).replacement !== "rolling") return [];
  return [
    {
      key: key("replacement"),
      wrong: `Replaced one by one, replicas of ${step.from} and ${step.to} run on one database, which the first new one migrates.`,
      remedy: `Set ${key("replacement")} to stop-first, and the Deployments of Dashboard and DP Manager to the strategy Recreate.`,
    },
  ];
}

/** What must hold of the control plane, which is upgraded in place before any data plane. */
export const controlPlaneRules: Rule[] = [
  {
    id: "api7/control-plane-missing",
    severity: "error",
    demands:
      "An upgrade of data planes tells the control plane that they belong to, in gateway:controlPlane.",
    source: sources.upgrade,
    check: missing,
  },
  {
    id: "api7/adc-dump",
    severity: "error",
    demands:
      "Every gateway group is named, so that a dump of each by ADC is taken beside that of the database; the slots' own are among them.",
    source: sources.backup,
    check: dumps,
  },
  {
    id: "api7/adc-version",
    severity: "error",
    demands: "ADC is 0.18.0 or later for a control plane from 3.6.0 on.",
    source: sources.breakingChanges,
    check: adcVersion,
  },
  {
    id: "api7/same-dsn",
    severity: "error",
    demands: "The Dashboard and the DP Manager have one database.",
    source: sources.controlPlaneChart,
    check: sameDatabase,
  },
  {
    id: "api7/database-moved",
    severity: "error",
    demands: "A control plane that is upgraded in place keeps its database.",
    source: sources.inPlace,
    needs: ["last release"],
    check: keepsDatabase,
  },
  {
    id: "api7/no-mixed-control-planes",
    severity: "error",
    demands: "Every replica of the old control plane is stopped before the first of the new one starts.",
    source: sources.upgrade,
    needs: ["last release"],
    check: mixed,
  },
];
