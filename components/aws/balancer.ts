import * as lb from "@pulumi/aws/lb";
import * as pulumi from "@pulumi/pulumi";
import { cleared } from "./cleared";
import { clearBalancer } from "./clear-ground";
import { listenerCleared } from "./clear-listener";
import type { Way } from "./clear-way";
import { encryption, listenPort, listenProtocol, urlScheme } from "./listening";
import type { Names } from "./names";
import type { Network } from "./network";
import type { AwsSettings } from "./settings";
import type { Make } from "./transform";

/** What takes users' requests: made here, or somebody else's listener. */
export interface FrontDoor {
  /** Listener of users' traffic; a network balancer's is made with its weights. */
  listener?: pulumi.Input<string>;
  /** The load balancer, where it is made here. */
  balancer?: lb.LoadBalancer;
  /** Where a port of it is reached. A listener that config gives has one port, whichever is asked for. */
  url: (port: number) => pulumi.Output<string>;
}

interface FrontDoorArgs {
  names: Names;
  settings: AwsSettings;
  network: Network;
  tags: Record<string, string>;
  /** Where a listener that config gives is reached. */
  givenUrl: () => Promise<string>;
  make: Make;
  way: Way;
}

/**
 * The load balancer and its listener, or the listener that config gives. Until a rule says otherwise an application
 * balancer answers that there is no gateway.
 */
export function frontDoorOf(
  { names, settings, network, tags, givenUrl, make, way }: FrontDoorArgs,
  options: pulumi.CustomResourceOptions,
): FrontDoor {
  const { balancer } = settings;
  if (balancer.listener !== undefined) {
    const url = pulumi.output(givenUrl());
    return { listener: balancer.listener, url: () => url };
  }
  const own = make(
    "loadBalancer",
    lb.LoadBalancer,
    "balancer",
    {
      name: names.balancer,
      loadBalancerType: balancer.type,
      internal: balancer.internal,
      subnets: network.balancerSubnets,
      securityGroups: [network.groups.balancer],
      // What a destroy deletes is not protected here: the update would move the weights and then fail.
      enableDeletionProtection: false,
      tags,
    },
    cleared("balancer", () => clearBalancer(way), options),
  );
  const url = (port: number) => pulumi.interpolate`${urlScheme(balancer)}://${own.dnsName}:${port}`;
  if (balancer.type === "network") return { balancer: own, url };
  const listener = make(
    "listener",
    lb.Listener,
    "listener",
    {
      loadBalancerArn: own.arn,
      port: listenPort(balancer),
      protocol: listenProtocol(balancer),
      ...encryption(balancer),
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: {
            contentType: "text/plain",
            statusCode: "503",
            messageBody: "no gateway has any weight",
          },
        },
      ],
      tags,
    },
    cleared("listener", listenerCleared(way), options),
  );
  return { balancer: own, listener: listener.arn, url };
}
