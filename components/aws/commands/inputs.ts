import { operationOf } from "../../../products/operations";
import { json, text } from "../../command-input";
import { clientsOf, type Where } from "../clients";
import { namesOf } from "../names";

/** What every command of this platform is told: where AWS is asked, and which gateway it is for. */
export function common() {
  const clients = clientsOf(json<Where>("where"));
  return { clients, names: namesOf(text("gateway")) };
}

/** The product that a command is for. */
export const product = () => operationOf(text("product"));
