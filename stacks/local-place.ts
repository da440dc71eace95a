import path from "node:path";
import { localPlace } from "../components/local/addressing";
import { givenDatabase } from "./config/given-database";
import type { Place } from "./config/read";

/** The directory of a stack, relative to the project: a destroy works from any checkout of it. */
export function directoryOf(given: string | undefined, stack: string): string {
  return given ?? path.join(".local", stack);
}

/** Where the embedded platform puts the slots of a stack: a function of its config and name alone. */
export function placeOf(stack: string): Place {
  return (name, config) => {
    const { port, directory, programs } = config.local;
    return {
      place: localPlace(port, directoryOf(directory, stack), name, givenDatabase(config)),
      site: { platform: "local", "local.programs": programs ?? "" },
    };
  };
}
