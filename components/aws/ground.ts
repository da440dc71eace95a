import * as ecs from "@pulumi/aws/ecs";
import * as rds from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform";
import { contextsOf } from "../slot-context";
import { executionRoleOf, logGroupOf, secretOf } from "./access";
import { frontDoorOf } from "./balancer";
import { listenPort } from "./listening";
import type { Build } from "./build";
import { type ContainerBase, containerPorts, statementsDefinition } from "./containers";
import { urlOfListener } from "./live/weights";
import { networkOf } from "./network";
import type { NodesBase } from "./nodes";
import { testPorts } from "./test-way";

/** What both slots stand on: the secret, the network, the balancer, the cluster and what their databases have in common. */
export function groundPieces(build: Build): Pick<Platform, "credentials" | "foundation"> {
  const { product, settings, clients, names, tags, make, secretVariables, made } = build;
  const { balancer } = settings;

  return {
    credentials: (name, secrets, options) => {
      const { arn, written } = secretOf(name, secrets, { names, tags, make }, options);
      made.secret = { arn, values: pulumi.output(secrets) };
      return written;
    },

    foundation: (release, options) => {
      const ports = containerPorts(product);
      const traffic = ports[product.ports[0] as string];
      const nodePorts = [...new Set([traffic, ports[product.ready.port]])] as number[];
      const listens = { clients: [listenPort(balancer)], testers: testPorts(balancer) };
      const network = networkOf({ names, settings, tags, listens, nodePorts, make }, options);
      const base: NodesBase = { names, settings, network, tags, product, make };
      const givenUrl = () => urlOfListener(clients, balancer.listener ?? "");
      const frontDoor = frontDoorOf({ names, settings, network, tags, givenUrl, make }, options);
      const cluster = make("cluster", ecs.Cluster, "cluster", { name: names.cluster, tags }, options);
      const logGroup = logGroupOf({ names, tags, make }, options);
      const secretArn = made.secret?.arn ?? pulumi.output("");
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
      made.ground = {
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
  };
}
