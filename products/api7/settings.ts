import { z } from "zod";
import { parseVersion } from "../version";

/** The group that API7 makes itself. */
const defaultGroup = "default";

const groupName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, "is no name of a gateway group")
  .describe("name of a gateway group, as the Dashboard shows it");

/** Where a component's dsn leads, without user and password: these settings are in plain state. */
const databaseAddress = z
  .string()
  .regex(
    /^[A-Za-z0-9.[\]:_-]{1,253}:\d{1,5}\/[A-Za-z0-9_-]{1,63}$/,
    'must be "host:port/name", without user and password',
  );

const seconds = z.number().int().max(86_400);

/** What `settings` of a slot may hold: the data planes of one colour. Names and defaults are the gateway chart's. */
export const settings = z.strictObject({
  gatewayGroup: groupName
    .default(defaultGroup)
    .describe("The gateway group that the slot's data planes belong to. Default: the one that API7 makes."),
  statusEndpoint: z
    .boolean()
    .default(false)
    .describe("Whether /status and /status/ready are on, port 7085. Default: off, as in the chart."),
  preStopSleepSeconds: seconds
    .min(0)
    .default(30)
    .describe("How long a data plane that stops still takes requests, in seconds. Default: 30."),
  terminationGracePeriodSeconds: seconds
    .min(1)
    .default(180)
    .describe("After how many seconds a data plane that stops is killed, the sleep included. Default: 180."),
});

export type DataPlaneSettings = z.output<typeof settings>;

/** What `settings` of `gateway:controlPlane` may hold. */
export const controlPlane = z.strictObject({
  gatewayGroups: z
    .array(groupName)
    .max(1_000)
    .default([])
    .describe("Every gateway group that there is: ADC dumps one at a time. Default: none is named."),
  adc: z
    .string()
    .refine((text) => parseVersion(text) !== undefined, 'is no version of ADC, such as "0.28.0"')
    .optional()
    .describe("The version of ADC that takes the dumps. Default: not told."),
  database: z
    .strictObject({ dashboard: databaseAddress, dpManager: databaseAddress })
    .optional()
    .describe("Where the dsn of the Dashboard and that of the DP Manager lead. Default: not told."),
  replacement: z
    .enum(["stop-first", "rolling"])
    .default("stop-first")
    .describe("How its replicas are replaced: all stopped first, or one by one. Default: stop-first."),
});

export type ControlPlaneSettings = z.output<typeof controlPlane>;

/** No setting here is secret: tokens and passwords stay with ADC and with the control plane's own files. */
export function splitSecrets(given: Record<string, unknown>) {
  return { settings: given, secrets: {} };
}
