import assert from "node:assert/strict";
import { checkAlone } from "../../components/alone-gate";
import { type PortUrl, unhealthyNodes } from "../../components/health";
import type { LiveTraffic } from "../../components/live-gateway";
import type { Platform } from "../../components/platform";
import type { SlotContext } from "../../components/slot-context";
import { kong } from "../../products/kong";
import { release, slot } from "../products/releases";

const context: SlotContext = { name: "green", slot: slot("3.9.1"), life: "green-3.9.1-g1" };

/** Asks the gate with this traffic, of a slot whose one node is silent, or of one whose nodes are all well. */
function ask(live: LiveTraffic, nodes: "silent" | "well"): Promise<void> {
  const probes: Record<string, PortUrl> = nodes === "well" ? {} : { "green-1": () => "http://127.0.0.1:1" };
  const health = () => unhealthyNodes(kong, context.slot.version, probes);
  const platform = { product: kong, live: { health, traffic: () => Promise.resolve(live) } };
  return checkAlone(platform as unknown as Platform, release({ green: context.slot }, 0), context);
}

describe("the gate before a shared database is changed for good", () => {
  const asWanted = true;
  const table: [what: string, live: LiveTraffic, nodes: "silent" | "well", refuses: RegExp | undefined][] = [
    ["all the weight, and well", { asWanted, weights: { blue: 0, green: 100 } }, "well", undefined],
    [
      "all the weight, and silent",
      { asWanted, weights: { blue: 0, green: 100 } },
      "silent",
      /gateway:green: .*green-1 is not ready/,
    ],
    [
      "not all the weight",
      { asWanted: false, weights: { blue: 1, green: 99 } },
      "well",
      /gateway:green: .*it has 99 % of the traffic, not all.*give it all weight/,
    ],
    ["no balancer", { asWanted }, "well", /it has 0 % of the traffic/],
    ["a balancer that is silent", { asWanted: false, silent: "it is gone" }, "well", /it is gone/],
  ];
  for (const [what, live, nodes, refuses] of table) {
    it(`${refuses ? "refuses" : "opens"}: ${what}`, async () => {
      if (refuses) await assert.rejects(ask(live, nodes), refuses);
      else await ask(live, nodes);
    });
  }
});
