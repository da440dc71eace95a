import { products, runnableProducts } from "../../products/catalogue";
import type { Asked } from "../../products/change";
import type { Finding } from "../../products/finding";
import type { RunnableProduct, SmokeCheck } from "../../products/operation";
import type { Product } from "../../products/product";
import {
  type ControlPlane,
  olderAndNewer,
  type Release,
  type Secrets,
  type Slot,
  type SlotName,
  slotNames,
} from "../../products/release";
import { built, platforms } from "../built";
import { readAws } from "./aws";
import { didYouMean } from "./did-you-mean";
import { readGivenDatabase } from "./given-database";
import { describe, invalid, keysOf, notBuilt } from "./issues";
import { parseConfig } from "./parse";
import { type Config, plannedKeys, schemaOn, type SlotConfig } from "./schema";
import { readTraffic } from "./traffic";

/** What a stack's config says, once all of it can be read. */
export interface Settings {
  config: Config;
  product: Product;
  /** The same, where it is carried out and not only reviewed. */
  runnable?: RunnableProduct;
  strategy: string;
  release: Release;
  asked: Asked;
  /** Files of requests that gateway:acknowledge names. */
  appliedFiles: string[];
  smokeChecks: SmokeCheck[];
  /** Never in plain state. */
  secrets: Secrets;
}

/** How the platform binds a slot to addresses and a database, and what it runs on. */
export type Place = (name: SlotName, config: Config) => Pick<Slot, "place" | "site" | "databaseServer">;

/**
 * What was read: findings are errors, and refuse the config. There are settings beside them where it can be read and asks
 * for what is not built yet or AWS would not make, so that the rules tell what else is wrong.
 */
export interface Reading {
  settings: Settings | undefined;
  findings: Finding[];
}

/** Reads and checks a stack's config, all of it: every finding at once, whatever else is wrong. */
export function readConfig(all: Record<string, string>, place: Place): Reading {
  const entries = Object.entries(parseConfig(all));
  const planned = entries.filter(([key]) => plannedKeys.includes(key));
  const given = Object.fromEntries(entries.filter(([key]) => !plannedKeys.includes(key)));
  const { settings, findings } = readGiven(given, place);
  const ahead = planned.map(([key]) =>
    notBuilt(key, `${key} is not built yet: nothing acts on it.`, `Take gateway:${key} out.`),
  );
  return { settings, findings: [...findings, ...ahead] };
}

function readGiven(given: Record<string, unknown>, place: Place): Reading {
  const schema = schemaOn(given.platform);
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return readParsed(parsed.data, place);
  // What is valid is looked at all the same, so that one slip does not hide the next.
  const invalidKeys = new Set(parsed.error.issues.flatMap(keysOf));
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !invalidKeys.has(key)));
  const readable = schema.safeParse({ product: Object.keys(products)[0], ...rest });
  const others = readable.success ? readParsed(readable.data, place).findings : [];
  const own = parsed.error.issues.flatMap((issue) => describe(issue, schema));
  const isNew = ({ key }: Finding) =>
    ![...invalidKeys].some((invalidKey) => key.startsWith(`gateway:${invalidKey}`));
  // Weights of a slot that is itself invalid, or a slot that seems missing for that reason, say nothing new.
  const slotsAreValid = !slotNames.some((name) => invalidKeys.has(name));
  const apart = others.filter(isNew);
  return {
    settings: undefined,
    findings: [...own, ...apart.filter(({ key }) => slotsAreValid || !/blue|green|traffic|source/.test(key))],
  };
}

/** The remedy of a name that there is not. */
function oneOf(name: string, known: string[]): string {
  return `${didYouMean(name, known)}Use one of: ${known.join(", ")}.`;
}

function readProduct({ product: name, strategy, platform }: Config): {
  product?: Product;
  strategy: string;
  findings: Finding[];
} {
  const product = Object.hasOwn(products, name) ? products[name] : undefined;
  if (!product) {
    const wrong = `There is no product "${name.slice(0, 60)}".`;
    return { strategy: "", findings: [invalid("product", wrong, oneOf(name, Object.keys(products)))] };
  }
  const names = product.strategies.map((each) => each.name);
  const chosen = strategy ?? names[0] ?? "";
  if (!names.includes(chosen)) {
    const wrong = `${product.title} has no strategy "${chosen}".`;
    return {
      product,
      strategy: chosen,
      findings: [invalid("strategy", wrong, oneOf(chosen, names))],
    };
  }
  const onPlatform = Object.hasOwn(built, platform) ? built[platform] : undefined;
  if (!onPlatform) return { product, strategy: chosen, findings: [] };
  const carriedOut = Object.hasOwn(onPlatform, name) ? (onPlatform[name] ?? []) : [];
  if (carriedOut.length === 0) {
    const wrong = `${product.title} is not built yet on ${platform}: its rules are checked, and nothing is carried out.`;
    return {
      product,
      strategy: chosen,
      findings: [
        notBuilt("product", wrong, `Carried out on ${platform}: ${Object.keys(onPlatform).join(", ")}.`),
      ],
    };
  }
  if (carriedOut.includes(chosen)) return { product, strategy: chosen, findings: [] };
  const wrong = `The strategy ${chosen} is not built yet on ${platform}.`;
  return {
    product,
    strategy: chosen,
    findings: [notBuilt("strategy", wrong, `Use one of: ${carriedOut.join(", ")}.`)],
  };
}

