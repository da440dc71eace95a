import type { Finding } from "../../../products/finding";
import { notBuilt, unfit } from "../issues";
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

/** Whether nodes are of a size and kind that is run. */
export function readNodes({ aws, slots }: OnAws): Finding[] {
  const { compute, instanceType, ami, cpu, memory } = aws.nodes;
  if (compute === "ec2") {
    const wrong = "Nodes on EC2 are not built yet.";
    return [notBuilt("aws.nodes.compute", wrong, "Use fargate, or leave it out.")];
  }
  const findings: Finding[] = [];
  for (const [name, given] of Object.entries({ instanceType, ami })) {
    if (given === undefined) continue;
    const wrong = `${name} is of nodes on EC2, and these are on Fargate.`;
    findings.push(unfit(`aws.nodes.${name}`, wrong, "Take it out."));
  }
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
