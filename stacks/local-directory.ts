import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { safePath } from "../components/local/haproxy/config";
import { longestSocketPath, socketOf } from "../components/local/haproxy/runtime";
import type { Observed } from "../products/change";

/** As root, PostgreSQL's server runs as another user: each folder above its own must let that one pass. */
function closedFolder(directory: string): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const parts = path.resolve(directory).split(path.sep);
  const folders = parts.map((_, index) => path.join("/", ...parts.slice(1, index + 1)));
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

/** Why not everything can lie below this directory; undefined when it can. */
export function problemOfDirectory(directory: string): Observed["directory"] {
  const socket = socketOf(directory);
  if (!safePath.test(path.resolve(directory))) {
    const wrong = `HAProxy cannot take the path ${path.resolve(directory)}.`;
    return { wrong, remedy: "Use letters, digits and . _ / @ + - in it." };
  }
  const closed = closedFolder(directory);
  if (closed !== undefined) {
    return {
      wrong: `PostgreSQL does not run as root, and ${closed} lets no other user pass to its files below ${directory}.`,
      remedy:
        "Set a directory that others can pass through, such as /var/tmp/gateway, or run as an ordinary user.",
    };
  }
  if (socket.length <= longestSocketPath) return undefined;
  const wrong = `The balancer's socket would have a path of ${socket.length} characters, and ${longestSocketPath} are possible.`;
  return { wrong, remedy: "Set a directory with a shorter path, such as /var/tmp/gateway." };
}
