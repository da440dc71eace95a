import type { Service } from "@aws-sdk/client-ecs";
import type { Clients } from "../clients";
import type { Names } from "../names";
import type { TaskPlace } from "../run-task";

/* eslint-disable @typescript-eslint/no-require-imports */
const sdk = () => require("@aws-sdk/client-ecs") as typeof import("@aws-sdk/client-ecs");
/* eslint-enable @typescript-eslint/no-require-imports */

/** The services of a gateway that are there, with their tags. */
export async function servicesOf(clients: Clients, { cluster }: Names): Promise<Service[]> {
  const { DescribeServicesCommand, ListServicesCommand } = sdk();
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

/** Where tasks run, as the gateway's services do; throws while there is none. */
export async function livePlace(clients: Clients, names: Names): Promise<TaskPlace> {
  const [service] = await servicesOf(clients, names);
  const network = service?.networkConfiguration?.awsvpcConfiguration;
  if (!network?.subnets) {
    throw new Error(`no service runs in ${names.cluster} yet, so no task can ask a database`);
  }
  return {
    cluster: names.cluster,
    subnets: network.subnets,
    securityGroups: network.securityGroups ?? [],
    publicAddress: network.assignPublicIp === "ENABLED",
    logGroup: names.logGroup,
  };
}
