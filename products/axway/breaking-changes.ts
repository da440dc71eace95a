import type { Change } from "../change";
import type { BreakingChange } from "../product";
import { plainOf } from "./settings";
import { sources } from "./sources";

/** Whether the newer installation keeps data in Cassandra, as far as its settings tell. */
function usesCassandra({ next }: Change): boolean {
  const slot = next.slots[next.newer ?? next.older];
  return !slot || plainOf(slot).noCassandra !== true;
}

/** What changes on the way to 7.7 and between its updates. */
export const breakingChanges: BreakingChange[] = [
  {
    id: "axway/7.7/cassandra-port",
    since: "7.7.0",
    wrong:
      "API Gateway 7.7 speaks Cassandra's native protocol on port 9042, and all Cassandra hosts are set to it.",
    remedy:
      "Open port 9042 between the gateways and Cassandra, or set another port by hand after the upgrade.",
    source: sources.upgrade,
    concerns: usesCassandra,
  },
  {
    id: "axway/7.7/management-certificates",
    since: "7.7.0",
    wrong:
      "The certificates between Node Managers and gateways are made anew, and those of your own are not taken over.",
    remedy: "Add certificates of your own to the new installation after the upgrade, where you use them.",
    source: sources.messages,
  },
  {
    id: "axway/7.7/quotas-reset",
    since: "7.7.0",
    wrong: "Quotas are reset by an upgrade, so that they allow too much for a while.",
    remedy: "Choose an hour at which that is harmless, or lower the quotas for that time.",
    source: sources.upgrade,
  },
  {
    id: "axway/7.7.20200130/raml",
    since: "7.7.20200130",
    wrong: "RAML is not supported any more.",
    remedy: "Turn RAML definitions into OpenAPI or Swagger before the upgrade.",
    source: sources.notes("20200130"),
  },
  {
    id: "axway/7.7.20200330/antivirus-filters",
    since: "7.7.20200330",
    wrong: "The embedded virus scanners (McAfee, Sophos, ClamAV) are gone from the filters.",
    remedy: "Use an ICAP server in policies that scan for viruses.",
    source: sources.notes("20200330"),
  },
  {
    id: "axway/7.7.20230228/cassandra-2.2",
    since: "7.7.20230228",
    wrong: "Cassandra 2.2 is not supported any more.",
    remedy: "Upgrade Cassandra to 3.11 or 4.0 before the gateways.",
    source: sources.notes("20230228"),
    concerns: usesCassandra,
  },
  {
    id: "axway/7.7.20230830/java-11",
    since: "7.7.20230830",
    wrong:
      "The gateways run on Java 11: scripts, libraries in ext/lib and weak Kerberos ciphers may fail, and its JRE does not run Cassandra before 4.",
    remedy: "Test scripts and libraries on Java 11, and run Cassandra 3.11 on a JRE 8 of its own.",
    source: sources.notes("20230830"),
  },
  {
    id: "axway/7.7.20230830/cors-origin",
    since: "7.7.20230830",
    wrong: "A CORS request whose Origin is no valid URL, or is not among the allowed ones, is denied.",
    remedy: "Look through the origins of the CORS profiles, and add null where it must be allowed.",
    source: sources.notes("20230830"),
  },
  {
    id: "axway/7.7.20240228/removed-integrations",
    since: "7.7.20240228",
    wrong:
      "PassPort, Sentinel and the Client Application Registry were announced to go with the update of February 2024.",
    remedy: "Move to API Manager and another identity provider where one of them is in use.",
    source: sources.notes("20230228"),
  },
];
