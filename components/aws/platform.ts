import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "../platform";
import { listenPort } from "./listening";
import { type AwsPlatformArgs, type Build, groundOf } from "./build";
import { clientsOf, type Where } from "./clients";
import { dataPieces } from "./data";
import { freezePiece } from "./freeze";
import { groundPieces } from "./ground";
import { awsLive } from "./live/gateway";
import type { SplitPlace } from "./live/weights";
import { namesOf, ownTags } from "./names";
import type { AwsSettings } from "./settings";
import { slotPieces } from "./slots";
import { trafficPieces } from "./traffic";
import { maker } from "./transform";

/** The platform on AWS, and where users reach the gateway. */
export interface AwsPlatform extends Platform {
  /** Base URL, once the foundation is made. A listener that config gives has names of its own: empty. */
  url: () => pulumi.Output<string>;
  /** The same of the Admin API; undefined where the balancer does not lead to it. */
  adminUrl: () => pulumi.Output<string> | undefined;
}

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
export function awsPlatform(args: AwsPlatformArgs): AwsPlatform {
  const { product, gateway, settings, timeouts, ownTables } = args;
  const names = namesOf(gateway);
  const where: Where = { region: settings.region, endpoint: settings.endpoint };
  const clients = clientsOf(where);
  const split = splitPlaceOf(gateway, settings);
  const build: Build = {
    ...{ ...args, names, clients, split },
    tags: ownTags(gateway, settings.tags),
    make: maker(args.transforms ?? {}),
    way: { clients, names, split, limit: timeouts.database },
    common: { where, gateway, split, product: product.name, lockLimit: timeouts.lock },
    made: { moments: {}, databases: {}, taskDefinitions: {}, groups: {} },
  };
  const { balancer } = settings;

  return {
    product,
    holds: balancer.admin !== undefined,
    // Nothing outside the VPC reaches a node but through the balancer, which listens for users.
    testedPorts: product.ports.slice(0, 1),
    live: awsLive({
      ...{ clients, names, product, ownTables, split, balancer, freeze: args.freeze },
      limits: { statements: timeouts.database, others: timeouts.lock },
    }),
    url: () => {
      const { frontDoor } = groundOf(build);
      return frontDoor.balancer ? frontDoor.url(listenPort(balancer)) : pulumi.output("");
    },
    adminUrl: () => {
      const { frontDoor } = groundOf(build);
      const { admin } = balancer;
      return admin && frontDoor.url(admin.port);
    },
    ...groundPieces(build),
    ...dataPieces(build),
    ...slotPieces(build),
    ...trafficPieces(build),
    ...freezePiece(build),
  };
}
