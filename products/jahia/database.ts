import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { schemaOf } from "./schema";
import { sources } from "./sources";
import { keyOf, type Upgrade, upgradeRule } from "./upgrade";

function ownSchema(upgrade: Upgrade): Problem[] {
  const { older, newer } = upgrade;
  const [before, after] = [older.settings.database, newer.settings.database];
  const key = keyOf(upgrade, "database.url");
  if (after.url === undefined) {
    const remedy = `Give the JDBC URL of the copy of ${older.name}'s schema.`;
    return [{ key, wrong: `${newer.name} names no schema to cross to.`, remedy }];
  }
  if (before.url === undefined) {
    return [
      {
        key: `gateway:${older.name}.settings.database.url`,
        severity: "warning",
        wrong: `${older.name} names no schema, so that nobody can tell whether ${newer.name}'s is another one.`,
        remedy: `Make sure that ${older.name}'s nodes do not use ${after.url}.`,
      },
    ];
  }
  if (schemaOf(before.url, before.user) !== schemaOf(after.url, after.user)) return [];
  return [
    {
      key,
      wrong: `${newer.name} has the schema of ${older.name}: its migration would change it under the nodes that still serve.`,
      remedy: `Give the JDBC URL of a copy of ${older.name}'s schema.`,
    },
  ];
}

/** A container does not read its database from one place only, and the others win. */
function pinnedUrl(upgrade: Upgrade): Problem[] {
  const { older, newer } = upgrade;
  const { docker, database } = newer.settings;
  if (!docker) return [];
  const isKept = docker.dataFolderEnv === "kept";
  if (docker.dbUrl === undefined && isKept) {
    return [
      {
        key: keyOf(upgrade, "docker.dataFolderEnv"),
        wrong: `The file "env" in the data folder keeps DB_HOST and DB_NAME of a container's first start: its node would come back on ${older.name}'s schema.`,
        remedy: 'Set docker.dbUrl, or write the file anew and set docker.dataFolderEnv to "rewritten".',
      },
    ];
  }
  const problems: Problem[] = [];
  const wanted = database.url;
  if (docker.dbUrl && wanted && schemaOf(docker.dbUrl, database.user) !== schemaOf(wanted, database.user)) {
    problems.push({
      key: keyOf(upgrade, "docker.dbUrl"),
      wrong: `DB_URL is ${docker.dbUrl}, which wins over ${newer.name}'s schema, ${wanted}.`,
      remedy: "Give both the same JDBC URL, or take docker.dbUrl out and write the data folder's env anew.",
    });
  }
  const [was, is] = [older.settings.database.user, database.user];
  if (isKept && is !== undefined && is !== was) {
    problems.push({
      key: keyOf(upgrade, "docker.dataFolderEnv"),
      wrong: `The file "env" in the data folder keeps DB_USER and DB_PASS of a container's first start, and ${newer.name}'s user is ${is}.`,
      remedy: 'Write the file anew, and set docker.dataFolderEnv to "rewritten".',
    });
  }
  return problems;
}

/** What the rolling upgrade asks of the two schemas. */
export const databaseRules: Rule[] = [
  upgradeRule(
    {
      id: "jahia/schema",
      demands: "The newer slot's JDBC URL names another schema than the older one's: a copy of it.",
      source: sources.rollingUpgrade,
    },
    ownSchema,
  ),
  upgradeRule(
    {
      id: "jahia/database-url-pinned",
      demands:
        "In containers neither DB_URL nor the env file of the data folder leads a node to another schema than its slot's.",
      source: sources.dockerEntrypoint,
    },
    pinnedUrl,
  ),
];
