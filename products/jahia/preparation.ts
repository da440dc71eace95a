import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { compareVersions, parseVersion } from "../version";
import { sources } from "./sources";
import { keyOf, type Upgrade, upgradeRule } from "./upgrade";

function isSameVersion(a: string, b: string): boolean {
  return parseVersion(a) !== undefined && compareVersions(a, b) === 0;
}

function migrationCommand(upgrade: Upgrade): Problem[] {
  const { older, newer } = upgrade;
  // At equal versions the nodes only change their schema: there is nothing to migrate.
  if (isSameVersion(older.version, newer.version)) return [];
  const { migration } = newer.settings;
  if (!migration) {
    return [
      {
        key: keyOf(upgrade, "migration"),
        wrong: `Nothing says how a node gets to ${newer.version}: each release of Jahia has a migration of its own.`,
        remedy: `Give migration: { version: "${newer.version}", command: [...] }, from the release's upgrade instructions.`,
      },
    ];
  }
  if (isSameVersion(migration.version, newer.version)) return [];
  return [
    {
      key: keyOf(upgrade, "migration.version"),
      wrong: `The migration leads to ${migration.version}, and ${newer.name} is to have ${newer.version}.`,
      remedy: `Give the command of ${newer.version}'s own upgrade instructions, with that version.`,
    },
  ];
}

function generatedResources(upgrade: Upgrade): Problem[] {
  const { generatedResources } = upgrade.newer.settings;
  if (generatedResources === "own") return [];
  return [
    {
      key: keyOf(upgrade, "generatedResources"),
      wrong:
        generatedResources === "shared"
          ? "The nodes share one generated-resources folder: nodes of the older version would write into what the newer ones serve."
          : "Nothing says whether the nodes share one generated-resources folder.",
      remedy: 'Give each node a folder of its own (jahiaGeneratedResourcesDiskPath), and set this to "own".',
    },
  ];
}

function stickySessions(upgrade: Upgrade): Problem[] {
  const { stickySessions } = upgrade.newer.settings;
  if (stickySessions) return [];
  return [
    {
      key: keyOf(upgrade, "stickySessions"),
      wrong:
        stickySessions === false
          ? "The balancer has no sticky sessions: a page of one version would ask a node of the other for its resources."
          : "Nothing says whether the balancer has sticky sessions.",
      remedy: "Switch them on at the balancer, and set this to true.",
    },
  ];
}

function runningJobs(upgrade: Upgrade): Problem[] {
  if (upgrade.newer.settings.jobsHeld) return [];
  return [
    {
      key: keyOf(upgrade, "jobsHeld"),
      wrong:
        "A job that still runs 60 seconds after full read-only mode was asked for leaves its node at PARTIAL_ON, and the upgrade stops there.",
      remedy: "Hold back imports, publications and indexing until it is on, and set this to true.",
    },
  ];
}

function lowActivity({ change }: Upgrade): Problem[] {
  if (change.asked.window) return [];
  return [
    {
      key: "gateway:window",
      wrong:
        "No window is set, and Jahia advises a period of low activity: nothing can be written, and each node is out in turn.",
      remedy: "Set gateway:window to hours in which few people work.",
    },
  ];
}

/** What must be ready before the first step. */
export const preparationRules: Rule[] = [
  upgradeRule(
    {
      id: "jahia/migration-command",
      demands: "The migration command is the one of the target version: each release has its own.",
      source: sources.upgradePatch,
    },
    migrationCommand,
  ),
  upgradeRule(
    {
      id: "jahia/generated-resources-shared",
      demands: "No two nodes share a generated-resources folder.",
      source: sources.rollingUpgrade,
    },
    generatedResources,
  ),
  upgradeRule(
    {
      id: "jahia/sticky-sessions",
      demands: "The balancer keeps a session on its node while nodes of two versions serve.",
      source: sources.rollingUpgrade,
    },
    stickySessions,
  ),
  upgradeRule(
    {
      id: "jahia/running-jobs",
      severity: "warning",
      demands: "No job runs on for 60 seconds once full read-only mode is asked for.",
      source: sources.readOnlyStates,
    },
    runningJobs,
  ),
  upgradeRule(
    {
      id: "jahia/low-activity",
      severity: "warning",
      demands: "The upgrade runs in a period of low activity: gateway:window names it.",
      source: sources.rollingUpgrade,
    },
    lowActivity,
  ),
];
