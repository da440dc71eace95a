import type { Operation } from "../../../products/operation";
import type { OwnTables } from "../../../products/configuration";
import { capacityOf, type Release, type SlotName, slotNames, slotsOf } from "../../../products/release";
import { configurationReader } from "../../configuration-reader";
import { type FreezeMode, freezeMode } from "../../../products/freeze";
import type { LiveGateway, LiveTraffic } from "../../live-gateway";
import { contextsOf, type SlotContext } from "../../slot-context";
import { wantedWay } from "../admin-way";
import { listenPort, urlScheme } from "../listening";
import type { Clients } from "../clients";
import type { AwsSettings } from "../settings";
import { lifeTag, type Names } from "../names";
import { othersEnded, runningTasks, taskMark } from "../run-task";
import { placeOf } from "../slot-settings";
import { testHeader, testPort } from "../test-way";
import {
  aboutSnapshot,
  awsDatabases,
  findInstance,
  findSnapshot,
  instanceOf,
  listSnapshots,
} from "./databases";
import { slotShares } from "../group-shares";
import { copyProblems } from "./copy";
import { isOpenAsWanted } from "./admin-way";
import { groupProblems, groupTag, instanceGroups } from "./groups";
import { servicesOf } from "./place";
import {
  urlOfListener,
  findBalancer,
  findGroup,
  findSplit,
  groupName,
  slotOfGroup,
  type SplitPlace,
  targetHealth,
} from "./weights";
import { ecs } from "../sdk";

export interface LiveArgs {
  clients: Clients;
  names: Names;
  product: Operation;
  ownTables: OwnTables;
  split: SplitPlace;
  balancer: AwsSettings["balancer"];
  /** As config asks for it. */
  freeze: FreezeMode | undefined;
  limits: { statements: number; others: number };
}

/** Target groups that config gives, by slot. */
export function givenGroups(release: Release): Partial<Record<SlotName, string>> {
  return Object.fromEntries(
    slotsOf(release).flatMap(({ name, slot }) =>
      slot.existing?.targetGroup === undefined ? [] : [[name, slot.existing.targetGroup]],
    ),
  );
}

