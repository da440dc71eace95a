import { randomBytes } from "node:crypto";
import { appendFile, chmod, chown, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { postgresProgram, serverUser } from "../../../components/local/postgres/programs";
import { mustRun, run } from "../../../components/local/run-program";

/** The user that is RDS's own and no customer's. */
export const administrator = "rdsadmin";

/** A cluster that was initialised and never started: every instance is a copy of it, far faster than an initdb each. */
export interface Template {
  data: string;
  /** Of `administrator`, in every copy. */
  password: string;
}

// Nothing here has to outlive a crash of the machine. Small segments keep copies small. A statement never gets into the log:
// it may hold a password.
const settings = `
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = 16MB
fsync = off
full_page_writes = off
synchronous_commit = off
min_wal_size = 2MB
log_min_error_statement = panic
`;

function access(tlsOnly: boolean): string {
  return `
host all,replication ${administrator} 127.0.0.0/8 scram-sha-256
${tlsOnly ? "hostssl" : "host"} all all 127.0.0.0/8 scram-sha-256
`;
}

/**
 * Makes the template in a new directory below `directory`, which PostgreSQL's user must be able to reach. With `tlsOnly` it
 * refuses plain connections of everybody but its administrator.
 */
export async function makeTemplate(directory: string, tlsOnly: boolean): Promise<Template> {
  const as = await serverUser();
  const data = path.join(directory, "template");
  const passwordFile = path.join(directory, "password");
  const password = randomBytes(18).toString("base64url");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const each of [directory, passwordFile]) if (as) await chown(each, as.uid, as.gid);
  const args = ["-D", data, "-U", administrator, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  try {
    await mustRun(
      postgresProgram("initdb"),
      [...args, "--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--no-sync", "--no-instructions"],
      { as, cwd: "/" },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  const tls = await makeCertificate(data, as);
  await appendFile(path.join(data, "postgresql.conf"), `${settings}${tls ? "ssl = on\n" : ""}`);
  if (tlsOnly && !tls)
    throw new Error("no openssl on PATH, which makes the certificate of a database that takes TLS alone");
  await writeFile(path.join(data, "pg_hba.conf"), access(tlsOnly));
  return { data, password };
}

/** RDS takes TLS, and a client that asks for it without verifying gets it here too, where there is `openssl`. */
async function makeCertificate(data: string, as: Awaited<ReturnType<typeof serverUser>>): Promise<boolean> {
  const [key, certificate] = [path.join(data, "server.key"), path.join(data, "server.crt")];
  // prettier-ignore
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
    "-subj", "/CN=rds.sandbox.invalid", "-keyout", key, "-out", certificate];
  const made = await run("openssl", args, { as, cwd: "/" }).catch(() => undefined);
  if (made?.exitCode !== 0) return false;
  await chmod(key, 0o600);
  return true;
}
