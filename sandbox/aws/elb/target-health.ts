import type { Balancer } from "../balancer";
import { element, queryAnswer, type Answer } from "../wire/answer";
import { text, type Call, type Parameters } from "../wire/call";
import type { Plane } from "./plane";

type Health = ReturnType<Balancer["health"]>[number];

/** What AWS says with each state. */
const told: Record<string, { reason: string; description: string } | undefined> = {
  initial: { reason: "Elb.InitialHealthChecking", description: "Initial health checks in progress" },
  unhealthy: { reason: "Target.FailedHealthChecks", description: "Health checks failed" },
  draining: {
    reason: "Target.DeregistrationInProgress",
    description: "Target deregistration is in progress",
  },
  unused: {
    reason: "Target.NotInUse",
    description: "Target group is not configured to receive traffic from the load balancer",
  },
};

/** DescribeTargetHealth from what the data plane's own checks found. */
export function describeTargetHealth(call: Call, plane: Plane): Answer {
  const found = plane.health(text(call.parameters, "TargetGroupArn"));
  const asked = call.parameters.Targets as Parameters[] | undefined;
  const nodes = asked ? asked.flatMap((target) => askedFor(target, found)) : found.map(described);
  return queryAnswer(call, "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/", [
    element("TargetHealthDescriptions", ...nodes),
  ]);
}

function askedFor(target: Parameters, found: Health[]) {
  const [id, port] = [text(target, "Id"), text(target, "Port")];
  const matching = found.filter((known) => known.id === id && (!port || known.port === Number(port)));
  if (matching.length > 0) return matching.map(described);
  const why = {
    reason: "Target.NotRegistered",
    description: "Target is not registered to the target group",
  };
  return [member(id, Number(port) || undefined, "unused", why)];
}

function described({ id, port, state, reason }: Health) {
  const usual = told[state];
  return member(id, port, state, usual && { ...usual, description: reason ?? usual.description });
}

function member(
  id: string,
  port: number | undefined,
  state: string,
  why?: { reason: string; description: string },
) {
  const target = element("Target", element("Id", id), port === undefined ? undefined : element("Port", port));
  const explained = why ? [element("Reason", why.reason), element("Description", why.description)] : [];
  const health = element("TargetHealth", element("State", state), ...explained);
  return element("member", target, health);
}
