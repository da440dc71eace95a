import type { Change } from "../change";
import { slotNames } from "../release";
import type { Problem, Rule } from "../rule";

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
];
