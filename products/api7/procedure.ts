import type { Change } from "../change";
import type { Interruption, Step } from "../product";
import { sources } from "./sources";
import { controlPlaneStep } from "./upgrade";

/** The guide's order: the control plane in place, and then the data planes group by group. */
export const procedure: Step[] = [
  {
    name: "freeze",
    does: "Ends every change of the configuration, by Dashboard, API and ADC, until the last step.",
    where: "the control plane",
    after: [],
    preconditions: ["It was rehearsed on a stack that is no production."],
    source: sources.upgrade,
  },
  {
    name: "database-backup",
    does: "Dumps the control plane's database with pg_dump.",
    where: "the database",
    after: ["freeze"],
    preconditions: ["pg_restore --list reads the dump before anything else is done."],
    source: sources.backup,
  },
  {
    name: "adc-dump",
    does: "Dumps the configuration with ADC, one file for each gateway group.",
    where: "every gateway group, one by one",
    after: ["freeze"],
    preconditions: [
      "adc ping reaches the control plane.",
      "ADC is 0.18.0 or later for a target from 3.6.0 on.",
    ],
    source: sources.backup,
  },
  {
    name: "control-plane-stop",
    does: "Stops every replica of the old Dashboard and DP Manager.",
    where: "the control plane",
    after: ["database-backup", "adc-dump"],
    preconditions: ["Every data plane is healthy, and none is told incompatible."],
    source: sources.inPlace,
  },
  {
    name: "control-plane",
    does: "Starts the new Dashboard and DP Manager on the same database, which they migrate as they start.",
    where: "the control plane",
    after: ["control-plane-stop"],
    preconditions: ["No replica of the old version runs."],
    irreversible: true,
    source: sources.inPlace,
  },
  {
    name: "control-plane-check",
    does: "Asks Dashboard and DP Manager for /healthz, the Dashboard for its version, and ADC for a difference from the dumps.",
    where: "the control plane",
    after: ["control-plane"],
    preconditions: ["Every data plane has connected to the new control plane again."],
    source: sources.inPlace,
  },
  {
    name: "data-planes",
    does: "Adds data planes of the new version, tests them, and moves the traffic to them.",
    where: "the data planes, one gateway group after the other",
    after: ["control-plane-check"],
    preconditions: [
      "The control plane is at the target: it turns newer data planes away, and they do not start without it.",
      "Their status endpoint is on.",
    ],
    source: sources.rolling,
  },
  {
    name: "drain",
    does: "Takes the old data planes out of the balancer, lets them answer what they have, and stops them.",
    where: "the old data planes, one by one",
    after: ["data-planes"],
    preconditions: ["Enough new ones are healthy, and their process ends within its grace period."],
    source: sources.rolling,
  },
  {
    name: "open",
    does: "Allows changes of the configuration again.",
    where: "the control plane",
    after: ["drain"],
    preconditions: ["Control plane and data planes have one version.", "It was watched for a while."],
    source: sources.rolling,
  },
];

/** The control plane's change in place: nobody can configure, while the data planes go on with what they have. */
export function interruptions(change: Change): Interruption[] {
  if (!controlPlaneStep(change)) return [];
  return [
    {
      what: "changes of the configuration by API, Dashboard and ADC",
      howLong:
        "from the stop of the old control plane until the new one has migrated the database and answers; the data planes go on serving",
      source: sources.inPlace,
    },
  ];
}
