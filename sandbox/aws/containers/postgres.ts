import path from "node:path";
import { postgresProgram } from "../../../components/local/postgres/programs";
import type { Image } from "./image";

/** The stock image, for its client programs; a server of its own is not run here. */
export function postgresImage(): Image {
  const psql = postgresProgram("psql");
  return {
    command: [
      "sh",
      "-c",
      "echo 'Error: Database is uninitialized and superuser password is not specified.' >&2; exit 1",
    ],
    entryPoint: (command) => command,
    programs: path.isAbsolute(psql) ? [path.dirname(psql)] : [],
    environment: (given) => given,
    stopSignal: "SIGINT",
  };
}
