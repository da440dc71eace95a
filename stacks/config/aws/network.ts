import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

/** Sixteen subnets of an own VPC: a load balancer's needs 27 bits at most, and a VPC has 16 at least. */
const [least, most] = [16, 23];

const vpcs = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";

function isAligned(address: string, bits: number): boolean {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return value % 2 ** (32 - bits) === 0;
}

/** Whether an own VPC can be cut into its subnets, in zones that the region has. */
export function readNetwork({ aws: { network, region } }: OnAws): Finding[] {
  if ("vpc" in network) return [];
  const { cidr, zones } = network;
  const [address = "", bits = ""] = cidr.split("/");
  const findings: Finding[] = [];
  if (Number(bits) < least || Number(bits) > most) {
    const wrong = `${cidr} is no range that sixteen subnets fit in: an own VPC has /${least} to /${most}.`;
    findings.push(unfit("aws.network.cidr", wrong, `Give a range such as ${address}/20.`, vpcs));
  } else if (!isAligned(address, Number(bits))) {
    const wrong = `${cidr} does not begin where a range of /${bits} does.`;
    findings.push(
      unfit("aws.network.cidr", wrong, 'Give the range by its first address, such as "10.20.0.0/16".', vpcs),
    );
  }
  const strange = zones.filter((zone) => !zone.startsWith(region));
  if (strange.length > 0) {
    const wrong = `${strange.join(" and ")} is no zone of ${region}.`;
    findings.push(
      unfit("aws.network.zones", wrong, `Give zones of the region, such as ${region}a and ${region}b.`),
    );
  }
  if (new Set(zones).size < zones.length) {
    const wrong = "A zone is named twice: what lies in both would be in one place.";
    findings.push(unfit("aws.network.zones", wrong, "Name two or three different ones."));
  }
  return findings;
}
