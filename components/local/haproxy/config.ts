import path from "node:path";
import { type SlotName, slotNames } from "../../../products/release";
import { filesOf, host, portsOf } from "../layout";
import { backend, socketOf, type LiveServer } from "./runtime";

/** Files of the balancer. */
export function balancerFiles(directory: string) {
  const at = filesOf(directory).balancer;
  return {
    directory: at,
    config: path.join(at, "haproxy.cfg"),
    pid: path.join(at, "haproxy.pid"),
    adminWay: path.join(at, "admin.map"),
  };
}

function serverLine({ name, address, checkPort, weight }: LiveServer): string {
  return `  server ${name} ${address} ${checkOptions(checkPort)} weight ${weight}`;
}

/** A node that stops being ready gets no new requests within about a second. */
export function checkOptions(checkPort: number): string {
  return `check port ${checkPort} inter 500ms fall 2 rise 1`;
}

/** HAProxy's config takes these in a path without quoting; the platform refuses a directory with others at preview. */
export const safePath = /^[A-Za-z0-9._/@+-]+$/;

/** How the way to the Admin API is closed: a reason in place of "open", by slot. */
export const openWay = "open";

/**
 * The balancer's config with the servers and weights that it has now, so that a reload or a restart keeps them.
 * A retry is for a connection that could not be made: no request had been sent on it.
 */
export function balancerConfig(
  directory: string,
  ports: ReturnType<typeof portsOf>,
  readyPath: string,
  servers: LiveServer[],
  adminApis: Record<SlotName, string>,
): string {
  const { adminWay } = balancerFiles(directory);
  return `# Written by gateway-upgrade at each change of weights.
global
  stats socket ${socketOf(directory)} mode 600 level admin expose-fd listeners
  stats timeout 1m
  hard-stop-after 10m
defaults
  mode http
  option redispatch
  retries 3
  retry-on conn-failure
  timeout connect 5s
  timeout client 5m
  timeout server 5m
  timeout http-keep-alive 5m
frontend users
  bind ${host}:${ports.gateway}
  default_backend ${backend}
backend ${backend}
  balance roundrobin
  option httpchk GET ${readyPath}
  http-response set-header X-Gateway-Slot %s
${servers.map(serverLine).join("\n")}
frontend admin-api
  bind ${host}:${ports.admin}
  acl reads method GET HEAD OPTIONS
  acl open str(closed),map(${adminWay}) -m str ${openWay}
  http-request return status 423 content-type application/json lf-string '{"message":"%[str(closed),map(${adminWay})]"}' if !open !reads
${slotNames.map((slot) => `  use_backend admin-api-${slot} if { str(slot),map(${adminWay}) -m str ${slot} }`).join("\n")}
${slotNames.map((slot) => `backend admin-api-${slot}\n  server ${slot} ${adminApis[slot]}`).join("\n")}
`;
}
