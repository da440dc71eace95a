import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import { drainLimitOf, leastDrainLimit, timeoutsOf } from "../limits";
import type { OnAws } from "./slots";

const stopping =
  "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html";
const metrics =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html";

/** Whether the times that config gives leave AWS the time that it takes. */
export function readLimits({ config, aws, slots }: OnAws): Finding[] {
  const { metricPeriod, endpoint, balancer, nodes } = aws;
  const findings: Finding[] = [];
  if (endpoint === undefined && metricPeriod % 60 !== 0) {
    const wrong = `AWS publishes the requests of a target group each 60 s, and ${metricPeriod} s are asked for.`;
    const remedy = "Give 60, or a multiple of it; less is for an emulator (gateway:aws.endpoint).";
    findings.push(unfit("aws.metricPeriod", wrong, remedy, metrics));
  }
  const [least, limit] = [leastDrainLimit(aws), drainLimitOf(config)];
  if (limit < least) {
    const wrong = `${limit} s are too short: after the deregistration delay (${balancer.deregistrationDelay} s) AWS takes up to ${least - balancer.deregistrationDelay} s to show that a slot answers nothing any more.`;
    findings.push(unfit("drainLimit", wrong, `Give ${least} or more, or leave it out.`, metrics));
  }
  const { stop } = timeoutsOf(config);
  const longest = Math.max(nodes.stopTimeout, ...slots.map(({ place }) => place.nodes.stopTimeout));
  if (stop < longest) {
    const wrong = `${stop} s are too short: a node has ${longest} s to end (stopTimeout), once it is out of the balancer.`;
    findings.push(unfit("timeouts.stop", wrong, `Give ${longest} or more, or leave it out.`, stopping));
  }
  return findings;
}
