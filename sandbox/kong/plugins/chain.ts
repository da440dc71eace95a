import type { Json } from "../entities/schema";
import { PLUGINS } from "./index";
import type { Context, Handler, Outcome } from "./types";

/** The configured plugins, run by priority; of one plugin's entries only the most specific one counts. */
export class PluginChain {
  private readonly names: string[];
  private readonly chosen = new Map<string, Map<string, Json>>();

  constructor(
    private readonly entries: Json[],
    private readonly handlers: Record<string, Handler | undefined>,
  ) {
    this.names = [...new Set(entries.map(({ name }) => String(name)))]
      .filter((name) => handlers[name])
      .sort((a, b) => (PLUGINS[b]?.priority ?? 0) - (PLUGINS[a]?.priority ?? 0));
  }

  async run(context: Context): Promise<Outcome | undefined> {
    for (const name of this.names) {
      const config = this.choose(context).get(name);
      const outcome = config && (await this.handlers[name]?.(config, context));
      if (outcome) return outcome;
    }
    return undefined;
  }

  /** The configuration of each plugin for this route, service and consumer. */
  private choose({ route, service, consumer }: Context): Map<string, Json> {
    const key = `${String(route.id)} ${consumer === undefined ? "" : String(consumer.id)}`;
    let found = this.chosen.get(key);
    if (!found) {
      found = new Map();
      const best = new Map<string, number>();
      for (const entry of this.entries) {
        const rank = specificity(entry, route, service, consumer);
        const name = String(entry.name);
        if (rank === undefined || rank <= (best.get(name) ?? -1)) continue;
        best.set(name, rank);
        found.set(name, {
          ...(entry.config as Json),
          $service: idOf(entry.service),
          $route: idOf(entry.route),
        });
      }
      this.chosen.set(key, found);
    }
    return found;
  }
}

const idOf = (foreign: unknown) => (foreign as { id: string } | null)?.id;

/** Kong's order: consumer counts more than route, route more than service. Undefined: not for this request. */
function specificity(
  entry: Json,
  route: Json,
  service: Json | undefined,
  consumer: Json | undefined,
): number | undefined {
  if (entry.enabled === false) return undefined;
  let rank = 0;
  for (const [foreign, holder, weight] of [
    [entry.consumer, consumer, 4],
    [entry.route, route, 2],
    [entry.service, service, 1],
  ] as const) {
    const id = idOf(foreign);
    if (id === undefined) continue;
    if (id !== holder?.id) return undefined;
    rank += weight;
  }
  return rank;
}