function readPlatform({ platform }: Config): Finding[] {
  if (Object.hasOwn(built, platform)) return [];
  const remedy = `Use one of: ${Object.keys(built).join(", ")}.`;
  return platforms.includes(platform)
    ? [notBuilt("platform", `The platform ${platform} is not built yet.`, remedy)]
    : [
        invalid(
          "platform",
          `There is no platform "${platform.slice(0, 60)}".`,
          `${didYouMean(platform, platforms)}${remedy}`,
        ),
      ];
}

interface ReadSettings {
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
  findings: Finding[];
}

function readSettings(product: Product, name: SlotName, slot: SlotConfig): ReadSettings {
  const parsed = product.settings.safeParse(slot.settings, { reportInput: true });
  if (!parsed.success) {
    const { issues } = parsed.error;
    const own = issues.flatMap((issue) => describe(issue, product.settings, [name, "settings"]));
    return { settings: {}, secrets: {}, findings: own };
  }
  const findings = (product.notBuilt?.(parsed.data) ?? []).map(({ key, why }) =>
    notBuilt(`${name}.settings.${key}`, `${why}.`, "Choose what is built, or wait for it."),
  );
  return { ...product.splitSecrets(parsed.data), findings };
}

function readControlPlane(
  { controlPlane }: Config,
  product: Product,
): { controlPlane?: ControlPlane; findings: Finding[] } {
  if (!controlPlane) return { findings: [] };
  if (!product.controlPlane) {
    const wrong = `${product.title} has no control plane of its own here.`;
    return { findings: [invalid("controlPlane", wrong, "Take gateway:controlPlane out.")] };
  }
  const { version, settings } = controlPlane;
  const own = product.controlPlane;
  const parsed = own.safeParse(settings, { reportInput: true });
  if (parsed.success) return { controlPlane: { version, settings: parsed.data }, findings: [] };
  const { issues } = parsed.error;
  return { findings: issues.flatMap((issue) => describe(issue, own, ["controlPlane", "settings"])) };
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
    slots[name] = { version, generation, nodes, settings, ...place(name, config), ...existingOf(slot) };
  }
  return { slots, secrets, findings };
}

function readParsed(config: Config, place: Place): Reading {
  const { product, strategy, findings } = readProduct(config);
  findings.push(...readPlatform(config));
  if (product) findings.push(...readGivenDatabase(config, strategy));
  const { slots, secrets, findings: slotFindings } = readSlots(config, product, place);
  findings.push(...slotFindings);
  const control = product ? readControlPlane(config, product) : { findings: [] };
  findings.push(...control.findings);
  findings.push(...readAws(config, slots));
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
  const unreadable = findings.some(({ rule }) => rule === "config/invalid");
  if (!product || !order || unreadable) return { settings: undefined, findings };
  const runnable = Object.hasOwn(runnableProducts, product.name) ? runnableProducts[product.name] : undefined;
  const named = config.smokeTests.checks?.map((check) => ({
    ...check,
    name: check.name ?? `${check.method} ${check.path}`,
  }));
  const weights = traffic.weights ?? { blue: 0, green: 0, [order.older]: 100 };
  const { controlPlane } = control;
  return {
    settings: {
      config,
      product,
      ...(runnable ? { runnable } : {}),
      secrets,
      strategy,
      release: { slots, weights, ...order, strategy, ...(controlPlane ? { controlPlane } : {}) },
      asked: askedOf(config),
      appliedFiles: config.acknowledge.flatMap((entry) => (typeof entry === "string" ? [] : [entry.apply])),
      smokeChecks: named ?? runnable?.smokeTests ?? [],
    },
    findings,
  };
}

function askedOf(config: Config): Asked {
  const {
    acknowledge,
    customPlugins,
    acceptDowntime,
    window,
    windowOverride,
    promotedFrom,
    production,
    freeze,
  } = config;
  return {
    acknowledge: acknowledge.map((entry) => (typeof entry === "string" ? entry : entry.id)),
    customPlugins,
    acceptDowntime,
    window,
    windowOverride,
    promotedFrom,
    production,
    freeze,
  };
}

/** A slot's own password, or the one for all; an existing gateway's database has its own. */
function passwordOf({ database }: Config, slot: SlotConfig): string | undefined {
  return slot.existing ? slot.existing.database.password : (slot.database?.password ?? database.password);
}

function existingOf({ existing }: SlotConfig): Pick<Slot, "existing"> {
  if (!existing) return {};
  if ("targetGroup" in existing) {
    const { targetGroup } = existing;
    const { instance, name, user } = existing.database;
    // RDS knows the rest of it, and no Admin API of it is asked.
    const database = { host: instance, port: 5432, name, user };
    return { existing: { addresses: [], adminApi: "", statusApi: "", targetGroup, database } };
  }
  const { host, port, name, user } = existing.database;
  return { existing: { ...existing, database: { host, port, name, user } } };
}
