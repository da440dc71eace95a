/** A target group, as it is to be. */
export interface TargetGroupState {
  arn: string;
  /** Asked of each target, and must answer 200. Empty: it is enough that the target takes a TCP connection. */
  healthPath: string;
  /** A number, or "traffic-port": the target's own. */
  healthPort: string;
  /** Its targets are asked five times as seldom, for tests in which they take their time to become healthy. */
  slow?: boolean;
  targets: Target[];
}

/** A member of a target group: an address, or an instance's id with its address beside it. */
export interface Target {
  id: string;
  port: number;
  /** Where it is reached; the id itself when that is an address (the default). */
  address?: string;
}

/** A field and its values, one of which must match. `*` and `?` in a value are wildcards. */
export interface Condition {
  /** http-header (with `headerName`), path-pattern, host-header, http-request-method or source-ip (CIDR blocks). */
  field: string;
  values: string[];
  headerName?: string;
}

/** A rule of a listener; the lowest priority whose conditions all hold decides, and the default rule is the last. */
export interface RuleState {
  priority: number | "default";
  conditions: Condition[];
  /** Weights of target groups; of a request that it matches, each gets its share at random. */
  forward?: { arn: string; weight: number }[];
  fixed?: { status: number; contentType: string; body: string };
}

/** A listener, as it is to be. HTTP and HTTPS are both served as plain HTTP, TCP and TLS both passed through as they are. */
export interface ListenerState {
  arn: string;
  address: string;
  port: number;
  protocol: string;
  rules: RuleState[];
}

/** A target's health, with AWS's words and reason codes. */
export interface TargetHealth {
  id: string;
  port: number;
  state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  reason?: string;
}

/** A second of epoch time (in milliseconds, its beginning) and what was counted in it. Seconds without any are left out. */
export interface Count {
  at: number;
  count: number;
}
