import { type SlotName, slotNames } from "../../products/release";
import type { AwsSettings } from "./settings";

type Balancer = AwsSettings["balancer"];

/** The header that leads a request to a slot that serves nobody yet. */
export const testHeader = "x-gateway-slot";

/** A test rule stands right before the one of users' traffic: each slot has its own place. */
export function testPriority(traffic: number, slot: SlotName): number {
  return traffic - 1 - slotNames.indexOf(slot);
}

/** The port of a slot's test listener, where the balancer knows no headers. */
export function testPort({ testPort: first }: Balancer, slot: SlotName): number {
  return first + slotNames.indexOf(slot);
}

/** Ports that testers reach beside the one of users. */
export function testPorts(balancer: Balancer): number[] {
  return balancer.type === "network" ? slotNames.map((slot) => testPort(balancer, slot)) : [];
}
