import * as pulumi from "@pulumi/pulumi";
import type { SlotContext } from "../../slot-context";
import { type Build, groundOf } from "../build";
import { cleared } from "../cleared";
import { clearInstances } from "../clear-way";
import { awsCommand } from "../command";
import type { SlotNodes, SlotSurroundings } from "../nodes";
import { instanceGroup, refreshLimit } from "./group";
import { instanceProfile } from "./role";
import { launchTemplate } from "./template";

/** A slot's nodes on instances: what they are launched from, the group that keeps them, and the end of each replacement. */
export function instanceNodes(
  build: Build,
  context: SlotContext,
  { target, admin, database }: SlotSurroundings,
  options: pulumi.CustomResourceOptions,
): SlotNodes {
  const { product, settings, timeouts, names, tags, make, way, common } = build;
  const { base, containers, parent: shared } = groundOf(build);
  const { life, name } = context;
  const { parent } = options;
  // One role a slot, whatever its life: two lives of a slot stand beside each other while one is made.
  const profile = instanceProfile(
    name,
    containers.secretArns[name] ?? "",
    { names, tags, make },
    { parent: shared },
  );
  const template = launchTemplate(
    `${life}-template`,
    base,
    containers,
    { container: { product, context, database }, profile },
    { parent },
  );
  const group = instanceGroup(
    `${life}-instances`,
    base,
    { context, template, targets: [target, ...(admin ? [admin.target] : [])], startLimit: timeouts.start },
    cleared(`${life}-instances`, () => clearInstances(way, life), options),
  );
  const version = template.latestVersion.apply(String);
  const refreshed = awsCommand(
    `${life}-refreshed`,
    {
      piece: "refresh",
      create: "wait",
      update: { run: "wait" },
      input: {
        ...common,
        life,
        refreshLimit: refreshLimit(timeouts.start, settings.balancer.deregistrationDelay),
      },
      fed: { template: version },
    },
    { parent, dependsOn: [group] },
  );
  return { resource: refreshed, output: pulumi.all([group.id, version]) };
}
