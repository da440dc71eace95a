import { setTimeout as pause } from "node:timers/promises";
import type { SmokeCheck } from "../products/operation";
import { causeOf, type PortUrl } from "./health";
import { ask } from "./one-request";

/** How often all checks must pass, one round after the other, and how long that may take. */
export interface SmokeTestLimits {
  /** Rounds in a row in which every check passes; one that fails begins the count again. */
  consecutive: number;
  /** In seconds, from the first request. */
  deadline: number;
}

/** Where something is tested: its ports, and the headers that lead there. */
export interface Probe {
  at: PortUrl;
  /** Sent with every request, beside the check's own. Default: none. */
  headers?: Record<string, string>;
}

/** How long an answer may take where the check does not say, in milliseconds. */
const patience = 10_000;

/** Why an answer does not pass; undefined when it does. */
async function whatIsWrong(
  check: SmokeCheck,
  { at, headers }: Probe,
  end: number,
): Promise<string | undefined> {
  const started = performance.now();
  const asked = `${check.method} ${check.path}`;
  const limit = Math.max(1, Math.min(check.latencyMs ?? patience, end - started));
  try {
    const { status, body } = await ask(
      at(check.port) + check.path,
      { ...check, headers: { ...check.headers, ...headers } },
      Math.ceil(limit),
    );
    const took = Math.round(performance.now() - started);
    if (!check.status.includes(status)) {
      return `${asked} answers ${status}, not ${check.status.join(" or ")}`;
    }
    if (check.bodyContains !== undefined && !body.includes(check.bodyContains)) {
      return `${asked} answers without ${JSON.stringify(check.bodyContains)} in its body`;
    }
    if (check.latencyMs !== undefined && took > check.latencyMs) {
      return `${asked} takes ${took} ms, more than ${check.latencyMs}`;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) {
      return `${asked} is not answered (${causeOf(error)})`;
    }
    return check.latencyMs !== undefined && limit === check.latencyMs
      ? `${asked} takes more than ${check.latencyMs} ms`
      : `${asked} is not answered after ${Math.round(limit)} ms`;
  }
}

/** Runs every check against one node until all have passed often enough in a row. Throws with what failed last. */
export async function smokeTest(
  node: string,
  probe: Probe,
  checks: SmokeCheck[],
  { consecutive, deadline }: SmokeTestLimits,
): Promise<void> {
  const end = performance.now() + deadline * 1_000;
  let passed = 0;
  let wrong: string | undefined;
  while (passed < consecutive) {
    const failures: string[] = [];
    for (const check of checks) {
      if (performance.now() >= end) break;
      const failure = await whatIsWrong(check, probe, end);
      if (failure) failures.push(`"${check.name}": ${failure}`);
    }
    const late = performance.now() >= end;
    passed = failures.length === 0 && !late ? passed + 1 : 0;
    // What the deadline cut off says less than the round before.
    if (failures.length > 0 && !(late && wrong)) wrong = failures.join("; ");
    if (late) {
      throw new Error(
        `${node} does not pass its smoke tests ${consecutive} times in a row within ${deadline} s: ` +
          `${wrong ?? "they were still running"}. See gateway:smokeTests.`,
      );
    }
    if (failures.length > 0) await pause(250);
  }
}
