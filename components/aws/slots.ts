import * as pulumi from "@pulumi/pulumi";
import { environmentKey } from "../local/commands/input";
import type { Platform } from "../platform";
import { listenPort } from "./listening";
import { type Build, cleared, groundOf } from "./build";
import { clearGroup, clearService } from "./clear-way";
import { awsCommand } from "./command";
import { nodesDefinition } from "./containers";
import { fargateService, targetGroup } from "./nodes";
import { slotTest } from "./slot-test";
import { testPort } from "./test-way";

/** The pieces that serve: a slot's nodes, guarded while it has weight, and the tests that reach them beforehand. */
export function slotPieces(build: Build): Pick<Platform, "nodes" | "apply" | "smokeTest"> {
  const { product, settings, timeouts, way, common, made } = build;
  const { balancer } = settings;
  const isNetwork = balancer.type === "network";

  return {
    nodes: (name, context, options) => {
      const { base, containers, cluster, parent } = groundOf(build);
      const { life } = context;
      const target = targetGroup(
        `${life}-targets`,
        base,
        context,
        cleared(`${life}-targets`, () => clearGroup(way, life), { parent: options.parent }),
      );
      made.groups[context.name] = target.arn;
      // One way of tests a slot, whatever its life: two lives of a slot stand beside each other while one is made.
      const test = slotTest(build, context.name, target.arn, parent);
      const database = made.databases[life] ?? pulumi.output({ host: "", port: 0 });
      const definition = nodesDefinition(
        containers,
        { product, context, database },
        { parent: options.parent },
      );
      const service = fargateService(
        `${life}-service`,
        base,
        { context, definition, target: target.arn, startLimit: timeouts.start },
        cluster,
        cleared(`${life}-service`, () => clearService(way, life), {
          ...options,
          dependsOn: pulumi
            .output(options.dependsOn)
            .apply((before) => [...[before ?? []].flat(), test] as pulumi.Resource[]),
        }),
      );
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
        { parent: options.parent, dependsOn: [service] },
      );
      return [{ resource: guard, output: pulumi.all([service.id, definition.arn]) }];
    },

    apply: () => {
      throw new Error("gateway:acknowledge with apply is not built yet on aws");
    },

    smokeTest: (name, context, { checks, limits, nodes }, options) => {
      const { frontDoor } = groundOf(build);
      const port = isNetwork ? testPort(balancer, context.name) : listenPort(balancer);
      const target = pulumi.jsonStringify({
        life: context.life,
        slot: context.name,
        url: frontDoor.url(port),
      });
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
