import type * as pulumi from "@pulumi/pulumi";
import type { Operation } from "../../products/operation";
import type { Names } from "./names";
import type { Network } from "./network";
import type { AwsSettings } from "./settings";
import type { Make } from "./transform";

/** What the nodes of a slot are made with. */
export interface NodesBase {
  names: Names;
  settings: AwsSettings;
  network: Network;
  tags: Record<string, string>;
  product: Operation;
  make: Make;
}

/** What a slot's nodes are told of what stands around them. */
export interface SlotSurroundings {
  /** ARN of the target group of users' traffic. */
  target: pulumi.Input<string>;
  /** The target group of the Admin API, and its port, where the balancer leads to it. */
  admin?: { target: pulumi.Input<string>; port: number };
  database: pulumi.Input<{ host: string; port: number }>;
}

/** The nodes of a slot, once they are made: what their guard stands on, and what tells one making from another. */
export interface SlotNodes {
  resource: pulumi.Resource;
  output: pulumi.Output<unknown>;
}
