import type { Change } from "../change";
import { type SlotName, slotNames } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";

const source = "docs/architecture.md#gates";

function unhealthy({ observed }: Change): Problem[] {
  return slotNames.flatMap((name) =>
    (observed.unhealthy?.[name] ?? []).map((why) => ({
      key: `gateway:traffic.${name}`,
      wrong: `${name} is to get traffic and cannot take it: ${why}.`,
      remedy: `Mend ${name}, or leave the traffic where it is.`,
    })),
  );
}

function silent({ observed }: Change): Problem[] {
  if (observed.balancerSilent === undefined) return [];
  return [
    {
      key: "gateway:traffic",
      wrong: `${observed.balancerSilent}; the weights of the last release are taken for the live ones.`,
      remedy: "The update starts it with the weights that it had; see its files if that fails.",
    },
  ];
}

function inPercent({ blue, green }: Record<SlotName, number>): string {
  return `blue ${blue} % and green ${green} %`;
}

/** Also where an update that was interrupted moved them: what is live, and what will be, is worth the line then too. */
function drifted({ observed, next }: Change): Problem[] {
  if (!observed.drifted) return [];
  const { live, recorded } = observed.drifted;
  return [
    {
      key: "gateway:traffic",
      wrong: `The balancer gives ${inPercent(live)}; the last release recorded ${recorded.blue} and ${recorded.green}.`,
      remedy:
        `The update writes ${inPercent(next.weights)}. If no update was interrupted, somebody changed them past Pulumi, and should ` +
        `change gateway:traffic instead.`,
    },
  ];
}

/** What the gateway and the balancer say of themselves before anything is changed. */
export const liveRules: readonly Rule[] = [
  {
    id: "traffic/unhealthy-slot",
    severity: "error",
    demands: "A slot that stands and is to get traffic is ready, at its version.",
    source,
    needs: ["last release", "live gateway"],
    check: unhealthy,
  },
  {
    id: "traffic/balancer-silent",
    severity: "warning",
    demands: "The balancer can be asked what it does.",
    source,
    needs: ["live gateway"],
    check: silent,
  },
  {
    id: "traffic/drifted",
    severity: "warning",
    demands: "The balancer gives the weights that the last update recorded.",
    source,
    needs: ["last release", "live gateway"],
    check: drifted,
  },
];
