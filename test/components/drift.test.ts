import assert from "node:assert/strict";
import type { LiveServer } from "../../components/local/haproxy/runtime";
import { isAsWanted, slotWeights, wantedServers } from "../../components/local/haproxy/weights";
import { readDrift } from "../../stacks/drift";
import { recorded } from "../products/changes";
import { release, slot } from "../products/releases";

const slots = { blue: slot("3.9.1", { nodes: 1 }), green: slot("3.10.0", { nodes: 30 }) };
const node = (index: number) => ({ address: `127.0.0.1:${9_000 + index}`, checkPort: 1 });
const addresses = { blue: [node(0)], green: Array.from({ length: 30 }, (_, index) => node(index + 1)) };
const wanted = (blueWeight: number) => wantedServers(release(slots, blueWeight), addresses);

/** A balancer on this machine that one release was written to, and that is held against another. */
function balancer(written: number, record: number) {
  const servers = wanted(written).map((server): LiveServer => ({ ...server, up: true, maintenance: false }));
  const weights = slotWeights(servers);
  return {
    weights,
    traffic: () => Promise.resolve({ weights, asWanted: isAsWanted(servers, wanted(record)) }),
  };
}

describe("weights that are not those of the last release", () => {
  it("are told beside the recorded ones", async () => {
    const drift = await readDrift(balancer(50, 99), recorded(release(slots, 99)));
    assert.deepEqual(drift, { live: { blue: 50, green: 50 }, recorded: { blue: 99, green: 1 } });
  });

  it("are not told where the balancer only comes near to the recorded ones", async () => {
    const live = balancer(99, 99);
    assert.deepEqual(live.weights, { blue: 90, green: 10 });
    assert.equal(await readDrift(live, recorded(release(slots, 99))), undefined);
  });

  it("are not told where another list of nodes is all that differs", async () => {
    const live = { traffic: () => Promise.resolve({ weights: { blue: 100, green: 0 }, asWanted: false }) };
    assert.equal(await readDrift(live, recorded(release(slots, 100))), undefined);
  });

  it("are not asked for on a new stack", async () => {
    const live = { traffic: () => Promise.reject(new Error("it was asked")) };
    assert.equal(await readDrift(live, undefined), undefined);
  });
});
