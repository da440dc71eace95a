import { DeregisterTargetsCommand, RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Balancer } from "../balancer";
import type { Count, Target, TargetHealth } from "../balancer/state";
import { ownAddress } from "../loopback";
import type { Moto } from "../moto-api";
import { readElb, type ElbRecords, type Places } from "./records";
import { groupsOf } from "./rules";

/** The data plane, kept as moto's records say. */
export interface Plane {
  /** Makes the data plane as the records are now; in force when this settles. */
  refresh(): Promise<void>;
  isKnown(groupArn: string): boolean;
  /** Whether a listener or a rule names the group, be it with weight 0. */
  isInUse(groupArn: string): boolean;
  health(groupArn: string): TargetHealth[];
  requests(groupArn: string): Count[];
  flows(groupArn: string): Count[];
  /** ARNs of the groups that a balancer's listeners name; the balancer as metrics name it: "net/NAME/ID". */
  groupsBehind(balancer: string): string[];
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
  const nowhere = ownAddress();
  const ofTarget = (id: string) => (id.startsWith("i-") ? (instances.get(id) ?? nowhere) : id);
  const places: Places = { ofBalancer: addressOf, ofTarget };

  let records: ElbRecords = { listeners: [], groups: [], inUse: new Set() };
  const refresh = oneAtATime(async () => {
    records = await readWhole(() => readElb(moto, places));
    await balancer.configure(records.listeners, records.groups);
  });

  return {
    refresh,
    isKnown: (arn) => records.groups.some((group) => group.arn === arn),
    isInUse: (arn) => records.inUse.has(arn),
    health: (arn) => balancer.health(arn),
    requests: (arn) => balancer.requests(arn),
    flows: (arn) => balancer.flows(arn),
    groupsBehind: (name) => [
      ...new Set(
        records.listeners
          .filter(({ arn }) => arn.includes(`:listener/${name}/`))
          .flatMap(({ rules }) => groupsOf(rules)),
      ),
    ],
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

/** Something may be deleted between the reading of it and of what belongs to it: then all is read again. */
async function readWhole<T>(read: () => Promise<T>, attempts = 10): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (attempts === 1 || !(error as Error).name.includes("NotFound")) throw error;
    return readWhole(read, attempts - 1);
  }
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
