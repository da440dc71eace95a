import assert from "node:assert/strict";
import type { StackConfig } from "../../tools/stack";
import {
  closedWindow,
  databases,
  givenStack,
  nodePids,
  recorded,
  refused,
  snapshots,
  stepLimit,
  upTo,
} from "./given";

const blue = { version: "3.9.1" };
const green = { version: "3.10.0" };
const upgrade: StackConfig = { blue, green, traffic: { green: 100 } };

describe("given a gateway at 3.9.1, an unsafe change is refused at preview, by its key, and touches nothing", function () {
  this.timeout(stepLimit);
  const given = givenStack("unsafe");
  const state = async () => [
    await nodePids(given.stack),
    await databases(given.stack),
    await snapshots(given.stack),
    await recorded(given.stack),
  ];
  let atFirst: unknown;

  before(async () => {
    await upTo(given.stack, { blue });
    atFirst = await state();
  });
  afterEach(async () => assert.deepEqual(await state(), atFirst));

  const table: [what: string, config: StackConfig, ...words: string[]][] = [
    [
      "a path that is not guaranteed",
      { blue, green: { version: "3.13.0" } },
      "error: gateway:green.version: Kong does not guarantee the step from 3.9.1 to 3.13.0.",
      "Upgrade step by step: 3.9.1 → 3.10.x → 3.11.x → 3.12.x → 3.13.0.",
    ],
    [
      "a version that nobody knows yet",
      { blue, green: { version: "3.99.0" } },
      "error: gateway:green.version: Kong 3.99.0 is not among the releases known here",
      '"path/unknown-version/3.99"',
    ],
    [
      "a breaking change that is not acknowledged",
      { ...upgrade, acknowledge: [] },
      "error: gateway:green.version:",
      '"kong/3.10/ai-metrics-key"',
    ],
    [
      "an acknowledgement of something else",
      { ...upgrade, acknowledge: ["kong/3.10/ai-metrics-kay"] },
      "error: gateway:acknowledge",
      "kong/3.10/ai-metrics-key",
    ],
    [
      "a plugin of one's own that was not tested",
      { ...upgrade, customPlugins: [{ name: "our-headers", version: "1.2.0" }] },
      "error: gateway:customPlugins",
      "our-headers",
    ],
    [
      "an hour outside the window",
      { ...upgrade, window: closedWindow() },
      "error: gateway:window:",
      "gateway:windowOverride",
    ],
    [
      "a version that was not rehearsed",
      { ...upgrade, production: true, promotedFrom: "unsafe" },
      "error: gateway:green.version: 3.10.0 was never live on unsafe, which gateway:promotedFrom names",
    ],
    [
      "a move of the programs in the same change",
      { ...upgrade, local: { programs: "/opt/kong-{version}/bin" } },
      "error: gateway:local.programs: gateway:local.programs changes together with the version (3.9.1 → 3.10.0)",
    ],
    [
      "an upgrade in place",
      { blue: green, strategy: "in-place" },
      "error: gateway:strategy:",
      "error: gateway:acceptDowntime:",
    ],
    [
      "one database for both slots, between minors, that nobody gave",
      { ...upgrade, strategy: "blue-green-shared-database" },
      "error: gateway:strategy:",
      "gateway:database",
      "patch",
    ],
    [
      "a file of requests that is not there",
      { ...upgrade, acknowledge: [{ id: "kong/3.10/ai-metrics-key", apply: "no-such-file.json" }] },
      "error: gateway:acknowledge: There is no file no-such-file.json",
    ],
    [
      "a rehearsal of API7's upgrade without its control plane, beside what is not built",
      { product: "api7", blue: { version: "3.7.0" }, green: { version: "3.9.0" } },
      "error: gateway:product: API7 Enterprise is not built yet on local",
      "3.7.0 → 3.8.x → 3.9.0",
      "api7/control-plane-missing",
    ],
    [
      "Axway's on Windows",
      {
        product: "axway",
        blue: { version: "7.5.3" },
        green: { version: "7.7.20240228", settings: { os: "windows" } },
      },
      "axway/windows",
      "axway/licence",
    ],
    [
      "Jahia's below what a rolling upgrade works for",
      { product: "jahia", blue: { version: "7.2.1.0" }, green: { version: "7.2.3.1" } },
      "error: gateway:green.version:",
      "7.2.3.2",
    ],
    [
      "several of them at once, all told",
      {
        blue: { version: "3.9.1", settings: { properties: { log_level: "info" } } },
        green: { version: "3.13.0" },
        acknowledge: [],
        window: closedWindow(),
        traffic: { green: 100 },
      },
      "transition/serving-slot-changed",
      "path/not-guaranteed",
      "window/closed",
    ],
  ];
  for (const [what, config, ...words] of table) {
    it(what, async () => {
      await refused(given.stack, config, ...words);
    });
  }
});
