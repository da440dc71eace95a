import * as lb from "@pulumi/aws/lb";
import type * as pulumi from "@pulumi/pulumi";
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
}

interface FrontDoorArgs {
  names: Names;
  settings: AwsSettings;
  network: Network;
  tags: Record<string, string>;
  make: Make;
}

/** The port that users reach: 443 with a certificate, 80 without one, unless config names another. */
export function listenPort({ port, certificate }: AwsSettings["balancer"]): number {
  return port ?? (certificate === undefined ? 80 : 443);
}

/** How the listener of these settings is spoken to. */
export function listenProtocol({ type, certificate }: AwsSettings["balancer"]): string {
  if (type === "network") return certificate === undefined ? "TCP" : "TLS";
  return certificate === undefined ? "HTTP" : "HTTPS";
}

/** The certificate of a listener that has one. */
export function encryption({ certificate }: AwsSettings["balancer"]) {
  return certificate === undefined
    ? {}
    : { certificateArn: certificate, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" };
}

/**
 * The load balancer and its listener, or the listener that config gives. Until a rule says otherwise an application
 * balancer answers that there is no gateway.
 */
export function frontDoorOf(
  { names, settings, network, tags, make }: FrontDoorArgs,
  options: pulumi.CustomResourceOptions,
): FrontDoor {
  const { balancer } = settings;
  if (balancer.listener !== undefined) return { listener: balancer.listener };
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
  if (balancer.type === "network") return { balancer: own };
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
  return { balancer: own, listener: listener.arn };
}
