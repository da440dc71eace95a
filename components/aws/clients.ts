import { autoScaling, cloudWatch, cloudWatchLogs, ecs, elb, rds } from "./sdk";

/** Where AWS is asked. Credentials are the environment's, as the provider's are. */
export interface Where {
  region: string;
  /** Of an emulator; AWS's own when absent. */
  endpoint?: string;
}

// A notice of the SDK's that it will ask for a later Node some day: nothing that a reviewer of an upgrade can act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** The clients that a command or a review asks AWS through: each is loaded and made when it is first needed. */
export function clientsOf({ region, endpoint }: Where) {
  const options = { region, ...(endpoint === undefined ? {} : { endpoint }) };
  return {
    balancers: once(() => new (elb().ElasticLoadBalancingV2Client)(options)),
    databases: once(() => new (rds().RDSClient)(options)),
    containers: once(() => new (ecs().ECSClient)(options)),
    groups: once(() => new (autoScaling().AutoScalingClient)(options)),
    logs: once(() => new (cloudWatchLogs().CloudWatchLogsClient)(options)),
    metrics: once(() => new (cloudWatch().CloudWatchClient)(options)),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
