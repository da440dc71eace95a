import path from "node:path";
import { parseVersion } from "../../kong/version";
import { ownAddress } from "../loopback";
import type { Image, Place } from "./image";

/** Kong's own defaults: the proxy for everybody, the rest for the container itself. */
const listeners: Record<string, string> = {
  KONG_PROXY_LISTEN: "0.0.0.0:8000",
  KONG_ADMIN_LISTEN: "127.0.0.1:8001",
  KONG_STATUS_LISTEN: "127.0.0.1:8007",
};

/** The sandbox's twin of Kong at the tag's version; undefined when it knows none such. */
export function kongImage(tag: string): Image | undefined {
  // `3.10.0.11-ubuntu` is `3.10.0.11` on another system.
  const version = tag.replace(/-.*$/, "");
  try {
    parseVersion(version);
  } catch {
    return undefined;
  }
  return {
    command: ["kong", "docker-start"],
    entryPoint: ([program = "", first = "", ...rest]) =>
      program === "kong" && first === "docker-start" ? ["kong", "start", ...rest] : [program, first, ...rest],
    programs: [path.resolve(__dirname, "../../kong/bin"), path.dirname(process.execPath)],
    environment: (given, place) => ({
      ...given,
      ...addresses({ ...listeners, ...given }, place),
      KONG_TWIN_VERSION: version,
      KONG_PREFIX: path.join(place.directory, "prefix"),
      // The image's entry point keeps every node in the foreground: what ends there ends the container.
      KONG_NGINX_MAIN_DAEMON: "off",
    }),
    stopSignal: "SIGQUIT",
  };
}

/**
 * Where the node listens. "Everywhere" is the container's address. Its loopback is one that nobody else is told of, so that
 * what listens there alone can, as on AWS, not be reached from outside, a health check included.
 */
function addresses(environment: Record<string, string>, { ip }: Place): Record<string, string> {
  const inside = ownAddress();
  const listen = Object.entries(environment).filter(([name]) => /^KONG_\w+_LISTEN$/.test(name));
  return Object.fromEntries(
    listen.map(([name, value]) => [
      name,
      value
        .replace(/(^|,\s*)0\.0\.0\.0:/g, `$1${ip}:`)
        .replace(/(^|,\s*)(127\.0\.0\.1|localhost):/g, `$1${inside}:`),
    ]),
  );
}
