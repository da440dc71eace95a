/** Pages of API7's documentation that rules and steps refer to. */
const guides = "https://docs.api7.ai/enterprise/upgrade-guides";

export const sources = {
  upgrade: `${guides}/upgrade`,
  inPlace: `${guides}/in-place`,
  rolling: `${guides}/rolling-upgrade`,
  backup: `${guides}/backup-and-restore`,
  breakingChanges: `${guides}/breaking-changes`,
  gatewayGroups: "https://docs.api7.ai/api7-gateway/key-concepts/gateway-groups",
  /** The chart of the data planes: its names, defaults and what they mean. */
  gatewayChart: "https://github.com/api7/api7-helm-chart/blob/main/charts/gateway/values.yaml",
  controlPlaneChart: "https://github.com/api7/api7-helm-chart/blob/main/charts/api7/values.yaml",
};

/** The notes of one release. Those before 3.5.3 have no anchor of their own. */
export function releaseNotes(release?: string): string {
  const page = "https://docs.apiseven.com/enterprise/release-notes";
  return release ? `${page}#${release.replaceAll(".", "")}` : page;
}
