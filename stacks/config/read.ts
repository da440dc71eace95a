import type { z } from "zod";
import { plannedProducts, products } from "../../products/catalogue";
import type { Finding } from "../../products/finding";
import type { Product, SmokeCheck } from "../../products/product";
import {
  olderAndNewer,
  type Release,
  type Secrets,
  type Slot,
  type SlotName,
  slotNames,
} from "../../products/release";
import { type Config, plannedKeys, schema, type SlotConfig } from "./schema";

const source = "README.md#configuration";
const builtPlatforms = ["local"];
const plannedPlatforms = ["hosts", "kubernetes", "aws"];

/** What a stack's config says, once all of it is valid. */
export interface Settings {
  config: Config;
  product: Product;
  strategy: string;
  release: Release;
  smokeChecks: SmokeCheck[];
  /** Never in plain state. */
  secrets: Secrets;
}

/** How the platform binds a slot to addresses and a database. */
export type Place = (name: SlotName, local: Config["local"]) => Record<string, unknown>;

/** Either the settings or every reason why there are none. */
export type Reading = { settings: Settings; findings: [] } | { settings: undefined; findings: Finding[] };

/** Text of a config as a message shows it: on one line, and cut where nobody would read on. */
function shown(text: string, most: number): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, "?");
  return plain.length > most ? `${plain.slice(0, most - 3)}...` : plain;
}

function invalid(
  key: string,
  wrong: string,
  remedy = `Give gateway:${key} a value that ${source} allows.`,
): Finding {
  return {
    severity: "error",
    rule: "config/invalid",
    key: `gateway:${shown(key, 200)}`,
    wrong: shown(wrong, 500),
    remedy: shown(remedy, 500),
    source,
  };
}

/** Config values arrive as text, objects as JSON. What is no JSON is text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Keys whose value is text whatever it looks like: a product named "1" is not the number 1. */
const textKeys = new Set(["product", "platform", "strategy", "source", "restoreFrom"]);

/** Pulumi.yaml gives every key a default, and an empty one stands for "not given". */
function isGiven(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value !== "";
  return Object.keys(value).length > 0;
}

/** "gateway:" keys of a whole config, without the prefix, as values. */
export function parseConfig(all: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith("gateway:"))
      .map(([key, value]) => [key.slice("gateway:".length), value] as const)
      .map(([key, value]) => [key, textKeys.has(key) ? value : parseValue(value)] as const)
      .filter(([, value]) => isGiven(value)),
  );
}

function describe(issue: z.core.$ZodIssue): Finding[] {
  const at = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => {
      const key = [...at, name].join(".");
      return at.length === 0 && plannedKeys.includes(name)
        ? invalid(key, `${name} is not built yet: nothing acts on it.`, `Take gateway:${name} out.`)
        : invalid(key, "There is no such key.", `Take it out, or see ${source} for the keys that there are.`);
    });
  }
  const missing = issue.code === "invalid_type" && issue.input === undefined;
  // What is wrong with a name in a map, rather than that something is.
  const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
  const message = missing ? "is missing" : (inner ?? issue.message);
  const key = at.join(".");
  return [
    invalid(key, `${shown(key, 200)} ${/^[A-Z]/.test(message) ? `is not valid (${message})` : message}.`),
  ];
}

function readTraffic(
  config: Config,
  names: SlotName[],
): { weights?: Record<SlotName, number>; findings: Finding[] } {
  const given = config.traffic ?? {};
  const strangers = slotNames.filter((name) => given[name] && !names.includes(name));
  if (strangers.length > 0) {
    return {
      findings: strangers.map((name) =>
        invalid(
          `traffic.${name}`,
          `${name} gets weight but is no slot of this config.`,
          `Add gateway:${name}, or take its weight out.`,
        ),
      ),
    };
  }
  const named = names.filter((name) => given[name] !== undefined);
  const sum = named.reduce((total, name) => total + (given[name] ?? 0), 0);
  const rest = names.find((name) => given[name] === undefined);
  const filled = { blue: 0, green: 0, ...given, ...(rest && named.length > 0 ? { [rest]: 100 - sum } : {}) };
  const total = names.reduce((all, name) => all + filled[name], 0);
  if (named.length > 0 && (total !== 100 || sum > 100)) {
    return {
      findings: [
        invalid(
          "traffic",
          `The weights sum to ${sum}, not to 100.`,
          "Give whole numbers that sum to 100; a slot left out gets the rest.",
        ),
      ],
    };
  }
  return { weights: named.length > 0 ? filled : undefined, findings: [] };
}

function readProduct(config: Config): { product?: Product; findings: Finding[] } {
  const product = Object.hasOwn(products, config.product) ? products[config.product] : undefined;
  const known = Object.keys(products).join(", ");
  if (!product) {
    const wrong = plannedProducts.includes(config.product)
      ? `The product ${config.product} is not built yet.`
      : `There is no product "${config.product.slice(0, 60)}".`;
    return { findings: [invalid("product", wrong, `Use one of: ${known}.`)] };
  }
  const strategy = config.strategy ?? product.strategies[0];
  const findings = product.strategies.includes(strategy ?? "")
    ? []
    : [
        invalid(
          "strategy",
          `${product.title} has no strategy "${strategy}" here.`,
          `Use one of: ${product.strategies.join(", ")}.`,
        ),
      ];
  return { product, findings };
}

