import { connect } from "node:net";
import path from "node:path";
import { filesOf } from "../layout";

/** HAProxy's one backend; its servers are the nodes of both slots. */
export const backend = "gateway";

/** Where HAProxy takes commands. */
export function socketOf(directory: string): string {
  return path.join(filesOf(directory).balancer, "haproxy.sock");
}

/** Unix sockets have short names: the kernel takes 103 bytes everywhere. */
export const longestSocketPath = 103;

/** A node as HAProxy sees it now. */
export interface LiveServer {
  name: string;
  address: string;
  checkPort: number;
  weight: number;
  /** Whether its health check passes. */
  up: boolean;
  maintenance: boolean;
}

/** Sends commands of HAProxy's runtime API in one line, so that it carries them out together. */
export function ask(directory: string, commands: string[], limitSeconds = 10): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketOf(directory));
    let answer = "";
    socket.setTimeout(limitSeconds * 1_000, () =>
      socket.destroy(new Error(`it did not answer within ${limitSeconds} s`)),
    );
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("end", () => resolve(answer));
    socket.on("error", (error) => reject(new Error(`the balancer cannot be asked: ${error.message}`)));
    socket.end(`${commands.join(" ; ")}\n`);
  });
}

/** As `ask`, for commands that print nothing, or a notice, when they work. */
export async function tell(directory: string, commands: string[]): Promise<void> {
  if (commands.length === 0) return;
  const notices = /^(New server registered\.|Server deleted\.)?$/;
  const complaints = (await ask(directory, commands))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => !notices.test(line));
  if (complaints.length > 0) throw new Error(`the balancer refused a command: ${complaints.join("; ")}`);
}

/** Rows of HAProxy's tables, by the names in the line that starts with "#". */
function rows(table: string, separator: string): Record<string, string>[] {
  const lines = table.split("\n").filter((line) => line.trim() !== "");
  const header = lines.find((line) => line.startsWith("#"));
  const names = header?.replace(/^# ?/, "").split(separator) ?? [];
  return lines
    .slice(header === undefined ? lines.length : lines.indexOf(header) + 1)
    .map((line) =>
      Object.fromEntries(line.split(separator).map((value, index) => [names[index] ?? "", value])),
    );
}

/** The servers that HAProxy has now, with their weights. */
export async function liveServers(directory: string): Promise<LiveServer[]> {
  const table = await ask(directory, [`show servers state ${backend}`]);
  return rows(table, " ").map((row) => ({
    name: row.srv_name ?? "",
    address: `${row.srv_addr}:${row.srv_port}`,
    checkPort: Number(row.srv_check_port),
    weight: Number(row.srv_uweight),
    up: row.srv_op_state === "2",
    maintenance: (Number(row.srv_admin_state) & 1) === 1,
  }));
}

/** Requests in flight, by server: those being answered, and those that wait for it. */
export async function requestsInFlight(directory: string): Promise<Record<string, number>> {
  const table = await ask(directory, [`show stat ${backend} 4 -1`]);
  return Object.fromEntries(
    rows(table, ",").map((row) => [row.svname ?? "", Number(row.scur) + Number(row.qcur)]),
  );
}
