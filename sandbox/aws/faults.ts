import type { AwsError } from "./wire/answer";
import type { Call, Parameters } from "./wire/call";

/** What is to go wrong. */
export interface Fault {
  /** As AWS signs: `elasticloadbalancing`, `rds`, `ecs`, `logs`, `monitoring` (CloudWatch), … */
  service: string;
  action: string;
  /** The next so many calls. Default: 1. */
  times?: number;
  /** Default: `InternalFailure`, status 500, which the SDK's clients try again by themselves. */
  error?: { code: string; message: string; status?: number };
  /** The call is never answered, until the emulator stops. Default: false. */
  hang?: boolean;
  /** The call is carried out first; only its answer is lost. Default: false. */
  after?: boolean;
  /** Only calls whose parameters it accepts. Default: all. */
  where?: (parameters: Parameters) => boolean;
}

/** The faults that tests set. */
export interface Faults {
  set(fault: Fault): void;
  /** Takes away what was set and has not struck yet. */
  clear(): void;
}

/** A list of faults, and the one that strikes a call, if any. */
export function makeFaults(): Faults & { strike(call: Call): Fault | undefined } {
  let waiting: { fault: Fault; left: number }[] = [];
  return {
    set: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    clear: () => void (waiting = []),
    strike: (call) => {
      const hit = waiting.find(
        ({ fault }) =>
          fault.service === call.service &&
          fault.action === call.action &&
          (fault.where?.(call.parameters) ?? true),
      );
      if (!hit) return undefined;
      hit.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return hit.fault;
    },
  };
}

/** The error that a fault answers with. */
export function errorOf({ error }: Fault): Pick<AwsError, "code" | "message" | "status"> {
  const { code, message, status } = error ?? { code: "InternalFailure", message: "a fault that a test set" };
  return { code, message, status: status ?? (error ? 400 : 500) };
}
