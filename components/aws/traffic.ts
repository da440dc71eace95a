import * as pulumi from "@pulumi/pulumi";
import type { CutoverReport } from "../../products/freeze";
import type { TrafficReport } from "../../products/record";
import { holderOf } from "../../products/release";
import { parse } from "../command";
import { environmentKey } from "../command-input";
import type { Platform } from "../platform";
import { contextsOf } from "../slot-context";
import { wantedWay } from "./admin-way";
import { adminInput, type Build, cleared, groundOf } from "./build";
import { clearListener } from "./clear-listener";
import { clearRule } from "./clear-way";
import { awsCommand } from "./command";
import { groupWeights, trafficSplit } from "./weights";

/** A command runs again for this input only where what is live is not what it should be. */
function reconciledOnly(reconcile: string | undefined): pulumi.CustomResourceOptions {
  return reconcile === undefined ? { ignoreChanges: [`environment.${environmentKey("reconcile")}`] } : {};
}

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
      const clear = ({ listenerArn, priority, loadBalancerArn, port }: Record<string, unknown>) =>
        settings.balancer.type === "network"
          ? clearListener(way, String(loadBalancerArn), Number(port))
          : clearRule(way, String(listenerArn), Number(priority));
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
            [environmentKey("groups")]: pulumi.jsonStringify(groupWeights(release, made.groups)),
            [environmentKey("reconcile")]: reconcile ?? "",
          },
        },
        {
          ...options,
          dependsOn: [rule],
          ...reconciledOnly(reconcile),
        },
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
            [environmentKey("mark")]: mark,
            [environmentKey("groups")]: pulumi.jsonStringify(made.groups),
          },
        },
        options,
      ),

    cutover: (name, release, freeze, options) => {
      const [older, newer] = contextsOf(release);
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
            slots: older && newer && !newer.slot.existing ? { older, newer } : null,
          },
          ...(settings.balancer.admin
            ? { fed: { [environmentKey("reconcile")]: made.reconcile ?? "" } }
            : {}),
        },
        { ...options, ...(settings.balancer.admin ? reconciledOnly(made.reconcile) : {}) },
      );
      return parse<CutoverReport>(command);
    },
  };
}
