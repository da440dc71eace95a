import { CommandError } from "../cli/error";

export interface Listener {
  host: string;
  port: number;
}

/** Reads `127.0.0.1:8000 reuseport backlog=16384, [::1]:8000` or `off`. */
export function parseListen(setting: string, text: string): Listener[] {
  if (text === "off" || text === "") return [];
  return text.split(",").map((entry) => {
    const [address = "", ...flags] = entry.trim().split(/\s+/);
    const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d+)$/.exec(address);
    const port = Number(match?.[2]);
    if (!match?.[1] || port > 65535) {
      throw new CommandError(
        `${setting} must be of form: [off] | <ip>:<port> [ssl] [http2] [proxy_protocol] [deferred] [bind] [reuseport] [backlog=%d+] [ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*], [... next entry ...]`,
      );
    }
    const unsupported = flags.find((flag) => ["ssl", "http2", "proxy_protocol"].includes(flag));
    if (unsupported) throw new CommandError(`${setting}: the twin does not speak ${unsupported}`);
    return { host: match[1].replace(/^\[|\]$/g, ""), port };
  });
}
