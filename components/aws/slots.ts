import type * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform";
import type { SlotContext } from "../slot-context";
import { listenPort } from "./listening";
import { type Build, groundOf } from "./build";
import { cleared } from "./cleared";
import { clearGroup, ruleCleared } from "./clear-way";
import { awsCommand } from "./command";
import { instanceNodes } from "./instances/nodes";
import { serviceNodes } from "./service-nodes";
import { placeOf } from "./slot-settings";
import { slotTest } from "./slot-test";
import { adminGroup, adminPort, targetGroup } from "./targets";
import { adminTestRule } from "./test-rules";
import { testPort, testPriority } from "./test-way";

/** The pieces that serve: a slot's nodes, guarded while it has weight, and the tests that reach them beforehand. */
export function slotPieces(build: Build): Pick<Platform, "nodes" | "apply" | "smokeTest"> {
  const { product, settings, timeouts, ownTables, way, common, made } = build;
  const { balancer } = settings;
  const isNetwork = balancer.type === "network";

  /** The Admin API of a slot, behind the balancer as well. */
  const adminWay = (context: SlotContext, options: pulumi.CustomResourceOptions) => {
    const { base, adminListener, parent } = groundOf(build);
    if (!adminListener) return undefined;
    const { life, name } = context;
    const clear = () => clearGroup(way, life, base.names.admin(life));
    const group = adminGroup(
      `${life}-admin-targets`,
      base,
      context,
      cleared(`${life}-admin-targets`, clear, { parent: options.parent }),
    );
    const test = adminTestRule(
      { slot: name, target: group.arn },
      adminListener,
      base,
      cleared(`${name}-admin`, ruleCleared(way), { parent }),
    );
    return { target: group.arn, port: adminPort(product), test };
  };

  return {
    nodes: (name, context, options) => {
      const { base, parent } = groundOf(build);
      const { life } = context;
      const target = targetGroup(
        `${life}-targets`,
        base,
        context,
        cleared(`${life}-targets`, () => clearGroup(way, life), { parent: options.parent }),
      );
      made.groups[context.name] = target.arn;
      const wayFree = testWayCleared(build, context, target);
      // One way of tests a slot, whatever its life: two lives of a slot stand beside each other while one is made.
      const test = slotTest(build, context.name, target.arn, { parent, dependsOn: wayFree });
      const admin = adminWay(context, options);
      const database = made.databases[life] ?? pulumi.output({ host: "", port: 0 });
      const afterTest = {
        ...options,
        dependsOn: pulumi
          .output(options.dependsOn)
          .apply(
            (before) => [...[before ?? []].flat(), test, ...(admin ? [admin.test] : [])] as pulumi.Resource[],
          ),
      };
      const { compute } = placeOf(context.slot).nodes;
      const nodes = { ec2: instanceNodes, fargate: serviceNodes }[compute];
      const { resource, output } = nodes(build, context, { target: target.arn, admin, database }, afterTest);
      const guard = awsCommand(
        `${name}-guard`,
        {
          piece: "weights",
          create: "nothing",
          update: "record",
          remove: "release",
          input: { ...common, guardLimit: timeouts.weights },
          fed: { group: pulumi.jsonStringify({ arn: target.arn, slot: context.name }) },
        },
        { parent: options.parent, dependsOn: [resource] },
      );
      return [{ resource: guard, output }];
    },

    apply: (name, context, files, options) => {
      const { admin } = balancer;
      if (!admin) throw new Error("requests to a slot need gateway:aws.balancer.admin");
      const { frontDoor } = groundOf(build);
      const adminApi = frontDoor.url(admin.port);
      return awsCommand(
        name,
        {
          piece: "apply",
          create: "run",
          update: "record",
          input: {
            ...common,
            ...{ context, files, ownTables },
            host: admin.host ?? "",
            databaseLimit: timeouts.database,
          },
          fed: { adminApi },
        },
        options,
      );
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
          fed: { target },
          triggers: [context.life, context.slot.settings, ...nodes],
        },
        options,
      );
    },
  };
}

/**
 * A test rule whose create failed or was killed has no state, and would keep the target group from going in a revert. This
 * stands between the two: it does nothing when made, and takes such a rule away when it goes.
 */
function testWayCleared(
  { settings, common, made }: Build,
  { name, life }: SlotContext,
  target: lb.TargetGroup,
): pulumi.Resource[] {
  const { balancer } = settings;
  const listener = made.ground?.frontDoor.listener;
  if (balancer.type === "network" || listener === undefined) return [];
  const command = awsCommand(
    `${life}-test-way`,
    {
      piece: "test-way",
      create: "nothing",
      update: "record",
      remove: "clear",
      input: { ...common, priority: testPriority(balancer.rule.priority, name) },
      fed: { listener, target: target.arn },
    },
    { parent: target, dependsOn: [target] },
  );
  return [command];
}
