import { placeOf } from "../../stacks/aws-place";
import { readConfig } from "../../stacks/config/read";
import { asRaw, type Given } from "./given";

/** The least that a stack on AWS says of it, and what a test gives beside it. */
export function awsOf({ balancer, ...other }: Given = {}): Given {
  return {
    region: "eu-central-1",
    network: { cidr: "10.20.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] },
    balancer: { clients: ["10.0.0.0/8"], testers: ["198.51.100.7/32"], ...(balancer as Given | undefined) },
    databases: { engineVersion: "16.8" },
    ...other,
  };
}

export const password = "a-password-1";

/** A stack on AWS with one slot; `aws` stands in the place of what it says of AWS. */
export function onAws(aws: Given = awsOf(), other: Given = {}): Given {
  return {
    ...{ product: "kong", platform: "aws", blue: { version: "3.9.1" }, database: { password } },
    ...{ aws, ...other },
  };
}

/** What is read of it, for a stack of this name. */
export function readOnAws(given: Given, stack = "dev") {
  return readConfig(asRaw(given), placeOf(stack));
}

const balancing = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
/** A listener of somebody else's, with what is demanded beside it. */
export const onListener: Given = {
  network: { vpc: "vpc-0a", nodeSubnets: ["subnet-0a"], databaseSubnets: ["subnet-0b", "subnet-0c"] },
  balancer: {
    ...{ clients: [], listener: `${balancing}:listener/app/shared/0123456789abcdef/fedcba9876543210` },
    securityGroup: "sg-0a",
  },
};
/** A gateway of somebody else's that serves there. */
export const existingOnAws: Given = {
  targetGroup: `${balancing}:targetgroup/kong/0123456789abcdef`,
  database: { instance: "kong-production", name: "kong", user: "kong", password },
};
