import * as pulumi from "@pulumi/pulumi";
import type { ReleaseRecord } from "../products/record";
import type { Secrets } from "../products/release";

/** What the last update of this stack recorded. */
export interface LastRelease {
  /** Undefined on a new stack. */
  record?: ReleaseRecord;
  /** The secrets that its config gave, by slot. */
  secrets: Secrets;
}

/** Reads the outputs that this stack had when the run began. */
export async function readLastRelease(): Promise<LastRelease> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const reference = new pulumi.StackReference("last-release", { name });
  const [release, secrets] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("secrets"),
  ]);
  return {
    record: (release.value ?? release.secretValue) as ReleaseRecord | undefined,
    secrets: ((secrets.secretValue ?? secrets.value) as Secrets | undefined) ?? {},
  };
}
