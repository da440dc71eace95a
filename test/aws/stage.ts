import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { LoggedCall } from "../../sandbox/aws/proxy";
import type { Ran, StackConfig } from "../../tools/stack";
import { type AwsStack, failing } from "./given";

type HasStruck = (ran: Ran) => Promise<boolean>;

/** Something that goes wrong once. */
export interface Fault {
  /** What the update that it strikes must say. */
  says: RegExp;
  /** Sets it; the answer tells after each update whether it has struck. */
  set: (given: AwsStack) => Promise<HasStruck>;
}

interface Planned {
  op: string;
  name: string;
  when: "before" | "after";
  exact: boolean;
  times: number;
}

const faultsFile = ({ stack }: AwsStack) => path.join(stack.directory, "faults.json");

/**
 * An operation of the provider fails. "after": AWS has carried it out, and the engine records nothing of it. `name` is the
 * resource's own or a part of it; `exact`: it is all of it.
 */
export function provider(
  op: "create" | "update" | "delete",
  name: string,
  when: "before" | "after",
  exact = false,
): Fault {
  const rest = exact ? "" : "\\S*";
  return {
    says: new RegExp(
      `injected fault: the ${op} of ${rest}${name.replaceAll(".", "\\.")}${rest} fails ${when} it is done`,
    ),
    set: async (given) => {
      const read = async () =>
        JSON.parse(await readFile(faultsFile(given), "utf8").catch(() => "[]")) as Planned[];
      const left = (await read()).filter(({ times }) => times > 0);
      await writeFile(faultsFile(given), JSON.stringify([...left, { op, name, when, exact, times: 1 }]));
      return async () => (await read()).every((one) => one.op !== op || one.name !== name || one.times === 0);
    },
  };
}

/** Which call fails: its parameters, and the calls since the fault was set. */
export type Which = (parameters: Record<string, unknown>, since: LoggedCall[]) => boolean;

/** A call of AWS's is refused; `after`: it was carried out all the same. `what` is what it was for. */
export function call(
  what: string,
  service: string,
  action: string,
  which: Which = () => true,
  after = false,
): Fault {
  const message = `a fault of a test: ${what}`;
  return {
    says: new RegExp(message),
    set: ({ emulator }) => {
      const from = emulator.calls().length;
      let struck = false;
      emulator.faults.set({
        ...{ service, action, after },
        // The SDK repeats what fails by the service's own fault; it must see this once.
        error: { code: "InvalidParameterException", message },
        where: (parameters) => (struck ||= which(parameters, emulator.calls().slice(from))),
      });
      return Promise.resolve(() => Promise.resolve(struck));
    },
  };
}

/**
 * Sets all of it and brings the stack up again and again until it goes through. Each update that fails must say what struck
 * it, every fault must strike, and nothing else may. Gives how many operations failed.
 */
export async function failAtEach(given: AwsStack, config: StackConfig, faults: Fault[]): Promise<number> {
  const { stack } = given;
  await failing(stack, []);
  let waiting: { says: RegExp; hasStruck: HasStruck }[] = [];
  for (const { says, set } of faults) waiting.push({ says, hasStruck: await set(given) });
  await stack.configure(config);
  for (;;) {
    const ran = await stack.up();
    const struck = await Promise.all(waiting.map(({ hasStruck }) => hasStruck(ran)));
    const those = waiting.filter((_, index) => struck[index]);
    waiting = waiting.filter((_, index) => !struck[index]);
    if (ran.code === 0 && those.length === 0) break;
    failedBy(ran, those);
  }
  assert.deepEqual(
    waiting.map(({ says }) => String(says)),
    [],
    "these never struck",
  );
  return faults.length;
}

function failedBy(ran: Ran, those: { says: RegExp }[]): void {
  assert.ok(those.length > 0, `it failed, and by none of what was staged:\n${ran.output}`);
  assert.notEqual(ran.code, 0, `it went through in spite of ${those.map(({ says }) => String(says)).join()}`);
  const words = ran.output.replace(/\s+/g, " ");
  for (const { says } of those) assert.match(words, says);
}
