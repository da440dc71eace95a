import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import type { Condition, RuleState } from "./state";

/** What decides which rule a request falls under. A TCP connection has no more than where it comes from. */
export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  source: string;
}

type Test = (asked: Asked) => boolean;

/** A listener's rules in the order in which they are tried. Throws for a condition that is not staged. */
export function compileRules(rules: RuleState[]): (asked: Asked) => RuleState | undefined {
  const rank = ({ priority }: RuleState) => (priority === "default" ? Infinity : priority);
  const compiled = [...rules]
    .sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
    .map((rule) => ({ rule, tests: rule.conditions.map(compile) }));
  return (asked) => compiled.find(({ tests }) => tests.every((test) => test(asked)))?.rule;
}

function compile({ field, values, headerName = "" }: Condition): Test {
  switch (field) {
    case "http-header":
      return oneOf(values, ({ headers }) => headerOf(headers, headerName), "i");
    case "host-header":
      return oneOf(values, ({ headers }) => headers.host?.replace(/:\d+$/, ""), "i");
    case "path-pattern":
      return oneOf(values, ({ path }) => path.replace(/\?.*$/s, ""));
    case "http-request-method":
      return ({ method }) => values.includes(method);
    case "source-ip":
      return fromBlocks(values);
    default:
      throw new Error(`the balancer stages no rule condition ${field}`);
  }
}

function headerOf(headers: Asked["headers"], name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}

function oneOf(values: string[], read: (asked: Asked) => string | undefined, flags = ""): Test {
  const patterns = values.map((value) => wildcards(value, flags));
  return (asked) => {
    const text = read(asked);
    return text !== undefined && patterns.some((pattern) => pattern.test(text));
  };
}

/** `*` is any characters, none too; `?` exactly one. */
function wildcards(pattern: string, flags: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}

function fromBlocks(values: string[]): Test {
  const blocks = new BlockList();
  for (const value of values) {
    const [address = "", bits] = value.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    blocks.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return ({ source }) => blocks.check(source, isIPv6(source) ? "ipv6" : "ipv4");
}
