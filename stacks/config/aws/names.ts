import { namesTooLong } from "../../../components/aws/names";
import type { Finding } from "../../../products/finding";
import { lifeOf } from "../../../products/release";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

/** A slot of an upgrade to come: the gateway's name cannot change by then, and versions of four parts are the longest. */
const toCome = "green-3.10.0.11-g1";

const naming =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";

/** A name that AWS takes: our own keys are held to it by their schema, and a stack's name is whatever it is. */
const taken = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Whether AWS takes the names of all that the gateway's begins. */
export function readNames({ slots }: OnAws): Finding[] {
  const gateway = slots[0]?.place.gateway;
  if (gateway === undefined) return [];
  const key = "aws.name";
  if (!taken.test(gateway)) {
    const wrong = `The gateway's name is ${gateway.slice(0, 60)}, after the stack, and AWS takes lower-case letters, digits and single hyphens alone.`;
    return [unfit(key, wrong, "Set gateway:aws.name to a name of these, a letter first.", naming)];
  }
  if (gateway.startsWith("internal-")) {
    const wrong = `The gateway's name is ${gateway}, and AWS takes no load balancer whose name begins with "internal-".`;
    const source =
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
    return [unfit(key, wrong, "Set gateway:aws.name to another one.", source)];
  }
  const lives = [
    ...slots.filter(({ given }) => !given.existing).map(({ name, slot }) => lifeOf(name, slot)),
    toCome,
  ];
  const [worst] = lives
    .flatMap((life) => namesTooLong(gateway, life).map((found) => ({ ...found, life })))
    .sort((a, b) => b.excess - a.excess);
  if (!worst) return [];
  const { kind, name, excess, life } = worst;
  const whose = life === toCome ? ", of an upgrade to a version of four parts," : "";
  const wrong = `The name of the ${kind} ${name}${whose} is ${excess} characters longer than AWS takes.`;
  const most = gateway.length - excess;
  const remedy = `Set gateway:aws.name to ${most} characters or less; it cannot change while the gateway stands.`;
  return [unfit(key, wrong, remedy, naming)];
}
