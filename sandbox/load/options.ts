import { parseArgs } from "node:util";
import { z } from "zod";

/** How many shares of a mix there are: a number from 0 (none) to 1 (all). */
const share = z.number().min(0).max(1);

const schema = z.strictObject({
  /** Where the requests go, such as `http://127.0.0.1:8000`; a path in it comes before each of `paths`. */
  url: z.url({ protocol: /^http$/, error: "must be a http:// URL" }),
  /** Paths (with query), taken in turn. */
  paths: z.array(z.string().startsWith("/")).min(1).default(["/"]),
  /** Sent with every request, such as `apikey`. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Requests a second, sent whether or not earlier ones were answered. */
  ratePerSecond: z.number().positive().max(10_000).default(300),
  /** Sending ends by itself after so many seconds; the process follows once the last answer is in, `timeoutMs` later at most. */
  maxSeconds: z.number().positive(),
  /** A request without its complete answer after so many milliseconds is lost. */
  timeoutMs: z.number().int().positive().default(10_000),
  /** Share of the requests that get a TCP connection of their own; the rest are sent on connections kept alive. */
  newConnectionShare: share.default(0.25),
  /** Share of the requests that are a POST with a body of 1 to 16 KiB; the rest are GET. */
  postShare: share.default(0.5),
  /** Clients with a connection kept alive, used in turn. */
  keptConnections: z.number().int().min(1).default(16),
  /** The ledger is written to this file at the end, as JSON. */
  ledgerFile: z.string().min(1).optional(),
});

/** What a caller gives: `url` and `maxSeconds`, and what should differ from the defaults. */
export type LoadOptions = z.input<typeof schema>;
/** The same with every default filled in. */
export type CompleteOptions = z.output<typeof schema>;

/** Fills the defaults in; throws with every fault named. */
export function completeOptions(options: unknown): CompleteOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new Error(`load options:\n${z.prettifyError(parsed.error)}`);
}

/** Reads the command line; `attached` means that the options come as the first line of stdin instead. */
export function readCommandLine(
  argv: string[],
): { attached: true } | { attached: false; options: LoadOptions } {
  const { values } = parseArgs({
    args: argv,
    options: {
      attached: { type: "boolean", default: false },
      url: { type: "string", default: "" },
      path: { type: "string", multiple: true },
      header: { type: "string", multiple: true, default: [] },
      rate: { type: "string" },
      "max-seconds": { type: "string" },
      "timeout-ms": { type: "string" },
      "new-share": { type: "string" },
      "post-share": { type: "string" },
      "kept-connections": { type: "string" },
      ledger: { type: "string" },
    },
  });
  if (values.attached) return { attached: true };
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    attached: false,
    options: {
      url: values.url,
      paths: values.path,
      headers: Object.fromEntries(values.header.map(splitHeader)),
      ratePerSecond: number(values.rate),
      maxSeconds: Number(values["max-seconds"]),
      timeoutMs: number(values["timeout-ms"]),
      newConnectionShare: number(values["new-share"]),
      postShare: number(values["post-share"]),
      keptConnections: number(values["kept-connections"]),
      ledgerFile: values.ledger,
    },
  };
}

function splitHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1) throw new Error(`--header ${text}: must be "name: value"`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}
