import type { Change } from "../change";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { sources } from "./sources";
import { dataPlaneSettings, isUpgrade, slotsAtStake } from "./upgrade";

/** Off by default: then nothing but traffic itself tells whether a data plane has its configuration. */
function statusEndpoint(change: Change): Problem[] {
  return slotsAtStake(change)
    .filter(({ slot }) => dataPlaneSettings(slot).statusEndpoint === false)
    .map(({ name }) => ({
      key: `gateway:${name}.settings.statusEndpoint`,
      wrong: `The status endpoint of ${name}'s data planes is off, so nothing tells whether they are ready.`,
      remedy: `Set api7ee.status_endpoint.enabled on them, and gateway:${name}.settings.statusEndpoint to true.`,
    }));
}

/** A gateway group is what a configuration is written for: in another one the newer slot would serve other routes. */
function sameGroup(change: Change): Problem[] {
  const { older, newer, slots } = change.next;
  const [from, to] = [slots[older], newer && slots[newer]];
  if (!from || !to || !isUpgrade(change)) return [];
  const [group, other] = [dataPlaneSettings(from).gatewayGroup, dataPlaneSettings(to).gatewayGroup];
  if (group === other) return [];
  return [
    {
      key: `gateway:${newer}.settings.gatewayGroup`,
      wrong: `${newer} is in the gateway group "${other}" and ${older} in "${group}": they serve different configurations.`,
      remedy: `Set gateway:${newer}.settings.gatewayGroup to "${group}", and upgrade "${other}" with a stack of its own.`,
    },
  ];
}

/** The grace period runs from the start of the sleep: what is left of it is all the time that open requests have. */
function grace(change: Change): Problem[] {
  return slotsAtStake(change).flatMap(({ name, slot }) => {
    const { preStopSleepSeconds: sleep = 0, terminationGracePeriodSeconds: period } = dataPlaneSettings(slot);
    if (period === undefined || period > sleep) return [];
    return [
      {
        key: `gateway:${name}.settings.terminationGracePeriodSeconds`,
        wrong: `A data plane of ${name} that stops is killed after ${period} s, and sleeps for ${sleep} s of them: open requests are cut off.`,
        remedy: `Set gateway:${name}.settings.terminationGracePeriodSeconds well above ${sleep}; the chart has 180 for 30.`,
      },
    ];
  });
}

/** What must hold of the data planes, whose colours take turns. */
export const dataPlaneRules: Rule[] = [
  {
    id: "api7/status-endpoint",
    severity: "error",
    demands: "Data planes have their status endpoint on: it alone tells whether they are ready.",
    source: sources.gatewayChart,
    check: statusEndpoint,
  },
  {
    id: "api7/same-gateway-group",
    severity: "error",
    demands: "Both slots' data planes are in one gateway group; groups are upgraded one after the other.",
    source: sources.gatewayGroups,
    check: sameGroup,
  },
  {
    id: "api7/drain-grace",
    severity: "error",
    demands: "A data plane that stops has time left after its sleep to answer what it has.",
    source: sources.gatewayChart,
    check: grace,
  },
];