/** What runs on AWS, as its own APIs say. */
export function awsLive({
  clients,
  names,
  product,
  ownTables,
  split,
  balancer,
  freeze,
  limits,
}: LiveArgs): LiveGateway {
  const groupOf = async ({ slot, life }: SlotContext) =>
    slot.existing?.targetGroup ?? (await findGroup(clients, names.ofLife(life)));
  const sharesIn = (weights: Record<string, number>, release: Release) =>
    slotShares(weights, (arn) => slotOfGroup(arn, names, givenGroups(release)));

  /** A freeze whose making was killed is in no state: nothing would open what it closed but another look at it. */
  const wayAsWanted = async (release: Release): Promise<boolean> => {
    const { admin } = balancer;
    if (!admin) return true;
    const wanted = wantedWay(release, freezeMode(release, freeze, true));
    return isOpenAsWanted(clients, names, { split, admin, wanted });
  };

  const traffic = async (release: Release): Promise<LiveTraffic> => {
    try {
      const found = await findSplit(clients, split);
      if (!found) return { asWanted: true };
      const weights = sharesIn(found.weights, release);
      const contexts = contextsOf(release).filter(({ name }) => release.weights[name] > 0);
      const wanted = await Promise.all(contexts.map(groupOf));
      const serving = Object.entries(found.weights).flatMap(([arn, weight]) => (weight > 0 ? [arn] : []));
      const sameGroups =
        serving.length === wanted.length && wanted.every((arn) => arn !== undefined && serving.includes(arn));
      const sameShares = slotNames.every((name) => weights[name] === release.weights[name]);
      return { weights, asWanted: sameGroups && sameShares && (await wayAsWanted(release)) };
    } catch (error) {
      return {
        asWanted: false,
        silent: `The balancer ${names.balancer} cannot be asked: ${(error as Error).message}`,
      };
    }
  };

  const health = async (context: SlotContext): Promise<string[]> => {
    const group = await groupOf(context);
    if (group === undefined) return [`${context.life} has no target group`];
    const needed = capacityOf(context.slot);
    const { healthy, others } = await targetHealth(clients, group);
    const few =
      healthy < needed
        ? [
            `${healthy} of ${needed} targets of ${context.life} are healthy${others.map((why) => `; ${why}`).join("")}`,
          ]
        : [];
    if (context.slot.existing) return few;
    const { compute } = placeOf(context.slot).nodes;
    const own = compute === "ec2" ? groupProblems(clients, names, context) : serviceProblems(context);
    return [...few, ...(await own)];
  };

  /** What ECS says of a slot's service: at its version, and with as many tasks as the slot has nodes. */
  const serviceProblems = async ({ slot, life }: SlotContext): Promise<string[]> => {
    const service = (await servicesOf(clients, names)).find(
      ({ serviceName }) => serviceName === names.ofLife(life),
    );
    if (!service) return [`${life} has no service in ${names.cluster}`];
    const { DescribeTaskDefinitionCommand } = ecs();
    const { taskDefinition } = await clients
      .containers()
      .send(new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition ?? "" }));
    const image = taskDefinition?.containerDefinitions?.[0]?.image;
    const wanted = placeOf(slot).nodes.image.replaceAll("{version}", slot.version);
    const running = service.runningCount ?? 0;
    const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
    return [
      ...(image === wanted ? [] : [`${life} runs ${image}, not ${wanted}`]),
      ...(running >= slot.nodes ? [] : [`${running} of ${slot.nodes} tasks of ${life} run`]),
      ...(primary?.rolloutState === "FAILED"
        ? [`the deployment of ${life} failed: ${primary.rolloutStateReason ?? "AWS does not say why"}`]
        : []),
    ];
  };

  const ownUrl = async (name: SlotName, life: string): Promise<string> => {
    const host = (await findBalancer(clients, names.balancer))?.DNSName;
    if (host === undefined)
      throw new Error(`the balancer ${names.balancer} has no address to test ${life} at`);
    const port = balancer.type === "network" ? testPort(balancer, name) : listenPort(balancer);
    return `${urlScheme(balancer)}://${host}:${port}`;
  };

  return {
    traffic,
    health,
    probes: async ({ name, life }) => {
      const url =
        balancer.listener === undefined
          ? await ownUrl(name, life)
          : await urlOfListener(clients, balancer.listener);
      return { [life]: { at: () => url, headers: { [testHeader]: name } } };
    },
    lives: async () => {
      const [services, groups] = await Promise.all([
        servicesOf(clients, names),
        instanceGroups(clients, names),
      ]);
      const there = [
        ...services.map(({ serviceName, tags }) => ({
          name: serviceName,
          life: tags?.find(({ key }) => key === lifeTag)?.value,
        })),
        ...groups.map((group) => ({ name: group.AutoScalingGroupName, life: groupTag(group, lifeTag) })),
      ];
      const found = await findSplit(clients, split).catch(() => undefined);
      const serves = (name?: string) =>
        Object.entries(found?.weights ?? {}).some(([arn, weight]) => weight > 0 && groupName(arn) === name);
      return Object.fromEntries(
        slotNames.flatMap((slot) => {
          const own = there.filter(({ name }) => name?.startsWith(`${names.gateway}-${slot}-`));
          // Two lives of a slot stand beside each other only in the middle of a change: the one that serves counts.
          const { life } = own.find(({ name }) => serves(name)) ?? own[0] ?? {};
          return life === undefined ? [] : [[slot, life]];
        }),
      );
    },
    snapshots: () => listSnapshots(clients, names),
    snapshotAt: async (location) => {
      const snapshot = await findSnapshot(clients, location);
      return snapshot && aboutSnapshot(snapshot);
    },
    copyProblems: async (older, newer) => {
      const found = older.slot.existing && (await findInstance(clients, instanceOf(names, older)));
      return found ? copyProblems(found, older, newer) : [];
    },
    ...(product.configuration
      ? {
          configuration: {
            ...configurationReader(
              product.configuration,
              ownTables,
              awsDatabases(clients, names, limits.statements),
            ),
            // RDS knows it without a task.
            server: async (context) =>
              (await findInstance(clients, instanceOf(names, context)))?.EngineVersion ?? "",
          },
        }
      : {}),
    othersEnded: async (say) => {
      const running = await runningTasks(clients, names.cluster, { startedBy: taskMark });
      if (running.length > 0)
        say(`waiting up to ${limits.others} s for ${running.length} tasks of an earlier update`);
      await othersEnded(clients, names.cluster, taskMark, limits.others);
    },
  };
}
