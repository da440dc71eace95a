import type { Change } from "../change";
import { type VersionStep, versionSteps } from "../steps";
import { type SlotName, slotsOf } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { compareVersions } from "../version";

/** Roles of the nodes of hybrid mode. */
const hybridRoles = ["control_plane", "data_plane"];

/** The slots whose nodes have a role of hybrid mode. */
function hybridSlots({ next }: Pick<Change, "next">): SlotName[] {
  return slotsOf(next)
    .filter(({ slot }) => hybridRoles.includes(String(slot.settings.role)))
    .map(({ name }) => name);
}

/** Whether the gateway is in hybrid mode: control plane and data planes apart. */
function isHybrid(change: Pick<Change, "next">): boolean {
  return change.next.controlPlane !== undefined || hybridSlots(change).length > 0;
}

/** Releases that speak only the new protocol between control plane and data planes, which 3.2 has no more. */
const newProtocolOnly = ["3.1.0.0", "3.1.1.1"];

/** The release that speaks both. */
const bothProtocols = "3.1.1.2";

function needsStopOver({ from, to }: VersionStep): boolean {
  return (
    newProtocolOnly.some((release) => compareVersions(from, release) === 0) &&
    compareVersions(to, bothProtocols) > 0
  );
}

function stopOver(change: Change): Problem[] {
  if (!isHybrid(change)) return [];
  return versionSteps(change)
    .filter(needsStopOver)
    .map(({ from, to, key }) => ({
      key,
      wrong: `${from} in hybrid mode cannot go to ${to} at once: their control and data planes have no protocol in common.`,
      remedy: `Upgrade to ${bothProtocols} first: ${from} → ${bothProtocols} → ${to}.`,
    }));
}

function traditional(change: Change): Problem[] {
  const { controlPlane } = change.next;
  if (!controlPlane || hybridSlots(change).length > 0) return [];
  return [
    {
      key: "gateway:controlPlane",
      wrong: "gateway:controlPlane is for hybrid mode, and no slot has the role control_plane or data_plane.",
      remedy: "Take gateway:controlPlane out, or set settings.role of the slots to data_plane.",
    },
  ];
}

/** What hybrid mode asks beyond the order and the skew of control and data planes, which are rules for every product. */
export const hybridRules: Rule[] = [
  {
    id: "kong/hybrid-stop-over",
    severity: "error",
    demands: "In hybrid mode 3.1.0.0 and 3.1.1.1 are upgraded to 3.1.1.2 before anything later.",
    source: "https://developer.konghq.com/gateway/upgrade/reference/",
    check: stopOver,
  },
  {
    id: "kong/control-plane-without-hybrid",
    severity: "error",
    demands: "A control plane of its own is given only for a gateway in hybrid mode.",
    source: "https://developer.konghq.com/gateway/hybrid-mode/",
    check: traditional,
  },
];
