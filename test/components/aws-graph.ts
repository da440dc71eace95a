import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { awsPlatform } from "../../components/aws/platform";
import { type AwsSettings, awsSchema } from "../../components/aws/settings";
import type { Transforms } from "../../components/aws/transform";
import { BlueGreenGateway } from "../../components/blue-green";
import { kong } from "../../products/kong";
import type { Release, Slot } from "../../products/release";
import { existing, slot } from "../products/releases";
import { graphOf, pieceOf, type Registered } from "./mocked-graph";

/** What no resource may have in plain. */
export const secretTexts = { password: "a-password-of-config", licence: "a-licence-of-config" };

/** The moment at which every life of the mocks began. */
export const moment = "20261122t081124z";

const region = "eu-central-1";
const account = `${region}:123456789012`;

/** Somebody else's listener and target group. */
export const given = {
  listener: `arn:aws:elasticloadbalancing:${account}:listener/app/theirs/50dc6c495c0c9188/f2f7dc8efc522ab2`,
  targetGroup: `arn:aws:elasticloadbalancing:${account}:targetgroup/theirs/73e2d6bc24d8a067`,
  database: { host: "their-database", port: 5432, name: "their_kong", user: "their_user" },
};

const ownVpc = { cidr: "10.20.0.0/16", zones: [`${region}a`, `${region}b`] };
export const givenNetwork = {
  vpc: "vpc-0a",
  balancerSubnets: ["subnet-0a", "subnet-0b"],
  nodeSubnets: ["subnet-1a", "subnet-1b"],
  databaseSubnets: ["subnet-2a", "subnet-2b"],
};

/** The settings of `gateway:aws`, with what a test does not name. */
export function settingsOf(other: Record<string, unknown> = {}): AwsSettings {
  return awsSchema.parse({
    region,
    tags: { team: "api" },
    network: ownVpc,
    balancer: {},
    databases: { engineVersion: "16.8" },
    ...other,
  });
}

/** A slot as config binds it to AWS. */
export function onAws(version: string, settings: AwsSettings, other: Partial<Slot> = {}): Slot {
  const { nodes, databases } = settings;
  const place = { region, gateway: "gw-test", nodes, databases };
  return slot(version, { settings: { role: "traditional", properties: {} }, place, ...other });
}

/** A gateway of somebody else's, as config refers to it. */
export function existingOnAws(version: string, settings: AwsSettings): Slot {
  const { existing: theirs } = existing(version);
  const { targetGroup, database } = given;
  return onAws(version, settings, theirs && { existing: { ...theirs, targetGroup, database } });
}

/** What the provider, or a command of ours, adds to a resource's inputs. */
function stateOf({ name, type, inputs }: { name: string; type: string; inputs: Record<string, unknown> }) {
  if (type !== "command:local:Command") {
    const { namePrefix } = inputs;
    return {
      ...{ arn: `arn:${type}:${name}`, dnsName: `${name}.dns`, address: `${name}.address`, port: 5432 },
      ...(typeof namePrefix === "string" ? { name: `${namePrefix}made` } : {}),
    };
  }
  const printed: Record<string, unknown> = {
    sweep: { moment },
    snapshot: { location: `taken-by-${name}` },
    database: { filledFrom: "" },
    weights: { mark: "mark", at: "now", release: {} },
    cutover: { holder: "none", late: [] },
  };
  return { stdout: JSON.stringify(printed[pieceOf({ inputs })] ?? {}) };
}

/** Where users reach the gateway, as the last build said. */
export let urlOfLast = "";

/** Builds the gateway on AWS under mocks and tells every resource that it registers. */
export async function build(
  wanted: Release,
  settings: AwsSettings,
  other: { gateway?: string; transforms?: Transforms; reconcile?: string } = {},
): Promise<Registered[]> {
  const { password, licence } = secretTexts;
  const ofSlot = { password, environment: { KONG_LICENSE_DATA: licence } };
  const platform = awsPlatform({
    product: kong,
    gateway: other.gateway ?? "gw-test",
    settings,
    timeouts: { snapshot: 11, database: 12, migration: 13, start: 14, stop: 15, weights: 16, lock: 17 },
    drainLimit: 18,
    ownTables: {},
    secretVariables: { blue: ["KONG_LICENSE_DATA"], green: ["KONG_LICENSE_DATA"] },
    transforms: other.transforms,
  });
  return graphOf(() => {
    const { report } = new BlueGreenGateway("gateway", {
      platform,
      release: wanted,
      secrets: pulumi.secret({ blue: ofSlot, green: ofSlot }),
      smokeTests: { checks: kong.smokeTests, limits: { consecutive: 3, deadline: 19 } },
      stood: [],
      restoreFrom: "",
      freeze: "detect",
      apply: [],
      reconcile: other.reconcile,
    });
    return pulumi.all([report, platform.url()]).apply(([, url]) => (urlOfLast = url));
  }, stateOf);
}

/** Answers what is asked of somebody else's listener while a graph is built: which balancer it is of, and its name in DNS. */
export async function startListenerAnswers(): Promise<{ url: string; stop: () => void }> {
  // The SDK signs what it asks.
  const credentials = { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
  const missing = Object.entries(credentials).filter(([key]) => process.env[key] === undefined);
  Object.assign(process.env, Object.fromEntries(missing));
  const xml = (action: string, list: string, member: string) =>
    `<${action}Response><${action}Result><${list}><member>${member}</member></${list}></${action}Result></${action}Response>`;
  const answers: Record<string, string> = {
    DescribeListeners: xml("DescribeListeners", "Listeners", "<LoadBalancerArn>arn:theirs</LoadBalancerArn>"),
    DescribeLoadBalancers: xml("DescribeLoadBalancers", "LoadBalancers", "<DNSName>their.dns</DNSName>"),
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => response.end(answers[new URLSearchParams(body).get("Action") ?? ""]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      for (const [key] of missing) delete process.env[key];
      server.close();
      server.closeAllConnections();
    },
  };
}
