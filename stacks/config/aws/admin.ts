import { listenPort } from "../../../components/aws/listening";
import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

const key = "aws.balancer.admin";
const remedy = `Give gateway:${key}: { clients: [...] }`;

/** Whether the listener of the Admin API that config asks for can be made, and lets in nobody but administrators. */
export function readAdmin({ aws, config }: OnAws): Finding[] {
  const { balancer } = aws;
  const { admin } = balancer;
  if (!admin) return readMissing(config);
  const findings: Finding[] = [];
  if (balancer.listener !== undefined || balancer.type === "network") {
    const whose = balancer.listener === undefined ? "A network balancer" : "A balancer that is there";
    const wrong = `${whose} is given no listener of the Admin API: only an application balancer that is made here turns writes away.`;
    const instead = `Take it out: writes are found before traffic moves (gateway:freeze: detect).`;
    findings.push(unfit(key, wrong, instead));
  }
  if (admin.port === listenPort(balancer)) {
    const wrong = `${admin.port} is the port of users' traffic.`;
    findings.push(unfit(`${key}.port`, wrong, "Give another one."));
  }
  const world = admin.clients.filter((range) => range.endsWith("/0"));
  if (world.length > 0) {
    const wrong = `${world.join(" and ")} would let the whole world change the gateway's configuration.`;
    findings.push(unfit(`${key}.clients`, wrong, "Name the ranges that its administrators come from."));
  }
  const isEncrypted = balancer.certificate !== undefined;
  if (isEncrypted && admin.host === undefined && sendsRequests(config)) {
    const wrong =
      "Requests to the Admin API reach the balancer by its own name in DNS, and its certificate is for another one.";
    findings.push(unfit(`${key}.host`, wrong, "Give a name that the certificate has."));
  }
  return findings;
}

function sendsRequests({ acknowledge }: OnAws["config"]): boolean {
  return acknowledge.some((entry) => typeof entry !== "string");
}

/** What needs the listener, where config asks for none. */
function readMissing({ freeze, acknowledge }: OnAws["config"]): Finding[] {
  const findings: Finding[] = [];
  if (freeze === "hold") {
    const wrong = "Writes to the Admin API are turned away by its listener, and none is asked for.";
    findings.push(unfit("freeze", wrong, `${remedy}, or use detect: writes are found before traffic moves.`));
  }
  acknowledge.forEach((entry, index) => {
    if (typeof entry === "string") return;
    const wrong = "Requests are sent to the Admin API through its listener, and none is asked for.";
    const alone = `the id alone, ${entry.id.slice(0, 200)}, and send the requests yourself once the traffic has moved`;
    findings.push(unfit(`acknowledge.${index}`, wrong, `${remedy}; or ${alone}.`));
  });
  return findings;
}
