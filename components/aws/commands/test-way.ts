import { json, text } from "../../command-input";
import { clearRule } from "../clear-way";
import { common } from "./inputs";

/**
 * Takes a test rule away that a failed or killed create left: no state knows of it, and its target group could not go. The
 * rule of a newer life of the slot stands in the same place, and stays.
 */
export async function clear(): Promise<void> {
  await clearRule(common(), text("listener"), json<number>("priority"), text("target"));
}
