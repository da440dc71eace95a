import { since, type Version } from "../version";
import { core } from "./core";
import { plugins } from "./plugins";
import type { Subsystem } from "./types";

/** The migrations that a version carries, in the order in which it runs them. */
export function subsystemsOf(version: Version): Subsystem[] {
  return [core, ...plugins].map((one) => ({
    ...one,
    migrations: one.migrations.filter((migration) => since(version, migration.since)),
  }));
}
