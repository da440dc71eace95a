import { sharedDatabase } from "../products/release";

/** What is carried out, by platform and product: its strategies. Everything else that the rules know is refused by name. */
export const built: Record<string, Record<string, string[]>> = {
  local: { kong: ["blue-green", sharedDatabase] },
  aws: { kong: ["blue-green"] },
};

/** Platforms that there are or will be. */
export const platforms = ["local", "hosts", "kubernetes", "aws"];
