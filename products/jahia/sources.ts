const academy = "https://academy.jahia.com/documentation";
const code = "https://github.com/Jahia/jahia/blob/master";

/** Where Jahia publishes what its rules say. */
export const sources = {
  /** The procedure, with what it asks of generated-resources and of the balancer. */
  rollingUpgrade: `${academy}/jahia-cms/jahia-8.2/system-administrator/managing-your-jahia-platform/performing-a-rolling-upgrade-of-your-platform`,
  /** The same page of 7.3, the one that names the versions that the procedure works for. */
  targets: `${academy}/system-administrator/dx/7.3/managing-your-jahia-platform/performing-a-rolling-upgrade-of-your-platform`,
  /** The kinds of nodes in a cluster. */
  clustering: `${academy}/jahia-cms/jahia-8.2/developer/introducing-jahia-technical-concepts/about-clustering`,
  /** Backups, and what the marker files mean. */
  faqs: `${academy}/system-administrator/dx/7.3/installing-and-configuring-jahia/installing-configuring-and-monitoring-jahia/faqs`,
  /** How the states of full read-only mode follow each other. */
  readOnlyStates: `${code}/core/src/main/java/org/jahia/settings/readonlymode/ReadOnlyModeController.java`,
  /** How markers are read, and deleted, at the start. */
  markers: `${code}/core/src/main/java/org/jahia/settings/StartupOptions.java`,
  /** What a marker resets where a node is part of a cluster. */
  discoveryReset: `${code}/core/src/main/java/org/jahia/settings/ClusterSettingsInitializer.java`,
  /** How a container finds its database. */
  dockerEntrypoint: `${code}/docker/docker-jahia-core/bin/entrypoint.sh`,
  /** How releases are upgraded: by a patch of their own. */
  upgradePatch: "https://www.jahia.com/blog/how-to-approach-a-migration-from-jahia-7-to-jahia-8",
  /** What modules must change for Jahia 8. */
  developers8: `${academy}/jahia-8-overview-for-jahia-7-users/migration-guide-for-developers`,
  /** What 8.2 asks for before an upgrade. */
  preparing82:
    "https://academy.jahia.com/downloads/release-notes-jahia-8/jahia-8-2-0/preparing-for-upgrading-to-jahia-8-2",
} as const;
