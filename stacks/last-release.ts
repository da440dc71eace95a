import * as pulumi from "@pulumi/pulumi";
import type { CutoverReport } from "../products/freeze";
import type { ReleaseRecord } from "../products/record";
import type { Secrets } from "../products/release";

/** What the last update of this stack recorded. */
export interface LastRelease {
  /** Undefined on a new stack. */
  record?: ReleaseRecord;
  /** The secrets that its config gave, by slot. */
  secrets: Secrets;
  /** What the last cutover reported. */
  cutover?: CutoverReport;
}

/** Reads the outputs that this stack had when the run began. */
export async function readLastRelease(): Promise<LastRelease> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const reference = new pulumi.StackReference("last-release", { name });
  const [release, secrets, cutover] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("secrets"),
    reference.getOutputDetails("cutover"),
  ]);
  return {
    record: (release.value ?? release.secretValue) as ReleaseRecord | undefined,
    secrets: ((secrets.secretValue ?? secrets.value) as Secrets | undefined) ?? {},
    cutover: (cutover.value ?? cutover.secretValue) as CutoverReport | undefined,
  };
}

/** The release that another stack recorded last; undefined where it has recorded none. */
export async function readPromoted(stack: string): Promise<ReleaseRecord | undefined> {
  const parts = stack.split("/");
  const prefix = [pulumi.getOrganization(), pulumi.getProject()].slice(0, Math.max(0, 3 - parts.length));
  const name = [...prefix, ...parts].join("/");
  const release = await new pulumi.StackReference("promoted-from", { name }).getOutputDetails("release");
  return (release.value ?? release.secretValue) as ReleaseRecord | undefined;
}
