import * as ecs from "@pulumi/aws/ecs";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import { type Secrets, slotsOf } from "../../products/release";
import type { Platform } from "../platform";
import { contextsOf } from "../slot-context";
import { executionRoleOf, logGroupOf, secretOf } from "./access";
import { adminListener } from "./admin-listener";
import { frontDoorOf } from "./balancer";
import { listenPort } from "./listening";
import type { Build } from "./build";
import { cleared } from "./cleared";
import { clearLogGroup } from "./clear-ground";
import { listenerCleared } from "./clear-listener";
import { type ContainerBase, containerPorts, statementsDefinition } from "./containers";
import { urlOfListener } from "./live/weights";
import { networkOf } from "./network";
import type { NodesBase } from "./nodes";
import { adminPort } from "./targets";
import { testPorts } from "./test-way";

/** What both slots stand on: the secret, the network, the balancer, the cluster and what their databases have in common. */
export function groundPieces(build: Build): Pick<Platform, "credentials" | "foundation"> {
  const { product, settings, clients, names, tags, make, way, secretVariables, made } = build;
  const { balancer } = settings;

  return {
    // Each slot has a secret of its own, made with what the slot stands on.
    credentials: (_, secrets) => {
      made.secrets = pulumi.output(secrets);
    },

    foundation: (release, options) => {
      const ports = containerPorts(product);
      const traffic = ports[product.ports[0] as string];
      const { admin } = balancer;
      const adminPorts = admin ? [adminPort(product)] : [];
      const nodePorts = [...new Set([traffic, ...adminPorts, ports[product.ready.port]])] as number[];
      const listens = {
        clients: [listenPort(balancer)],
        administrators: admin ? [admin.port] : [],
        testers: testPorts(balancer),
      };
      const network = networkOf({ names, settings, tags, listens, nodePorts, make }, options);
      const base: NodesBase = { names, settings, network, tags, product, make };
      const givenUrl = () => urlOfListener(clients, balancer.listener ?? "");
      // A balancer that the internet reaches is refused in a VPC without a gateway to it.
      const behind = pulumi.output(options.dependsOn).apply((before) => [before ?? [], network.ways].flat());
      const frontDoor = frontDoorOf(
        { names, settings, network, tags, givenUrl, make, way },
        { ...options, dependsOn: behind },
      );
      const adminDoor =
        admin && frontDoor.balancer
          ? adminListener(
              frontDoor.balancer.arn,
              release,
              base,
              admin.port,
              cleared("admin", listenerCleared(way), options),
            )
          : undefined;
      const cluster = make("cluster", ecs.Cluster, "cluster", { name: names.cluster, tags }, options);
      const withoutOldLogs = cleared("logs", () => clearLogGroup(way), options);
      const logGroup = logGroupOf({ names, tags, make }, withoutOldLogs);
      const { region } = settings;
      const executionRole = executionRoleOf(region, logGroup.arn, { names, tags, make }, options);
      const secrets = made.secrets ?? pulumi.output<Secrets>({});
      const secretArns = Object.fromEntries(
        slotsOf(release).map(({ name }) => [name, secretOf(name, secrets, { names, tags, make }, options)]),
      );
      const containers: ContainerBase = {
        ...{ names, region, tags, secretArns, executionRole, secretVariables, make },
        logGroup: logGroup.name,
      };
      const subnetGroup = make(
        "subnetGroup",
        rds.SubnetGroup,
        "databases",
        { namePrefix: names.subnetGroup, subnetIds: network.databaseSubnets, tags },
        options,
      );
      const definitions = contextsOf(release).map(
        (context) => [context.name, statementsDefinition(containers, context, options).arn] as const,
      );
      made.ground = {
        ...{ base, containers, frontDoor },
        ...(adminDoor ? { adminListener: adminDoor.arn } : {}),
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
      const own = [frontDoor.balancer, adminDoor].filter((each) => each !== undefined);
      return [cluster, logGroup, subnetGroup, ...own, ...network.ways];
    },
  };
}
