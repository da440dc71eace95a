/** The server behind a DB instance's record. */
export interface InstanceState {
  /** Shown in place of moto's status, which is `available` at once; `undefined` shows moto's. */
  status?: "creating" | "deleting" | "failed";
  /** Where its PostgreSQL listens; none before it was made. */
  place?: { host: string; port: number };
  /** Settles, without an error, when its making has come to an end. */
  making: Promise<void>;
}

/** The volume behind a DB snapshot's record. */
export interface SnapshotState {
  /** The name under which the databases keep it. A snapshot's name may come again once it was deleted; this one does not. */
  volume: string;
  status?: "creating" | "failed";
}

/** What moto does not know of instances and snapshots, by identifier in lower case: RDS does not tell case apart. */
export interface Records {
  instances: Map<string, InstanceState>;
  snapshots: Map<string, SnapshotState>;
}

/** moto's answer with the states and addresses of what is really there. */
export function overlay(xml: string, { instances, snapshots }: Records): string {
  return xml
    .replace(/<DBInstance>.*?<\/DBInstance>/gs, (record) => {
      const state = instances.get(identifierOf(record, "DBInstanceIdentifier"));
      return state ? overlayInstance(record, state) : record;
    })
    .replace(/<DBSnapshot>.*?<\/DBSnapshot>/gs, (record) => {
      const status = snapshots.get(identifierOf(record, "DBSnapshotIdentifier"))?.status;
      if (!status) return record;
      return record.replace(
        /<Status>.*?<\/Status>/s,
        `<Status>${status}</Status><PercentProgress>0</PercentProgress>`,
      );
    });
}

function overlayInstance(record: string, { status, place }: InstanceState): string {
  const withStatus = status
    ? record.replace(/<DBInstanceStatus>.*?<\//s, `<DBInstanceStatus>${status}</`)
    : record;
  // As on RDS, an instance has no endpoint until it was made.
  const endpoint = place
    ? `<Endpoint><Address>${place.host}</Address><Port>${place.port}</Port></Endpoint>`
    : "";
  return withStatus.replace(/<Endpoint>.*?<\/Endpoint>/s, endpoint);
}

function identifierOf(record: string, name: string): string {
  return (new RegExp(`<${name}>([^<]*)</`).exec(record)?.[1] ?? "").toLowerCase();
}
