import type { z } from "zod";
import type { Change } from "./change";
import type { Rule } from "./rule";
import type { Configuration } from "./configuration";

/** Which versions may follow which. */
export type PathVerdict =
  | { guaranteed: true }
  | {
      guaranteed: false;
      /** Why, as a sentence without its full stop. */
      why: string;
      /** The lines or versions in between that make it a guaranteed way, in order. Empty: there is none, or none is needed. */
      via: string[];
      /** What may follow `from` instead, where no way leads to `to`: "a later patch of its line", "3.10.x". */
      instead: string[];
      /** Set when `to` is newer than what is known here: the line that can be accepted. */
      unknown?: string;
    };

/** A way to carry an upgrade out. */
export interface Strategy {
  /** As config names it. */
  name: string;
  /** What it does, in one sentence, for the docs. */
  does: string;
}

/** A change of the product that can break what runs on it, from one version on. */
export interface BreakingChange {
  /** "kong/3.14/tls-certificate-verify": accepted by it in gateway:acknowledge. */
  id: string;
  /** The first version that has it. */
  since: string;
  /** What breaks, in one sentence. */
  wrong: string;
  /** What to do about it before the upgrade, in one sentence. */
  remedy: string;
  source: string;
  /** Whether it concerns this change at all. Default: every path over `since`. */
  concerns?: (change: Change) => boolean;
}

/** What stops while the vendor's procedure runs. */
export interface Interruption {
  /** "writes to the configuration", "all traffic". */
  what: string;
  /** "from the stop of the old control plane to the start of the new one: about a minute". */
  howLong: string;
  source: string;
}

/** One step of the vendor's procedure. Their order is the order in which they are carried out. */
export interface Step {
  /** "export". */
  name: string;
  /** What it does, in one sentence. */
  does: string;
  /** "every node", "the first node", "the other nodes, one by one", "the control plane", "the database". */
  where: string;
  /** Names of steps that must be done before it, everywhere that they are for. */
  after: string[];
  /** What must hold besides, in one sentence each. */
  preconditions: string[];
  /** After it there is no way back but a backup. Default: false. */
  irreversible?: boolean;
  source: string;
}

/**
 * All that is known of one product: data and pure functions, nothing of where it runs. A new product is one file that
 * exports one of these.
 */
export interface Product {
  name: string;
  title: string;
  /** The first is the default. */
  strategies: Strategy[];
  /** What `settings` of a slot may hold: what the product is given, and what its rules read. */
  settings: z.ZodType<Record<string, unknown>>;
  /** What `gateway:controlPlane` may hold beside its version. Absent: the product has no control plane of its own. */
  controlPlane?: z.ZodType<Record<string, unknown>>;
  /**
   * Takes what is secret out of a slot's settings: what is left may be in plain state, and what is taken out becomes
   * environment of the nodes and tasks, by variable, from the owner-only file.
   */
  splitSecrets: (settings: Record<string, unknown>) => {
    settings: Record<string, unknown>;
    secrets: Record<string, string>;
  };
  /** What of these settings nothing acts on yet, as sentences without their full stop, by key below `settings`. */
  notBuilt?: (settings: Record<string, unknown>) => { key: string; why: string }[];
  /** Whether the vendor guarantees this step, and by which versions it does when not. */
  path: (from: string, to: string) => PathVerdict;
  /** The page that says so. */
  pathSource: string;
  breakingChanges: BreakingChange[];
  /** The vendor's own order of an upgrade, where it differs from that of two slots beside each other. */
  procedure?: Step[];
  /** What stops in this change, by the vendor's procedure. */
  interruptions: (change: Change) => Interruption[];
  /** Rules of this product's own. */
  rules: Rule[];
  /** Which tables of its database are what, and what of it migrations change. */
  configuration?: Configuration;
  /** Settings that are worth tuning to a machine, by their key in config: a move lists those left at their default. */
  tunables?: string[];
  /** Versions of the database server that a release supports; undefined where that is not known. */
  databaseVersions?: DatabaseSupport;
}

/** Which versions of a database server the lines of a product support. */
export interface DatabaseSupport {
  server: string;
  /** By the product's line ("3.10"): the oldest and the newest major version that it supports. */
  byLine: Record<string, { oldest: number; newest: number }>;
  source: string;
}
