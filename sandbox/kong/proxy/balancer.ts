import type { Json } from "../entities/schema";

export interface Peer {
  origin: string;
  /** What the upstream is told as Host, unless the client's own is kept. */
  host: string;
}

/** Where a service's requests go: its own host, or in turn the targets of the upstream of that name, by weight. */
export class Balancer {
  private readonly rings = new Map<
    string,
    { targets: string[]; hostHeader: string | undefined; next: number }
  >();

  constructor(upstreams: Json[], targets: Json[]) {
    for (const upstream of upstreams) {
      const own = targets.filter((target) => (target.upstream as { id: string }).id === upstream.id);
      this.rings.set(String(upstream.name), {
        targets: ring(own),
        hostHeader: typeof upstream.host_header === "string" ? upstream.host_header : undefined,
        next: 0,
      });
    }
  }

  /** Undefined: the upstream has no target that takes requests. */
  next(service: Json): Peer | undefined {
    const scheme = service.protocol === "https" ? "https" : "http";
    const name = String(service.host);
    const port = Number(service.port);
    const own = port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`;
    const found = this.rings.get(name);
    if (!found) return { origin: `${scheme}://${name}:${port}`, host: own };
    const target = found.targets[found.next++ % Math.max(found.targets.length, 1)];
    return target === undefined
      ? undefined
      : { origin: `${scheme}://${target}`, host: found.hostHeader ?? target };
  }
}

/** The targets in the order in which they get requests: spread, not one after the other. */
function ring(targets: Json[]): string[] {
  const weighted = targets.map((one) => ({ name: String(one.target), weight: Number(one.weight), due: 0 }));
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const divisor = weighted.reduce((sum, { weight }) => gcd(sum, weight), 0) || 1;
  const order: string[] = [];
  for (let turn = 0; turn < Math.min(total / divisor, 10_000); turn += 1) {
    for (const one of weighted) one.due += one.weight;
    const most = weighted.reduce((best, one) => (one.due > best.due ? one : best));
    most.due -= total;
    order.push(most.name);
  }
  return order;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
