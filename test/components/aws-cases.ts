import type { AwsSettings } from "../../components/aws/settings";
import type { Slot } from "../../products/release";
import { existingOnAws, given, givenNetwork, onAws } from "./aws-graph";

/** Who reaches the balancer of some cases. */
export const ranges = { clients: ["10.0.0.0/8"], testers: ["10.9.0.0/16"] };
const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/one";
const theirs = { ...ranges, listener: given.listener, securityGroup: "sg-0a" };

/** A config, and where users reach the gateway that it asks for. */
export interface Case {
  aws?: Record<string, unknown>;
  slots: (settings: AwsSettings) => Partial<Record<"blue" | "green", Slot>>;
  blue: number;
  url: string;
}

/** Slots of a case. */
export const one = (settings: AwsSettings) => ({ blue: onAws("3.9.1", settings, { nodes: 2 }) });
const two = (settings: AwsSettings) => ({
  blue: onAws("3.9.1", settings),
  green: onAws("3.10.0", settings, { nodes: 2, generation: 4 }),
});
export const greenAlone = (settings: AwsSettings) => ({ green: two(settings).green });
const besideTheirs = (settings: AwsSettings) => ({
  ...two(settings),
  blue: existingOnAws("3.9.1", settings),
});

/** What the graph is asked about: by number of slots, by network, by balancer. */
export const cases = {
  "one slot": { slots: one, blue: 100, url: "http://balancer.dns:80" },
  "two slots": {
    aws: { balancer: { ...ranges, certificate }, nodes: { upstreams: ["10.1.0.0/16", "10.1.0.0/16"] } },
    ...{ slots: two, blue: 90, url: "https://balancer.dns:443" },
  },
  "a retired older slot": { slots: greenAlone, blue: 0, url: "http://balancer.dns:80" },
  "an existing blue": {
    aws: { network: givenNetwork, balancer: theirs },
    ...{ slots: besideTheirs, blue: 100, url: "" },
  },
  "given subnets": { aws: { network: givenNetwork }, slots: two, blue: 0, url: "http://balancer.dns:80" },
  "a given listener": { aws: { balancer: theirs }, slots: two, blue: 90, url: "" },
  "a network balancer": {
    aws: { balancer: { ...ranges, type: "network", port: 8000 } },
    ...{ slots: two, blue: 90, url: "http://balancer.dns:8000" },
  },
} satisfies Record<string, Case>;

export type What = keyof typeof cases;
