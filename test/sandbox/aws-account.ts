import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  type CreateTargetGroupCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../sandbox/aws/emulator";

/** An account on an emulator, and the SDK's clients for it. */
export interface Account {
  rds: RDSClient;
  ecs: ECSClient;
  elb: ElasticLoadBalancingV2Client;
  metrics: CloudWatchClient;
  logs: CloudWatchLogsClient;
  subnets: string[];
  vpc: string;
  /** Calls a service that the project has no client of, in a JSON protocol. */
  json(service: string, target: string, parameters: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** On an emulator of its own, which goes with it. */
export async function openAccount(options?: EmulatorOptions): Promise<Account & { emulator: Emulator }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "aws-emulator-"));
  const emulator = await startEmulator(directory, options);
  const account = await connectAccount(emulator.url);
  return {
    ...account,
    emulator,
    async close() {
      await account.close();
      await emulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** On an emulator that runs at `url`, and goes on. */
export async function connectAccount(url: string): Promise<Account> {
  const client = {
    endpoint: url,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const signed = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/${service}/aws4_request, Signature=0`,
  });
  const body = new URLSearchParams({ Action: "DescribeSubnets", Version: "2016-11-15" });
  const xml = await (await fetch(url, { method: "POST", headers: signed("ec2"), body })).text();
  const clients = {
    rds: new RDSClient(client),
    ecs: new ECSClient(client),
    elb: new ElasticLoadBalancingV2Client(client),
    metrics: new CloudWatchClient(client),
    logs: new CloudWatchLogsClient(client),
  };
  return {
    ...clients,
    subnets: [...xml.matchAll(/<subnetId>([^<]+)</g)].map((match) => match[1] ?? "").slice(0, 2),
    vpc: /<vpcId>([^<]+)</.exec(xml)?.[1] ?? "",
    async json(service, target, parameters) {
      const headers = {
        ...signed(service),
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.1",
      };
      const sent = { method: "POST", headers, body: JSON.stringify(parameters) };
      return (await (await fetch(url, sent)).json()) as Record<string, unknown>;
    },
    close() {
      for (const each of Object.values(clients)) each.destroy();
      return Promise.resolve();
    },
  };
}

/** A target group of addresses, which drains in no time. */
export async function makeGroup(
  { elb, vpc }: Account,
  name: string,
  more: Partial<CreateTargetGroupCommandInput> = {},
): Promise<string> {
  const usual = {
    TargetType: "ip",
    Protocol: "HTTP",
    Port: 8_000,
    VpcId: vpc,
    HealthCheckPath: "/",
  } as const;
  const made = await elb.send(new CreateTargetGroupCommand({ Name: name, ...usual, ...more }));
  return made.TargetGroups?.[0]?.TargetGroupArn ?? "";
}

/** A balancer with one listener, which forwards to the groups by weight. */
export async function makeListener(
  { elb, subnets }: Account,
  name: string,
  weights: Record<string, number>,
  type: "application" | "network" = "application",
): Promise<{ balancer: string; address: string; listener: string; url: string }> {
  const made = await elb.send(new CreateLoadBalancerCommand({ Name: name, Subnets: subnets, Type: type }));
  const { LoadBalancerArn = "", DNSName = "" } = made.LoadBalancers?.[0] ?? {};
  const port = 8_080;
  const listening = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: type === "application" ? "HTTP" : "TCP",
      Port: port,
      DefaultActions: [forward(weights)],
    }),
  );
  const listener = listening.Listeners?.[0]?.ListenerArn ?? "";
  return { balancer: LoadBalancerArn, address: DNSName, listener, url: `http://${DNSName}:${port}` };
}

/** An action that forwards by weight. */
export function forward(weights: Record<string, number>) {
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({
    TargetGroupArn,
    Weight,
  }));
  return { Type: "forward" as const, ForwardConfig: { TargetGroups } };
}

/** Asks until the answer is as wanted, for at most `seconds`, and gives that answer. */
export async function when<T>(
  what: string,
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  seconds = 15,
): Promise<T> {
  const limit = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > limit)
      throw new Error(`${what}: not within ${seconds} s; last: ${JSON.stringify(answer)?.slice(0, 500)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
