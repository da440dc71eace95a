import { z } from "zod";
import type { EqualityException } from "../../products/configuration";
import type { BreakingChange, DatabaseSupport, Product, Step } from "../../products/product";
import type { Rule } from "../../products/rule";
import { cell, code, link, table } from "./markdown";
import { settingsTable } from "./settings";

type Listed = Pick<Rule, "id" | "severity" | "demands" | "source" | "needs">;

export function rulesTable(rules: readonly Listed[]): string[] {
  return table(
    ["rule", "severity", "demand", "needs", "source"],
    rules.map(({ id, severity, demands, needs = [], source }) => [
      ...[code(id), severity, cell(demands), needs.join(", "), link(source)],
    ]),
  );
}

/** A part of a product's section with its heading, or nothing where the product has none. */
function part(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, "", ...lines];
}

function breakingChangesTable(changes: BreakingChange[]): string[] {
  return table(
    ["id", "since", "what breaks", "what to do", "asked", "source"],
    changes.map(({ id, since, wrong, remedy, concerns, source }) => [
      ...[code(id), since, cell(wrong), cell(remedy)],
      ...[concerns ? "where it concerns the change" : "always", link(source)],
    ]),
  );
}

/** Steps by their number, so that what comes before each can be read off. */
function procedureTable(steps: Step[]): string[] {
  return table(
    ["no.", "step", "what it does", "where", "after", "preconditions", "source"],
    steps.map(({ name, does, where, after, preconditions, irreversible, source }, index) => [
      ...[String(index + 1), cell(name)],
      cell(`${does}${irreversible ? " **No way back but a backup.**" : ""}`),
      ...[cell(where), cell(after.join(", ")), cell(preconditions.join(" ")), link(source)],
    ]),
  );
}

/** Exceptions that one migration makes are one row, with all of their columns. */
function exceptionsTable(exceptions: EqualityException[]): string[] {
  const columns = new Map<string, string[]>();
  for (const { table: name, column, since, why, source } of exceptions) {
    const shared = JSON.stringify([code(name), since, cell(why), link(source)]);
    columns.set(shared, [
      ...(columns.get(shared) ?? []),
      column === undefined ? "the whole row" : code(column),
    ]);
  }
  return table(
    ["table", "since", "why", "source", "columns"],
    [...columns].map(([shared, names]) => [...(JSON.parse(shared) as string[]), names.join(", ")]),
  );
}

function databasesTable({ byLine, server, source }: DatabaseSupport): string[] {
  return table(
    ["line", cell(server), "source"],
    Object.entries(byLine).map(([line, { oldest, newest }]) => [
      ...[line, oldest === newest ? String(oldest) : `${oldest} to ${newest}`, link(source)],
    ]),
  );
}

/** All that is known of one product, beside the rules for all. */
export function productSection(product: Product): string[] {
  const { title, strategies, pathSource, rules, breakingChanges, procedure, configuration } = product;
  const { settings, controlPlane, databaseVersions, tunables = [] } = product;
  const [first] = strategies;
  const ways = strategies.map(
    (each) => `- ${code(each.name)}${each === first ? " (default)" : ""}: ${cell(each.does) || "–"}`,
  );
  return [
    `## ${title}`,
    "",
    `${code(`gateway:product: ${product.name}`)}. Version paths as ${link(pathSource)} guarantees them.`,
    "",
    ...part("Strategies", ways.length > 0 ? [...ways, ""] : []),
    ...part("Rules of its own", rulesTable(rules)),
    ...part("Breaking changes", breakingChangesTable(breakingChanges)),
    ...part("Its procedure, in order", procedureTable(procedure ?? [])),
    ...part("Settings of a slot", settingsTable(settings, z.toJSONSchema)),
    ...part("Settings of the control plane", controlPlane ? settingsTable(controlPlane, z.toJSONSchema) : []),
    ...part("Versions of the database server", databaseVersions ? databasesTable(databaseVersions) : []),
    ...part("What two versions may differ in", exceptionsTable(configuration?.exceptions ?? [])),
    ...part(
      "Worth tuning on new machines",
      tunables.length > 0 ? [...tunables.map((key) => `- ${code(key)}`), ""] : [],
    ),
  ].map((line) => line.trimEnd());
}
