import type { Finding } from "../../../products/finding";
import { unfit } from "../issues";
import type { OnAws } from "./slots";

const names = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html";

/** An identifier of a snapshot: no two hyphens in a row, and none at the end. */
const snapshot = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/i;

/** The version that an image's tag begins with; undefined where it begins with none. */
function versionOfImage(image: string): number | undefined {
  const major = /:(\d+)[^:/]*$/.exec(image)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** Whether the databases can be made, read and filled. */
export function readDatabases({ aws: { databases }, config: { restoreFrom } }: OnAws): Finding[] {
  const findings: Finding[] = [];
  const [client, server] = [versionOfImage(databases.image), Number.parseInt(databases.engineVersion, 10)];
  if (client !== undefined && client < server) {
    const wrong = `${databases.image} has a client of PostgreSQL ${client}, and pg_dump reads no server of a later version; the databases are on ${databases.engineVersion}.`;
    const remedy = `Leave it out, or give an image of PostgreSQL ${server} or later.`;
    const source = "https://www.postgresql.org/docs/current/app-pgdump.html";
    findings.push(unfit("aws.databases.image", wrong, remedy, source));
  }
  if (restoreFrom !== undefined && (!snapshot.test(restoreFrom) || restoreFrom.length > 255)) {
    const wrong = `${JSON.stringify(restoreFrom.slice(0, 60))} is no identifier of a snapshot of RDS.`;
    const remedy =
      "Give the identifier of a snapshot of a gateway's database, in the same account and region.";
    findings.push(unfit("restoreFrom", wrong, remedy, names));
  }
  return findings;
}
