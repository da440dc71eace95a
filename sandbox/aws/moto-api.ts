import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { AwsError, type Answer } from "./wire/answer";
import type { Call } from "./wire/call";

/** The region that the emulator is. */
export const region = "eu-central-1";
/** The account that moto is. */
export const account = "123456789012";

/** How the proxy itself talks to moto. Errors are `AwsError`s with moto's code, text and status. */
export interface Moto {
  /** Hands a call on as it came. An error answer is an answer. */
  pass(call: Call): Promise<Answer>;
  /** As `pass`, with other parameters; JSON protocols only. */
  passWith(call: Call, parameters: unknown): Promise<Answer>;
  /** Calls a service of a JSON protocol: `target` is the value of `X-Amz-Target`. */
  json<T>(service: string, target: string, parameters: unknown): Promise<T>;
  /** Calls a service of the query protocol and gives the XML. */
  query(service: string, version: string, parameters: Record<string, string>): Promise<string>;
  balancers: ElasticLoadBalancingV2Client;
  databases: RDSClient;
  groups: AutoScalingClient;
}

/** Opens the ways to a moto that runs at `url`. */
export function connectMoto(url: string): Moto {
  const client = {
    region,
    endpoint: url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return {
    pass: (call) => send(url, call, new Uint8Array(call.body)),
    passWith: (call, parameters) => send(url, call, JSON.stringify(parameters)),
    json: async <T>(service: string, target: string, parameters: unknown) => {
      const headers = {
        authorization: authorization(service),
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": target,
      };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(parameters) });
      const body = await response.text();
      if (!response.ok) throw jsonError(body, response.status);
      return JSON.parse(body || "{}") as T;
    },
    query: async (service, version, parameters) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: authorization(service) },
        body: new URLSearchParams({ ...parameters, Version: version }),
      });
      const body = await response.text();
      if (!response.ok) throw queryError(body, response.status);
      return body;
    },
    balancers: new ElasticLoadBalancingV2Client(client),
    databases: new RDSClient(client),
    groups: new AutoScalingClient(client),
  };
}

/** moto checks no signature; it only reads whose call it is. */
function authorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Headers of one connection only, or made anew for the other one. */
const ownHeaders = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "expect",
  "keep-alive",
]);

async function send(url: string, call: Call, body: Uint8Array<ArrayBuffer> | string): Promise<Answer> {
  const headers = Object.entries(call.headers).flatMap(([name, value]) =>
    ownHeaders.has(name) || value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const carries = call.method !== "GET" && call.method !== "HEAD";
  const response = await fetch(`${url}${call.path}`, {
    method: call.method,
    headers,
    body: carries ? body : undefined,
    redirect: "manual",
  });
  const kept = [...response.headers].filter(([name]) => !ownHeaders.has(name) && name !== "content-encoding");
  return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() };
}

function jsonError(body: string, status: number): AwsError {
  const parsed = body.startsWith("{") ? (JSON.parse(body) as Record<string, string | undefined>) : {};
  const code = parsed.__type?.split("#").pop() ?? "InternalFailure";
  return new AwsError(code, parsed.message ?? parsed.Message ?? body.slice(0, 300), status);
}

function queryError(body: string, status: number): AwsError {
  const one = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return new AwsError(one("Code") ?? "InternalFailure", one("Message") ?? body.slice(0, 300), status);
}
