import type { SlotName } from "../../products/release";

/** A life as AWS takes names: without dots. */
function plain(life: string): string {
  return life.replaceAll(".", "-");
}

/**
 * The target group of a slot's Admin API, by that of its traffic: the generation's mark is another one, so it is no longer
 * than that ("gw-green-3-10-0-a1" beside "gw-green-3-10-0-g1").
 */
export function adminNameOf(targetGroup: string): string {
  return targetGroup.replace(/-g(\d+)$/, "-a$1");
}

/**
 * Names of all that the platform makes, from the gateway's own: what is read live is found by them before any resource
 * is known. What carries a life is created and deleted, never replaced.
 */
export function namesOf(gateway: string) {
  return {
    gateway,
    balancer: gateway,
    cluster: gateway,
    logGroup: `/gateway/${gateway}`,
    /** What the names of secrets begin with. */
    secrets: `${gateway}-`,
    /** What the name of the group of the databases' subnets begins with. */
    subnetGroup: `${gateway}-`,
    /** What the name of a role begins with, and of an instance profile. */
    executionRole: `${gateway}-execution-`,
    instanceRole: (slot: SlotName) => `${gateway}-${slot}-nodes-`,
    /** What the name of a security group begins with. */
    securityGroup: (of: "balancer" | "nodes" | "databases") => `${gateway}-${of}-`,
    /** Task definition of statements on a slot's database. */
    statements: (slot: SlotName) => `${gateway}-${slot}-statements`,
    /** Service, target group, autoscaling group and database of one life. */
    ofLife: (life: string) => `${gateway}-${plain(life)}`,
    /** Target group of one life's Admin API. */
    admin: (life: string) => adminNameOf(`${gateway}-${plain(life)}`),
    tasks: (life: string) => `${gateway}-${plain(life)}-tasks`,
    nodes: (life: string) => `${gateway}-${plain(life)}-nodes`,
    /** What every snapshot of a reason begins with; the moment follows when it is made. */
    snapshot: (reason: string) => `${gateway}-${plain(reason)}`,
  };
}

export type Names = ReturnType<typeof namesOf>;

/** What AWS allows of a name, by the kind of what bears it. */
const limits: { kind: string; most: number; of: (names: Names, life: string) => string }[] = [
  { kind: "target group", most: 32, of: (names, life) => names.ofLife(life) },
  { kind: "load balancer", most: 32, of: (names) => names.balancer },
  { kind: "database instance", most: 63, of: (names, life) => names.ofLife(life) },
];

/** Names of a life that AWS would refuse for their length: the kind, the name, and by how much it is too long. */
export function namesTooLong(
  gateway: string,
  life: string,
): { kind: string; name: string; excess: number }[] {
  const names = namesOf(gateway);
  return limits.flatMap(({ kind, most, of }) => {
    const name = of(names, life);
    return name.length > most ? [{ kind, name, excess: name.length - most }] : [];
  });
}

/** Tags by which what is ours is told apart: on everything, beside those that config gives. */
export function ownTags(gateway: string, more: Record<string, string> = {}): Record<string, string> {
  return { ...more, [ownTag]: gateway };
}

/** The tag with the gateway's name, on everything. */
export const ownTag = "gateway-upgrade";
/** Tags of instances and snapshots: what runs on them, at which version, and why a snapshot was taken. */
export const productTag = "gateway-upgrade-product";
export const versionTag = "gateway-upgrade-version";
export const reasonTag = "gateway-upgrade-reason";

/** The tag with the life of what carries one. */
export const lifeTag = "gateway-upgrade-life";
/** The tag of a listener rule with what it is for: "traffic", "admin", or "test" of a slot. */
export const roleTag = "gateway-upgrade-role";
