import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

const balancing =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html";

/** Whether an existing gateway can be shifted away from: by its own listener, with a database that a copy can be made of. */
export function readExisting({ aws, slots }: OnAws): Finding[] {
  return slots.flatMap(({ name, given: { existing, ...rest } }) => {
    if (!existing || !("targetGroup" in existing)) return [];
    const findings: Finding[] = [];
    const own = "aws" in rest ? rest.aws : undefined;
    if (own !== undefined) {
      const wrong = `${name} is an existing gateway: its nodes and its database are of the size that they are.`;
      findings.push(unfit(`${name}.aws`, wrong, "Take it out."));
    }
    if (aws.balancer.listener === undefined) {
      const wrong = `${name}'s target group serves on a balancer already, and AWS lets a target group be on one balancer alone.`;
      const remedy = "Give that balancer's listener: gateway:aws.balancer.listener.";
      findings.push(unfit("aws.balancer.listener", wrong, remedy, balancing));
    }
    if (existing.targetGroup.split(":")[3] !== aws.region) {
      const wrong = `It lies in ${existing.targetGroup.split(":")[3]}, and the gateway in ${aws.region}.`;
      findings.push(unfit(`${name}.existing.targetGroup`, wrong, `Give one of ${aws.region}.`));
    }
    // A restored instance keeps both, and would be asked by another name once the existing one is gone from the config.
    for (const key of ["name", "user"] as const) {
      const is = existing.database[key];
      if (is === aws.databases[key]) continue;
      const wrong = `${name}'s database has the ${key} ${is}, which a copy of it keeps, and slots are to have ${aws.databases[key]}.`;
      findings.push(unfit(`aws.databases.${key}`, wrong, `Set gateway:aws.databases.${key} to ${is}.`));
    }
    return findings;
  });
}

/** Whether tests can speak to a balancer with a certificate: they are led to its own name in DNS, which the certificate has not. */
export function readTests({ aws, config: { smokeTests } }: OnAws): Finding[] {
  if (aws.balancer.certificate === undefined) return [];
  const { checks } = smokeTests;
  const isNamed = (headers: Record<string, string>) =>
    Object.keys(headers).some((name) => name.toLowerCase() === "host");
  if (checks?.every(({ headers }) => isNamed(headers))) return [];
  const wrong =
    "Tests reach the balancer by its own name in DNS, and its certificate is for another one: each would fail.";
  const remedy =
    "Give every one of gateway:smokeTests.checks the header host with a name that the certificate has.";
  return [unfit("smokeTests.checks", wrong, remedy)];
}

/** Whether tests ask what answers outside the nodes. */
export function readTestedPorts({ config: { smokeTests } }: OnAws): Finding[] {
  const findings: Finding[] = [];
  smokeTests.checks?.forEach(({ port }, index) => {
    if (port === "proxy") return;
    const wrong = `The port ${port} is reached by nobody outside the nodes on aws: tests go through the balancer.`;
    findings.push(
      unfit(`smokeTests.checks.${index}.port`, wrong, "Test the proxy's port, or take the check out."),
    );
  });
  return findings;
}
