import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import {
  type ContainerBase,
  containerPorts,
  type ProductContainer,
  productEnvironment,
  secretKeys,
} from "../containers";
import { lifeTag, versionTag } from "../names";
import type { NodesBase } from "../nodes";
import { placeOf } from "../slot-settings";
import { type InstanceNode, userData } from "./user-data";

/** Tags of a slot's group, and of all that it launches. */
export function tagsOfLife(
  tags: Record<string, string>,
  { life, slot }: ProductContainer["context"],
): Record<string, string> {
  return { ...tags, [lifeTag]: life, [versionTag]: slot.version };
}

function instanceNode(
  containers: ContainerBase,
  { product, context }: ProductContainer,
  database: { host: string; port: number },
  secret: string,
): InstanceNode {
  const { name, slot } = context;
  const { stopTimeout } = placeOf(slot).nodes;
  const ports = containerPorts(product);
  const { port, path, field } = product.version;
  return {
    region: containers.region,
    secret,
    secrets: secretKeys(containers, product, name),
    environment: productEnvironment(product, context, ports, database),
    start: product.start(product.imagePrefix),
    quit: product.quit(product.imagePrefix, stopTimeout),
    check: {
      url: `http://127.0.0.1:${ports[port]}${path}`,
      field,
      version: slot.version,
      attempts: 30,
    },
  };
}

/** What a slot's instances are launched from: each change is another version of it, which the group's refresh rolls out. */
export function launchTemplate(
  name: string,
  { network, tags, make }: NodesBase,
  containers: ContainerBase,
  { container, profile }: { container: ProductContainer; profile: pulumi.Input<string> },
  options: pulumi.CustomResourceOptions,
): ec2.LaunchTemplate {
  const { context } = container;
  const { ami, instanceType, rootDevice, stopTimeout } = placeOf(context.slot).nodes;
  const own = tagsOfLife(tags, context);
  const secret = containers.secretArns[context.name] ?? "";
  const data = pulumi
    .all([container.database, secret])
    .apply(([database, arn]) => userData(instanceNode(containers, container, database, arn), stopTimeout));
  return make(
    "launchTemplate",
    ec2.LaunchTemplate,
    name,
    {
      // Its name is new each time: one that a killed create left takes no other's place.
      namePrefix: `${containers.names.nodes(context.life)}-`,
      description: `Nodes of ${context.life} of the gateway ${containers.names.gateway}`,
      imageId: ami ?? "",
      instanceType: instanceType ?? "",
      iamInstanceProfile: { name: profile },
      // Credentials of the role are for programs on the instance, not for what it forwards requests to.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // No size is given: a device that is not the image's root is refused at launch, and never a second, empty disk.
      blockDeviceMappings: [
        {
          deviceName: rootDevice,
          ebs: { encrypted: "true", deleteOnTermination: "true", volumeType: "gp3" },
        },
      ],
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: String(network.publicNodes),
          securityGroups: [network.groups.nodes],
          deleteOnTermination: "true",
        },
      ],
      tagSpecifications: ["volume", "network-interface"].map((resourceType) => ({ resourceType, tags: own })),
      updateDefaultVersion: true,
      userData: data.apply((text) => Buffer.from(text).toString("base64")),
      tags: own,
    },
    options,
  );
}
