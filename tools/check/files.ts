import { readFileSync } from "node:fs";
import { CheckProblem } from "./problem";

/** A file's text. Throws a CheckProblem that names what it was to be. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? "its name"})`;
    throw new CheckProblem(`${what} ${file}: ${why}.`);
  }
}
