import type { TargetHealth } from "../balancer/state";
import { element, queryAnswer, type Answer } from "../wire/answer";
import { text, type Call, type Parameters } from "../wire/call";
import type { Plane } from "./plane";

/** What AWS says with each reason. */
const descriptions: Record<string, string> = {
  "Elb.RegistrationInProgress": "Target registration is in progress",
  "Elb.InitialHealthChecking": "Initial health checks in progress",
  "Target.ResponseCodeMismatch": "Health checks failed with another code than 200",
  "Target.Timeout": "Request timed out",
  "Target.FailedHealthChecks": "Health checks failed",
  "Target.DeregistrationInProgress": "Target deregistration is in progress",
  "Target.NotInUse": "Target group is not configured to receive traffic from the load balancer",
  "Target.NotRegistered": "Target is not registered to the target group",
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

function askedFor(target: Parameters, found: TargetHealth[]) {
  const [id, port] = [text(target, "Id"), text(target, "Port")];
  const matching = found.filter((known) => known.id === id && (!port || known.port === Number(port)));
  if (matching.length > 0) return matching.map(described);
  const absent = { id, state: "unused", reason: "Target.NotRegistered" };
  return [described(port ? { ...absent, port: Number(port) } : absent)];
}

function described({
  id,
  port,
  state,
  reason,
}: {
  id: string;
  port?: number;
  state: string;
  reason?: string;
}) {
  const target = element("Target", element("Id", id), port === undefined ? undefined : element("Port", port));
  const why = reason
    ? [element("Reason", reason), element("Description", descriptions[reason] ?? reason)]
    : [];
  return element("member", target, element("TargetHealth", element("State", state), ...why));
}
