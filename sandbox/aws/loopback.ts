import { randomInt } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";

/**
 * A loopback address that nobody is likely to have, 127.16.0.1 to 127.250.255.254: an instance, a task and a balancer have
 * each a host of their own on AWS, and so here. Linux answers on all of 127.0.0.0/8 without any setting up.
 */
export function ownAddress(): string {
  return `127.${randomInt(16, 251)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
}

/** An address of one's own on which the port is free; with another port where somebody listens on this one everywhere. */
export async function ownEndpoint(port: number): Promise<{ host: string; port: number }> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const host = ownAddress();
    if ((await tryPort(host, port)) === port) return { host, port };
  }
  const host = ownAddress();
  const free = await tryPort(host, 0);
  if (free === undefined) throw new Error(`no port is free on ${host}`);
  return { host, port: free };
}

/** The port when it is free there (0 takes any), else undefined. */
function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
