import * as pulumi from "@pulumi/pulumi";
import type { SlotContext } from "../slot-context";
import { type Build, cleared, groundOf } from "./build";
import { clearService } from "./clear-way";
import { nodesDefinition } from "./containers";
import { fargateService, type SlotNodes, type SlotSurroundings } from "./nodes";

/** A slot's nodes on Fargate: a task definition, and the service that keeps tasks of it. */
export function serviceNodes(
  build: Build,
  context: SlotContext,
  { target, admin, database }: SlotSurroundings,
  options: pulumi.CustomResourceOptions,
): SlotNodes {
  const { product, timeouts, way } = build;
  const { base, containers, cluster } = groundOf(build);
  const { life } = context;
  const definition = nodesDefinition(containers, { product, context, database }, { parent: options.parent });
  const service = fargateService(
    `${life}-service`,
    base,
    { context, definition, target, admin, startLimit: timeouts.start },
    cluster,
    cleared(`${life}-service`, () => clearService(way, life), options),
  );
  return { resource: service, output: pulumi.all([service.id, definition.arn]) };
}
