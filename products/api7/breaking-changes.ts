import type { Change } from "../change";
import { versionSteps } from "../steps";
import type { BreakingChange } from "../product";
import { compareVersions } from "../version";
import { releaseNotes, sources } from "./sources";

/** Before 3.3: what the release notes call incompatible. */
const upTo32: BreakingChange[] = [
  {
    id: "api7/3.2.10.0/tokens-of-users",
    since: "3.2.10.0",
    wrong: "A token belongs to a user, has that user's roles, and is deleted with the user.",
    remedy: "Give automation a user of its own with the roles that it needs, and a token of that user.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.12.0/admin-api",
    since: "3.2.12.0",
    wrong:
      "The Admin API swaps the numbers of a service's status, drops the id of consumers, and asks for the gateway group of certificates.",
    remedy: "Change the clients of the Admin API: 0 is off and 1 is on, consumers go by group and name.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.13.0/admin-api",
    since: "3.2.13.0",
    wrong:
      "The Admin API has service templates below another path, and asks for gateway_group_id where services are read or written.",
    remedy: "Change the clients of the Admin API to the new paths, and let them name the gateway group.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.14.0/access-rules",
    since: "3.2.14.0",
    wrong: "Permission policies replace the rules of roles, and the old rules are not kept.",
    remedy: "Write down who may do what, and set it up as permission policies right after the upgrade.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.15.0/consumer-credentials",
    since: "3.2.15.0",
    wrong:
      "No further key-auth, basic-auth, jwt-auth or hmac-auth can be put on a consumer; those that are there stay until they are disabled.",
    remedy: "Let what creates consumers give them credentials instead.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.16.0/secret-provider",
    since: "3.2.16.0",
    wrong: "The resource secrets is called secret provider, in every API.",
    remedy: "Change the clients of the Admin API, and the files of ADC, to the new name.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.16.0/jwt-auth",
    since: "3.2.16.0",
    wrong: "jwt-auth signs no tokens any more and takes no private key.",
    remedy: "Let an issuer of your own sign the tokens before the upgrade.",
    source: releaseNotes(),
  },
  {
    id: "api7/3.2.16.3/plugin-list",
    since: "3.2.16.3",
    wrong:
      "The list of plugins moves from the data planes' configuration to the control plane's, which data planes older than 3.2.15.0 do not follow.",
    remedy:
      "Move the list into the control plane's configuration, and have no data plane older than 3.2.15.0.",
    source: releaseNotes(),
  },
];

/** 3.7.4 and 3.8.1 bring the same: only who comes from 3.8.0 meets it in the latter alone. */
function comesFrom380(change: Change): boolean {
  return versionSteps(change).some(({ from }) => from === "3.8.0");
}

const from34To38: BreakingChange[] = [
  {
    id: "api7/3.4.0/custom-plugins",
    since: "3.4.0",
    wrong: "A custom plugin's configuration holds for a gateway group.",
    remedy: "Check for each gateway group that your plugins are there and set as you mean them.",
    source: releaseNotes(),
    concerns: ({ asked }) => asked.customPlugins.length > 0,
  },
  {
    id: "api7/3.5.0/canary-rules",
    since: "3.5.0",
    wrong: "Canary rules are gone: a service has several upstreams instead.",
    remedy: "Rebuild each canary with the service's upstreams and the traffic-split plugin.",
    source: sources.breakingChanges,
  },
  {
    id: "api7/3.6.0/template-runtime",
    since: "3.6.0",
    wrong:
      "The upgrade deletes the run-time configuration of service templates, and publishing gives none any more; published services keep theirs.",
    remedy: "Copy what templates hold of it out of the ADC dump, and set it on the published services.",
    source: sources.breakingChanges,
  },
  {
    id: "api7/3.7.4/request-id-snowflake",
    since: "3.7.4",
    wrong: "request-id has no algorithm snowflake any more.",
    remedy: "Set another algorithm wherever request-id names snowflake.",
    source: releaseNotes("3.7.4"),
  },
  {
    id: "api7/3.8.1/request-id-snowflake",
    since: "3.8.1",
    wrong: "request-id has no algorithm snowflake any more.",
    remedy: "Set another algorithm wherever request-id names snowflake.",
    source: releaseNotes("3.8.1"),
    concerns: comesFrom380,
  },
  {
    id: "api7/3.8.9/audit-log-ttl",
    since: "3.8.9",
    wrong: "Audit logs are deleted by age, after 60 days unless it is set otherwise.",
    remedy: "Export older audit logs, or set the time to live before the new control plane starts.",
    source: releaseNotes("3.8.9"),
  },
  {
    id: "api7/3.8.10/ext-plugins",
    since: "3.8.10",
    wrong: "ext-plugin-pre-req, ext-plugin-post-req and ext-plugin-post-resp are gone.",
    remedy: "Move what they run into a custom plugin or a service of its own, and take them out.",
    source: releaseNotes("3.8.10"),
  },
  {
    id: "api7/3.8.18/portal-auth",
    since: "3.8.18",
    wrong:
      "portal-auth changes: until the data planes follow the control plane, an update of an API product has no effect.",
    remedy: "Upgrade the data planes right after the control plane, and touch no API product in between.",
    source: releaseNotes("3.8.18"),
  },
  {
    id: "api7/3.8.19/ai-rate-limiting-policy",
    since: "3.8.19",
    wrong: "ai-rate-limiting goes on as it is set, but an update of it without policy is refused.",
    remedy: "Add policy: local to each in ADC's files and in what else writes it.",
    source: releaseNotes("3.8.19"),
  },
  {
    id: "api7/3.8.19/expired-tokens",
    since: "3.8.19",
    wrong: "A user's token no longer works once it has expired.",
    remedy: "Renew the tokens that ADC and other automation use.",
    source: releaseNotes("3.8.19"),
  },
];

const from39: BreakingChange[] = [
  {
    id: "api7/3.9.0/limit-policy",
    since: "3.9.0",
    wrong: "limit-conn and limit-req go on as they are set, but an update of them without policy is refused.",
    remedy: "Add policy: local to each in ADC's files and in what else writes them.",
    source: releaseNotes("3.9.0"),
  },
  {
    id: "api7/3.9.0/workflow-rules",
    since: "3.9.0",
    wrong: "workflow is refused without rules.",
    remedy: "Give each workflow its rules, or take it out.",
    source: releaseNotes("3.9.0"),
  },
  {
    id: "api7/3.9.0/portal-sso",
    since: "3.9.0",
    wrong: "The new Developer Portal has no single sign-on of its own.",
    remedy: "Build the sign-in of developers into a portal of your own before the upgrade.",
    source: releaseNotes("3.9.0"),
  },
  {
    id: "api7/3.9.3/saml-auth-secret",
    since: "3.9.3",
    wrong: "saml-auth goes on as it is set, but needs secret from now on, and shares no session without it.",
    remedy: "Add secret to each saml-auth, the same on all of its data planes.",
    source: releaseNotes("3.9.3"),
  },
];

/**
 * What breaks from which release on. Two are not here: the Dashboard of 3.3.1, which the version path refuses, and the
 * oldest ADC that 3.6 takes, which has a rule of its own.
 */
export const breakingChanges: BreakingChange[] = [...upTo32, ...from34To38, ...from39].sort((a, b) =>
  compareVersions(a.since, b.since),
);
