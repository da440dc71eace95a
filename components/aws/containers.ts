import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { NodePlace, Operation } from "../../products/operation";
import type { SlotName } from "../../products/release";
import type { SlotContext } from "../slot-context";
import { containerName } from "./container-name";
import { passwordKey } from "./access";
import type { Names } from "./names";
import { placeOf } from "./slot-settings";
import type { Make } from "./transform";

/** What containers share. */
export interface ContainerBase {
  names: Names;
  region: string;
  tags: Record<string, string>;
  secretArns: Partial<Record<SlotName, pulumi.Input<string>>>;
  executionRole: pulumi.Input<string>;
  logGroup: pulumi.Input<string>;
  /** Names of the secret variables of each slot. */
  secretVariables: Partial<Record<SlotName, string[]>>;
  make: Make;
}

/** Ports of a node, by name: from 8000 on, in the product's order. */
export function containerPorts({ ports }: Operation): Record<string, number> {
  return Object.fromEntries(ports.map((name, index) => [name, 8_000 + index]));
}

interface Container {
  image: string;
  environment: pulumi.Input<Record<string, string>>;
  slot: SlotName;
  /** Variables from the slot's secret, by its keys. */
  secrets: Record<string, string>;
  more?: Record<string, unknown>;
}

/** A definition with one container; each of its revisions stands on its own, so a changed one is a new one. */
function taskDefinition(
  { region, tags, secretArns, executionRole, logGroup, make }: ContainerBase,
  { name, family, cpu, memory }: { name: string; family: string; cpu: number; memory: number },
  { image, slot, environment, secrets, more = {} }: Container,
  options: pulumi.CustomResourceOptions,
): ecs.TaskDefinition {
  const containerDefinitions = pulumi.jsonStringify([
    pulumi.all([environment, secretArns[slot] ?? "", logGroup]).apply(([variables, arn, group]) => ({
      name: containerName,
      image,
      essential: true,
      cpu,
      memory,
      environment: Object.entries(variables)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([variable, value]) => ({ name: variable, value })),
      secrets: Object.entries(secrets).map(([variable, key]) => ({
        name: variable,
        valueFrom: `${arn}:${key}::`,
      })),
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": family },
      },
      ...more,
    })),
  ]);
  return make(
    "taskDefinition",
    ecs.TaskDefinition,
    name,
    {
      family,
      cpu: String(cpu),
      memory: String(memory),
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      executionRoleArn: executionRole,
      containerDefinitions,
      tags,
    },
    options,
  );
}

/** Statements on a slot's database: PostgreSQL's own client, in the VPC. Where the database is comes with each run. */
export function statementsDefinition(
  base: ContainerBase,
  { name, slot }: SlotContext,
  options: pulumi.CustomResourceOptions,
): ecs.TaskDefinition {
  const { databases } = placeOf(slot);
  // An existing gateway's database has names of its own.
  const { name: database, user } = slot.existing?.database ?? databases;
  const family = base.names.statements(name);
  return taskDefinition(
    base,
    { name: `${name}-statements`, family, cpu: 256, memory: 512 },
    {
      image: databases.image,
      environment: { PGDATABASE: database, PGUSER: user, PGSSLMODE: "require" },
      slot: name,
      secrets: { PGPASSWORD: passwordKey },
    },
    options,
  );
}

/** What of a product runs for which slot, on which database. */
export interface ProductContainer {
  product: Operation;
  context: SlotContext;
  database: pulumi.Input<{ host: string; port: number }>;
}

/** What configures a node or a task of a slot, but for what is secret. */
export function productEnvironment(
  product: Operation,
  { slot }: SlotContext,
  ports: Record<string, number>,
  { host, port }: { host: string; port: number },
): Record<string, string> {
  const { name, user } = placeOf(slot).databases;
  const place: NodePlace = {
    prefix: product.imagePrefix,
    host: "0.0.0.0",
    ports,
    database: { host, port, name, user, encrypted: true },
    settings: slot.settings,
  };
  return product.environment(place);
}

/** A slot's secret variables, each with its key in the slot's secret. */
export function secretKeys(
  { secretVariables }: ContainerBase,
  { passwordVariable }: Operation,
  slot: SlotName,
): Record<string, string> {
  const variables = secretVariables[slot] ?? [];
  return {
    [passwordVariable]: passwordKey,
    ...Object.fromEntries(variables.map((variable) => [variable, variable])),
  };
}

function productContainer(
  base: ContainerBase,
  { product, context, database }: ProductContainer,
  ports: Record<string, number>,
): Container {
  const { nodes } = placeOf(context.slot);
  const { version } = context.slot;
  return {
    image: nodes.image.replaceAll("{version}", version),
    environment: pulumi
      .output(database)
      .apply((address) => productEnvironment(product, context, ports, address)),
    slot: context.name,
    secrets: secretKeys(base, product, context.name),
  };
}

/** Commands of the product at the slot's version: each run says which. */
export function tasksDefinition(
  base: ContainerBase,
  container: ProductContainer,
  options: pulumi.CustomResourceOptions,
): ecs.TaskDefinition {
  const { life, slot } = container.context;
  const { cpu, memory } = placeOf(slot).nodes;
  const family = base.names.tasks(life);
  return taskDefinition(
    base,
    { name: `${life}-tasks`, family, cpu, memory },
    productContainer(base, container, {}),
    options,
  );
}

/** A node: the image's own start, asked for its health, and given its time to end the requests that it has. */
export function nodesDefinition(
  base: ContainerBase,
  container: ProductContainer,
  options: pulumi.CustomResourceOptions,
): ecs.TaskDefinition {
  const { life, slot } = container.context;
  const { cpu, memory, stopTimeout } = placeOf(slot).nodes;
  const ports = containerPorts(container.product);
  const own = productContainer(base, container, ports);
  return taskDefinition(
    base,
    { name: `${life}-nodes`, family: base.names.nodes(life), cpu, memory },
    {
      ...own,
      more: {
        portMappings: Object.values(ports).map((containerPort) => ({ containerPort, protocol: "tcp" })),
        healthCheck: {
          command: ["CMD", ...container.product.running(container.product.imagePrefix)],
          interval: 10,
          timeout: 5,
          retries: 3,
          startPeriod: 60,
        },
        stopTimeout,
      },
    },
    options,
  );
}
