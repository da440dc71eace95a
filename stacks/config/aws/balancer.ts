import { listenPort } from "../../../components/aws/listening";
import { testPort } from "../../../components/aws/test-way";
import type { Finding } from "../../../products/finding";
import { slotNames } from "../../../products/release";
import { notBuilt, unfit } from "../issues";
import type { OnAws } from "./slots";

/** What one rule of a listener may compare a request with: values of all of its conditions. */
const mostValues = 5;

const conditions =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html";
const groups =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html";

const world = (range: string) => range.endsWith("/0");

type Balancer = OnAws["aws"]["balancer"];

/** Who may reach a balancer of ours: nobody by default, and the world only where that is said. */
function readClients({ clients, internal }: Balancer): Finding[] {
  const key = "aws.balancer.clients";
  if (clients.length === 0) {
    const wrong = "No clients are given, so nobody could reach the gateway.";
    return [unfit(key, wrong, 'Name the ranges that its users come from, such as ["10.0.0.0/8"].')];
  }
  const open = clients.filter(world);
  if (!internal || open.length === 0) return [];
  const wrong = `${open.join(" and ")} lets the whole world in, and the balancer is an internal one.`;
  const remedy =
    "Name the ranges that its users come from; for a gateway of the internet say so: gateway:aws.balancer.internal: false.";
  return [unfit(key, wrong, remedy)];
}

/** Who may test a slot that serves nobody yet. */
function readTesters({ testers, type }: Balancer): Finding[] {
  const key = "aws.balancer.testers";
  if (testers.length === 0) {
    const wrong = "No testers are given, and without them no slot can be tested before it gets traffic.";
    return [
      unfit(
        key,
        wrong,
        'Name the address that pulumi runs at, as the balancer sees it, such as ["198.51.100.7/32"].',
      ),
    ];
  }
  const open = testers.filter(world);
  if (open.length > 0) {
    const wrong = `${open.join(" and ")} would let the whole world reach a slot that is still being tested.`;
    return [unfit(key, wrong, "Name the address that pulumi runs at alone.")];
  }
  // The header that names the slot is a value too.
  if (type === "network" || testers.length < mostValues) return [];
  const wrong = `The rule of tests compares a request with ${testers.length + 1} values, and AWS takes ${mostValues} in a rule.`;
  return [unfit(key, wrong, `Name ${mostValues - 1} ranges at most.`, conditions)];
}

/** On somebody else's listener: what its balancer is made of is not ours to say. */
function readListener({ balancer, network }: OnAws["aws"]): Finding[] {
  const { listener, type, securityGroup, clients, port, certificate, internal } = balancer;
  if (listener === undefined) {
    if (securityGroup === undefined) return [];
    const wrong = "A security group is given for a balancer that is made here with one of its own.";
    return [
      unfit("aws.balancer.securityGroup", wrong, "Take it out, or give gateway:aws.balancer.listener too."),
    ];
  }
  const key = "aws.balancer.listener";
  if (type === "network" || listener.includes(":listener/net/")) {
    const wrong =
      "A listener of a network balancer that is there is not built yet: its default action is all that it has.";
    return [
      notBuilt(
        key,
        wrong,
        "Leave it out, so that one is made; or give a listener of an application balancer.",
      ),
    ];
  }
  const findings: Finding[] = [];
  if (!listener.includes(":listener/app/")) {
    const wrong = "That is no listener of an application balancer.";
    const remedy =
      "Give the listener's own ARN: arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/NAME/ID/ID.";
    findings.push(unfit(key, wrong, remedy));
  }
  if (securityGroup === undefined) {
    const wrong = "The security group of the listener's balancer is not given, and nodes let nobody else in.";
    findings.push(
      unfit("aws.balancer.securityGroup", wrong, "Give the id of a security group that the balancer has."),
    );
  }
  const set = {
    ...{ clients: clients.length > 0, port: port !== undefined },
    ...{ certificate: certificate !== undefined, internal: !internal },
  };
  for (const [name] of Object.entries(set).filter(([, isSet]) => isSet)) {
    const wrong = `${name} is of a balancer that is made here, and gateway:${key} names one that is there.`;
    findings.push(unfit(`aws.balancer.${name}`, wrong, "Take it out: its owner decides."));
  }
  if (!("vpc" in network)) {
    const wrong = "An own VPC is asked for, and the listener's balancer lies in another one.";
    findings.push(
      unfit("aws.network", wrong, "Give the balancer's VPC: { vpc, nodeSubnets, databaseSubnets }."),
    );
  } else if (network.balancerSubnets) {
    const wrong = `Subnets are given for a balancer, and gateway:${key} names one that is there.`;
    findings.push(unfit("aws.network.balancerSubnets", wrong, "Take them out."));
  }
  return findings;
}

/** What a balancer of this type can be asked for. */
function readRule(balancer: Balancer): Finding[] {
  const { type, rule, slowStart } = balancer;
  const values = rule.hosts.length + rule.paths.length;
  if (type === "application") {
    if (values <= mostValues) return [];
    const wrong = `The rule of users' traffic compares a request with ${values} values (hosts and paths), and AWS takes ${mostValues} in a rule.`;
    const remedy = "Name fewer; a * stands for any part of a host or path.";
    return [unfit("aws.balancer.rule", wrong, remedy, conditions)];
  }
  const findings: Finding[] = [];
  if (rule.hosts.length > 0 || rule.paths.join() !== "/*") {
    const wrong = "A network balancer sees no hosts and no paths.";
    findings.push(
      unfit("aws.balancer.rule", wrong, "Take hosts and paths out, or use the type application."),
    );
  }
  if (slowStart > 0) {
    const wrong = "A network balancer has no slow start.";
    findings.push(
      unfit("aws.balancer.slowStart", wrong, "Take it out, or use the type application.", groups),
    );
  }
  const tests = slotNames.map((slot) => testPort(balancer, slot));
  if (tests.includes(listenPort(balancer))) {
    const wrong = `Tests need the ports ${tests.join(" and ")}, and ${listenPort(balancer)} is that of users' traffic.`;
    findings.push(unfit("aws.balancer.testPort", wrong, "Give another first port of the two."));
  }
  return findings;
}

/** Arns lie in the region that is worked in. */
function readRegion({ region, balancer, databases }: OnAws["aws"]): Finding[] {
  const named = {
    "aws.balancer.certificate": balancer.certificate,
    "aws.balancer.listener": balancer.listener,
    "aws.databases.kmsKey": databases.kmsKey,
  };
  return Object.entries(named).flatMap(([key, arn]) => {
    const other = arn?.split(":")[3];
    if (other === undefined || other === region) return [];
    const wrong = `It lies in ${other || "no region"}, and the gateway in ${region}.`;
    return [unfit(key, wrong, `Give one of ${region}.`)];
  });
}

/** Whether users and tests can reach the slots, and nobody else. */
export function readBalancer({ aws }: OnAws): Finding[] {
  const { balancer } = aws;
  return [
    ...(balancer.listener === undefined ? readClients(balancer) : []),
    ...readTesters(balancer),
    ...readListener(aws),
    ...readRule(balancer),
    ...readRegion(aws),
  ];
}
