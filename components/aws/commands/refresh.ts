import { json, text } from "../../command-input";
import { waitUntil } from "../../wait-until";
import { isGoing, lastRefresh, whyFailed } from "../live/groups";
import { common } from "./inputs";

/**
 * Waits until no replacement of a group's instances goes on, and fails where the last one did: the provider starts one and
 * does not wait for it, and what comes next must not meet a slot that is half of the one and half of the other.
 */
export async function wait(): Promise<{ template: string }> {
  const { clients, names } = common();
  const [life, limit] = [text("life"), json<number>("refreshLimit")];
  let last: Awaited<ReturnType<typeof lastRefresh>>;
  const isOver = async () => {
    last = await lastRefresh(clients, names.ofLife(life));
    return last === undefined || !isGoing(last);
  };
  await waitUntil(isOver, { limit, every: 1_000 }, () => {
    const done = last?.PercentageComplete ?? 0;
    return `instances of ${life} are still being replaced after ${limit} s (${last?.Status}, ${done} % done); gateway:timeouts.start sets the limit`;
  });
  const why = last && whyFailed(last);
  if (why !== undefined) throw new Error(`the instances of ${life} were not replaced: ${why}`);
  return { template: text("template") };
}
