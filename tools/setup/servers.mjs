import path from "node:path";
import fs from "node:fs";
import { directoriesOnPath, directoryWith, tryCommand } from "./commands.mjs";
import { installWithPackageManager } from "./package-manager.mjs";
import { SetupProblem } from "./say.mjs";
import { isAtLeast, versionIn } from "./versions.mjs";

const POSTGRES_PROGRAMS = ["initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore", "createdb", "psql"];
const HAPROXY_OLDEST = "2.6";

/** Where PostgreSQL's programs are: the recorded place if it still holds them all. */
export function findPostgres(record) {
  const known = record?.postgres ? [record.postgres] : [];
  return directoryWith(POSTGRES_PROGRAMS, [...known, ...postgresDirectories()]);
}

export function findHaproxy(record) {
  const known = record?.haproxy ? [path.dirname(record.haproxy)] : [];
  const places = [...known, ...directoriesOnPath(), "/usr/sbin", "/usr/local/sbin", ...homebrew("bin")];
  const directory = directoryWith(["haproxy"], places);
  return directory && path.join(directory, "haproxy");
}

/** Finds both servers, installs what is missing, and says where they are and which versions. */
export function installServers() {
  const missing = [!findPostgres() && "postgresql", !findHaproxy() && "haproxy"].filter(Boolean);
  if (missing.length > 0) installWithPackageManager(missing);
  const postgres = findPostgres() ?? stillMissing("PostgreSQL (server and client programs)");
  const haproxy = findHaproxy() ?? stillMissing("HAProxy");
  const haproxyVersion = versionIn(tryCommand(haproxy, ["-v"]).text) ?? stillMissing("a working HAProxy");
  if (!isAtLeast(haproxyVersion, HAPROXY_OLDEST)) {
    throw new SetupProblem(`${haproxy} is HAProxy ${haproxyVersion}: install ${HAPROXY_OLDEST} or newer.`);
  }
  const postgresVersion = versionIn(tryCommand(path.join(postgres, "postgres"), ["--version"]).text);
  return { postgres, postgresVersion, haproxy, haproxyVersion };
}

function stillMissing(what) {
  throw new SetupProblem(`${what} is missing: install it and run this again.`);
}

/** PATH, then Debian's versioned directories (the highest version first), then Homebrew's. */
function postgresDirectories() {
  const debian = "/usr/lib/postgresql";
  const versions = fs.existsSync(debian) ? fs.readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const kegs = [17, 16, 15, 14].flatMap((version) => homebrew("opt", `postgresql@${version}`, "bin"));
  const red = ["/usr/pgsql-17/bin", "/usr/pgsql-16/bin"];
  return [...directoriesOnPath(), ...versions.map((v) => path.join(debian, v, "bin")), ...kegs, ...red];
}

function homebrew(...rest) {
  return ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"].map((prefix) =>
    path.join(prefix, ...rest),
  );
}
