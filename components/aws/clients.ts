import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RDSClient } from "@aws-sdk/client-rds";

/** Where AWS is asked. Credentials are the environment's, as the provider's are. */
export interface Where {
  region: string;
  /** Of an emulator; AWS's own when absent. */
  endpoint?: string;
}

// A notice of the SDK's that it will ask for a later Node some day: nothing that a reviewer of an upgrade can act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/* eslint-disable @typescript-eslint/no-require-imports */
/** The clients that a command or a review asks AWS through: each is loaded and made when it is first needed. */
export function clientsOf({ region, endpoint }: Where) {
  const options = { region, ...(endpoint === undefined ? {} : { endpoint }) };
  return {
    balancers: once((): ElasticLoadBalancingV2Client => {
      const sdk =
        require("@aws-sdk/client-elastic-load-balancing-v2") as typeof import("@aws-sdk/client-elastic-load-balancing-v2");
      return new sdk.ElasticLoadBalancingV2Client(options);
    }),
    databases: once((): RDSClient => {
      const sdk = require("@aws-sdk/client-rds") as typeof import("@aws-sdk/client-rds");
      return new sdk.RDSClient(options);
    }),
    containers: once((): ECSClient => {
      const sdk = require("@aws-sdk/client-ecs") as typeof import("@aws-sdk/client-ecs");
      return new sdk.ECSClient(options);
    }),
    groups: once((): AutoScalingClient => {
      const sdk = require("@aws-sdk/client-auto-scaling") as typeof import("@aws-sdk/client-auto-scaling");
      return new sdk.AutoScalingClient(options);
    }),
    logs: once((): CloudWatchLogsClient => {
      const sdk =
        require("@aws-sdk/client-cloudwatch-logs") as typeof import("@aws-sdk/client-cloudwatch-logs");
      return new sdk.CloudWatchLogsClient(options);
    }),
    metrics: once((): CloudWatchClient => {
      const sdk = require("@aws-sdk/client-cloudwatch") as typeof import("@aws-sdk/client-cloudwatch");
      return new sdk.CloudWatchClient(options);
    }),
  };
}
/* eslint-enable @typescript-eslint/no-require-imports */

export type Clients = ReturnType<typeof clientsOf>;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
