import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
import { encryption, listenPort, listenProtocol } from "./listening";
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
  /** Where it is reached: its name in DNS. */
  address: pulumi.Input<string>;
}

interface FrontDoorArgs {
  names: Names;
  settings: AwsSettings;
  network: Network;
  tags: Record<string, string>;
  /** Where the balancer of a listener that config gives is reached. */
  givenAddress: () => pulumi.Input<string>;
  make: Make;
}

/**
 * The load balancer and its listener, or the listener that config gives. Until a rule says otherwise an application
 * balancer answers that there is no gateway.
 */
export function frontDoorOf(
  { names, settings, network, tags, givenAddress, make }: FrontDoorArgs,
  options: pulumi.CustomResourceOptions,
): FrontDoor {
  const { balancer } = settings;
  if (balancer.listener !== undefined) return { listener: balancer.listener, address: givenAddress() };
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
    options,
  );
  if (balancer.type === "network") return { balancer: own, address: own.dnsName };
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
    options,
  );
  return { balancer: own, listener: listener.arn, address: own.dnsName };
}