function readSettings(
  product: Product,
  name: SlotName,
  slot: SlotConfig,
): { settings: Record<string, unknown>; secrets: Record<string, string>; findings: Finding[] } {
  const parsed = product.settings.safeParse(slot.settings, { reportInput: true });
  if (parsed.success) return { ...product.splitSecrets(parsed.data), findings: [] };
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: [name, "settings", ...issue.path] }));
  return { settings: {}, secrets: {}, findings: issues.flatMap(describe) };
}

function readPlatform(config: Config): Finding[] {
  if (builtPlatforms.includes(config.platform)) return [];
  const wrong = plannedPlatforms.includes(config.platform)
    ? `The platform ${config.platform} is not built yet.`
    : `There is no platform "${config.platform.slice(0, 60)}".`;
  return [invalid("platform", wrong, `Use one of: ${builtPlatforms.join(", ")}.`)];
}

/** Reads and checks a stack's config, all of it: every finding at once, whatever else is wrong. */
export function readConfig(all: Record<string, string>, place: Place): Reading {
  const given = parseConfig(all);
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return readParsed(parsed.data, place);
  // What is valid is looked at all the same, so that one slip does not hide the next.
  const invalidKeys = new Set(parsed.error.issues.flatMap(keysOf));
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !invalidKeys.has(key)));
  const readable = schema.safeParse({ product: Object.keys(products)[0], ...rest });
  const others = readable.success ? readParsed(readable.data, place).findings : [];
  const own = parsed.error.issues.flatMap(describe);
  const isNew = ({ key }: Finding) =>
    ![...invalidKeys].some((invalidKey) => key.startsWith(`gateway:${invalidKey}`));
  // Weights of a slot that is itself invalid, or a slot that seems missing for that reason, say nothing new.
  const slotsAreValid = !slotNames.some((name) => invalidKeys.has(name));
  return {
    settings: undefined,
    findings: [
      ...own,
      ...others.filter(isNew).filter(({ key }) => slotsAreValid || !/blue|green|traffic|source/.test(key)),
    ],
  };
}

/** The top-level keys that an issue is about. */
function keysOf(issue: z.core.$ZodIssue): string[] {
  if (issue.path.length > 0) return [String(issue.path[0])];
  return issue.code === "unrecognized_keys" ? issue.keys : [];
}

function readSlots(config: Config, product: Product | undefined, place: Place) {
  const slots: Partial<Record<SlotName, Slot>> = {};
  const secrets: Secrets = {};
  const findings: Finding[] = [];
  for (const name of slotNames) {
    const slot = config[name];
    if (!slot) continue;
    const own = product ? readSettings(product, name, slot) : { settings: {}, secrets: {}, findings: [] };
    findings.push(...own.findings);
    const password = passwordOf(config, slot);
    // A slot without secrets is not named: adding one changes nothing about who knows what.
    if (password !== undefined || Object.keys(own.secrets).length > 0) {
      secrets[name] = { ...(password === undefined ? {} : { password }), environment: own.secrets };
    }
    const { version, generation, nodes } = slot;
    const { settings } = own;
    slots[name] = {
      version,
      generation,
      nodes,
      settings,
      place: place(name, config.local),
      ...existingOf(slot),
    };
  }
  return { slots, secrets, findings };
}

function readParsed(config: Config, place: Place): Reading {
  const { product, findings } = readProduct(config);
  findings.push(...readPlatform(config));
  const { slots, secrets, findings: slotFindings } = readSlots(config, product, place);
  findings.push(...slotFindings);
  const names = slotNames.filter((name) => slots[name]);
  const traffic = readTraffic(config, names);
  findings.push(...traffic.findings);
  if (names.length === 0) {
    findings.push(invalid("blue", "There is no slot.", 'Give gateway:blue a version: { version: "3.9.1" }.'));
  }
  const order = olderAndNewer(slots, config.source);
  if (names.length === 2 && !order) {
    const wrong = `blue and green have the same version, ${slots.blue?.version}.`;
    findings.push(
      invalid("source", wrong, "Set gateway:source to the slot whose database the other one is filled from."),
    );
  }
  if (!product || !order || findings.length > 0) return { settings: undefined, findings };
  const named = config.smokeTests.checks?.map((check) => ({
    ...check,
    name: check.name ?? `${check.method} ${check.path}`,
  }));
  return {
    settings: {
      config,
      product,
      secrets,
      strategy: config.strategy ?? (product.strategies[0] as string),
      release: { slots, weights: traffic.weights ?? { blue: 0, green: 0, [order.older]: 100 }, ...order },
      smokeChecks: named ?? product.smokeTests,
    },
    findings: [],
  };
}

/** A slot's own password, or the one for all; an existing gateway's database has its own. */
function passwordOf({ database }: Config, slot: SlotConfig): string | undefined {
  return slot.existing ? slot.existing.database.password : (slot.database?.password ?? database.password);
}

function existingOf({ existing }: SlotConfig): Pick<Slot, "existing"> {
  if (!existing) return {};
  const { host, port, name, user } = existing.database;
  return { existing: { ...existing, database: { host, port, name, user } } };
}
