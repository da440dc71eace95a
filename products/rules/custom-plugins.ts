import type { Change } from "../change";
import { targets } from "../steps";
import type { Problem } from "../problem";
import type { Rule } from "../rule";
import { version } from "../version";

function untested(change: Change): Problem[] {
  const [target] = targets(change).slice(-1);
  if (!target) return [];
  const { line } = version(target.version);
  const remedy = (name: string) =>
    `Test ${name} with ${line}.x before the upgrade, and say where in its "tested": { where: "...", with: "${target.version}" }.`;
  return change.asked.customPlugins.flatMap(({ name, tested }, index): Problem[] => {
    const key = `gateway:customPlugins[${index}].tested`;
    if (!tested) {
      return [{ key, wrong: `Nothing says where the plugin ${name} was tested.`, remedy: remedy(name) }];
    }
    if (version(tested.with).line === line) return [];
    const wrong = `The plugin ${name} was tested with ${tested.with} (${tested.where}), and this change brings ${target.version}.`;
    return [{ key, wrong, remedy: remedy(name) }];
  });
}

/** Plugins of the user's own are part of what is upgraded. */
export const customPluginRules: readonly Rule[] = [
  {
    id: "custom-plugins/untested",
    severity: "error",
    demands: "Each custom plugin names where it was tested, and with a version of the target's line.",
    source: "https://docs.api7.ai/enterprise/upgrade-guides/upgrade",
    check: untested,
  },
];
