import * as pulumi from "@pulumi/pulumi";
import type { CutoverReport } from "../../products/freeze";
import type { TrafficReport } from "../../products/record";
import { holderOf } from "../../products/release";
import { parse } from "../command";
import { upgradedSlots } from "../gates";
import type { Platform } from "../platform";
import { wantedWay } from "./admin-way";
import { adminInput, type Build, groundOf } from "./build";
import { cleared } from "./cleared";
import { listenerCleared } from "./clear-listener";
import { ruleCleared } from "./clear-way";
import { awsCommand } from "./command";
import { groupWeights, trafficSplit } from "./weights";

/** The pieces that move users' traffic, and what follows it. */
export function trafficPieces(build: Build): Pick<Platform, "hold" | "weights" | "drain" | "cutover"> {
  const { settings, timeouts, ownTables, drainLimit, way, common, made } = build;
  const admin = adminInput(build);

  return {
    hold: (name, options) =>
      awsCommand(
        name,
        {
          piece: "weights",
          create: "nothing",
          update: "record",
          remove: "zero",
          input: { ...common, ...admin },
        },
        options,
      ),

    weights: (name, release, reconcile, options) => {
      const { base, frontDoor } = groundOf(build);
      made.reconcile = reconcile;
      const clear = (settings.balancer.type === "network" ? listenerCleared : ruleCleared)(way);
      const rule = trafficSplit(
        `${name}-rule`,
        release,
        made.groups,
        frontDoor,
        base,
        cleared(`${name}-rule`, clear, options),
      );
      const command = awsCommand(
        name,
        {
          piece: "weights",
          create: "write",
          update: { run: "write" },
          input: { ...common, release, weightsLimit: timeouts.weights },
          fed: {
            groups: pulumi.jsonStringify(groupWeights(release, made.groups)),
            reconcile: reconcile ?? "",
          },
          ignored: reconcile === undefined ? ["reconcile"] : [],
        },
        { ...options, dependsOn: [rule] },
      );
      return parse<TrafficReport>(command);
    },

    drain: (name, slots, mark, options) =>
      awsCommand(
        name,
        {
          piece: "drain",
          create: "wait",
          update: { run: "wait" },
          input: {
            ...common,
            slots,
            deregistrationDelay: settings.balancer.deregistrationDelay,
            period: settings.metricPeriod,
            drainLimit,
          },
          fed: {
            mark,
            groups: pulumi.jsonStringify(made.groups),
          },
        },
        options,
      ),

    cutover: (name, release, freeze, options) => {
      const command = awsCommand(
        name,
        {
          piece: "cutover",
          create: "set",
          update: { run: "set" },
          input: {
            ...common,
            ...admin,
            ...(settings.balancer.admin ? { tags: settings.tags, wanted: wantedWay(release, freeze) } : {}),
            ownTables,
            databaseLimit: timeouts.database,
            holder: holderOf(release.weights) ?? "none",
            slots: upgradedSlots(release) ?? null,
          },
          fed: settings.balancer.admin ? { reconcile: made.reconcile ?? "" } : {},
          ignored: settings.balancer.admin && made.reconcile === undefined ? ["reconcile"] : [],
        },
        options,
      );
      return parse<CutoverReport>(command);
    },
  };
}
