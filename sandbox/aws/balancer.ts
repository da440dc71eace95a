import { Agent } from "node:http";
import type { OpenListener } from "./balancer/bind";
import { Group } from "./balancer/group";
import { openHttp } from "./balancer/http-listener";
import { compileRules } from "./balancer/rules";
import type { Count, ListenerState, TargetGroupState, TargetHealth } from "./balancer/state";
import { openTcp } from "./balancer/tcp-listener";

export type { ListenerState, RuleState, TargetGroupState, TargetHealth } from "./balancer/state";

/** What application and network balancers do with traffic, for all of them at once. */
export interface Balancer {
  /**
   * How everything is to be from the next request on; what is in flight goes on as it began. Throws for what is not staged, and
   * then changes nothing; and when a listener cannot be opened, with everything else in force.
   */
  configure(listeners: ListenerState[], groups: TargetGroupState[]): Promise<void>;
  /** How each of a group's targets does; of a group that is not known, none. */
  health(groupArn: string): TargetHealth[];
  /** Requests (TCP: connections) that one of the group's targets was chosen for, by the second. */
  requests(groupArn: string): Count[];
  /** The most requests (TCP: connections) that the group had in flight at a time, by the second. */
  flows(groupArn: string): Count[];
  /** Ends at once: what is in flight is cut. */
  stop(): Promise<void>;
}

// Idle connections to targets are let go before any server would close them, and so not in the moment of a request.
const idleToTargets = 2_000;

/** Starts with no listener and no group. A target's health is asked every `checkEvery` milliseconds (default: 1000). */
export function startBalancer({ checkEvery = 1_000 }: { checkEvery?: number } = {}): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true, timeout: idleToTargets });
  const groups = new Map<string, Group>();
  const open = new Map<string, OpenListener>();
  const closing = new Set<OpenListener>();
  // Each target has a turn of its own, so it is looked more often whose has come.
  const timer = setInterval(() => groups.forEach((group) => group.check()), checkEvery / 5);
  let last = Promise.resolve();

  const applyGroups = (states: TargetGroupState[], listeners: ListenerState[]) => {
    const named = new Set(
      listeners.flatMap(({ rules }) => rules.flatMap(({ forward = [] }) => forward.map(({ arn }) => arn))),
    );
    for (const state of states) {
      const group = groups.get(state.arn) ?? new Group(state, checkEvery);
      groups.set(state.arn, group);
      group.configure(state, named.has(state.arn));
    }
    const there = new Set(states.map(({ arn }) => arn));
    for (const [arn, group] of groups) if (!there.has(arn)) group.close();
  };

  const apply = async (listeners: ListenerState[], states: TargetGroupState[]) => {
    for (const { rules, protocol } of listeners) {
      compileRules(rules);
      kindOf(protocol);
    }
    applyGroups(states, listeners);
    const wanted = new Map(listeners.map((state) => [state.arn, state]));
    for (const [arn, listener] of open) {
      const next = wanted.get(arn);
      if (next && placeOf(next) === placeOf(listener.state)) {
        listener.update(next);
        continue;
      }
      listener.close();
      closing.add(listener);
      open.delete(arn);
    }
    const faults: unknown[] = [];
    for (const state of listeners.filter(({ arn }) => !open.has(arn))) {
      const opening =
        kindOf(state.protocol) === "http" ? openHttp(state, groups, agent) : openTcp(state, groups);
      await opening.then(
        (listener) => open.set(state.arn, listener),
        (error: unknown) => faults.push(error),
      );
    }
    if (faults.length > 0) throw faults[0];
  };

  return Promise.resolve({
    configure(listeners, states) {
      // One after the other: two at once would open the same listener twice.
      const result = last.then(() => apply(listeners, states));
      last = result.catch(() => undefined);
      return result;
    },
    health: (arn) => groups.get(arn)?.health() ?? [],
    requests: (arn) => groups.get(arn)?.requests.list() ?? [],
    flows: (arn) => groups.get(arn)?.flows.list() ?? [],
    async stop() {
      await last;
      clearInterval(timer);
      for (const listener of open.values()) listener.close();
      for (const listener of [...open.values(), ...closing]) listener.destroy();
      agent.destroy();
    },
  });
}

function placeOf({ address, port, protocol }: ListenerState): string {
  return `${kindOf(protocol)} ${address}:${port}`;
}

function kindOf(protocol: string): "http" | "tcp" {
  if (protocol === "HTTP" || protocol === "HTTPS") return "http";
  if (protocol === "TCP" || protocol === "TLS") return "tcp";
  throw new Error(`the balancer stages no listener with the protocol ${protocol}`);
}
