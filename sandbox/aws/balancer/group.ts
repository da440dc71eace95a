import { countBySecond } from "./counts";
import { checkHealth } from "./health-check";
import type { Target, TargetGroupState, TargetHealth } from "./state";

/** After so many checks with the same result a target's state follows it. */
const threshold = 2;

interface Member {
  target: Target;
  state: "initial" | "healthy" | "unhealthy";
  reason?: string | undefined;
  good: number;
  bad: number;
  /** Requests, or TCP connections, that it has been given and that have not ended. */
  inFlight: number;
  checking: boolean;
  checkedAt: number;
}

/** A target that a request was given; `done` says that the request has ended. */
export interface Picked {
  host: string;
  port: number;
  done: () => void;
}

/** A target group at work: who is in it, who is healthy, whose turn it is. It outlives its own record while requests are in flight. */
export class Group {
  private members = new Map<string, Member>();
  private readonly leaving = new Set<Member>();
  private used = false;
  private turn = 0;
  readonly requests = countBySecond();
  readonly flows = countBySecond();

  /** `checkEvery`: milliseconds between two health checks of a target. */
  constructor(
    private settings: Omit<TargetGroupState, "targets">,
    private readonly checkEvery: number,
  ) {}

  /** Takes a new state over. A target that stays keeps its health; a new one, or one of a group that came into use, starts anew. */
  configure({ targets, ...settings }: TargetGroupState, used: boolean): void {
    const known = new Map([...this.leaving, ...this.members.values()].map((one) => [keyOf(one.target), one]));
    const next = new Map(targets.map((target) => [keyOf(target), known.get(keyOf(target)) ?? fresh(target)]));
    for (const [key, member] of next)
      if (!this.used || !used || !this.members.has(key)) Object.assign(member, unknown);
    for (const [key, member] of known) {
      if (next.has(key)) this.leaving.delete(member);
      else if (member.inFlight > 0) this.leaving.add(member);
    }
    this.settings = settings;
    this.members = next;
    this.used = used;
    this.check();
  }

  /** The group's record is gone: whoever is still asked something is draining. */
  close(): void {
    this.configure({ ...this.settings, targets: [] }, false);
  }

  /** The healthy target whose turn it is; undefined when there is none. */
  pick(): Picked | undefined {
    const healthy = [...this.members.values()].filter(({ state }) => state === "healthy");
    const member = healthy[this.turn++ % healthy.length];
    if (!member) return undefined;
    member.inFlight += 1;
    this.requests.add();
    this.noteFlows();
    const { address, id, port } = member.target;
    return { host: address ?? id, port, done: once(() => this.end(member)) };
  }

  private end(member: Member): void {
    member.inFlight -= 1;
    if (member.inFlight === 0) this.leaving.delete(member);
  }

  health(): TargetHealth[] {
    const staying = [...this.members.values()].map(
      ({ target: { id, port }, state, reason }): TargetHealth => {
        if (!this.used) return { id, port, state: "unused", reason: "Target.NotInUse" };
        return { id, port, state, ...(reason === undefined ? {} : { reason }) };
      },
    );
    const leaving = [...this.leaving].map(({ target: { id, port } }): TargetHealth => {
      return { id, port, state: "draining", reason: "Target.DeregistrationInProgress" };
    });
    return [...staying, ...leaving];
  }

  /** Asks each target whose time has come. Called every so often. */
  check(): void {
    this.noteFlows();
    if (!this.used) return;
    const every = this.checkEvery * (this.settings.slow ? 5 : 1);
    for (const member of this.members.values()) {
      // Whoever has been healthy for a while is asked less: each check is a connection, and tests share their machine.
      const pace = member.good > 2 * threshold ? 4 : 1;
      if (member.checking || performance.now() - member.checkedAt < every * pace) continue;
      void this.ask(member);
    }
  }

  private async ask(member: Member): Promise<void> {
    const { address, id, port } = member.target;
    const { healthPath, healthPort } = this.settings;
    const at = healthPort === "traffic-port" || healthPort === "" ? port : Number(healthPort);
    member.checking = true;
    member.checkedAt = performance.now();
    const failure = await checkHealth(address ?? id, at, healthPath);
    member.checking = false;
    member.good = failure ? 0 : member.good + 1;
    member.bad = failure ? member.bad + 1 : 0;
    if (member.good >= threshold) Object.assign(member, { state: "healthy", reason: undefined });
    if (member.bad >= threshold) Object.assign(member, { state: "unhealthy", reason: failure });
  }

  private noteFlows(): void {
    let open = 0;
    for (const { inFlight } of [...this.members.values(), ...this.leaving]) open += inFlight;
    if (open > 0) this.flows.peak(open);
  }
}

function keyOf({ id, port, address }: Target): string {
  return `${id} ${port} ${address ?? ""}`;
}

const unknown = {
  state: "initial" as const,
  reason: "Elb.InitialHealthChecking",
  good: 0,
  bad: 0,
  checkedAt: -Infinity,
};

function fresh(target: Target): Member {
  return { target, ...unknown, inFlight: 0, checking: false };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
