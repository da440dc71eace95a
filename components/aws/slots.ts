import * as pulumi from "@pulumi/pulumi";
import { environmentKey } from "../local/commands/input";
import type { Platform } from "../platform";
import { listenPort, urlScheme } from "./listening";
import { type Build, cleared, groundOf } from "./build";
import { clearGroup, clearRule } from "./clear-way";
import { awsCommand } from "./command";
import { instanceNodes } from "./instances/nodes";
import { targetGroup, testListener, testRule } from "./nodes";
import { serviceNodes } from "./service-nodes";
import { placeOf } from "./slot-settings";
import { testPort } from "./test-way";

/** The pieces that serve: a slot's nodes, guarded while it has weight, and the tests that reach them beforehand. */
export function slotPieces(build: Build): Pick<Platform, "nodes" | "apply" | "smokeTest"> {
  const { settings, timeouts, way, common, made } = build;
  const { balancer } = settings;
  const isNetwork = balancer.type === "network";

  return {
    nodes: (name, context, options) => {
      const { base, frontDoor, parent } = groundOf(build);
      const { life } = context;
      const target = targetGroup(
        `${life}-targets`,
        base,
        context,
        cleared(`${life}-targets`, () => clearGroup(way, life), { parent: options.parent }),
      );
      made.groups[context.name] = target.arn;
      // One way of tests a slot, whatever its life: two lives of a slot stand beside each other while one is made.
      const test = isNetwork
        ? testListener(context.name, frontDoor, target.arn, base, { parent })
        : testRule(
            context.name,
            frontDoor.listener ?? "",
            target.arn,
            base,
            cleared(
              `${context.name}-test`,
              ({ listenerArn, priority }) => clearRule(way, String(listenerArn), Number(priority)),
              { parent },
            ),
          );
      const database = made.databases[life] ?? pulumi.output({ host: "", port: 0 });
      const afterTest = {
        ...options,
        dependsOn: pulumi
          .output(options.dependsOn)
          .apply((before) => [...[before ?? []].flat(), test] as pulumi.Resource[]),
      };
      const { compute } = placeOf(context.slot).nodes;
      const nodes = { ec2: instanceNodes, fargate: serviceNodes }[compute];
      const { resource, output } = nodes(build, context, { target: target.arn, database }, afterTest);
      const guard = awsCommand(
        `${name}-guard`,
        {
          piece: "weights",
          create: "nothing",
          update: "record",
          remove: "release",
          input: { ...common, guardLimit: timeouts.weights },
          fed: { [environmentKey("group")]: pulumi.jsonStringify({ arn: target.arn, slot: context.name }) },
        },
        { parent: options.parent, dependsOn: [resource] },
      );
      return [{ resource: guard, output }];
    },

    apply: () => {
      throw new Error("gateway:acknowledge with apply is not built yet on aws");
    },

    smokeTest: (name, context, { checks, limits, nodes }, options) => {
      const { frontDoor } = groundOf(build);
      const port = isNetwork ? testPort(balancer, context.name) : listenPort(balancer);
      const url = pulumi.interpolate`${urlScheme(balancer)}://${frontDoor.address}:${port}`;
      const target = pulumi.jsonStringify({ life: context.life, slot: context.name, url });
      return awsCommand(
        name,
        {
          piece: "smoke-test",
          create: "run",
          update: "record",
          input: { ...common, checks, ...limits },
          fed: { [environmentKey("target")]: target },
          triggers: [context.life, context.slot.settings, ...nodes],
        },
        options,
      );
    },
  };
}
