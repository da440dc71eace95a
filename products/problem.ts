import type { Finding } from "./finding";

/** What a rule found, without what all of its findings share. */
export interface Problem {
  /** The config key, with its prefix: "gateway:green.version". */
  key: string;
  wrong: string;
  remedy: string;
  /** Default: the rule's own. */
  severity?: Finding["severity"];
  /** Default: the rule's own. */
  source?: string;
  /** The id that accepts it, in gateway:acknowledge. Default: it cannot be accepted. */
  acknowledge?: string;
}
