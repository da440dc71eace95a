import { z } from "zod";
import { parseVersion } from "../../products/version";
import type { ReleaseRecord } from "../../products/record";
import { readText } from "./files";
import { CheckProblem } from "./problem";

const slotName = z.enum(["blue", "green"]);
const version = z.string().refine((text) => parseVersion(text) !== undefined, "is no version");
const weight = z.number().min(0).max(100);
const whole = z.number().int().min(1);

const slot = z.looseObject({
  version,
  generation: whole,
  nodes: whole,
  settings: z.record(z.string(), z.unknown()),
  existing: z.looseObject({ addresses: z.array(z.string()) }).optional(),
  place: z.record(z.string(), z.unknown()),
  site: z.record(z.string(), z.unknown()).optional(),
});

/** A record as far as the rules rely on it; what else it holds is let through. */
const record = z
  .looseObject({
    slots: z.looseObject({ blue: slot.optional(), green: slot.optional() }),
    weights: z.looseObject({ blue: weight, green: weight }),
    older: slotName,
    newer: slotName.optional(),
    controlPlane: z.looseObject({ version, settings: z.record(z.string(), z.unknown()) }).optional(),
    mark: z.string(),
    at: z.string(),
    history: z.array(
      z.looseObject({
        slot: slotName,
        version,
        generation: whole,
        since: z.string(),
        smokeTested: z.boolean(),
        rolledBack: z.boolean(),
      }),
    ),
  })
  .refine(({ slots, older }) => slots[older] !== undefined, { path: ["older"], message: "is no slot of it" })
  .refine(({ slots, newer }) => newer === undefined || slots[newer] !== undefined, {
    path: ["newer"],
    message: "is no slot of it",
  });

function parseJson(file: string, what: string): unknown {
  const text = readText(file, what);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CheckProblem(`${what} ${file} is no JSON; it is what "pulumi stack output --json" prints.`);
  }
}

/**
 * Reads a stack's recorded release from its outputs, or from the release alone; undefined where the outputs are empty, as a
 * new stack's are. Throws a CheckProblem.
 */
export function readReleaseFile(file: string, what: string): ReleaseRecord | undefined {
  const content = parseJson(file, what);
  const isObject = typeof content === "object" && content !== null && !Array.isArray(content);
  if (isObject && Object.keys(content).length === 0) return undefined;
  const outputs = (isObject ? content : {}) as Record<string, unknown>;
  const parsed = record.safeParse(Object.hasOwn(outputs, "slots") ? outputs : outputs.release);
  // The whole shape was checked as far as the rules rely on it.
  if (parsed.success) return parsed.data as unknown as ReleaseRecord;
  const [issue] = parsed.error.issues;
  const at = issue?.path.map(String).join(".");
  const why = at
    ? `${at} ${/^[A-Z]/.test(issue?.message ?? "") ? "is not as a release has it" : issue?.message}`
    : "it has none";
  throw new CheckProblem(
    `${what} ${file} holds no release (${why}); it is what "pulumi stack output --json" prints.`,
  );
}
