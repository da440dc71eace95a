import { placeOf as onAws } from "./aws-place";
import type { Place } from "./config/read";
import { placeOf as onLocal } from "./local-place";

/** Where a stack's slots are, on whichever platform its config names: for reading a config that nothing is carried out of. */
export function placeOf(stack: string): Place {
  const [aws, local] = [onAws(stack), onLocal(stack)];
  return (name, config) => (config.platform === "aws" ? aws : local)(name, config);
}
