import { SetupProblem } from "./say.mjs";
import { isAtLeast } from "./versions.mjs";

const OLDEST = "20.19.0";

export function checkNodeVersion(version = process.versions.node) {
  if (isAtLeast(version, OLDEST)) return;
  throw new SetupProblem(`Node ${version} is too old: install Node ${OLDEST} or newer (https://nodejs.org).`);
}
