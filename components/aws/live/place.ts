import type { Service } from "@aws-sdk/client-ecs";
import { placeTag, toldPlace } from "../instances/place-tag";
import type { Clients } from "../clients";
import type { Names } from "../names";
import type { TaskPlace } from "../run-task";
import { groupTag, instanceGroups } from "./groups";
import { ecs } from "../sdk";

/** The services of a gateway that are there, with their tags. */
export async function servicesOf(clients: Clients, { cluster }: Names): Promise<Service[]> {
  const { DescribeServicesCommand, ListServicesCommand } = ecs();
  const client = clients.containers();
  const { serviceArns = [] } = await client
    .send(new ListServicesCommand({ cluster }))
    .catch((error: unknown) => {
      if ((error as Error).name === "ClusterNotFoundException") return { serviceArns: [] };
      throw error;
    });
  if (serviceArns.length === 0) return [];
  const { services = [] } = await client.send(
    new DescribeServicesCommand({ cluster, services: serviceArns, include: ["TAGS"] }),
  );
  return services.filter(({ status }) => status === "ACTIVE");
}

/** Where tasks run, as the gateway's services or instances do; throws while there are none. */
export async function livePlace(clients: Clients, names: Names): Promise<TaskPlace> {
  const [service] = await servicesOf(clients, names);
  const network = service?.networkConfiguration?.awsvpcConfiguration;
  if (!network?.subnets) return placeOfInstances(clients, names);
  return {
    cluster: names.cluster,
    subnets: network.subnets,
    securityGroups: network.securityGroups ?? [],
    publicAddress: network.assignPublicIp === "ENABLED",
    logGroup: names.logGroup,
  };
}

/** A group tells its subnets, and in a tag the rest. */
async function placeOfInstances(clients: Clients, names: Names): Promise<TaskPlace> {
  for (const group of await instanceGroups(clients, names)) {
    const told = toldPlace(groupTag(group, placeTag));
    const subnets = group.VPCZoneIdentifier?.split(",").filter((id) => id !== "") ?? [];
    if (!told || subnets.length === 0) continue;
    return {
      cluster: names.cluster,
      subnets,
      securityGroups: [told.securityGroup],
      publicAddress: told.isPublic,
      logGroup: names.logGroup,
    };
  }
  throw new Error(`no node of ${names.gateway} runs yet, so no task can ask a database`);
}
