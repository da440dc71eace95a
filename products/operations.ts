import { operation as kong } from "./kong/operation";
import type { Operation } from "./operation";

/** How each product that is carried out is run. */
const operations: Record<string, Operation> = { kong };

/** How the product of this name is run, for text that validation has passed. Throws on anything else. */
export function operationOf(name: string): Operation {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new Error(`there is no product "${name}"`);
  return operation;
}
