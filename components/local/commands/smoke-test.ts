import type { SmokeCheck } from "../../../products/operation";
import { smokeTest } from "../../smoke-checks";
import { json } from "../../command-input";

/** Tests every node of a slot, each by itself, before the slot gets traffic. */
export async function run(): Promise<{ tested: string[] }> {
  const nodes = json<Record<string, Record<string, string>>>("nodes");
  const limits = { consecutive: json<number>("consecutive"), deadline: json<number>("deadline") };
  const checks = json<SmokeCheck[]>("checks");
  await Promise.all(
    Object.entries(nodes).map(([node, urls]) =>
      smokeTest(node, { at: (port) => urls[port] ?? "" }, checks, limits),
    ),
  );
  return { tested: Object.keys(nodes) };
}
