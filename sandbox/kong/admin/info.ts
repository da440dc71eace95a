import { hostname } from "node:os";
import { SENSITIVE, type Config } from "../config";
import type { Store } from "../node/store";
import { PLUGINS } from "../plugins/index";
import type { Version } from "../version";

/** What `GET /` tells about the node. */
export async function rootInfo(
  config: Config,
  version: Version,
  nodeId: string,
  store: Store,
): Promise<unknown> {
  const plugins = await store.dao("plugins").all();
  const configuration: Record<string, unknown> = { ...config.values };
  for (const key of SENSITIVE) if (configuration[key] !== "") configuration[key] = "******";
  const available = Object.entries(PLUGINS).map(([name, plugin]) => [
    name,
    { version: version.text, priority: plugin?.priority },
  ]);
  return {
    tagline: "Welcome to kong",
    version: version.text,
    edition: version.edition,
    hostname: hostname(),
    node_id: nodeId,
    lua_version: "LuaJIT 2.1.0-20231117",
    timers: { running: 0, pending: 0 },
    pids: { master: process.pid, workers: [process.pid] },
    plugins: {
      available_on_server: Object.fromEntries(available) as unknown,
      enabled_in_cluster: [...new Set(plugins.map(({ name }) => String(name)))],
    },
    configuration: {
      ...configuration,
      pg_port: Number(config.values.pg_port),
      admin_listen: listens(config.values.admin_listen),
      proxy_listen: listens(config.values.proxy_listen),
      status_listen: listens(config.values.status_listen),
      loaded_plugins: Object.fromEntries(Object.keys(PLUGINS).map((name) => [name, true])),
    },
  };
}

const listens = (text = "") => text.split(",").map((one) => one.trim());
