import assert from "node:assert/strict";
import fc from "fast-check";
import type { LiveServer } from "../../components/local/haproxy/runtime";
import {
  isAsWanted,
  slotOfServer,
  slotWeights,
  wantedServers,
  weightPerNode,
} from "../../components/local/haproxy/weights";
import { release, slot } from "../products/releases";

/** HAProxy's highest weight of a server. */
const highest = 256;

function split(blueWeight: number, blueNodes: number, greenNodes: number) {
  const blue = slot("3.9.1", { nodes: blueNodes });
  return release({ blue, green: slot("3.10.0", { nodes: greenNodes }) }, blueWeight);
}

/** Blue's share of the traffic in percent, when each node has this weight. */
function shareOfBlue(
  perNode: { blue: number; green: number },
  blueNodes: number,
  greenNodes: number,
): number {
  const [blue, green] = [perNode.blue * blueNodes, perNode.green * greenNodes];
  return (100 * blue) / (blue + green);
}

function server(name: string, weight: number, other: Partial<LiveServer> = {}): LiveServer {
  return { name, address: `127.0.0.1:${name}`, checkPort: 1, weight, up: true, maintenance: false, ...other };
}

describe("a slot's weight, spread over its nodes", () => {
  const table: [blue: number, blueNodes: number, greenNodes: number, ratio: string][] = [
    [100, 1, 1, "256:0"],
    [0, 1, 1, "0:256"],
    [50, 1, 1, "1:1"],
    [90, 1, 1, "9:1"],
    [99, 1, 1, "99:1"],
    [1, 1, 1, "1:99"],
    [50, 2, 1, "1:2"],
    [90, 3, 1, "3:1"],
    [50, 3, 7, "7:3"],
    [75, 10, 1, "3:10"],
  ];
  for (const [blue, blueNodes, greenNodes, ratio] of table) {
    it(`${blue}:${100 - blue} over ${blueNodes} and ${greenNodes} node(s) is ${ratio} a node`, () => {
      const perNode = weightPerNode(split(blue, blueNodes, greenNodes));
      const [first, second] = ratio.split(":").map(Number) as [number, number];
      assert.equal(perNode.blue * second, perNode.green * first);
    });
  }
  it("with one slot, its nodes have all of it", () => {
    assert.deepEqual(weightPerNode(release({ green: slot("3.9.1") }, 0)), { blue: 0, green: 256 });
  });

  const weight = fc.integer({ min: 0, max: 100 });
  const nodes = fc.integer({ min: 1, max: 10 });
  it("is zero for zero, and from 1 to 256 for anything else", () => {
    fc.assert(
      fc.property(weight, nodes, nodes, (blue, blueNodes, greenNodes) => {
        const perNode = weightPerNode(split(blue, blueNodes, greenNodes));
        for (const [wanted, got] of [
          [blue, perNode.blue],
          [100 - blue, perNode.green],
        ] as const) {
          assert.ok(Number.isInteger(got) && got <= highest);
          assert.equal(got === 0, wanted === 0);
          assert.ok(got >= 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  // The ratio of two nodes' weights is 256 at most: 1 % on ten nodes beside 99 % on one cannot be had.
  const isPossible = (blue: number, blueNodes: number, greenNodes: number) => {
    const ratio = blue / blueNodes / ((100 - blue) / greenNodes);
    return ratio <= highest && ratio >= 1 / highest;
  };
  it("gives each slot its share, within 1 percent of the traffic, up to ten nodes a side", () => {
    for (let blue = 1; blue <= 99; blue++) {
      for (const [blueNodes, greenNodes] of pairs(10)) {
        const got = shareOfBlue(weightPerNode(split(blue, blueNodes, greenNodes)), blueNodes, greenNodes);
        if (isPossible(blue, blueNodes, greenNodes)) {
          assert.ok(Math.abs(got - blue) <= 1, `${blue} % over ${blueNodes}:${greenNodes} nodes is ${got}`);
          assert.equal(Math.round(got), blue, "and what is read back is what was asked for");
        } else {
          const most = shareOfBlue(
            blue > 50 ? { blue: 256, green: 1 } : { blue: 1, green: 256 },
            blueNodes,
            greenNodes,
          );
          assert.equal(got, most, "the nearest that there is");
        }
      }
    }
  }).timeout(20_000);
  it("is exact where that is possible", () => {
    for (let blue = 1; blue <= 99; blue++) {
      for (const [blueNodes, greenNodes] of pairs(10)) {
        const [first, second] = lowest(blue * greenNodes, (100 - blue) * blueNodes);
        if (first > highest || second > highest) continue;
        const perNode = weightPerNode(split(blue, blueNodes, greenNodes));
        assert.equal(
          perNode.blue * second,
          perNode.green * first,
          `${blue} % over ${blueNodes}:${greenNodes}`,
        );
      }
    }
  }).timeout(20_000);
});

/** Few enough numbers of nodes to try every weight with: those whose ratios are hard among them. */
function pairs(most: number): [number, number][] {
  const counts = [1, 2, 3, 7, most];
  return counts.flatMap((blue) => counts.map((green): [number, number] => [blue, green]));
}

/** A ratio in its lowest terms. */
function lowest(a: number, b: number): [number, number] {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return [a / divisor(a, b), b / divisor(a, b)];
}

describe("the weights of the slots, as the balancer has them", () => {
  const table: [servers: [name: string, weight: number][], blue: number, green: number][] = [
    [[], 0, 0],
    [[["blue-1", 0]], 0, 0],
    [[["blue-1", 256]], 100, 0],
    [[["blue-1", 3]], 100, 0],
    [
      [
        ["blue-1", 0],
        ["green-1", 7],
      ],
      0,
      100,
    ],
    [
      [
        ["blue-1", 9],
        ["green-1", 1],
      ],
      90,
      10,
    ],
    [
      [
        ["blue-1", 1],
        ["blue-2", 1],
        ["green-1", 2],
      ],
      50,
      50,
    ],
    [
      [
        ["blue-1", 256],
        ["blue-2", 256],
        ["green-1", 1],
      ],
      99,
      1,
    ],
    [
      [
        ["blue-1", 1],
        ["blue-10", 1],
        ["green-1", 198],
      ],
      1,
      99,
    ],
    [
      [
        ["stranger-1", 50],
        ["blue-1", 50],
      ],
      100,
      0,
    ],
  ];
  for (const [servers, blue, green] of table) {
    it(`${servers.map(([name, weight]) => `${name} ${weight}`).join(", ") || "no server"}: ${blue} and ${green}`, () => {
      assert.deepEqual(slotWeights(servers.map(([name, weight]) => server(name, weight))), { blue, green });
    });
  }
  it("never call a slot idle that has a node with weight", () => {
    const list = fc.array(
      fc.record({ slot: fc.constantFrom("blue", "green"), weight: fc.integer({ min: 0, max: 256 }) }),
    );
    fc.assert(
      fc.property(list, (servers) => {
        const got = slotWeights(
          servers.map(({ slot, weight }, index) => server(`${slot}-${index + 1}`, weight)),
        );
        for (const name of ["blue", "green"] as const) {
          const serves = servers.some(({ slot, weight }) => slot === name && weight > 0);
          assert.equal(got[name] > 0, serves);
        }
        const any = servers.some(({ weight }) => weight > 0);
        assert.equal(got.blue + got.green, any ? 100 : 0);
      }),
    );
  });
});

describe("whether the balancer has what is wanted", () => {
  const address = (port: number) => ({ address: `127.0.0.1:${port}`, checkPort: port + 2 });
  const addresses = { blue: [address(8010)], green: [address(8110), address(8113)] };
  const wanted = wantedServers(split(50, 1, 2), addresses);
  const live = wanted.map((one) => ({ ...one, up: true, maintenance: false }));

  it("wants each node of both slots, with its weight", () => {
    assert.deepEqual(
      wanted.map(({ name, address, checkPort, weight }) => [name, address, checkPort, weight]),
      [
        ["blue-1", "127.0.0.1:8010", 8012, wanted[0]?.weight],
        ["green-1", "127.0.0.1:8110", 8112, wanted[1]?.weight],
        ["green-2", "127.0.0.1:8113", 8115, wanted[1]?.weight],
      ],
    );
    assert.equal(wanted[0]?.weight, 2 * (wanted[1]?.weight ?? 0));
  });

  const [blue, green, other] = live as [LiveServer, LiveServer, LiveServer];
  const table: [what: string, live: LiveServer[], asWanted: boolean][] = [
    ["the same", [blue, green, other], true],
    ["the same in another order", [other, blue, green], true],
    ["a node is missing", [blue, green], false],
    ["a node has another weight", [{ ...blue, weight: blue.weight + 1 }, green, other], false],
    ["a node has another address", [{ ...blue, address: "127.0.0.1:9" }, green, other], false],
    ["a node is down: that is not about weights", [{ ...blue, up: false }, green, other], true],
    ["a node that is to go has no weight", [blue, green, other, server("green-3", 0)], true],
    ["a node that is to go has weight", [blue, green, other, server("green-3", 1)], false],
    ["nothing", [], false],
  ];
  for (const [what, servers, asWanted] of table) {
    it(`${what}: ${asWanted ? "yes" : "no"}`, () => assert.equal(isAsWanted(servers, wanted), asWanted));
  }
});

describe("whose node a server is", () => {
  for (const [name, slot] of [
    ["blue-1", "blue"],
    ["green-12", "green"],
    ["bluegreen-1", undefined],
    ["", undefined],
  ] as const) {
    it(`"${name}": ${slot ?? "nobody's"}`, () => assert.equal(slotOfServer(name), slot));
  }
});
