import type { Json } from "../entities/schema";

/** A route with one of its paths, prepared for matching. */
interface Rule {
  route: Json;
  methods: Set<string> | undefined;
  hosts: ((host: string) => boolean) | undefined;
  wildcard: boolean;
  headers: [string, string[]][];
  /** What the path must begin with. */
  prefix: string | undefined;
  regex: RegExp | undefined;
}

export interface Match {
  route: Json;
  service: Json | undefined;
  /** The part of the path that the route matched, for `strip_path`. */
  matched: string;
}

export interface Wanted {
  method: string;
  host: string;
  path: string;
  header: (name: string) => string | string[] | undefined;
}

/** Finds the route of a request: the one that asks for most, then the longest path, then the oldest. */
export class Router {
  private readonly rules: Rule[];
  private readonly services: Map<string, Json>;

  constructor(routes: Json[], services: Json[]) {
    this.services = new Map(services.map((service) => [String(service.id), service]));
    this.rules = routes.filter(isWeb).flatMap(rulesOf).sort(byPriority);
  }

  match(wanted: Wanted): Match | undefined {
    for (const rule of this.rules) {
      const matched = matchRule(rule, wanted);
      if (matched === undefined) continue;
      const id = (rule.route.service as { id: string } | null)?.id;
      const service = id === undefined ? undefined : this.services.get(id);
      // A service that is switched off takes its routes with it.
      if (service?.enabled === false) continue;
      return { route: rule.route, service, matched };
    }
    return undefined;
  }
}

const isWeb = (route: Json) => (route.protocols as string[]).some((one) => one === "http" || one === "https");
const list = (value: unknown) => (Array.isArray(value) && value.length > 0 ? (value as string[]) : undefined);

function rulesOf(route: Json): Rule[] {
  const hosts = list(route.hosts);
  const methods = list(route.methods);
  const rule = {
    route,
    methods: methods && new Set(methods),
    hosts: hosts && hostMatcher(hosts),
    wildcard: hosts?.some((host) => host.includes("*")) ?? false,
    headers: Object.entries((route.headers ?? {}) as Record<string, string[]>).map(
      ([name, values]) => [name.toLowerCase(), values.map((one) => one.toLowerCase())] as [string, string[]],
    ),
  };
  return (list(route.paths) ?? [undefined]).map((path) =>
    path?.startsWith("~")
      ? { ...rule, prefix: undefined, regex: new RegExp(`^(?:${path.slice(1)})`) }
      : { ...rule, prefix: path, regex: undefined },
  );
}

function hostMatcher(hosts: string[]): (host: string) => boolean {
  const plain = new Set(hosts.filter((host) => !host.includes("*")).map((host) => host.toLowerCase()));
  const tails = hosts.filter((host) => host.startsWith("*")).map((host) => host.slice(1).toLowerCase());
  const heads = hosts.filter((host) => host.endsWith("*")).map((host) => host.slice(0, -1).toLowerCase());
  return (host) =>
    plain.has(host) ||
    tails.some((tail) => host.endsWith(tail)) ||
    heads.some((head) => host.startsWith(head));
}

function matchRule(rule: Rule, { method, host, path, header }: Wanted): string | undefined {
  if (rule.methods && !rule.methods.has(method)) return undefined;
  if (rule.hosts && !rule.hosts(host)) return undefined;
  for (const [name, values] of rule.headers) {
    const given = [header(name) ?? []].flat().map((one) => one.toLowerCase());
    if (!given.some((one) => values.includes(one))) return undefined;
  }
  if (rule.regex) return rule.regex.exec(path)?.[0];
  if (rule.prefix !== undefined) return path.startsWith(rule.prefix) ? rule.prefix : undefined;
  return "";
}

function byPriority(a: Rule, b: Rule): number {
  const asked = (rule: Rule) =>
    [rule.methods, rule.hosts, rule.headers.length > 0 || undefined, rule.regex ?? rule.prefix].filter(
      (one) => one !== undefined,
    ).length;
  return (
    asked(b) - asked(a) ||
    b.headers.length - a.headers.length ||
    Number(a.wildcard) - Number(b.wildcard) ||
    Number(b.regex !== undefined) - Number(a.regex !== undefined) ||
    (a.regex && b.regex ? Number(b.route.regex_priority ?? 0) - Number(a.route.regex_priority ?? 0) : 0) ||
    (b.prefix?.length ?? 0) - (a.prefix?.length ?? 0) ||
    Number(a.route.created_at) - Number(b.route.created_at) ||
    String(a.route.id).localeCompare(String(b.route.id))
  );
}
