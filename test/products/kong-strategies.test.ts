import { changeOf } from "./changes";
import { accepting, check, type Demand, hybrid, inPlace, shared, sharing, upgrade } from "./kong-guide";
import { existing, release, slot } from "./releases";

/** What Kong's guide asks of each strategy and mode. */
const guide: Record<string, Demand[]> = {
  "with several nodes, the others are shut down and one is upgraded at a time": [
    { it: "in place with one node", change: inPlace("3.9.1", "3.10.0", 1), rule: "kong/in-place-one-node" },
    {
      it: "in place with three",
      change: inPlace("3.9.1", "3.10.0", 3),
      rule: "kong/in-place-one-node",
      finds: ["error", "gateway:blue.nodes", /3 nodes.*Shut 2 of them down first/],
    },
    {
      it: "in place with three, and the others are arranged for",
      change: inPlace("3.9.1", "3.10.0", 3, accepting("kong/in-place-one-node")),
      rule: "kong/in-place-one-node",
      finds: ["warning", "gateway:blue.nodes", /Accepted/],
    },
    {
      it: "three nodes that stay as they are",
      change: inPlace("3.9.1", "3.9.1", 3),
      rule: "kong/in-place-one-node",
    },
    {
      it: "three nodes beside three: nobody waits for anybody",
      change: changeOf({
        previous: release({ blue: slot("3.9.1", { nodes: 3 }) }, 100),
        next: release({ blue: slot("3.9.1", { nodes: 3 }), green: slot("3.10.0", { nodes: 3 }) }, 100),
      }),
      rule: "kong/in-place-one-node",
    },
  ],
  "blue/green on one database is for patches": [
    { it: "a patch", change: sharing("3.10.0.2", "3.10.0.11"), rule: "kong/shared-database-patch-only" },
    {
      it: "the next minor",
      change: sharing("3.9.1", "3.10.0"),
      rule: "kong/shared-database-patch-only",
      finds: ["error", "gateway:strategy", /not patches of one line.*blue-green.*copy/],
    },
    {
      it: "the next minor on a copy",
      change: upgrade("3.9.1", "3.10.0"),
      rule: "kong/shared-database-patch-only",
    },
  ],
  "a database is shared, or migrated in place, only where config gives it": [
    { it: "shared, and given", change: sharing("3.9.0", "3.9.1"), rule: "kong/given-database" },
    { it: "in place, and given", change: inPlace("3.9.1", "3.10.0", 1), rule: "kong/given-database" },
    {
      it: "in place, of a gateway that somebody else made",
      change: changeOf({ strategy: "in-place", next: release({ blue: existing("3.9.1") }, 100) }),
      rule: "kong/given-database",
    },
    {
      it: "shared, and made here",
      change: upgrade("3.9.0", "3.9.1", shared),
      rule: "kong/given-database",
      finds: ["error", "gateway:database", /blue and green.*strategy to blue-green.*gateway:database/],
    },
    {
      it: "in place, and made here",
      change: changeOf({ strategy: "in-place", next: release({ blue: slot("3.9.1") }, 100) }),
      rule: "kong/given-database",
      finds: ["error", "gateway:database", /in-place works on a database that config gives, and blue/],
    },
    {
      it: "shared, and two of them",
      change: sharing("3.9.0", "3.9.1", "another"),
      rule: "kong/given-database",
      finds: ["error", "gateway:database", /on two/],
    },
    { it: "a copy, and made here", change: upgrade("3.9.1", "3.10.0"), rule: "kong/given-database" },
  ],
  "hybrid mode: 3.1.0.0 and 3.1.1.1 go to 3.1.1.2 first": [
    ...["3.1.0.0", "3.1.1.1"].flatMap((from): Demand[] => [
      {
        it: `${from} → 3.2.2`,
        change: changeOf({ next: release({ blue: hybrid(from), green: hybrid("3.2.2") }, 100) }),
        rule: "kong/hybrid-stop-over",
        finds: ["error", "gateway:green.version", new RegExp(`${from} → 3\\.1\\.1\\.2 → 3\\.2\\.2`)],
      },
      {
        it: `${from} → 3.1.1.2`,
        change: changeOf({ next: release({ blue: hybrid(from), green: hybrid("3.1.1.2") }, 100) }),
        rule: "kong/hybrid-stop-over",
      },
      {
        it: `${from} → 3.2.2 with a database of its own on each node`,
        change: upgrade(from, "3.2.2"),
        rule: "kong/hybrid-stop-over",
      },
    ]),
    {
      it: "3.1.1.2 → 3.2.2",
      change: changeOf({ next: release({ blue: hybrid("3.1.1.2"), green: hybrid("3.2.2") }, 100) }),
      rule: "kong/hybrid-stop-over",
    },
    {
      it: "the control plane goes on alone",
      change: changeOf({
        previous: {
          ...release({ blue: hybrid("3.1.0.0") }, 100),
          controlPlane: { version: "3.1.0.0", settings: {} },
        },
        next: {
          ...release({ blue: hybrid("3.1.0.0") }, 100),
          controlPlane: { version: "3.2.2", settings: {} },
        },
      }),
      rule: "kong/hybrid-stop-over",
      finds: ["error", "gateway:controlPlane.version", /3\.1\.1\.2/],
    },
    {
      it: "a control plane beside traditional nodes",
      change: changeOf({
        next: { ...release({ blue: slot("3.9.1") }, 100), controlPlane: { version: "3.9.1", settings: {} } },
      }),
      rule: "kong/control-plane-without-hybrid",
      finds: ["error", "gateway:controlPlane", /no slot has the role/],
    },
    {
      it: "a control plane with its data planes",
      change: changeOf({
        next: {
          ...release({ blue: hybrid("3.9.1") }, 100),
          controlPlane: { version: "3.9.1", settings: {} },
        },
      }),
      rule: "kong/control-plane-without-hybrid",
    },
  ],
};

describe("Kong's strategies and modes", () => check(guide));
