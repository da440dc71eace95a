import { DeregisterTargetsCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Balancer } from "../balancer";
import { ownAddress } from "../loopback";
import type { Moto } from "../moto-api";
import { readElb, type ElbRecords, type Places } from "./records";

/** A target as a group knows it. */
export interface Target {
  id: string;
  port: number;
}

/** The data plane, kept as moto's records say. */
export interface Plane {
  /** Makes the data plane as the records are now; in force when this settles. */
  refresh(): Promise<void>;
  isKnown(groupArn: string): boolean;
  /** Whether a listener or a rule names the group, be it with weight 0. */
  isInUse(groupArn: string): boolean;
  health(groupArn: string): ReturnType<Balancer["health"]>;
  requests(groupArn: string): ReturnType<Balancer["requests"]>;
  /** The address for a name that moto made up. */
  addressOf(dnsName: string): string;
  register(groupArn: string, target: Target): Promise<void>;
  deregister(groupArn: string, target: Target): Promise<void>;
}

/** `instances` are the addresses behind targets that are ids of instances; tests fill it, then or later. */
export function makePlane(moto: Moto, balancer: Balancer, instances: Map<string, string>): Plane {
  const addresses = new Map<string, string>();
  const addressOf = (dnsName: string) => {
    const known = addresses.get(dnsName) ?? ownAddress();
    addresses.set(dnsName, known);
    return known;
  };
  // Nobody listens at the address of an instance that is not in the table, so it is unhealthy.
  const missing = new Map<string, string>();
  const ofTarget = (id: string) => {
    if (!id.startsWith("i-")) return id;
    const address = instances.get(id) ?? missing.get(id) ?? ownAddress();
    missing.set(id, address);
    return address;
  };
  const idOf = (address: string) =>
    [...instances, ...missing].find(([, known]) => known === address)?.[0] ?? address;
  const places: Places = { ofBalancer: addressOf, ofTarget };

  let records: ElbRecords = { listeners: [], groups: [], inUse: new Set() };
  const refresh = oneAtATime(async () => {
    records = await readElb(moto, places);
    await balancer.configure(records.listeners, records.groups);
  });

  return {
    refresh,
    isKnown: (arn) => records.groups.some((group) => group.arn === arn),
    isInUse: (arn) => records.inUse.has(arn),
    health: (arn) => balancer.health(arn).map((target) => ({ ...target, id: idOf(target.id) })),
    requests: (arn) => balancer.requests(arn),
    addressOf,
    async register(arn, { id, port }) {
      const Targets = [{ Id: id, Port: port }];
      await moto.balancers.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
      await refresh();
    },
    async deregister(arn, { id, port }) {
      const Targets = [{ Id: id, Port: port }];
      await moto.balancers.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets }));
      await refresh();
    },
  };
}

/** Runs follow each other; who asks while one runs gets the next one, which sees what was written until it starts. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  const start = () => {
    next = undefined;
    running = run();
    return running;
  };
  return () => (next ??= running.then(start, start));
}
