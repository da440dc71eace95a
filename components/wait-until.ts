import waitFor, { TimeoutError } from "p-wait-for";

/**
 * Waits until a condition holds. At the limit it throws what `why` says then; an error of the condition itself, such as
 * a balancer that cannot be asked, is passed on as it is. `limit` is in seconds, `every` in milliseconds.
 */
export async function waitUntil(
  holds: () => Promise<boolean>,
  { limit, every }: { limit: number; every: number },
  why: () => string | Promise<string>,
): Promise<void> {
  try {
    await waitFor(holds, { interval: every, timeout: Math.max(1, Math.ceil(limit * 1_000)) });
  } catch (error) {
    if (error instanceof TimeoutError) throw new Error(await why(), { cause: error });
    throw error;
  }
}
