/** AWS's SDK, a package for each service: loaded when it is first asked for, since a command needs one or two of them. */
/* eslint-disable @typescript-eslint/no-require-imports */
export const autoScaling = () =>
  require("@aws-sdk/client-auto-scaling") as typeof import("@aws-sdk/client-auto-scaling");
export const cloudWatch = () =>
  require("@aws-sdk/client-cloudwatch") as typeof import("@aws-sdk/client-cloudwatch");
export const cloudWatchLogs = () =>
  require("@aws-sdk/client-cloudwatch-logs") as typeof import("@aws-sdk/client-cloudwatch-logs");
export const ecs = () => require("@aws-sdk/client-ecs") as typeof import("@aws-sdk/client-ecs");
export const elb = () =>
  require("@aws-sdk/client-elastic-load-balancing-v2") as typeof import("@aws-sdk/client-elastic-load-balancing-v2");
export const rds = () => require("@aws-sdk/client-rds") as typeof import("@aws-sdk/client-rds");
/* eslint-enable @typescript-eslint/no-require-imports */
