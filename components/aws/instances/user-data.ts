import { readFileSync } from "node:fs";
import path from "node:path";

/** How the gateway of an instance is run. It holds no secret: the instance's role fetches them at each start. */
export interface InstanceNode {
  region: string;
  /** ARN of the slot's secret. */
  secret: string;
  /** Variables from it, by the keys that they have there. */
  secrets: Record<string, string>;
  environment: Record<string, string>;
  start: string[];
  quit: string[];
  /** What the node itself must say, so that a machine image of another version never serves. */
  check: { url: string; field: string; version: string; attempts: number };
}

/** What EC2 takes of user data, in bytes. */
const mostBytes = 16_384;

const launcher = "/usr/local/lib/gateway-upgrade/launch-node";
const run = `/usr/bin/env python3 ${launcher}`;
const launcherText = () => readFileSync(path.join(__dirname, "launch-node.py"), "utf8");

/** All in it is ours but one number: what config says is read from a file, by no shell. */
function unit(stopTimeout: number): string {
  return [
    "[Unit]",
    "Description=API gateway, as gateway-upgrade runs it",
    "Wants=network-online.target",
    "After=network-online.target",
    // A node that cannot start yet tries on; the balancer's health check has the last word.
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=forking",
    `ExecStart=${run} start`,
    `ExecStartPost=${run} check`,
    `ExecStop=${run} stop`,
    // The balancer's health check is the limit: one here would make new instances of every change of gateway:timeouts.
    "TimeoutStartSec=infinity",
    // The product ends by itself in its time; only then may systemd kill it.
    `TimeoutStopSec=${stopTimeout + 10}`,
    "Restart=on-failure",
    "RestartSec=5",
    "LimitNOFILE=65536",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
}

/**
 * User data of an instance, for cloud-init: files, and commands as lists of arguments. JSON is YAML, so nothing of a config
 * can end a text early. `stopTimeout` is in seconds. Throws where EC2 would refuse it for its size.
 */
export function userData(node: InstanceNode, stopTimeout: number): string {
  const config = {
    write_files: [
      { path: "/etc/gateway-upgrade/node.json", permissions: "0644", content: JSON.stringify(node) },
      { path: launcher, permissions: "0755", content: launcherText() },
      { path: "/etc/systemd/system/gateway-node.service", permissions: "0644", content: unit(stopTimeout) },
    ],
    runcmd: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "--no-block", "gateway-node.service"],
    ],
  };
  const text = `#cloud-config\n${JSON.stringify(config)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) {
    throw new Error(
      `the settings of a slot make ${bytes} bytes of user data, and EC2 takes ${mostBytes}: put long properties into a file of the machine image`,
    );
  }
  return text;
}
