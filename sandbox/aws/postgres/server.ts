import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { postgresProgram, serverUser } from "../../../components/local/postgres/programs";
import { endWithUs } from "../end-with-us";
import { ownEndpoint } from "../loopback";

/** A PostgreSQL that accepts connections. */
export interface Server {
  host: string;
  port: number;
  /** Ends it without a checkpoint; what it committed is replayed by a later start. */
  stop(): Promise<void>;
}

const linesKept = 12;

/** Starts the cluster in `data` on an address of its own and waits until it accepts connections. */
export async function startServer(data: string): Promise<Server> {
  const { host, port } = await ownEndpoint(5432);
  const child = spawn(
    postgresProgram("postgres"),
    ["-D", data, "-c", `listen_addresses=${host}`, "-c", `port=${port}`],
    { ...(await serverUser()), cwd: "/", env: { LANG: "C" }, stdio: ["ignore", "ignore", "pipe"] },
  );
  endWithUs(child, () => child.kill("SIGQUIT"));
  await accepts(child, data);
  return { host, port, stop: () => stop(child) };
}

/** Its own word for it is quicker than asking again and again. */
function accepts(child: ChildProcess & { stderr: NodeJS.ReadableStream }, data: string): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () =>
      reject(new Error(`the PostgreSQL in ${data} does not start:\n${said.join("\n")}`)),
    );
    // The lines are read for as long as it runs: a full pipe would stop it.
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (said.length > linesKept) said.shift();
      if (line.includes("database system is ready to accept connections")) resolve();
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGQUIT");
  await gone;
}
