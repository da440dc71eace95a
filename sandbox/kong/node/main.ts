import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AdminApi } from "../admin/server";
import { startedFile, startTime } from "../cli/process";
import { loadConfig, type Config } from "../config";
import { FaultSwitch } from "../faults";
import { ClusterCounters } from "../plugins/cluster-counters";
import { LocalCounters } from "../plugins/counters";
import { Proxy } from "../proxy/proxy";
import { Status } from "../status";
import { parseVersion } from "../version";
import { nodeId } from "./identity";
import { Servers } from "./servers";
import { report, Store } from "./store";
import { Traffic } from "./traffic";

/** Runs a node until a signal ends it: SIGQUIT after what is in flight, SIGTERM and SIGINT at once. */
async function main(): Promise<void> {
  const prefix = process.argv[2] ?? "";
  const config = loadConfig({ conf: join(prefix, ".kong_env"), prefix, env: {} });
  const version = parseVersion(process.env.KONG_TWIN_VERSION);
  const faults = new FaultSwitch(version.text);
  if (faults.current().crashOnStart) throw new Error("injected fault: crash-on-start");

  const traffic = new Traffic();
  const id = nodeId(config);
  const store = new Store(config, version, id, (snapshot) => proxy.use(snapshot));
  const cluster = new ClusterCounters(store.pool);
  const proxy = new Proxy(config, version, faults, new LocalCounters(), cluster);
  const status = new Status(store, traffic, faults);
  const admin = new AdminApi(config, version, id, store, status);
  await store.begin();

  const servers = new Servers(traffic);
  await servers.listen(config.proxy, proxy.handle);
  await servers.listen(config.admin, admin.handle);
  await servers.listen(config.status, status.handle);
  store.watch();

  process.on("SIGHUP", () => void store.reload().catch((error: unknown) => report(String(error))));
  process.once("SIGQUIT", () => {
    void servers
      .drain()
      .then(() => cluster.flush())
      .finally(() => exit(config));
  });
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => exit(config));

  writeFileSync(startedFile(config), startTime(process.pid) ?? "");
  writeFileSync(config.pidFile, `${process.pid}\n`);
  process.send?.({ started: true });
  if (process.connected && config.values.nginx_main_daemon !== "off") process.disconnect();
}

function exit(config: Config): never {
  for (const file of [config.pidFile, startedFile(config)]) rmSync(file, { force: true });
  process.exit(0);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  report(message);
  if (!process.send) process.exit(1);
  process.send({ error: message }, () => process.exit(1));
});
