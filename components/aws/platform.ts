import * as rds from "@pulumi/aws/rds";
import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { OwnTables } from "../../products/configuration";
import type { CutoverReport } from "../../products/freeze";
import type { Operation } from "../../products/operation";
import type { TrafficReport } from "../../products/record";
import { holderOf, type Secrets, type SlotName } from "../../products/release";
import { commandMaker, parse } from "../command";
import { environmentKey } from "../local/commands/input";
import type { Platform, Timeouts } from "../platform";
import { contextsOf, type SlotContext } from "../slot-context";
import { executionRoleOf, logGroupOf, secretOf } from "./access";
import { type FrontDoor, frontDoorOf, listenPort } from "./balancer";
import { clearDatabase, clearGroup, clearRule, clearService, type Way } from "./clear-way";
import { clientsOf, type Where } from "./clients";
import {
  type ContainerBase,
  containerPorts,
  nodesDefinition,
  statementsDefinition,
  tasksDefinition,
} from "./containers";
import { databaseInstance } from "./database";
import { instanceOf } from "./live/databases";
import { awsLive } from "./live/gateway";
import type { SplitPlace } from "./live/weights";
import { namesOf, ownTags } from "./names";
import { type Network, networkOf } from "./network";
import { fargateService, type NodesBase, targetGroup, testRule } from "./nodes";
import type { AwsSettings } from "./settings";
import { maker, type Transforms } from "./transform";
import { type Groups, groupWeights, trafficSplit } from "./weights";

/** Where and on what AWS runs a gateway. */
export interface AwsPlatformArgs {
  product: Operation;
  /** Begins the name of everything. */
  gateway: string;
  settings: AwsSettings;
  timeouts: Timeouts;
  /** In seconds. */
  drainLimit: number;
  /** What tables of custom plugins hold. */
  ownTables: OwnTables;
  /** Names of the secret variables of each slot's nodes and tasks. */
  secretVariables: Partial<Record<SlotName, string[]>>;
  /** Changes to resources that config has no key for. Default: none. */
  transforms?: Transforms;
}

/** What all slots stand on, once it is made. */
interface Ground {
  base: NodesBase;
  containers: ContainerBase;
  frontDoor: FrontDoor;
  cluster: pulumi.Output<string>;
  subnetGroup: pulumi.Output<string>;
  /** Where tasks run, as one value. */
  place: pulumi.Output<string>;
  statements: Partial<Record<SlotName, pulumi.Output<string>>>;
  /** What belongs to the gateway and no slot is its child. */
  parent: pulumi.Resource | undefined;
}

const awsCommand = commandMaker("components/aws/commands/run.cjs");

/** How the split of traffic is found, as a command or a review is told. */
export function splitPlaceOf(gateway: string, { balancer }: AwsSettings): SplitPlace {
  const { type, rule, listener } = balancer;
  return {
    gateway,
    type,
    port: listenPort(balancer),
    priority: rule.priority,
    ...(listener === undefined ? {} : { listener }),
  };
}

