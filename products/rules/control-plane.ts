import type { Change } from "../change";
import { isRollback } from "../steps";
import { slotsOf } from "../release";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { version } from "../version";

/** Data planes that are not of their control plane's line, and whether that is one that it serves. */
function skewed({ next }: Change) {
  const { controlPlane } = next;
  if (!controlPlane) return [];
  const control = version(controlPlane.version);
  return slotsOf(next).flatMap(({ name, slot }) => {
    const data = version(slot.version);
    if (data.line === control.line) return [];
    const isServed = data.base.major === control.base.major && data.base.minor < control.base.minor;
    return [{ name, data, control, isServed }];
  });
}

function controlPlaneFirst(change: Change): Problem[] {
  const { title, pathSource } = change.product;
  return skewed(change)
    .filter(({ isServed }) => !isServed)
    .map(({ name, data, control }) => ({
      key: `gateway:${name}.version`,
      wrong: `${name}'s data planes would be at ${data.text} under a control plane at ${control.text}: ${title} serves data planes of its own major, and no later minor.`,
      remedy:
        data.base.compare(control.base) > 0
          ? `Raise gateway:controlPlane.version to ${data.line}.x first, or choose a version of ${name} up to ${control.line}.x.`
          : `Bring ${name} to a version of ${control.base.major}.x, or keep the control plane at ${data.line}.x.`,
      source: pathSource,
    }));
}

/** Told of data planes that take traffic: those that stand ready for a rollback are to stay behind. */
function skew(change: Change): Problem[] {
  if (isRollback(change)) return [];
  return skewed(change)
    .filter(({ name, isServed }) => isServed && change.next.weights[name] > 0)
    .map(({ name, data, control }) => ({
      key: `gateway:${name}.version`,
      wrong: `${name}'s data planes are at ${data.text} and the control plane at ${control.text}: this is a state on the way, not one to stay in.`,
      remedy: `Upgrade the data planes to ${control.line}.x next.`,
      source: change.product.pathSource,
    }));
}

/** The order of control plane and data planes. */
export const controlPlaneRules: readonly Rule[] = [
  {
    id: "order/control-plane-first",
    severity: "error",
    demands:
      "The control plane is upgraded before its data planes: a data plane has its major, and no later minor.",
    source: "https://docs.api7.ai/enterprise/upgrade-guides/upgrade",
    check: controlPlaneFirst,
  },
  {
    id: "order/skew",
    severity: "warning",
    demands: "In the end control plane and data planes are of one line.",
    source: "https://docs.api7.ai/enterprise/upgrade-guides/upgrade",
    check: skew,
  },
];
