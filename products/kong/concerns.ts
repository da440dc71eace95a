import type { Change } from "../change";
import { versionSteps } from "../steps";
import { version } from "../version";

/** A property as the nodes or the control plane are given it; undefined when it is left at its default. */
export function given({ next }: Change, name: string): string | undefined {
  const target = next.slots[next.newer ?? next.older]?.settings;
  return [target, next.controlPlane?.settings]
    .map((settings) => (settings?.properties as Record<string, string> | undefined)?.[name])
    .find((value) => value !== undefined);
}

/** Whether one of these properties is given. */
export const isGiven =
  (...names: string[]) =>
  (change: Change) =>
    names.some((name) => given(change, name) !== undefined);

/** Whether a property is left at its default. */
export const isNotGiven = (name: string) => (change: Change) => given(change, name) === undefined;

/** Whether plugins of the user's own run on it. */
export const hasCustomPlugins = ({ asked }: Change) => asked.customPlugins.length > 0;

/** Whether a step leads on from a release of this line. */
export const fromLine = (line: string) => (change: Change) =>
  versionSteps(change).some(({ from }) => version(from).line === line);
