import { z } from "zod";
import { parseVersion } from "../../products/version";
import { hasHiddenCharacters } from "./plain-text";

/** Text that goes into files and environments: one line, of a length that anybody meant. Default: 1,000 characters. */
export const text = (most = 1_000) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !hasHiddenCharacters(value), "holds a control character");

/** A value as a message shows it: cut, so that a message stays one. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

/** The version of a gateway. The commonest slip: YAML reads an unquoted 3.10 as the number 3.1. */
export const versionText = z.any().superRefine((value: unknown, context) => {
  const issue = (message: string) => context.addIssue({ code: "custom", message });
  if (typeof value === "number") {
    return issue(
      `is the number ${value}, not a version: quote it ("3.10.0"), since an unquoted 3.10 is the number 3.1`,
    );
  }
  if (typeof value !== "string") return issue('must be a version in quotes, such as "3.10.0"');
  if (!parseVersion(value)) {
    return issue(
      `${quoted(value)} is no version: give three or four numbers, such as "3.10.0" or "3.10.0.11"`,
    );
  }
}) as unknown as z.ZodType<string>;

/** How long something may take, in seconds. */
export const seconds = z.number().int().min(1).max(86_400);
/** A port of TCP. */
export const port = z.number().int().min(1).max(65_535);
/** Where something answers by HTTP. */
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" }).max(1_000);
/** A host by name or address. */
export const host = text(253).regex(/^[A-Za-z0-9.:[\]_-]+$/, "is no host name or address");
/** Never shown. */
export const password = text().describe("secret");
