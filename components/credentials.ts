import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform";

export interface CredentialsArgs {
  platform: Platform;
  /** Database passwords that config gives, by slot. Default: none; the platform makes those that are missing. */
  passwords: pulumi.Input<Record<string, string>>;
}

/**
 * The passwords of a gateway in one owner-only place that every command reads when it runs. In each command's
 * environment they would be stale: a slot that leaves in the change that rotates one is deleted with the old one.
 */
export class Credentials extends pulumi.ComponentResource {
  constructor(
    name: string,
    { platform, passwords }: CredentialsArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("gateway:index:Credentials", name, {}, options);
    platform.credentials(name, passwords, { parent: this });
    this.registerOutputs();
  }
}
