import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

const sizes = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html";

/** Memory in MiB that Fargate gives to a task of so much CPU, in units of 1/1,024 of one: from, to, in steps of. */
const fargate: Record<number, { from: number; to: number; step: number }> = {
  256: { from: 512, to: 2_048, step: 512 },
  512: { from: 1_024, to: 4_096, step: 1_024 },
  1_024: { from: 2_048, to: 8_192, step: 1_024 },
  2_048: { from: 4_096, to: 16_384, step: 1_024 },
  4_096: { from: 8_192, to: 30_720, step: 1_024 },
  8_192: { from: 16_384, to: 61_440, step: 4_096 },
  16_384: { from: 32_768, to: 122_880, step: 8_192 },
};

/** Why Fargate has no task of this size; undefined where it has. */
function problemOf(
  cpu: number,
  memory: number,
): { key: "cpu" | "memory"; wrong: string; remedy: string } | undefined {
  const range = fargate[cpu];
  if (!range) {
    const remedy = `Give one of ${Object.keys(fargate).join(", ")}.`;
    return { key: "cpu", wrong: `Fargate has no task with ${cpu} units of CPU.`, remedy };
  }
  const { from, to, step } = range;
  // The smallest has 512, 1,024 and 2,048, and nothing between the last two.
  const fits = memory >= from && memory <= to && memory % step === 0 && !(cpu === 256 && memory === 1_536);
  if (fits) return undefined;
  const ones = cpu === 256 ? "512, 1024 or 2048" : `${from} to ${to} in steps of ${step}`;
  const wrong = `Fargate has no task with ${cpu} units of CPU and ${memory} MiB of memory.`;
  return { key: "memory", wrong, remedy: `Give ${ones}, or another cpu.` };
}

/** Machines that are told of nodes on Fargate. */
function machinesOnFargate(nodes: OnAws["aws"]["nodes"], slots: OnAws["slots"]): Finding[] {
  const places = [
    { at: "aws.nodes", given: nodes },
    ...slots.map(({ name, given }) => ({
      at: `${name}.aws.nodes`,
      given: "aws" in given ? given.aws?.nodes : undefined,
    })),
  ];
  return places.flatMap(({ at, given }) =>
    (["instanceType", "ami"] as const).flatMap((key) => {
      if (given?.[key] === undefined) return [];
      const wrong = `${key} is of nodes on EC2, and these are on Fargate.`;
      return [unfit(`${at}.${key}`, wrong, "Take it out.")];
    }),
  );
}

/** What nodes on EC2 must be told, and that no two versions are started from one machine image. */
function machinesOf(slots: OnAws["slots"]): Finding[] {
  const own = slots.filter(({ slot }) => !slot.existing);
  const findings = own.flatMap(({ name, place: { nodes } }) =>
    (["instanceType", "ami"] as const).flatMap((key) => {
      if (nodes[key] !== undefined) return [];
      const wrong = `Nodes on EC2 are launched with an ${key === "ami" ? "image" : "instance type"}, and ${name} has none.`;
      const remedy =
        key === "ami"
          ? "Give the id of an image that has the gateway at the slot's version, and the AWS CLI."
          : 'Give one, such as "m6g.large", of the image\'s architecture.';
      return [unfit(`${name}.aws.nodes.${key}`, wrong, remedy)];
    }),
  );
  const [one, other] = own;
  const isShared = one?.place.nodes.ami !== undefined && one.place.nodes.ami === other?.place.nodes.ami;
  if (!one || !other || !isShared || one.slot.version === other.slot.version) return findings;
  const wrong = `${one.name} at ${one.slot.version} and ${other.name} at ${other.slot.version} have the same image, which has one version of the gateway.`;
  return [
    ...findings,
    unfit(`${other.name}.aws.nodes.ami`, wrong, "Give each slot the image of its own version."),
  ];
}

/** Whether nodes are of a size and kind that is run. */
export function readNodes({ aws, slots }: OnAws): Finding[] {
  const { compute, cpu, memory } = aws.nodes;
  // Tasks run on Fargate wherever the nodes are: its sizes hold for both.
  const findings = compute === "ec2" ? machinesOf(slots) : machinesOnFargate(aws.nodes, slots);
  const own = problemOf(cpu, memory);
  if (own) findings.push(unfit(`aws.nodes.${own.key}`, own.wrong, own.remedy, sizes));
  for (const { name, given, place } of slots) {
    const overridden = "aws" in given ? given.aws?.nodes : undefined;
    if (overridden?.cpu === undefined && overridden?.memory === undefined) continue;
    const problem = problemOf(place.nodes.cpu, place.nodes.memory);
    if (problem)
      findings.push(unfit(`${name}.aws.nodes.${problem.key}`, problem.wrong, problem.remedy, sizes));
  }
  return findings;
}
