import { CommandError } from "../cli/error";
import { sleep } from "../cli/prefix";
import type { Database } from "./database";

export interface MutexOptions {
  /** Seconds after which the lock of a dead holder is free, and that a waiting command waits. */
  ttl: number;
  /** Gives up at once when somebody else holds the lock. */
  noWait?: boolean;
  /** Leaves the lock behind (its table is gone). */
  noCleanup?: boolean;
}

/** Runs `work` under the cluster's migrations lock. False: another node held it, and nothing was done. */
export async function clusterMutex(
  db: Database,
  options: MutexOptions,
  work: () => Promise<void>,
): Promise<boolean> {
  if (!(await insertLock(db, options.ttl))) {
    if (options.noWait) return false;
    let step = 0.1;
    for (let elapsed = step; elapsed < options.ttl; elapsed += step) {
      await sleep(step * 1000);
      if (!(await readLock(db))) return false;
      step = Math.min(step * 3, 2);
    }
    throw new CommandError("[PostgreSQL error] timeout");
  }
  try {
    await work();
  } catch (error) {
    await removeLock(db).catch(() => undefined);
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`[PostgreSQL error] cluster_mutex callback threw an error: ${message}`);
  }
  if (!options.noCleanup) await removeLock(db);
  return true;
}

async function insertLock(db: Database, ttl: number): Promise<boolean> {
  await db.client.query(`DELETE FROM locks WHERE ttl < now()`);
  const inserted = await db.client.query(
    `INSERT INTO locks (key, owner, ttl) VALUES ('migrations', $1, now() + $2 * interval '1 second') ON CONFLICT DO NOTHING`,
    [db.owner, ttl],
  );
  return inserted.rowCount === 1;
}

async function readLock(db: Database): Promise<boolean> {
  const held = await db.client.query(`SELECT 1 FROM locks WHERE key = 'migrations' AND ttl >= now()`);
  return held.rowCount === 1;
}

async function removeLock(db: Database): Promise<void> {
  await db.client.query(`DELETE FROM locks WHERE key = 'migrations' AND owner = $1`, [db.owner]);
}