/** The platform on AWS: weights of a listener, an instance of RDS and a service of ECS for each slot. */
export function awsPlatform(args: AwsPlatformArgs): Platform & {
  /** The load balancer's own name in DNS; empty where it is somebody else's. */
  address: () => pulumi.Output<string>;
} {
  const { product, gateway, settings, timeouts, ownTables, secretVariables } = args;
  const names = namesOf(gateway);
  const make = maker(args.transforms ?? {});
  const tags = ownTags(gateway, settings.tags);
  const where: Where = { region: settings.region, endpoint: settings.endpoint };
  const clients = clientsOf(where);
  const split = splitPlaceOf(gateway, settings);
  const common = { where, gateway, split, product: product.name, lockLimit: timeouts.lock };
  const way: Way = { clients, names, split, limit: timeouts.database };
  const { balancer } = settings;

  // Pieces are made in the order of a strategy: what one makes the next ones are given.
  let ground: Ground | undefined;
  let secret: { arn: pulumi.Output<string>; values: pulumi.Output<Secrets> } | undefined;
  const moments: Record<string, pulumi.Output<string>> = {};
  const databases: Record<string, pulumi.Output<{ host: string; port: number }>> = {};
  const taskDefinitions: Record<string, pulumi.Output<string>> = {};
  const groups: Groups = {};
  const standing = (): Ground => {
    if (!ground) throw new Error("the foundation is made first");
    return ground;
  };
  const momentOf = ({ life }: SlotContext) => moments[life] ?? pulumi.output("");

  /** Before something is made, what a killed create of it left is taken away. */
  const cleared = (
    name: string,
    clear: (inputs: Record<string, unknown>) => Promise<void>,
    options: pulumi.CustomResourceOptions,
  ): pulumi.CustomResourceOptions => {
    const hook = new pulumi.ResourceHook(`clear-${name}`, ({ newInputs }) =>
      clear((newInputs ?? {}) as Record<string, unknown>),
    );
    const { beforeCreate = [], ...others } = options.hooks ?? {};
    return { ...options, hooks: { ...others, beforeCreate: [...beforeCreate, hook] } };
  };

  return {
    product,
    holds: false,
    testedPorts: product.ports.slice(0, 1),
    address: () => standing().frontDoor.balancer?.dnsName ?? pulumi.output(""),
    live: awsLive({
      clients,
      names,
      product,
      ownTables,
      split,
      tests: { scheme: balancer.certificate === undefined ? "http" : "https", port: listenPort(balancer) },
      limits: { statements: timeouts.database, others: timeouts.lock },
    }),

    credentials: (name, secrets, options) => {
      const made = secretOf(name, secrets, { names, tags, make }, options);
      secret = { arn: made.arn, values: pulumi.output(secrets) };
      return made.written;
    },

    foundation: (release, options) => {
      const ports = containerPorts(product);
      const nodePorts = [
        ...new Set([ports[product.ports[0] as string], ports[product.ready.port]]),
      ] as number[];
      const listens = [listenPort(balancer)];
      const network: Network = networkOf({ names, settings, tags, listens, nodePorts, make }, options);
      const base: NodesBase = { names, settings, network, tags, product, make };
      const frontDoor = frontDoorOf({ names, settings, network, tags, make }, options);
      const cluster = make("cluster", ecs.Cluster, "cluster", { name: names.cluster, tags }, options);
      const logGroup = logGroupOf({ names, tags, make }, options);
      const secretArn = secret?.arn ?? pulumi.output("");
      const executionRole = executionRoleOf(secretArn, logGroup.arn, { names, tags, make }, options);
      const containers: ContainerBase = {
        ...{ names, tags, secretArn, executionRole, secretVariables, make },
        region: settings.region,
        logGroup: logGroup.name,
      };
      const subnetGroup = make(
        "subnetGroup",
        rds.SubnetGroup,
        "databases",
        { name: names.subnetGroup, subnetIds: network.databaseSubnets, tags },
        options,
      );
      const definitions = contextsOf(release).map(
        (context) => [context.name, statementsDefinition(containers, context, options).arn] as const,
      );
      ground = {
        ...{ base, containers, frontDoor },
        cluster: cluster.name,
        subnetGroup: subnetGroup.name,
        place: pulumi.jsonStringify({
          cluster: cluster.name,
          subnets: network.nodeSubnets,
          securityGroups: [network.groups.nodes],
          publicAddress: network.publicNodes,
          logGroup: logGroup.name,
        }),
        statements: Object.fromEntries(definitions),
        parent: options.parent,
      };
      return [cluster, logGroup, subnetGroup, ...(frontDoor.balancer ? [frontDoor.balancer] : [])];
    },

    reserve: (name, context, options) => {
      const { life, slot } = context;
      const command = awsCommand(
        name,
        {
          piece: "sweep",
          create: "moment",
          update: "record",
          remove: "sweep",
          input: {
            ...common,
            life,
            isExisting: slot.existing !== undefined,
            stopLimit: timeouts.stop + balancer.deregistrationDelay,
            databaseLimit: timeouts.database,
          },
        },
        options,
      );
      moments[life] = parse<{ moment: string }>(command).apply(({ moment }) => moment);
      if (slot.existing?.targetGroup !== undefined) groups[context.name] = slot.existing.targetGroup;
      return command;
    },

    freeze: () => {
      throw new Error("gateway:freeze: hold is not built yet on aws; use detect");
    },

    snapshot: (name, { of, filling }, options) => {
      const command = awsCommand(
        name,
        {
          piece: "snapshot",
          create: "take",
          update: "record",
          input: {
            ...common,
            reason: name,
            of: of.life,
            version: of.slot.version,
            instance: instanceOf(names, of),
            tags: settings.tags,
            snapshotLimit: timeouts.snapshot,
          },
          fed: { [environmentKey("moment")]: momentOf(filling) },
        },
        { ...options, retainOnDelete: true },
      );
      return parse<{ location: string }>(command).apply(({ location }) => location);
    },

    database: (name, context, fillFrom, options) => {
      const { subnetGroup, base, containers, place, statements } = standing();
      const { life } = context;
      const instance = databaseInstance(
        name,
        {
          ...{ context, fillFrom, subnetGroup, names, tags, make },
          product: product.name,
          finalSnapshot: pulumi.interpolate`${names.snapshot(`last-${life}`)}-${momentOf(context)}`,
          password: (secret?.values ?? pulumi.output<Secrets>({})).apply(
            (values) => values[context.name]?.password ?? "",
          ),
          securityGroup: base.network.groups.databases,
          limit: timeouts.database,
        },
        cleared(name, () => clearDatabase(way, life, new Date().getTime().toString(36)), options),
      );
      const address = pulumi.all([instance.address, instance.port]).apply(([host, port]) => ({ host, port }));
      databases[life] = address;
      const container = { product, context, database: address };
      taskDefinitions[life] = tasksDefinition(containers, container, options).arn;
      const prepared = awsCommand(
        `${name}-read`,
        {
          piece: "database",
          create: "prepare",
          update: "record",
          input: { ...common, life, ownTables, databaseLimit: timeouts.database },
          fed: {
            [environmentKey("place")]: place,
            [environmentKey("definition")]: statements[context.name] ?? "",
            [environmentKey("address")]: pulumi.jsonStringify(address),
            [environmentKey("filledFrom")]: instance.snapshotIdentifier.apply((location) => location ?? ""),
          },
        },
        options,
      );
      return parse<{ filledFrom: string }>(prepared).apply(({ filledFrom }) => filledFrom);
    },

    task: (name, context, task, filledFrom, options) => {
      const { place } = standing();
      return awsCommand(
        name,
        {
          piece: "task",
          create: "run",
          update: "record",
          input: { ...common, task: task.name, migrationLimit: timeouts.migration },
          fed: {
            [environmentKey("place")]: place,
            [environmentKey("definition")]: taskDefinitions[context.life] ?? "",
            [environmentKey("filledFrom")]: filledFrom,
          },
        },
        options,
      );
    },

    destructiveTask: () => {
      throw new Error("a database that slots share is not built yet on aws");
    },

    nodes: (name, context, options) => {
      const { base, containers, cluster, frontDoor, parent } = standing();
      const { life } = context;
      const target = targetGroup(
        `${life}-targets`,
        base,
        context,
        cleared(`${life}-targets`, () => clearGroup(way, life), { parent: options.parent }),
      );
      groups[context.name] = target.arn;
      const test = testRule(
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
      const definition = nodesDefinition(
        containers,
        { product, context, database: databases[life] ?? pulumi.output({ host: "", port: 0 }) },
        { parent: options.parent },
      );
      const startLimit = timeouts.start;
      const service = fargateService(
        `${life}-service`,
        base,
        { context, definition, target: target.arn, startLimit },
        cluster,
        cleared(`${life}-service`, () => clearService(way, life), {
          ...options,
          dependsOn: [...[options.dependsOn ?? []].flat(), test] as pulumi.Resource[],
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
      const { frontDoor } = standing();
      const scheme = balancer.certificate === undefined ? "http" : "https";
      const url = pulumi.interpolate`${scheme}://${frontDoor.balancer?.dnsName ?? ""}:${listenPort(balancer)}`;
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

    hold: (name, options) =>
      awsCommand(
        name,
        { piece: "weights", create: "nothing", update: "record", remove: "zero", input: { ...common } },
        options,
      ),

    weights: (name, release, reconcile, options) => {
      const { base, frontDoor } = standing();
      const rule = trafficSplit(
        `${name}-rule`,
        release,
        groups,
        frontDoor,
        base,
        cleared(
          `${name}-rule`,
          ({ listenerArn, priority }) =>
            priority === undefined
              ? Promise.resolve()
              : clearRule(way, String(listenerArn), Number(priority)),
          options,
        ),
      );
      const command = awsCommand(
        name,
        {
          piece: "weights",
          create: "write",
          update: { run: "write" },
          input: { ...common, release, weightsLimit: timeouts.weights },
          fed: {
            [environmentKey("groups")]: pulumi.jsonStringify(groupWeights(release, groups)),
            [environmentKey("reconcile")]: reconcile ?? "",
          },
        },
        {
          ...options,
          dependsOn: [rule],
          ...(reconcile === undefined
            ? { ignoreChanges: [`environment.${environmentKey("reconcile")}`] }
            : {}),
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
            deregistrationDelay: balancer.deregistrationDelay,
            period: settings.metricPeriod,
            drainLimit: args.drainLimit,
          },
          fed: {
            [environmentKey("mark")]: mark,
            [environmentKey("groups")]: pulumi.jsonStringify(groups),
          },
        },
        options,
      ),

    cutover: (name, release, _, options) => {
      const [older, newer] = contextsOf(release);
      const command = awsCommand(
        name,
        {
          piece: "cutover",
          create: "set",
          update: { run: "set" },
          input: {
            ...common,
            ownTables,
            databaseLimit: timeouts.database,
            holder: holderOf(release.weights) ?? "none",
            slots: older && newer && !newer.slot.existing ? { older, newer } : null,
          },
        },
        options,
      );
      return parse<CutoverReport>(command);
    },
  };
}
