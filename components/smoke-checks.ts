import { setTimeout as pause } from "node:timers/promises";
import type { SmokeCheck } from "../products/product";
import { causeOf, type PortUrl } from "./health";

/** How often all checks must pass, one round after the other, and how long that may take. */
export interface SmokeTestLimits {
  /** Rounds in a row in which every check passes; one that fails begins the count again. */
  consecutive: number;
  /** In seconds, from the first request. */
  deadline: number;
}

/** Why an answer does not pass; undefined when it does. */
async function whatIsWrong(check: SmokeCheck, at: PortUrl): Promise<string | undefined> {
  const started = performance.now();
  const asked = `${check.method} ${check.path}`;
  try {
    const response = await fetch(at(check.port) + check.path, {
      method: check.method,
      headers: { ...check.headers, connection: "close" },
      body: check.requestBody,
      redirect: "manual",
      signal: AbortSignal.timeout(check.latencyMs ?? 10_000),
    });
    const body = await response.text();
    const took = Math.round(performance.now() - started);
    if (!check.status.includes(response.status)) {
      return `${asked} answers ${response.status}, not ${check.status.join(" or ")}`;
    }
    if (check.bodyContains !== undefined && !body.includes(check.bodyContains)) {
      return `${asked} answers without ${JSON.stringify(check.bodyContains)} in its body`;
    }
    if (check.latencyMs !== undefined && took > check.latencyMs) {
      return `${asked} takes ${took} ms, more than ${check.latencyMs}`;
    }
    return undefined;
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return timedOut
      ? `${asked} takes more than ${check.latencyMs ?? 10_000} ms`
      : `${asked} is not answered (${causeOf(error)})`;
  }
}

/** Runs every check against one node until all have passed often enough in a row. Throws with what failed last. */
export async function smokeTest(
  node: string,
  at: PortUrl,
  checks: SmokeCheck[],
  { consecutive, deadline }: SmokeTestLimits,
): Promise<void> {
  const end = performance.now() + deadline * 1_000;
  let passed = 0;
  let wrong: string | undefined;
  while (passed < consecutive) {
    const failures: string[] = [];
    for (const check of checks) {
      const failure = await whatIsWrong(check, at);
      if (failure) failures.push(`"${check.name}": ${failure}`);
    }
    passed = failures.length === 0 ? passed + 1 : 0;
    wrong = failures.length === 0 ? wrong : failures.join("; ");
    if (passed < consecutive && performance.now() > end) {
      throw new Error(
        `${node} does not pass its smoke tests ${consecutive} times in a row within ${deadline} s: ` +
          `${wrong ?? "they were still running"}. See gateway:smokeTests.`,
      );
    }
    if (failures.length > 0) await pause(250);
  }
}
