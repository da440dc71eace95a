import { existsSync } from "node:fs";
import path from "node:path";
import { foundPrograms } from "../layout";
import { run } from "../run-program";

/** A program of PostgreSQL: where the set-up found it, else on PATH. */
export function postgresProgram(name: string): string {
  const { postgres } = foundPrograms();
  return postgres && existsSync(path.join(postgres, name)) ? path.join(postgres, name) : name;
}

/** PostgreSQL refuses to run as root: then its server runs as the package's user, or as nobody. */
export async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, user])));
    if (uid?.exitCode === 0 && gid?.exitCode === 0)
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error(
    "PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as",
  );
}
