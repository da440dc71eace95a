import { clientsOf } from "../../components/aws/clients";
import { targetHealth } from "../../components/aws/live/weights";
import { type AwsStack, region } from "./given";

/** What must hold in the middle of any change, as the calls to AWS show it. */
export interface Watch {
  /** What did not hold so far, in words. */
  broken(): Promise<string[]>;
  /** How often the weights were written, and how often a slot lost something. */
  seen(): { writes: number; losses: number };
}

type Event = { weights: Record<string, number> } | { action: string; loser: string };

interface Weighted {
  TargetGroupArn: string;
  Weight: string;
}

/** Calls by which a slot loses nodes, targets or data, and how they name it: all names of a life are one. */
const losing: Record<string, string> = {
  "ecs UpdateService": "service",
  "ecs DeleteService": "service",
  "elasticloadbalancing DeregisterTargets": "TargetGroupArn",
  "elasticloadbalancing DeleteTargetGroup": "TargetGroupArn",
  "rds DeleteDBInstance": "DBInstanceIdentifier",
};

/** The weights that a call writes; undefined for all others. Test rules have none: they forward to one group. */
function weightsIn(parameters: Record<string, unknown>): Record<string, number> | undefined {
  const [action] = (parameters.Actions ?? []) as { ForwardConfig?: { TargetGroups?: Weighted[] } }[];
  const groups = action?.ForwardConfig?.TargetGroups;
  return (
    groups && Object.fromEntries(groups.map(({ TargetGroupArn, Weight }) => [TargetGroupArn, Number(Weight)]))
  );
}

/**
 * Watches the calls from now on: a slot loses something only once the weights were written without it, and whatever gets
 * weight has a healthy target at that moment. It takes every call for carried out: none that it looks at may be refused.
 */
export function watchTraffic({ emulator }: AwsStack): Watch {
  const from = emulator.calls().length;
  const clients = clientsOf({ region, endpoint: emulator.url });
  const checks: Promise<string[]>[] = [];
  const unhealthy = async (arn: string) =>
    (await targetHealth(clients, arn)).healthy > 0 ? [] : [`${arn} got weight without a healthy target`];
  // It accepts no call, so it strikes none: it is told of each when it comes, which the log of calls cannot.
  emulator.faults.set({
    service: "elasticloadbalancing",
    action: "ModifyRule",
    where: (parameters) => {
      for (const [arn, weight] of Object.entries(weightsIn(parameters) ?? {}))
        if (weight > 0) checks.push(unhealthy(arn));
      return false;
    },
  });

  const events = (): Event[] =>
    emulator
      .calls()
      .slice(from)
      .flatMap(({ service, action, parameters }): Event[] => {
        const weights = weightsIn(parameters);
        const key = losing[`${service} ${action}`];
        if (weights) return [{ weights }];
        return key === undefined ? [] : [{ action, loser: String(parameters[key]) }];
      });
  return {
    seen: () => {
      const all = events();
      const writes = all.filter((event) => "weights" in event).length;
      return { writes, losses: all.length - writes };
    },
    broken: async () => {
      let live: Record<string, number> = {};
      const early = events().flatMap((event) => {
        if ("weights" in event) {
          live = event.weights;
          return [];
        }
        const has = Object.entries(live).some(([arn, weight]) => weight > 0 && isOf(arn, event.loser));
        return has ? [`${event.action} of ${event.loser}, which has weight`] : [];
      });
      return [...early, ...(await Promise.all(checks)).flat()];
    },
  };
}

/** A target group belongs to a life's name, or is the very one. */
function isOf(arn: string, loser: string): boolean {
  return arn === loser || arn.includes(`:targetgroup/${loser.split("/").at(-1)}/`);
}
