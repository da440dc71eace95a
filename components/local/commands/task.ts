import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { productNamed } from "../../../products/catalogue";
import type { DatabaseAddress, Task } from "../../../products/product";
import type { SlotName } from "../../../products/release";
import { passwordOf, secretEnvironment } from "../credentials-file";
import { host } from "../layout";
import { withLock } from "../lock";
import { runProduct } from "../product-command";
import { lastLines, type Outcome } from "../run-program";
import { json, text } from "./input";

function taskOf(product: ReturnType<typeof productNamed>, name: string): Task {
  const task = product.tasks.find((candidate) => candidate.name === name);
  if (!task) throw new Error(`${product.title} has no task "${name}"`);
  return task;
}

/** Runs a task of the product on the slot's database, if the product says that it is needed, and proves that it worked. */
export function run(): Promise<{ task: string; did: string }> {
  const directory = text("directory");
  const database = json<DatabaseAddress>("database");
  const product = productNamed(text("product"));
  const task = taskOf(product, text("task"));
  const limit = json<number>("migrationLimit");
  const purpose = `${task.name} on ${database.name}`;
  return withLock(
    { directory, piece: `database-${database.name}`, purpose, limit: json("lockLimit") },
    async () => {
      const prefix = await mkdtemp(path.join(tmpdir(), "gateway-task-"));
      const place = {
        prefix,
        host,
        ports: {},
        database,
        settings: json<Record<string, unknown>>("settings"),
      };
      const password = await passwordOf(directory, text("slot"));
      const environment = {
        ...product.environment(place),
        ...secretEnvironment(directory, text("slot") as SlotName),
        [product.passwordVariable]: password,
      };
      const installed = { product, version: text("version"), programs: text("programs") };
      const command = (argv: string[]): Promise<Outcome> =>
        runProduct(installed, argv, { environment, limit });
      try {
        const asked = await command(task.ask);
        const step = task.decide(asked.exitCode, text("filledFrom") === "");
        if (step.do === "skip") return { task: task.name, did: `nothing: ${step.why}` };
        if (step.do === "refuse") throw new Error(`${task.name}: ${step.why}. ${lastLines(asked.output)}`);
        const line = step.command.join(" ");
        const ran = await command(step.command);
        const said = task.failureText.find((failure) => ran.output.includes(failure));
        if (ran.exitCode !== 0 || said)
          throw new Error(`'${line}' failed (exit code ${ran.exitCode}): ${lastLines(ran.output)}`);
        const after = await command(task.ask);
        if (!task.proof.includes(after.exitCode)) {
          throw new Error(
            `'${line}' ended well, yet '${task.ask.join(" ")}' exits with ${after.exitCode}: ${lastLines(after.output)}`,
          );
        }
        return { task: task.name, did: line };
      } finally {
        await rm(prefix, { recursive: true, force: true });
      }
    },
  );
}
