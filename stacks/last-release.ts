import * as pulumi from "@pulumi/pulumi";
import type { ReleaseRecord } from "../products/record";

/** What the last update of this stack recorded. */
export interface LastRelease {
  /** Undefined on a new stack. */
  record?: ReleaseRecord;
  /** The database passwords that its config gave, by slot. */
  passwords: Record<string, string>;
}

/** Reads the outputs that this stack had when the run began. */
export async function readLastRelease(): Promise<LastRelease> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const reference = new pulumi.StackReference("last-release", { name });
  const [release, passwords] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("passwords"),
  ]);
  return {
    record: (release.value ?? release.secretValue) as ReleaseRecord | undefined,
    passwords: ((passwords.secretValue ?? passwords.value) as Record<string, string> | undefined) ?? {},
  };
}
